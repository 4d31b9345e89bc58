/** Gives back its first input, or does what that says. */
let calls = 0;

const ACTIONS = {
  args: (args) => ({ ...args, initialised: args.initialised }),
  calls: () => ++calls,
  cwd: () => ({ cwd: process.cwd(), token: process.env.DK_WORKER_TOKEN ?? null }),
  print: () => {
    console.log('to stdout');
    console.error('to stderr');
    process.stdout.write('no newline');
    return 'printed';
  },
  throw: () => {
    throw new TypeError('no good', { cause: new Error('deep') });
  },
  throwText: () => {
    throw 'just text';
  },
  unencodable: () => ({ a: [() => 1] }),
  exit: () => process.exit(3),
  uncaught: () => new Promise(() => setImmediate(() => JSON.parse('{'))),
  unhandled: async () => {
    Promise.reject(new Error('nobody looks'));
    await new Promise((resolve) => setImmediate(resolve));
    return 'alive';
  },
  spin: () => {
    for (;;);
  },
  forever: () => new Promise(() => {}),
  untilStopped: (args, api) => new Promise((resolve) => api.signal.addEventListener('abort', () => resolve(api.signal.reason.name))),
  sleep: (args) => new Promise((resolve) => setTimeout(resolve, args.input[0].ms, 'slept')),
  progress: (args, api) => {
    api.sendProgress(0.25, 'a quarter', { at: 1 });
    api.send_progress(0.5, 'half', { at: 2 });
    return api.lastProgress;
  },
  later: async (args, api) => {
    const names = [];
    for (const name of ['getDataSource', 'get_data_source', 'sendMessage']) {
      await api[name]('x', []).catch((error) => names.push(error.name));
    }
    return names;
  },
  big: (args) => 'x'.repeat(args.input[0].size),
  bytes: () => Buffer.from([1, 2, 3]),
  nothing: () => undefined,
};

module.exports = {
  init(args) {
    if (args.input[0]?.init === 'throw') throw new RangeError('init is no good');
    args.initialised = args.input.length;
  },
  start(args, api) {
    const action = ACTIONS[args.input[0]?.do];
    return action ? action(args, api) : args.input[0];
  },
  stop({ forceStop, reason }) {
    console.log(`stop ${forceStop} ${reason}`);
  },
  exit({ exitCode }) {
    console.log(`exit ${exitCode}`);
  },
};
