/**
 * Errors as the contract's `Failure`: data for the people who look at a job, with limits on all that an error can bring along.
 */

/** Classes of failures, numbered as in `payload.proto`. */
export const CATEGORY = Object.freeze({
  LOAD: 1,
  INIT: 2,
  USER_CODE: 3,
  INPUT_FETCH: 4,
  INPUT_DECODE: 5,
  OUTPUT_ENCODE: 6,
  OUTPUT_STORE: 7,
  CRASH: 8,
  OUT_OF_MEMORY: 9,
  TIMEOUT: 11,
  PROTOCOL: 14,
});

/** Names of all classes by number, as in `payload.proto`. */
export const CATEGORY_NAMES = Object.freeze(
  ['UNSPECIFIED', 'LOAD', 'INIT', 'USER_CODE', 'INPUT_FETCH', 'INPUT_DECODE', 'OUTPUT_ENCODE', 'OUTPUT_STORE', 'CRASH', 'OUT_OF_MEMORY',
    'IMAGE', 'TIMEOUT', 'LOST', 'CANCELLED', 'PROTOCOL'],
);

const MAX_MESSAGE = 16 * 1024;
const MAX_STACK = 64 * 1024;
const MAX_CAUSES = 10;

/**
 * @typedef {object} Failure
 * @property {number} category one of `CATEGORY`
 * @property {string} type
 * @property {string} message
 * @property {string} [stackTrace]
 * @property {string} [source]
 * @property {Failure} [cause]
 */

/**
 * Describes what was thrown, whatever it is.
 *
 * @param {number} category one of `CATEGORY`
 * @param {unknown} thrown
 * @param {number} [causes] how many causes to follow
 * @returns {Failure}
 */
export function failureOf(category, thrown, causes = MAX_CAUSES) {
  // An error may come from another realm (`vm`, a worker) and is then no `instanceof Error` here.
  if (thrown === null || typeof thrown !== 'object' || !('message' in thrown)) {
    return { category, type: typeof thrown, message: cut(describe(thrown), MAX_MESSAGE) };
  }
  const { name, message, stack, cause } = /** @type {Error} */ (thrown);
  /** @type {Failure} */
  const failure = { category, type: cut(String(name || 'Error'), 256), message: cut(String(message), MAX_MESSAGE) };
  if (stack) failure.stackTrace = cut(String(stack), MAX_STACK);
  if (cause !== undefined && causes > 0) failure.cause = failureOf(category, cause, causes - 1);
  return failure;
}

/**
 * Describes the end of a thread that was not to end.
 *
 * @param {{ code: number, error: Error | null }} end
 * @returns {Failure}
 */
export function crashOf({ code, error }) {
  if (error === null) {
    return { category: CATEGORY.CRASH, type: 'Crash', message: `the user code ended its process with exit code ${code}` };
  }
  if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const message = 'the user code ran out of memory; give the algorithm more, or let it hold less at a time';
    return { category: CATEGORY.OUT_OF_MEMORY, type: 'OutOfMemory', message };
  }
  const cause = failureOf(CATEGORY.CRASH, error);
  return { ...cause, message: `the user code ended by an error that nothing caught: ${cause.message}` };
}

/** @param {unknown} thrown */
function describe(thrown) {
  if (typeof thrown !== 'object') return String(thrown);
  try {
    return JSON.stringify(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

/**
 * Shortens a text in the middle, where stacks are least interesting.
 *
 * @param {string} text @param {number} limit in bytes of UTF-8
 */
export function cut(text, limit) {
  if (text.length * 3 <= limit || Buffer.byteLength(text) <= limit) return text;
  const bytes = Buffer.from(text);
  const half = (limit >> 1) - 16;
  // A character cut in two would decode to a replacement character of three bytes: drop those at the seam.
  const head = bytes.toString('utf8', 0, half).replace(/\uFFFD+$/, '');
  const tail = bytes.toString('utf8', bytes.length - half).replace(/^\uFFFD+/, '');
  return `${head}\n... cut ...\n${tail}`;
}
