/** Is not JavaScript. */
exports.start = (args => args;
