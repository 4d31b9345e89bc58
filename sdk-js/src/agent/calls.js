/**
 * Calls that user code makes of other algorithms and pipelines: from its thread to the control plane, and the answers back.
 *
 * When a slot only waits, others may run what it waits for. JavaScript cannot tell whether an open call is being awaited, so a slot
 * counts as blocked once a call has been open for 10 ms in which its thread was idle more than it worked. It stays blocked until
 * no call is open, not just until the first answer, or a task that waits for many would go back and forth.
 */
import { CATEGORY, failureOf } from '../failure.js';
import { encoded, partOf } from './inputs.js';

const WAITING_MS = 10;

/** @typedef {import('../runner/calls.js').Answer} Answer */
/** @typedef {import('../runner/calls.js').CallRequest} CallRequest */
/** @typedef {import('./contract.js').WorkerEvent} WorkerEvent */
/** @typedef {import('./task.js').Task} Task */

/**
 * | state    | means                                                | goes on when                       |
 * |----------|------------------------------------------------------|------------------------------------|
 * | storing  | its input is being stored                            | the store has it                   |
 * | asked    | the control plane knows of it, or will               | it answers                         |
 * | givenUp  | user code has given it up                            | the control plane answers all the same |
 * | answered | its answer has come; what it refers to is fetched    | all is there, and it is forgotten  |
 *
 * @typedef {{ state: 'storing' | 'asked' | 'givenUp' | 'answered', transfer: AbortController | null }} Call
 */

/** The calls of one task that its thread has no answer to. */
export class OpenCalls {
  constructor() {
    /** @type {Map<string, Call>} by call id */
    this.byId = new Map();
    /** Those that are not given up. */
    this.waiting = 0;
    /** Whether the control plane was told that the slot only waits. */
    this.blocked = false;
    /** @type {NodeJS.Timeout | null} */
    this.timer = null;
  }
}

/**
 * @typedef {object} CallsListener
 * @property {(event: WorkerEvent) => void} onCall an event to be kept until it is acknowledged
 * @property {(task: Task, blocked: boolean) => void} onSlot a slot only waits, or goes on
 * @property {import('./dispatcher.js').Store} store
 * @property {import('./blobs.js').Downloads} downloads
 */

/** The calls of all tasks of a worker. */
export class Calls {
  /** @param {CallsListener} listener */
  constructor(listener) {
    this.listener = listener;
  }

  /** User code calls. @param {Task} task @param {CallRequest} request */
  request(task, request) {
    const calls = (task.calls ??= new OpenCalls());
    /** @type {Call} */
    const call = { state: 'asked', transfer: null };
    calls.byId.set(request.callId, call);
    if (calls.waiting++ === 0) this._watch(task, calls);
    if (request.sha256 === undefined) this._ask(task, request, request.input);
    else void this._store(task, request, call);
  }

  /** @param {Task} task @param {CallRequest} request @param {import('./contract.js').Payload} input */
  _ask({ token }, { callId, target, includeResult }, input) {
    this.listener.onCall({ callRequest: { token, callId, ...target, input, includeResult } });
  }

  /** @param {Task} task @param {CallRequest} request @param {Call} call */
  async _store(task, request, call) {
    const { callId, input, sha256 = '' } = request;
    const { signal } = (call.transfer = new AbortController());
    call.state = 'storing';
    try {
      const data = /** @type {Uint8Array<ArrayBuffer>} */ (input.data);
      const ref = await this.listener.store(task.token, { data, sha256 }, signal);
      if (signal.aborted) return;
      call.state = 'asked';
      this._ask(task, request, { contentType: input.contentType, ref });
    } catch (error) {
      if (!signal.aborted) this._hand(task, callId, { failure: failureOf(CATEGORY.OUTPUT_STORE, error) });
    }
  }

  /** User code gives a call up. @param {Task} task @param {string} callId @param {string} reason */
  cancel(task, callId, reason) {
    const call = task.calls?.byId.get(callId);
    if (call === undefined || task.calls === null) return;
    const { state } = call;
    call.transfer?.abort();
    // The control plane has not heard of it, or is done with it.
    if (state === 'storing' || state === 'answered') return this._hand(task, callId, null);
    call.state = 'givenUp';
    this.listener.onCall({ callCancel: { token: task.token, callId, reason } });
    this._waitsLess(task, task.calls);
  }

  /**
   * The control plane answers. It may do so more than once.
   *
   * @param {Task} task
   * @param {import('../gen/contract.js').distributedkube.api.worker.v1.CallResult.$Properties} result
   */
  answer(task, { callId: id, output, failure, stopped }) {
    const callId = id ?? '';
    const call = task.calls?.byId.get(callId);
    if (call === undefined || call.state === 'answered') return;
    if (call.state === 'givenUp') this._hand(task, callId, null);
    else if (failure) this._hand(task, callId, { failure: plain(failure) });
    else if (stopped !== null && stopped !== undefined) this._hand(task, callId, { stopped });
    else void this._fetch(task, callId, call, partOf(output, false));
  }

  /** @param {Task} task @param {string} callId @param {Call} call @param {import('./inputs.js').Part} part */
  async _fetch(task, callId, call, part) {
    if (part.ref === null) return this._hand(task, callId, { output: encoded(part, null) });
    const { signal } = (call.transfer = new AbortController());
    call.state = 'answered';
    /** @type {Answer} */
    let answer;
    try {
      const data = await this.listener.downloads.fetch(part.ref, signal);
      answer = { output: { contentType: part.contentType, data } };
    } catch (error) {
      answer = { failure: failureOf(CATEGORY.INPUT_FETCH, error) };
    }
    if (!signal.aborted) this._hand(task, callId, answer);
  }

  /** Hands the thread what it waits for. @param {Task} task @param {string} callId @param {Answer | null} answer null for none */
  _hand(task, callId, answer) {
    const { calls } = task;
    const call = calls?.byId.get(callId);
    if (calls === null || call === undefined) return;
    calls.byId.delete(callId);
    task.runner?.post({ type: 'answer', n: task.n, callId, answer });
    if (call.state !== 'givenUp') this._waitsLess(task, calls);
  }

  /** @param {Task} task @param {OpenCalls} calls */
  _waitsLess(task, calls) {
    if (--calls.waiting > 0) return;
    if (calls.timer !== null) clearTimeout(calls.timer);
    calls.timer = null;
    if (!calls.blocked) return;
    calls.blocked = false;
    this.listener.onSlot(task, false);
  }

  /** A call is open: looks in a moment whether its slot only waits. @param {Task} task @param {OpenCalls} calls */
  _watch(task, calls) {
    const before = task.runner?.utilization();
    calls.timer = setTimeout(() => {
      calls.timer = null;
      const spent = task.runner?.utilization(before);
      if (spent === undefined) return;
      if (spent.active > spent.idle) return this._watch(task, calls);
      calls.blocked = true;
      this.listener.onSlot(task, true);
    }, WAITING_MS);
  }

  /**
   * The task has ended, or nothing more is to be said about it: its calls are forgotten. The control plane stops what they called.
   *
   * @param {Task} task
   * @returns {boolean} whether its slot counted as blocked, which it does not any more
   */
  end(task) {
    const { calls } = task;
    if (calls === null) return false;
    task.calls = null;
    if (calls.timer !== null) clearTimeout(calls.timer);
    for (const { transfer } of calls.byId.values()) transfer?.abort();
    return calls.blocked;
  }
}

/** @param {import('../gen/contract.js').distributedkube.api.type.v1.Failure.$Properties} failure what of it a thread needs */
function plain({ category, type, message }) {
  return { category: category ?? 0, type: type ?? '', message: message ?? '' };
}
