/** Has no start. */
exports.begin = () => 0;
