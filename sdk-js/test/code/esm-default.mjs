/** An ES module with everything in its default export. */
export default {
  start: ({ input }) => input[0],
};
