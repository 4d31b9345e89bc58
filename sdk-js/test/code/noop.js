/** Does nothing, to measure everything else. */
exports.start = () => 0;
