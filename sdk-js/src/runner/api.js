/**
 * The second argument of `start`: what user code can ask of its worker while it runs.
 */
import { NotInJobError, NotSupportedError, PayloadTooLargeError, TaskCancelled } from '../errors.js';
import { decodePayload, encodePayload } from '../codec/payload.js';
import { Calls, descriptor, refused } from './calls.js';

/** Later parts of the API, so that code which uses them says clearly what is missing. */
const NOT_YET = [
  'getDataSource',
  'registerInputListener',
  'startMessageListening',
  'sendMessage',
  'stopStreaming',
  'getStreamingStatistics',
];

/**
 * @typedef {object} Progress
 * @property {number} fraction
 * @property {string} message
 * @property {import('../codec/payload.js').Encoded} details
 */

/** @typedef {import('./calls.js').Call} Call */

/** The API of one task. */
export class TaskApi {
  /**
   * @param {object} options
   * @param {(progress: Progress) => void} options.onProgress
   * @param {number} options.maxInlineBytes limit of `details` in bytes
   * @param {import('./bindings.js').Task['lastProgress']} options.lastProgress
   * @param {number} options.n number of the task on its runner
   * @param {import('./calls.js').CallListener} options.calls
   */
  constructor({ onProgress, maxInlineBytes, lastProgress, n, calls }) {
    /** @type {AbortController | null} */
    this._controller = null;
    this._last = lastProgress;
    this._n = n;
    this._listener = calls;
    this._maxInlineBytes = maxInlineBytes;
    this._ended = false;
    /** Made by the first call: most tasks make none. @type {Calls | null} */
    this._calls = null;

    /**
     * Tells how far the task is. The latest report counts; the next attempt finds it in `lastProgress`.
     *
     * @param {number} fraction 0 to 1; brought into that range
     * @param {string} [message] sentence for people
     * @param {unknown} [details] anything the next attempt can use
     * @throws {PayloadTooLargeError} when the details exceed what travels inline
     */
    this.sendProgress = (fraction, message = '', details = null) => {
      if (typeof fraction !== 'number' || Number.isNaN(fraction)) {
        throw new TypeError(`fraction must be a number from 0 to 1, not ${String(fraction)}`);
      }
      const encoded = encodePayload(details);
      const size = encoded.data?.length ?? 0;
      if (size > maxInlineBytes) throw new PayloadTooLargeError(`details of ${size} bytes exceed ${maxInlineBytes}`);
      onProgress({ fraction: Math.min(1, Math.max(0, fraction)), message: String(message), details: encoded });
    };
    this.send_progress = this.sendProgress;
  }

  /** @returns {AbortSignal} aborted with a `TaskCancelled` when the task is told to stop */
  get signal() {
    this._controller ??= new AbortController();
    return this._controller.signal;
  }

  /** @returns {{ fraction: number, message: string, details: unknown } | null} what the attempt before said last */
  get lastProgress() {
    if (this._last === null) return null;
    const { fraction, message, details } = this._last;
    return { fraction, message, details: decodePayload(details.contentType, details.data) };
  }

  /**
   * Runs an algorithm as a child of this task, in the same job.
   *
   * @param {string} algorithmName
   * @param {unknown[]} [input] its `input`
   * @param {boolean} [includeResult] false: wait for its end, but resolve to null
   * @returns {Call} resolves to what it returned; rejects with a `ChildFailedError` or a `ChildStoppedError`
   */
  startAlgorithm(algorithmName, input = [], includeResult = true) {
    return this._call(() => {
      if (!Array.isArray(input)) throw new TypeError(`input must be an array, not ${typeof input}`);
      return [{ algorithmName: named('algorithmName', algorithmName) }, algorithmName, input, includeResult];
    });
  }

  /**
   * Runs a stored pipeline as a job of its own.
   *
   * @param {string} name
   * @param {object} [flowInput] merged over the stored one
   * @param {boolean} [includeResult] false: wait for its end, but resolve to null
   * @returns {Call} resolves to the list of its result items, `{ nodeName, algorithmName, batchIndex, result }`; rejects with a
   *   `ChildFailedError` or a `ChildStoppedError`
   */
  startStoredSubpipeline(name, flowInput = {}, includeResult = true) {
    return this._call(() => [{ pipelineName: named('name', name) }, name, flowInput, includeResult]);
  }

  /**
   * Runs a pipeline that is not stored as a job of its own.
   *
   * @param {string} name
   * @param {object[]} nodes
   * @param {object} [flowInput]
   * @param {object} [options]
   * @param {object} [webhooks]
   * @param {boolean} [includeResult] false: wait for its end, but resolve to null
   * @returns {Call} as for `startStoredSubpipeline`
   */
  startRawSubpipeline(name, nodes, flowInput = {}, options = {}, webhooks = {}, includeResult = true) {
    return this._call(() => {
      if (!Array.isArray(nodes)) throw new TypeError(`nodes must be an array, not ${typeof nodes}`);
      const rawPipeline = descriptor({ name: named('name', name), nodes, options, webhooks });
      return [{ rawPipeline }, name, flowInput, includeResult];
    });
  }

  /**
   * @param {() => [target: import('./calls.js').Target, child: string, input: unknown, includeResult: boolean]} describe
   * @returns {Call} rejected with whatever is thrown
   */
  _call(describe) {
    try {
      if (this._ended) throw new NotInJobError('other algorithms and pipelines can only be called while `start` runs');
      if (this._controller?.signal.aborted) throw this._controller.signal.reason;
      const [target, child, input, includeResult] = describe();
      this._calls ??= new Calls(this._n, this._listener, this._maxInlineBytes);
      return this._calls.start(child, target, input, Boolean(includeResult));
    } catch (error) {
      return refused(/** @type {Error} */ (error));
    }
  }

  /** @param {string} callId @param {import('./calls.js').Answer | null} answer */
  _answer(callId, answer) {
    this._calls?.answer(callId, answer);
  }

  /** @param {string} reason why the task is to stop */
  _abort(reason) {
    this._controller ??= new AbortController();
    const error = new TaskCancelled(`the task was told to stop: ${reason}`);
    this._controller.abort(error);
    this._calls?.abort(error.message, error);
  }

  /** `start` has ended. */
  _end() {
    this._ended = true;
    this._calls?.end(new NotInJobError('`start` has ended before the answer came'));
  }
}

/** @param {string} parameter @param {unknown} name @returns {string} */
function named(parameter, name) {
  if (typeof name !== 'string' || name === '') throw new TypeError(`${parameter} must be a name, not ${JSON.stringify(name)}`);
  return name;
}

/** @param {string} name */
function snakeCase(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

for (const name of /** @type {const} */ (['startAlgorithm', 'startStoredSubpipeline', 'startRawSubpipeline'])) {
  Object.defineProperty(TaskApi.prototype, snakeCase(name), { value: TaskApi.prototype[name], configurable: true, writable: true });
}

for (const name of NOT_YET) {
  const refuse = () => Promise.reject(new NotSupportedError(`${name} is not supported by this version of the worker`));
  for (const alias of new Set([name, snakeCase(name)])) {
    Object.defineProperty(TaskApi.prototype, alias, { value: refuse, configurable: true, writable: true });
  }
}
