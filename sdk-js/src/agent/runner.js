/**
 * The agent's side of one slot: a thread with user code, and the tasks handed to it.
 */
import { Worker } from 'node:worker_threads';

import { Cells, MAX_WINDOW } from '../runner/cells.js';
import { STREAM } from '../runner/output.js';
import { encoded, withData } from './inputs.js';

const LAST_LINES = 20;

/** @typedef {import('./task.js').Task} Task */
/** @typedef {[stream: number, timeUs: number, text: string]} Line */
/** @typedef {import('../runner/thread.js').FromRunner} FromRunner */
/** @typedef {import('../runner/thread.js').ToRunner} ToRunner */

/**
 * What a runner reports.
 *
 * @typedef {object} RunnerListener
 * @property {(runner: Runner, failure: import('../failure.js').Failure | null) => void} onReady
 * @property {(runner: Runner, task: Task, outcome: import('../runner/execute.js').Outcome) => void} onResult
 * @property {(task: Task | null, lines: Line[], dropped: number) => void} onLines
 * @property {(task: Task, progress: import('../runner/api.js').Progress) => void} onProgress
 * @property {(runner: Runner, task: Task, phase: number, sinceMs: number) => void} onPhase
 * @property {(task: Task, request: import('../runner/calls.js').CallRequest) => void} onCall
 * @property {(task: Task, callId: string, reason: string) => void} onCancelCall
 * @property {(runner: Runner, end: { code: number, error: Error | null }) => void} onEnd
 */

/** A thread and what it holds. */
export class Runner {
  /**
   * @param {import('./settings.js').Settings} settings
   * @param {RunnerListener} listener
   */
  constructor(settings, listener) {
    this.listener = listener;
    this.cells = new Cells();
    /** Whether the code was loaded, or could not be. */
    this.loaded = false;
    this.ready = false;
    this.ended = false;
    /** Whether its task only waits for calls. */
    this.blocked = false;
    /** What was printed while the code was loaded. @type {string[]} */
    this.lastWords = [];
    /** Why it was ended from here; empty when it was not. */
    this.killReason = '';
    /** @type {Map<number, Task>} tasks handed over and not ended, by number */
    this.tasks = new Map();
    this.next = 0;
    this.passed = -1;
    /** @type {Set<number>} ids of contexts that the thread knows */
    this.contexts = new Set();
    /** @type {ToRunner[]} */
    this.outgoing = [];
    /** @type {(() => void) | null} */
    this.onLeft = null;
    /** @type {Error | null} */
    this.error = null;
    this.worker = new Worker(new URL('../runner/thread.js', import.meta.url), {
      workerData: {
        cells: this.cells.memory,
        codeDir: settings.codeDir,
        entryPoint: settings.entryPoint,
        logBytesPerSecond: Math.ceil(settings.logBytesPerSecond / settings.slots),
      },
      stdout: true,
      stderr: true,
    });
    this._listen();
  }

  _listen() {
    this.worker.on('message', (/** @type {FromRunner} */ message) => this._receive(message));
    this.worker.on('error', (error) => (this.error = error));
    this.worker.on('exit', (code) => {
      this.ended = true;
      this.ready = false;
      this.onLeft?.();
      this.listener.onEnd(this, { code, error: this.error });
    });
    // User code prints through the thread's own capture; what Node itself prints arrives here.
    for (const [stream, number] of /** @type {const} */ ([[this.worker.stdout, STREAM.STDOUT], [this.worker.stderr, STREAM.STDERR]])) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        const lines = text.split('\n').filter((line) => line !== '');
        const timeUs = Date.now() * 1000;
        this.listener.onLines(this.running(), lines.map((line) => [number, timeUs, line]), 0);
      });
    }
  }

  /** @param {FromRunner} message */
  _receive(message) {
    switch (message.type) {
      case 'ready':
        this.loaded = true;
        this.ready = message.failure === null;
        return this.listener.onReady(this, message.failure);
      case 'result': {
        this.passed = message.n;
        const task = this.tasks.get(message.n);
        if (task === undefined) return;
        this.tasks.delete(message.n);
        return this.listener.onResult(this, task, message);
      }
      case 'lines':
        return this._lines(message.lines, message.dropped);
      case 'progress': {
        const task = this.tasks.get(message.n);
        return task && this.listener.onProgress(task, message.progress);
      }
      case 'phase': {
        const task = this.tasks.get(message.n);
        return task && this.listener.onPhase(this, task, message.phase, message.sinceMs);
      }
      case 'call': {
        const task = this.tasks.get(message.n);
        return task && this.listener.onCall(task, message.request);
      }
      case 'cancelCall': {
        const task = this.tasks.get(message.n);
        return task && this.listener.onCancelCall(task, message.callId, message.reason);
      }
      case 'left':
        return this.onLeft?.();
    }
  }

  /** @param {import('../runner/output.js').Line[]} lines @param {number} dropped */
  _lines(lines, dropped) {
    if (!this.loaded) this.lastWords = [...this.lastWords, ...lines.map(([, , , text]) => text)].slice(-LAST_LINES);
    let at = 0;
    do {
      // Lines of one task follow each other.
      const n = lines[at]?.[0] ?? -1;
      let end = at;
      while (end < lines.length && lines[end][0] === n) end++;
      const group = lines.slice(at, end).map(([, stream, timeUs, text]) => /** @type {Line} */ ([stream, timeUs, text]));
      this.listener.onLines(this.tasks.get(n) ?? null, group, at === 0 ? dropped : 0);
      at = end;
    } while (at < lines.length);
  }

  /** @returns {Task | null} the task that runs at this moment */
  running() {
    return this.tasks.get(this.cells.current()?.n ?? -1) ?? null;
  }

  /** @param {number} window tasks that it may hold @returns {number} how many more it takes */
  room(window) {
    if (!this.ready || this.blocked) return 0;
    // A cell is used again only when the thread is past the task which had it, taken back or not.
    return Math.min(window - this.tasks.size, MAX_WINDOW - (this.next - 1 - this.passed));
  }

  /** Hands a task over; it leaves with the next `flush`. @param {Task} task */
  give(task) {
    const { context, assign } = task;
    if (!this.contexts.has(context.id)) {
      this.contexts.add(context.id);
      this.outgoing.push({ type: 'context', id: context.id, context: contextMessage(task) });
    }
    const n = this.next++;
    this.tasks.set(n, task);
    task.runner = this;
    task.n = n;
    this.cells.offer(n);
    /** @type {import('../runner/bindings.js').Task} */
    const message = {
      n,
      context: context.id,
      taskId: assign.taskId ?? '',
      attempt: assign.attempt || 1,
      batchIndex: Number(assign.batchIndex ?? 0),
      inputs: withData(task.plan, task.fetched),
      lastProgress: lastProgress(assign),
    };
    // What most tasks lack does not travel.
    if (assign.triggerIndex) message.triggerIndex = Number(assign.triggerIndex);
    if (assign.callId) message.execId = assign.callId;
    this.outgoing.push({ type: 'task', task: message });
  }

  /**
   * How busy the thread is.
   *
   * @param {import('node:perf_hooks').EventLoopUtilization} [since] an earlier answer; absent for all its life
   * @returns {import('node:perf_hooks').EventLoopUtilization} milliseconds that it worked and that it had nothing to do
   */
  utilization(since) {
    return this.worker.performance.eventLoopUtilization(since);
  }

  /** Takes a task back that has not begun. @param {Task} task @returns {boolean} false when it has begun */
  takeBack(task) {
    if (!this.cells.takeBack(task.n)) return false;
    this.tasks.delete(task.n);
    task.runner = null;
    return true;
  }

  /** @param {Task} task @param {boolean} force @param {string} reason */
  stop(task, force, reason) {
    this.post({ type: 'stop', n: task.n, force, reason });
  }

  /** @param {ToRunner} message */
  post(message) {
    this.outgoing.push(message);
    this.flush();
  }

  /** Sends all that was handed over as one message. */
  flush() {
    if (this.outgoing.length === 0 || this.ended) return;
    this.worker.postMessage(this.outgoing);
    this.outgoing = [];
  }

  /** No task will use the context any more. @param {number} id */
  dropContext(id) {
    if (this.contexts.delete(id)) this.post({ type: 'drop', id });
  }

  /** Ends the thread, whatever it does. @param {string} reason sentence for people */
  kill(reason) {
    this.killReason = reason;
    void this.worker.terminate();
  }

  /**
   * Calls `exit` of the user code.
   *
   * @param {number} exitCode
   * @param {number} graceMs
   * @returns {Promise<void>} when it has returned, the thread has ended, or the time is over
   */
  leave(exitCode, graceMs) {
    if (!this.ready) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.onLeft = () => {
        clearTimeout(timer);
        resolve();
      };
      this.post({ type: 'exit', exitCode });
    });
  }
}

/** @param {Task} task @returns {import('../runner/bindings.js').Context} */
function contextMessage({ context, fetched }) {
  const { jobId, nodeName, pipelineName, algorithmName, savePaths } = context;
  return {
    jobId,
    nodeName,
    pipelineName,
    algorithmName,
    savePaths,
    args: encoded(context.args, fetched),
    input: encoded(context.input, fetched),
    bindings: context.bindings.map(({ place, selector }) => ({ place, selector })),
  };
}

/** @param {import('./contract.js').TaskAssign} assign @returns {import('../runner/bindings.js').Task['lastProgress']} */
function lastProgress({ lastProgress: last }) {
  if (!last) return null;
  const data = last.details?.data;
  const details = { contentType: last.details?.contentType ?? '', data: data ? Uint8Array.from(data) : undefined };
  return { fraction: last.fraction ?? 0, message: last.message ?? '', details };
}
