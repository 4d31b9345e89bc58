/** Ends its thread in the way that its input says; otherwise tells which thread it is. */
const { threadId } = require('node:worker_threads');

exports.start = (args) => {
  if (args.input[0] === 'exit') process.exit(3);
  return threadId;
};
