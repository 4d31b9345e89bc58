/** Calls other algorithms and pipelines as its input says, and tells what came of it. */
let kept;
let inInit;

function told(error) {
  const { name, message, child = null, category = null, reason = null } = error;
  return { error: name, message, child, category, reason };
}

const ACTIONS = {
  algorithm: (api, ...given) => api.startAlgorithm('child', ...given),
  stored: (api, ...given) => api.startStoredSubpipeline('pipeline', ...given),
  raw: (api, ...given) => api.startRawSubpipeline('raw', ...given),
  big: (api, size) => api.startAlgorithm('child', ['x'.repeat(size)]),
  'no array': (api) => api.startAlgorithm('child', 'text'),
  many: (api, count) => Promise.all(Array.from({ length: count }, (_, number) => api.startAlgorithm('child', [number]))),
  cancel: (api) => {
    const call = api.startAlgorithm('child', [1]);
    call.cancel('no need');
    call.cancel('once is enough');
    return call;
  },
  crash: async (api) => {
    void api.startAlgorithm('child');
    console.log('in start');
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.exit(3);
  },
  'too many': (api) => Promise.race(Array.from({ length: 1001 }, () => api.startAlgorithm('child'))),
  leave: (api) => {
    kept = api;
    api.startAlgorithm('child').catch(() => {});
    return 'left';
  },
  kept: () => kept.startAlgorithm('child'),
  'in init': () => inInit,
  number: (api, number) => number,
};

async function attempt(what, api, ...given) {
  try {
    return await ACTIONS[what](api, ...given);
  } catch (error) {
    return told(error);
  }
}

exports.init = async (args) => {
  if (args.input[0] === 'in init') inInit = await attempt('kept');
};

exports.start = (args, api) => attempt(args.input[0], api, ...args.input.slice(1));
