/**
 * Calls of one task: what user code asks for on its way to the agent, and the answers on their way back to its promises.
 */
import { createHash } from 'node:crypto';

import { CONTENT_TYPE, decodePayload, encodePayload } from '../codec/payload.js';
import { ChildFailedError, ChildStoppedError, DistributedKubeError, PayloadTooLargeError } from '../errors.js';
import { CATEGORY_NAMES } from '../failure.js';

/** Calls of a task that wait for their answer, given up or not. */
export const MAX_OPEN_CALLS = 1000;
const GIVEN_UP = 'the caller gave it up';

/** @typedef {import('../codec/payload.js').Encoded} Encoded */

/**
 * What is called: exactly one of the three is set.
 *
 * @typedef {{ algorithmName?: string, pipelineName?: string, rawPipeline?: Encoded }} Target
 */

/**
 * A call as the agent takes it.
 *
 * @typedef {object} CallRequest
 * @property {string} callId number of the call in its task
 * @property {Target} target
 * @property {Encoded} input
 * @property {string} [sha256] of an input too large to travel inline
 * @property {boolean} includeResult
 */

/**
 * How a call ended: exactly one of the three is set.
 *
 * @typedef {{ output?: { contentType: string, data?: Uint8Array }, failure?: import('../failure.js').Failure, stopped?: string }} Answer
 */

/**
 * What the methods that call give back.
 *
 * @typedef {Promise<unknown> & { cancel: (reason?: string) => void }} Call a promise; `cancel` gives the call up, which then
 *   rejects with a `ChildStoppedError`, and does nothing once it has ended
 */

/**
 * Where calls go.
 *
 * @typedef {object} CallListener
 * @property {(n: number, request: CallRequest) => void} onCall
 * @property {(n: number, callId: string, reason: string) => void} onCancel
 */

/** @typedef {{ name: string, resolve: (value: unknown) => void, reject: (error: Error) => void }} Open */

/** The calls of one task. */
export class Calls {
  /** @param {number} n number of the task @param {CallListener} listener @param {number} maxInlineBytes */
  constructor(n, listener, maxInlineBytes) {
    this.n = n;
    this.listener = listener;
    this.maxInlineBytes = maxInlineBytes;
    this.count = 0;
    /** @type {Map<string, Open | null>} by call id until the answer comes; null for those given up */
    this.open = new Map();
  }

  /**
   * Calls something.
   *
   * @param {string} name of the child, for messages
   * @param {Target} target
   * @param {unknown} input
   * @param {boolean} includeResult whether to fetch what it returns
   * @returns {Call}
   * @throws {Error} when the input cannot be encoded, something is too large, or too many calls are open
   */
  start(name, target, input, includeResult) {
    if (this.open.size >= MAX_OPEN_CALLS) {
      throw new DistributedKubeError(`${MAX_OPEN_CALLS} calls of this task are open; wait for some before making more`);
    }
    const size = target.rawPipeline?.data?.length ?? 0;
    if (size > this.maxInlineBytes) {
      throw new PayloadTooLargeError(`a pipeline descriptor of ${size} bytes exceeds ${this.maxInlineBytes}; pass large data as flowInput`);
    }
    /** @type {CallRequest} */
    const request = { callId: String(this.count + 1), target, input: encodePayload(input), includeResult };
    const { data } = request.input;
    if (data !== undefined && data.length > this.maxInlineBytes) request.sha256 = createHash('sha256').update(data).digest('hex');
    this.count++;
    this.listener.onCall(this.n, request);
    const { callId } = request;
    const promise = new Promise((resolve, reject) => this.open.set(callId, { name, resolve, reject }));
    return Object.assign(promise, { cancel: (reason = GIVEN_UP) => this._giveUp(callId, String(reason) || GIVEN_UP) });
  }

  /** @param {string} callId @param {string} reason @param {Error} [error] what the call rejects with */
  _giveUp(callId, reason, error) {
    const open = this.open.get(callId);
    if (!open) return;
    this.open.set(callId, null);
    this.listener.onCancel(this.n, callId, reason);
    open.reject(error ?? new ChildStoppedError(`${open.name} was stopped: ${reason}`, { child: open.name, reason }));
  }

  /** The answer to a call has come, or nobody waits for it any more. @param {string} callId @param {Answer | null} answer */
  answer(callId, answer) {
    const open = this.open.get(callId);
    this.open.delete(callId);
    if (!open || answer === null) return;
    try {
      open.resolve(valueOf(open.name, answer));
    } catch (error) {
      open.reject(/** @type {Error} */ (error));
    }
  }

  /** The task was told to stop: gives up what is open, so that `start` can end. @param {string} reason @param {Error} error */
  abort(reason, error) {
    for (const callId of [...this.open.keys()]) this._giveUp(callId, reason, error);
  }

  /** `start` has ended; the control plane stops what it called. @param {Error} error for code that still waits for an answer */
  end(error) {
    for (const open of this.open.values()) open?.reject(error);
    this.open.clear();
  }
}

/**
 * A pipeline as it travels.
 *
 * @param {object} pipeline
 * @returns {Encoded}
 * @throws {TypeError} when it cannot be written as JSON
 */
export function descriptor(pipeline) {
  return { contentType: CONTENT_TYPE.JSON, data: Uint8Array.from(Buffer.from(JSON.stringify(pipeline))) };
}

/** A call that could not be made. @param {Error} error @returns {Call} */
export function refused(error) {
  return Object.assign(Promise.reject(error), { cancel: () => {} });
}

/** @param {string} child @param {Answer} answer @returns {unknown} */
function valueOf(child, { output, failure, stopped }) {
  if (failure) {
    const { category, message, type } = failure;
    throw new ChildFailedError(message || `${child} failed`, { child, category: CATEGORY_NAMES[category] ?? CATEGORY_NAMES[0], type });
  }
  if (stopped !== undefined) throw new ChildStoppedError(`${child} was stopped: ${stopped}`, { child, reason: stopped });
  return decodePayload(output?.contentType ?? '', output?.data);
}
