/** Says on stdout when it begins, then waits as its input says. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));
const optionsSeen = [];
let stopped = () => {};

function untilStopped() {
  return new Promise((resolve) => (stopped = resolve));
}

exports.init = async (args) => {
  if (args.input[0] !== 'init') return;
  console.log('in init');
  await untilStopped();
};

exports.start = async (args) => {
  const [what, seconds] = args.input;
  switch (what) {
    case 'polite':
      console.log('in start');
      await untilStopped();
      return 'too late';
    case 'stubborn':
      console.log('in start');
      Atomics.wait(NEVER, 0, 0);
      break;
    case 'hold the lock':
      console.log('in start');
      Atomics.wait(NEVER, 0, 0, seconds * 1000);
      break;
    case 'options':
      return optionsSeen;
    case 'sleep':
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      break;
  }
  return 'done';
};

exports.stop = (options) => {
  optionsSeen.push(options);
  stopped();
};
