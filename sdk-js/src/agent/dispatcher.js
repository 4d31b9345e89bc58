/**
 * Moves tasks from their assignment to their result: fetches inputs, hands tasks to runners, stops them, stores large results.
 *
 * It knows nothing of streams and frames; what it has to say goes to its listener.
 */
import { CATEGORY, crashOf, failureOf } from '../failure.js';
import { PHASE } from '../runner/execute.js';
import { Downloads } from './blobs.js';
import { Calls } from './calls.js';
import { RunTimes, prefetch } from './credit.js';
import { partsToFetch } from './inputs.js';
import { Runner } from './runner.js';
import { Task } from './task.js';
import { Watch } from './watch.js';

/** @typedef {import('../failure.js').Failure} Failure */
/** @typedef {import('./contract.js').TaskResult} TaskResult */
/** @typedef {import('../runner/execute.js').Outcome} Outcome */

/** Tasks shorter than this are handed to a runner several at a time. */
const SHORT_MS = 5;
const SHORT_WINDOW = 32;
/** Beyond these no more tasks are taken ahead, or none started: data of tasks that wait, results that are being stored. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024;
const MAX_STORING_BYTES = 256 * 1024 * 1024;
/** Held at most, whatever the credit said: more than any credit that this worker gives. */
const MAX_HELD = 4096;
const DEFAULT_GRACE_MS = 10_000;

/**
 * Stores a result that is too large to travel inline.
 *
 * @callback Store
 * @param {Uint8Array} token
 * @param {{ data: Uint8Array<ArrayBuffer>, sha256: string }} result
 * @param {AbortSignal} signal
 * @returns {Promise<import('./contract.js').BlobRef>}
 */

/**
 * @typedef {object} DispatcherListener
 * @property {(result: TaskResult) => void} onResult
 * @property {(key: string, event: import('./contract.js').WorkerEvent) => void} onProgress
 * @property {(event: import('./contract.js').WorkerEvent) => void} onEvent an event that may be lost
 * @property {(event: import('./contract.js').WorkerEvent) => void} onCall an event about a call, to be kept until acknowledged
 * @property {(token: Uint8Array | null, lines: [number, number, string][], dropped: number) => void} onLines
 * @property {() => boolean} mayStart whether results are acknowledged fast enough to start more tasks
 * @property {Store} store
 */

/** All tasks and runners of a worker. */
export class Dispatcher {
  /**
   * @param {import('./settings.js').Settings} settings
   * @param {{ maxInlineBytes: number, maxPrefetch: number }} limits read anew each time
   * @param {DispatcherListener} listener
   */
  constructor(settings, limits, listener) {
    this.settings = settings;
    this.limits = limits;
    this.listener = listener;
    this.downloads = new Downloads();
    this.times = new RunTimes();
    this.calls = new Calls({
      onCall: (event) => listener.onCall(event),
      onSlot: (task, blocked) => this._slot(task, blocked),
      store: (token, data, signal) => listener.store(token, data, signal),
      downloads: this.downloads,
    });
    /** Slots whose task only waits for calls. */
    this.blockedSlots = 0;
    /** @type {Map<string, Task>} all that is held, by key */
    this.tasks = new Map();
    /** @type {Task[]} in the order in which they are to be started */
    this.ready = [];
    /** @type {Runner[]} one per slot */
    this.runners = [];
    /** @type {Map<Runner, Watch>} */
    this.watches = new Map();
    /** @type {Failure | null} why no task can run */
    this.loadFailure = null;
    this.waitingBytes = 0;
    this.storingBytes = 0;
    this.leaving = false;
  }

  /** Starts the runners. @returns {Promise<void>} when all have loaded the code, or one could not */
  begin() {
    return new Promise((resolve) => {
      this.onLoaded = resolve;
      for (let slot = 0; slot < this.settings.slots; slot++) this._addRunner();
    });
  }

  _addRunner() {
    const runner = new Runner(this.settings, {
      onReady: (_, failure) => this._loaded(failure),
      onResult: (from, task, outcome) => this._ran(from, task, outcome),
      onLines: (task, lines, dropped) => this.listener.onLines(task?.token ?? null, lines, dropped),
      onProgress: (task, { fraction, message, details }) =>
        this.listener.onProgress(task.key, { taskProgress: { token: task.token, fraction, message, details } }),
      onPhase: (_, task, phase, sinceMs) => this.reportPhase(task, phase, sinceMs),
      onCall: (task, request) => task.stop?.as !== 'silent' && this.calls.request(task, request),
      onCancelCall: (task, callId, reason) => this.calls.cancel(task, callId, reason),
      onEnd: (ended, end) => this._ended(ended, end),
    });
    this.runners.push(runner);
    this.watches.set(runner, new Watch(this, runner));
    this.configure(runner);
  }

  /** @param {Failure | null} failure */
  _loaded(failure) {
    if (failure !== null) this._cannotRun(failure);
    if (this.loadFailure !== null || this.runners.every(({ ready }) => ready)) this.onLoaded?.();
    this.pump();
  }

  /** @param {Failure} failure */
  _cannotRun(failure) {
    this.loadFailure ??= failure;
    for (const task of this.ready.splice(0)) this._finish(task, { failure: this.loadFailure });
  }

  /** Tells runners the limits in force. @param {Runner} [only] */
  configure(only) {
    const { maxInlineBytes } = this.limits;
    for (const runner of only ? [only] : this.runners) runner.post({ type: 'limits', maxInlineBytes });
  }

  /** @returns {number} tasks to hold, running ones included */
  get target() {
    if (this.blockedSlots > 0 || this.waitingBytes > MAX_WAITING_BYTES) return this.settings.slots;
    return this.settings.slots + prefetch(this.times.average, this.limits.maxPrefetch);
  }

  /** @returns {number} tasks that run user code */
  get running() {
    return this.runners.filter(({ cells }) => cells.current() !== null).length;
  }

  /**
   * Takes a task on.
   *
   * @param {string} key @param {Uint8Array} token
   * @param {import('./inputs.js').Context | undefined} context undefined when the task names one that was not sent
   * @param {import('./contract.js').TaskAssign} assign
   */
  assign(key, token, context, assign) {
    const full = this.tasks.size >= MAX_HELD || this.blockedSlots >= this.settings.slots;
    if (full) return this.listener.onResult({ token, released: true });
    if (context === undefined) {
      const error = new Error(`the task names context ${assign.context}, which was not sent on this stream`);
      return this.listener.onResult({ token, failure: failureOf(CATEGORY.PROTOCOL, error) });
    }
    const task = new Task(key, token, context, assign);
    context.tasks++;
    this.tasks.set(key, task);
    if (this.loadFailure !== null) return this._finish(task, { failure: this.loadFailure });
    try {
      task.plan = context.plan(assign);
    } catch (error) {
      return this._finish(task, { failure: failureOf(CATEGORY.PROTOCOL, error) });
    }
    const parts = partsToFetch(context, task.plan);
    if (parts.length > 0) void this._fetch(task, parts);
    else this._enqueue(task);
  }

  /** @param {Task} task @param {import('./inputs.js').Part[]} parts */
  async _fetch(task, parts) {
    const began = Date.now();
    const { signal } = (task.transfer = new AbortController());
    const phaseTimer = setTimeout(() => this.reportPhase(task, PHASE.FETCHING, began), 50);
    let failure = null;
    try {
      const fetched = await Promise.all(
        parts.map(async (part) => /** @type {const} */ ([part, await this.downloads.fetch(part.ref ?? {}, signal)])),
      );
      task.fetched = new Map(fetched);
    } catch (error) {
      failure = failureOf(CATEGORY.INPUT_FETCH, error);
    } finally {
      clearTimeout(phaseTimer);
    }
    task.fetchUs = (Date.now() - began) * 1000;
    if (task.state !== 'fetching') return;
    if (failure !== null) this._finish(task, { failure });
    else if (this.loadFailure !== null) this._finish(task, { failure: this.loadFailure });
    else this._enqueue(task);
    this.pump();
  }

  /** @param {Task} task */
  _enqueue(task) {
    task.transfer = null;
    task.state = 'ready';
    this.waitingBytes += fetchedBytes(task);
    this.ready.push(task);
  }

  /** Hands ready tasks to runners that have room. */
  pump() {
    const { average } = this.times;
    const window = average !== null && average < SHORT_MS ? SHORT_WINDOW : 1;
    while (this.ready.length > 0 && this.listener.mayStart() && this.storingBytes < MAX_STORING_BYTES) {
      const runner = this._freest(window);
      if (runner === null) break;
      this._give(runner, /** @type {Task} */ (this.ready.shift()));
    }
    if (this.ready.length === 0 && this.runners.length > 1) this._balance();
    for (const runner of this.runners) runner.flush();
  }

  /** @param {number} window @returns {Runner | null} */
  _freest(window) {
    let best = null;
    for (const runner of this.runners) {
      if (runner.room(window) > 0 && (best === null || runner.tasks.size < best.tasks.size)) best = runner;
    }
    return best;
  }

  /** @param {Runner} runner @param {Task} task */
  _give(runner, task) {
    task.state = 'given';
    this.waitingBytes -= fetchedBytes(task);
    runner.give(task);
    this.watches.get(runner)?.begin(task.context.ttlMs);
  }

  /** A runner with nothing to do gets what waits behind the task of another. */
  _balance() {
    for (const idle of this.runners.filter((runner) => runner.tasks.size === 0 && runner.room(1) > 0)) {
      const busiest = this.runners.reduce((a, b) => (b.tasks.size > a.tasks.size ? b : a));
      if (busiest.tasks.size < 2) return;
      const last = [...busiest.tasks.values()].at(-1);
      if (last === undefined || !busiest.takeBack(last)) return;
      this.waitingBytes += fetchedBytes(last);
      this._give(idle, last);
    }
  }

  /** @param {string} key of the task that called @param {Parameters<Calls['answer']>[1]} result how the call ended */
  answer(key, result) {
    const task = this.tasks.get(key);
    if (task !== undefined) this.calls.answer(task, result);
  }

  /** The session goes on with a new stream: what was said of slots may be lost. */
  repeatSlots() {
    for (const { token, calls } of this.tasks.values()) {
      if (calls !== null) this.listener.onEvent({ slotState: { token, blocked: calls.blocked } });
    }
  }

  /** @param {Task} task @param {boolean} blocked */
  _slot(task, blocked) {
    this._setBlocked(task, blocked);
    this.listener.onEvent({ slotState: { token: task.token, blocked } });
    // Nothing is to wait behind a task that waits itself, perhaps for just that.
    if (blocked) this.releaseWaiting();
    else this.pump();
  }

  /** @param {Task} task @param {boolean} blocked */
  _setBlocked(task, blocked) {
    this.blockedSlots += blocked ? 1 : -1;
    if (task.runner !== null) task.runner.blocked = blocked;
  }

  /** @param {Task} task whose user code has ended, or does not count any more */
  _endCalls(task) {
    if (this.calls.end(task)) this._setBlocked(task, false);
  }

  /** @param {Runner} runner @param {Task} task @param {Outcome} outcome */
  _ran(runner, task, outcome) {
    if (task.calls !== null) this._endCalls(task);
    const { initUs, runUs, encodeUs } = outcome;
    this.times.add((initUs + runUs) / 1000);
    const times = { initUs, runUs, storeUs: encodeUs };
    if (task.stop !== null) this._finishStopped(task, times);
    else if (outcome.failure) this._finish(task, { failure: outcome.failure, ...times });
    else if (outcome.sha256 !== undefined) void this._store(task, outcome, times);
    else this._finish(task, { output: { ...outcome.output, shapes: outcome.shapes }, ...times });
    const [next] = runner.tasks.values();
    if (next === undefined) this.watches.get(runner)?.end();
    else this.watches.get(runner)?.begin(next.context.ttlMs);
    this.pump();
  }

  /** @param {Task} task @param {Outcome} outcome @param {{ initUs: number, runUs: number, storeUs: number }} times */
  async _store(task, outcome, times) {
    const { output, shapes, sha256 = '' } = outcome;
    const data = /** @type {Uint8Array<ArrayBuffer>} */ (output?.data);
    const began = Date.now();
    task.state = 'storing';
    task.runner = null;
    this.storingBytes += data.length;
    const { signal } = (task.transfer = new AbortController());
    const phaseTimer = setTimeout(() => this.reportPhase(task, PHASE.STORING, began), 50);
    /** @type {Partial<TaskResult>} */
    let result;
    try {
      const ref = await this.listener.store(task.token, { data, sha256 }, signal);
      result = { output: { contentType: output?.contentType, ref, shapes } };
    } catch (error) {
      result = { failure: failureOf(CATEGORY.OUTPUT_STORE, error) };
    }
    clearTimeout(phaseTimer);
    this.storingBytes -= data.length;
    if (task.state === 'storing') this._finish(task, { ...result, ...times, storeUs: times.storeUs + (Date.now() - began) * 1000 });
    this.pump();
  }

  /**
   * Stops a task.
   *
   * @param {Task} task
   * @param {{ as: import('./task.js').Stop['as'], force: boolean, reason: string, graceMs?: number }} options `graceMs` after
   *   which a forced stop ends the thread
   */
  stop(task, { as, force, reason, graceMs = DEFAULT_GRACE_MS }) {
    const begun = task.state === 'given' && !(task.runner?.takeBack(task) ?? false);
    if (!begun) return this._stopIdle(task, as);
    if (as === 'silent') this._endCalls(task);
    if (task.stop !== null) {
      if (as === 'silent') task.stop.as = as;
      if (!force || task.stop.force) return;
    }
    const sinceMs = Date.now();
    task.stop = {
      as: task.stop?.as ?? as,
      force,
      reason,
      phaseTimer: task.stop?.phaseTimer ?? setTimeout(() => this.reportPhase(task, PHASE.STOPPING, sinceMs), 50),
      killTimer: force ? setTimeout(() => task.runner?.kill('a task that was told to stop did not end in time'), graceMs) : null,
    };
    task.runner?.stop(task, force, reason);
  }

  /** @param {Task} task whose user code has not begun, or is over @param {import('./task.js').Stop['as']} as */
  _stopIdle(task, as) {
    const { state } = task;
    if (state === 'ready') {
      this.ready.splice(this.ready.indexOf(task), 1);
      this.waitingBytes -= fetchedBytes(task);
    }
    task.transfer?.abort();
    if (as === 'silent') this._forget(task);
    else this._finish(task, state === 'storing' ? { cancelled: true } : { released: true });
    this.pump();
  }

  /** Gives back all that has not begun. */
  releaseWaiting() {
    for (const task of [...this.tasks.values()]) {
      if (task.state === 'fetching' || task.state === 'ready') this._stopIdle(task, 'cancelled');
      else if (task.state === 'given' && task.runner?.takeBack(task)) this._finish(task, { released: true });
    }
  }

  /** @param {Runner} runner @param {{ code: number, error: Error | null }} end */
  _ended(runner, end) {
    this.watches.get(runner)?.end();
    this.watches.delete(runner);
    this.runners.splice(this.runners.indexOf(runner), 1);
    if (this.leaving) return;
    const failure = crashOf(end);
    const held = [...runner.tasks.values()];
    const waiting = held.filter((task) => runner.takeBack(task));
    for (const task of held) {
      if (task.runner === null) task.state = 'ready';
      else if (task.stop !== null) this._finishStopped(task, {});
      else this._finish(task, { failure });
    }
    for (const task of waiting) this.waitingBytes += fetchedBytes(task);
    this.ready.unshift(...waiting);
    if (!runner.loaded) {
      const message = `${failure.message}, while the code was loaded`;
      this._cannotRun({ ...failure, category: CATEGORY.LOAD, message, stackTrace: failure.stackTrace ?? runner.lastWords.join('\n') });
      return this.onLoaded?.();
    }
    this.listener.onEvent({ workerState: { state: 1, reason: runner.killReason || failure.message, exitCode: end.code } });
    this._addRunner();
  }

  /** @param {Task} task @param {Partial<TaskResult>} times */
  _finishStopped(task, times) {
    if (task.stop?.as === 'silent') this._forget(task);
    else if (task.stop?.as === 'timeout') {
      const seconds = task.context.ttlMs / 1000;
      const failure = { category: CATEGORY.TIMEOUT, type: 'Timeout', message: `the task ran longer than its ttl of ${seconds} s` };
      this._finish(task, { failure, ...times });
    } else this._finish(task, { cancelled: true, ...times });
  }

  /** @param {Task} task @param {Partial<TaskResult>} result */
  _finish(task, result) {
    this._forget(task);
    if (result.failure) result.failure = { ...result.failure, source: this.settings.workerId };
    this.listener.onResult({ token: task.token, fetchUs: task.fetchUs, ...result });
  }

  /** @param {Task} task */
  _forget(task) {
    if (task.calls !== null) this._endCalls(task);
    if (task.stop?.killTimer) clearTimeout(task.stop.killTimer);
    if (task.stop?.phaseTimer) clearTimeout(task.stop.phaseTimer);
    task.state = 'ended';
    this.tasks.delete(task.key);
    task.context.tasks--;
    this.releaseContext(task.context);
  }

  /** Lets runners forget a context that nobody will use again. @param {import('./inputs.js').Context} context */
  releaseContext(context) {
    if (context.open || context.tasks > 0) return;
    for (const runner of this.runners) runner.dropContext(context.id);
  }

  /** @param {Task} task @param {number} phase @param {number} sinceMs */
  reportPhase(task, phase, sinceMs) {
    if (task.state === 'ended' || task.reportedPhase === phase) return;
    task.reportedPhase = phase;
    const seconds = Math.floor(sinceMs / 1000);
    const since = { seconds, nanos: Math.floor((sinceMs - seconds * 1000) * 1e6) };
    this.listener.onEvent({ taskPhase: { token: task.token, phase, since } });
  }

  /**
   * Lets the user code go: calls `exit` in all runners, then ends them.
   *
   * @param {number} exitCode @param {number} graceMs
   */
  async leave(exitCode, graceMs) {
    this.leaving = true;
    const runners = [...this.runners];
    await Promise.all(runners.map((runner) => runner.leave(exitCode, graceMs)));
    for (const runner of runners) runner.kill('the worker leaves');
  }
}

/** @param {Task} task */
function fetchedBytes({ fetched }) {
  let bytes = 0;
  for (const data of fetched?.values() ?? []) bytes += data.length;
  return bytes;
}
