/**
 * What is to be sent: gathers events into frames, and keeps results until the control plane has acknowledged their frame.
 *
 * Only results survive a broken stream. Frames are numbered over the whole session; after a resume the results that were not
 * acknowledged go out again in new frames.
 */
import { keyOf } from './contract.js';

/** @typedef {import('./contract.js').WorkerEvent} WorkerEvent */
/** @typedef {import('./contract.js').ConnectRequest} ConnectRequest */
/** @typedef {import('./contract.js').TaskResult} TaskResult */

/** Room for everything in a result but its inline payload. */
const RESULT_OVERHEAD = 256;
const MAX_OTHER_EVENTS = 4096;

/** Events on their way out. */
export class Outbox {
  /** @param {{ maxFrameBytes: number, maxFrameEvents: number }} limits read anew for each frame */
  constructor(limits) {
    this.limits = limits;
    this.seq = 0;
    /** @type {TaskResult[]} results that are in no frame yet */
    this.results = [];
    /** @type {{ seq: number, results: TaskResult[] }[]} frames with results, oldest first */
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
    return this.results.length > 0 || this.others.length > 0 || this.progress.size > 0 || this.credit !== null;
  }

  /** @param {TaskResult} result */
  addResult(result) {
    this.results.push(result);
    this.tokens.set(keyOf(result.token), /** @type {Uint8Array} */ (result.token));
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
    while (first.length > 0 || this.results.length > 0);
    return frames;
  }

  /** @param {number} ack @param {WorkerEvent[]} first taken from the front */
  _frame(ack, first) {
    const { maxFrameEvents, maxFrameBytes } = this.limits;
    const events = first.splice(0, maxFrameEvents);
    let bytes = 0;
    let count = 0;
    for (const result of this.results) {
      bytes += (result.output?.data?.length ?? 0) + RESULT_OVERHEAD;
      if (events.length + count >= maxFrameEvents || (bytes > maxFrameBytes && events.length + count > 0)) break;
      count++;
    }
    const results = this.results.splice(0, count);
    for (const taskResult of results) events.push({ taskResult });
    const seq = ++this.seq;
    if (results.length > 0) this.sent.push({ seq, results });
    return { seq, ack, events };
  }

  /** The control plane has processed all frames up to this one. @param {number} seq */
  acknowledge(seq) {
    let count = 0;
    for (const frame of this.sent) {
      if (frame.seq > seq) break;
      for (const result of frame.results) this.tokens.delete(keyOf(result.token));
      count++;
    }
    if (count > 0) this.sent.splice(0, count);
  }

  /** A result need not be recorded any more. @param {string} key */
  forget(key) {
    if (!this.tokens.delete(key)) return;
    const keep = (/** @type {TaskResult} */ result) => keyOf(result.token) !== key;
    this.results = this.results.filter(keep);
    for (const frame of this.sent) frame.results = frame.results.filter(keep);
  }

  /** A new stream goes on with the session: results not acknowledged are pending again, before newer ones. */
  resume() {
    this.results = [...this.sent.flatMap((frame) => frame.results), ...this.results];
    this.sent = [];
  }

  /** A new session begins: nothing of the old one counts. */
  reset() {
    this.seq = 0;
    this.results = [];
    this.sent = [];
    this.tokens.clear();
    this.others = [];
    this.progress.clear();
    this.credit = null;
  }
}
