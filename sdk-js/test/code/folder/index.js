/** Found by the name of its folder. */
exports.start = ({ input }) => input[0];
