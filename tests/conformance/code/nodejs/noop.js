/** Does nothing, to measure everything else. */
exports.start = (args) => args.batchIndex;
