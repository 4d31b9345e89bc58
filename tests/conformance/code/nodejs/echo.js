/** Gives back its input. */
exports.start = (args) => args.input;
