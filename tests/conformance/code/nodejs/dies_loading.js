/** Ends its thread while it is loaded. */
console.error('about to give up');
process.exit(7);
