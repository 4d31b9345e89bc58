/** Uses the second argument. */
exports.start = async (args, api) => {
  if (args.input[0] === 'progress') {
    api.sendProgress(0.25, 'a quarter', { at: 1 });
    return api.lastProgress;
  }
  try {
    return await api.startAlgorithm('other', [1]);
  } catch (error) {
    return error.name;
  }
};
