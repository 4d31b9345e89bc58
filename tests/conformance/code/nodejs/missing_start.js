/** Is no algorithm. */
exports.begin = (args) => args;
