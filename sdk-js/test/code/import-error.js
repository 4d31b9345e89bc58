/** Needs what is not there. */
require('not-there');
exports.start = () => 0;
