/** Is not JavaScript. */
exports.start = () => { return
