/** Needs what is not there. */
exports.start = require('there_is_no_such_module').start;
