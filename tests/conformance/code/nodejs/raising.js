/** Throws where its input says. */
class OwnError extends Error {
  name = 'OwnError';
}

function fail(args, place) {
  if (args.input[0] === place) throw new OwnError(`failed in ${place}`, { cause: new Error("'the root'") });
}

exports.init = (args) => fail(args, 'init');

exports.start = (args) => {
  fail(args, 'start');
  return args.input[0] === 'unencodable' ? [1, { 2: Promise.resolve(3) }] : 'fine';
};

exports.stop = () => {
  throw new OwnError('failed in stop');
};

exports.exit = () => {
  throw new OwnError('failed in exit');
};
