/**
 * The second argument of `start`: what user code can ask of its worker while it runs.
 */
import { NotSupportedError, PayloadTooLargeError, TaskCancelled } from '../errors.js';
import { decodePayload, encodePayload } from '../codec/payload.js';

/** Later parts of the API, so that code which uses them says clearly what is missing. */
const NOT_YET = [
  'startAlgorithm',
  'startStoredSubpipeline',
  'startRawSubpipeline',
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

/** The API of one task. */
export class TaskApi {
  /**
   * @param {object} options
   * @param {(progress: Progress) => void} options.onProgress
   * @param {number} options.maxInlineBytes limit of `details` in bytes
   * @param {import('./bindings.js').Task['lastProgress']} options.lastProgress
   */
  constructor({ onProgress, maxInlineBytes, lastProgress }) {
    /** @type {AbortController | null} */
    this._controller = null;
    this._last = lastProgress;

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

  /** @param {string} reason why the task is to stop */
  _abort(reason) {
    this._controller ??= new AbortController();
    this._controller.abort(new TaskCancelled(`the task was told to stop: ${reason}`));
  }
}

/** @param {string} name */
function snakeCase(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

for (const name of NOT_YET) {
  const refuse = () => Promise.reject(new NotSupportedError(`${name} is not supported by this version of the worker`));
  for (const alias of new Set([name, snakeCase(name)])) {
    Object.defineProperty(TaskApi.prototype, alias, { value: refuse, configurable: true, writable: true });
  }
}
