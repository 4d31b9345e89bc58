/** Calls other algorithms and pipelines as its first input says, and tells what came of it. */
let kept = null;

const told = (error) => ({ error: error.name, message: error.message, child: error.child, category: error.category, reason: error.reason });

const ACTIONS = {
  algorithm: ({ input, includeResult }, api) => api.startAlgorithm('child', input, includeResult),
  stored: ({ flowInput }, api) => api.startStoredSubpipeline('pipe', flowInput),
  raw: ({ nodes }, api) => api.start_raw_subpipeline('raw', nodes, { x: 1 }, { ttl: 5 }, { result: 'http://hook' }),
  many: async ({ count }, api) => Promise.all(Array.from({ length: count }, (_, at) => api.startAlgorithm('child', [at]))),
  big: ({ size }, api) => api.startAlgorithm('child', ['x'.repeat(size)]),
  cancel: async (_, api) => {
    const call = api.startAlgorithm('child');
    call.cancel('no need');
    call.cancel('once is enough');
    return call;
  },
  wrong: async (_, api) => {
    const calls = [api.startAlgorithm('child', 'text'), api.startAlgorithm(''), api.startRawSubpipeline('raw', {}), api.startAlgorithm('child', [() => 1])];
    return (await Promise.allSettled(calls)).map(({ reason }) => `${reason.name}: ${reason.message}`);
  },
  tooMany: async (_, api) => {
    const calls = Array.from({ length: 1001 }, () => api.startAlgorithm('child'));
    return Promise.race(calls);
  },
  busy: async ({ ms }, api) => {
    const call = api.startAlgorithm('child');
    await new Promise((resolve) => setTimeout(resolve, 1));
    const end = Date.now() + ms;
    while (Date.now() < end);
    console.log('was busy');
    return call;
  },
  crash: async (_, api) => {
    api.startAlgorithm('child');
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.exit(3);
  },
  leave: async (_, api) => {
    kept = api;
    api.startAlgorithm('child').catch((error) => console.log(`left behind: ${error.name}`));
    return 'left';
  },
  afterwards: () => kept.startAlgorithm('child'),
  number: ({ number }) => number,
};

module.exports = {
  async start(args, api) {
    const what = args.input[0];
    try {
      return await ACTIONS[what.do](what, api);
    } catch (error) {
      return told(error);
    }
  },
};
