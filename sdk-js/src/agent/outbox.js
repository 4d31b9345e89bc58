/**
 * What is to be sent: gathers events into frames, and keeps results and calls until the control plane has acknowledged their frame.
 *
 * Only those survive a broken stream. Frames are numbered over the whole session; after a resume what was not acknowledged goes out
 * again in new frames, in the old order: calls before the result of their task, and a call before the word that it is given up.
 */
import { keyOf } from './contract.js';

/** @typedef {import('./contract.js').WorkerEvent} WorkerEvent */
/** @typedef {import('./contract.js').ConnectRequest} ConnectRequest */
/** @typedef {import('./contract.js').TaskResult} TaskResult */

/** Room for everything in a result or call but its inline payloads. */
const OVERHEAD = 256;
const MAX_OTHER_EVENTS = 4096;

/** Events on their way out. */
export class Outbox {
  /** @param {{ maxFrameBytes: number, maxFrameEvents: number }} limits read anew for each frame */
  constructor(limits) {
    this.limits = limits;
    this.seq = 0;
    /** @type {WorkerEvent[]} results and calls that are in no frame yet */
    this.durable = [];
    /** @type {{ seq: number, events: WorkerEvent[] }[]} results and calls in frames that are not acknowledged, oldest first */
    this.sent = [];
    /** @type {Map<string, Uint8Array>} tokens of all results held, by key */
    this.tokens = new Map();
    /** @type {WorkerEvent[]} */
    this.others = [];
    /** @type {Map<string, WorkerEvent>} latest progress by token */
    this.progress = new Map();
    /** @type {number | null} */
    this.credit = null;
  }

  /** @returns {number} results that are not acknowledged */
  get unacknowledged() {
    return this.tokens.size;
  }

  /** @returns {boolean} whether there is anything to send */
  get pending() {
    return this.durable.length > 0 || this.others.length > 0 || this.progress.size > 0 || this.credit !== null;
  }

  /** @param {TaskResult} result */
  addResult(result) {
    this.durable.push({ taskResult: result });
    this.tokens.set(keyOf(result.token), /** @type {Uint8Array} */ (result.token));
  }

  /**
   * A task is assigned: that it was given back once is known, and must not be said of it now.
   *
   * @param {string} key
   * @returns {boolean} whether it has a result, and so need not be run
   */
  assignedAgain(key) {
    if (!this.tokens.has(key)) return false;
    const results = [...this.sent.flatMap((frame) => frame.events), ...this.durable].map((event) => event.taskResult);
    const hasResult = results.some((result) => result && keyOf(result.token) === key && !result.released);
    if (!hasResult) this.forget(key);
    return hasResult;
  }

  /** @param {WorkerEvent} event about a call */
  addCall(event) {
    this.durable.push(event);
  }

  /** @param {WorkerEvent} event that may be lost */
  add(event) {
    // Nothing that may be lost piles up while there is no stream.
    if (this.others.length < MAX_OTHER_EVENTS) this.others.push(event);
  }

  /** @param {string} key @param {WorkerEvent} event */
  setProgress(key, event) {
    this.progress.set(key, event);
  }

  /**
   * Takes what is pending as frames.
   *
   * @param {number} ack highest processed frame of the control plane
   * @param {import('./contract.js').LogEntry[]} lines to go before the results
   * @param {number} dropped lines dropped before those
   * @returns {ConnectRequest[]} at least one, as a frame may be wanted for its `ack` alone
   */
  take(ack, lines = [], dropped = 0) {
    /** @type {WorkerEvent[]} */
    const first = [];
    if (lines.length > 0 || dropped > 0) first.push({ logBatch: { lines, dropped } });
    first.push(...this.progress.values(), ...this.others);
    if (this.credit !== null) first.push({ credit: { maxTasks: this.credit } });
    this.progress.clear();
    this.others = [];
    this.credit = null;
    const frames = [];
    do frames.push(this._frame(ack, first));
    while (first.length > 0 || this.durable.length > 0);
    return frames;
  }

  /** @param {number} ack @param {WorkerEvent[]} first taken from the front */
  _frame(ack, first) {
    const { maxFrameEvents, maxFrameBytes } = this.limits;
    const events = first.splice(0, maxFrameEvents);
    let bytes = 0;
    let count = 0;
    for (const event of this.durable) {
      bytes += sizeOf(event);
      if (events.length + count >= maxFrameEvents || (bytes > maxFrameBytes && events.length + count > 0)) break;
      count++;
    }
    const durable = this.durable.splice(0, count);
    for (const event of durable) events.push(event);
    const seq = ++this.seq;
    if (durable.length > 0) this.sent.push({ seq, events: durable });
    return { seq, ack, events };
  }

  /** The control plane has processed all frames up to this one. @param {number} seq */
  acknowledge(seq) {
    let count = 0;
    for (const frame of this.sent) {
      if (frame.seq > seq) break;
      for (const { taskResult } of frame.events) if (taskResult) this.tokens.delete(keyOf(taskResult.token));
      count++;
    }
    if (count > 0) this.sent.splice(0, count);
  }

  /** Nothing that was said of a task need be recorded any more. @param {string} key */
  forget(key) {
    this.tokens.delete(key);
    const keep = (/** @type {WorkerEvent} */ { taskResult, callRequest, callCancel }) =>
      keyOf((taskResult ?? callRequest ?? callCancel)?.token) !== key;
    this.durable = this.durable.filter(keep);
    for (const frame of this.sent) frame.events = frame.events.filter(keep);
  }

  /** A new stream goes on with the session: what is not acknowledged is pending again, before what is newer. */
  resume() {
    this.durable = [...this.sent.flatMap((frame) => frame.events), ...this.durable];
    this.sent = [];
  }

  /** A new session begins: nothing of the old one counts. */
  reset() {
    this.seq = 0;
    this.durable = [];
    this.sent = [];
    this.tokens.clear();
    this.others = [];
    this.progress.clear();
    this.credit = null;
  }
}

/** @param {WorkerEvent} event @returns {number} about its length in bytes */
function sizeOf({ taskResult, callRequest }) {
  if (taskResult) return OVERHEAD + (taskResult.output?.data?.length ?? 0);
  return OVERHEAD + (callRequest?.input?.data?.length ?? 0) + (callRequest?.rawPipeline?.data?.length ?? 0);
}
