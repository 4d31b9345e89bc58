/** Says goodbye; does what its input says meanwhile. */
exports.start = async (args) => {
  console.log('in start');
  await new Promise((resolve) => setTimeout(resolve, args.input[0] * 1000));
  return 'ended';
};

exports.exit = ({ exitCode }) => console.log(`goodbye ${exitCode}`);
