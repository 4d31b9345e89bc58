/**
 * The thread that user code runs in: takes tasks from the agent one after another and tells how each ended.
 *
 * Every result is posted at once. Gathering several would be cheaper, but a task that blocks the thread would hold back the
 * results of those before it; the agent gathers them into frames instead.
 */
import { parentPort, workerData } from 'node:worker_threads';

import { failureOf, CATEGORY } from '../failure.js';
import { TaskApi } from './api.js';
import { ArrayCache } from './bindings.js';
import { Cells } from './cells.js';
import { PHASE, execute } from './execute.js';
import { loadAlgorithm } from './load.js';
import { Output, STREAM } from './output.js';

/**
 * @typedef {{ type: 'context', id: number, context: import('./bindings.js').Context }
 *   | { type: 'drop', id: number }
 *   | { type: 'task', task: import('./bindings.js').Task }
 *   | { type: 'stop', n: number, force: boolean, reason: string }
 *   | { type: 'answer', n: number, callId: string, answer: import('./calls.js').Answer | null }
 *   | { type: 'limits', maxInlineBytes: number }
 *   | { type: 'exit', exitCode: number }} ToRunner
 */
/**
 * @typedef {{ type: 'ready', failure: import('../failure.js').Failure | null }
 *   | ({ type: 'result', n: number } & import('./execute.js').Outcome)
 *   | { type: 'lines', lines: import('./output.js').Line[], dropped: number }
 *   | { type: 'progress', n: number, progress: import('./api.js').Progress }
 *   | { type: 'call', n: number, request: import('./calls.js').CallRequest }
 *   | { type: 'cancelCall', n: number, callId: string, reason: string }
 *   | { type: 'phase', n: number, phase: number, sinceMs: number }
 *   | { type: 'left' }} FromRunner
 */

const PHASE_MS = 50;
const PROGRESS_MS = 100;
const TRANSFER_BYTES = 16 * 1024;
const YIELD_MS = 2;

/** Runs the tasks of one slot. */
class Thread {
  /**
   * @param {import('node:worker_threads').MessagePort} port
   * @param {{ cells: SharedArrayBuffer, codeDir: string, entryPoint: string, logBytesPerSecond: number }} options
   */
  constructor(port, options) {
    this.port = port;
    this.options = options;
    this.cells = new Cells(options.cells);
    this.output = new Output({
      send: (lines, dropped) => this.post({ type: 'lines', lines, dropped }),
      bytesPerSecond: options.logBytesPerSecond,
    });
    this.cache = new ArrayCache();
    /** @type {Map<number, import('./bindings.js').Context>} */
    this.contexts = new Map();
    /** @type {import('./bindings.js').Task[]} */
    this.queue = [];
    this.working = false;
    this.maxInlineBytes = 0;
    /** @type {import('./load.js').Algorithm | null} */
    this.algorithm = null;
    /** @type {{ n: number, api: TaskApi, stopping: boolean } | null} */
    this.current = null;
    this.yielded = 0;
    /** @type {import('./calls.js').CallListener} */
    this.calls = {
      onCall: (n, request) => this.post({ type: 'call', n, request }, large(request.input.data)),
      onCancel: (n, callId, reason) => this.post({ type: 'cancelCall', n, callId, reason }),
    };
  }

  /** Loads the code, then takes messages. */
  async begin() {
    this.output.capture(process.stdout, STREAM.STDOUT);
    this.output.capture(process.stderr, STREAM.STDERR);
    process.on('exit', () => {
      this.output.enterTask(-1);
      this.output.flush();
    });
    // A rejection that nobody looks at is a fault of the code but not the end of the process, as authors are used to.
    process.on('unhandledRejection', (reason) => console.error('Unhandled rejection:', reason));
    try {
      this.algorithm = await loadAlgorithm(this.options.codeDir, this.options.entryPoint);
      this.post({ type: 'ready', failure: null });
    } catch (thrown) {
      this.post({ type: 'ready', failure: failureOf(CATEGORY.LOAD, thrown) });
    }
    this.port.on('message', (/** @type {ToRunner[]} */ messages) => messages.forEach((message) => this.receive(message)));
  }

  /** @param {FromRunner} message @param {ArrayBuffer[]} [transfer] */
  post(message, transfer) {
    this.port.postMessage(message, transfer);
  }

  /** @param {ToRunner} message */
  receive(message) {
    switch (message.type) {
      case 'context':
        this.contexts.set(message.id, message.context);
        break;
      case 'drop':
        this.contexts.delete(message.id);
        break;
      case 'task':
        this.queue.push(message.task);
        if (!this.working) void this.work();
        break;
      case 'stop':
        void this.stop(message);
        break;
      case 'answer':
        if (this.current?.n === message.n) this.current.api._answer(message.callId, message.answer);
        break;
      case 'limits':
        this.maxInlineBytes = message.maxInlineBytes;
        break;
      case 'exit':
        void this.exit(message.exitCode);
        break;
    }
  }

  async work() {
    this.working = true;
    for (let task = this.queue.shift(); task !== undefined; task = this.queue.shift()) {
      if (this.cells.begin(task.n)) await this.run(task);
      // Tasks that never wait would keep timers, sockets and stop requests from being served.
      if (performance.now() - this.yielded > YIELD_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        this.yielded = performance.now();
      }
    }
    this.working = false;
  }

  /** @param {import('./bindings.js').Task} task */
  async run(task) {
    const { n } = task;
    const context = this.contexts.get(task.context);
    if (context === undefined || this.algorithm === null) throw new Error(`task ${n} came without its context or its code`);
    const progress = new ProgressReports((latest) => this.post({ type: 'progress', n, progress: latest }));
    const api = new TaskApi({
      onProgress: (latest) => progress.report(latest),
      maxInlineBytes: this.maxInlineBytes,
      lastProgress: task.lastProgress,
      n,
      calls: this.calls,
    });
    const current = { n, api, stopping: false };
    this.current = current;
    this.output.enterTask(n);
    let enteredMs = now();
    this.cells.enterTask(n, PHASE.INIT, enteredMs);
    const outcome = await execute({
      algorithm: this.algorithm,
      context,
      task,
      cache: this.cache,
      api,
      maxInlineBytes: this.maxInlineBytes,
      stopping: () => current.stopping,
      enter: (phase) => {
        const sinceMs = now();
        if (sinceMs - enteredMs > PHASE_MS) this.post({ type: 'phase', n, phase, sinceMs });
        enteredMs = sinceMs;
        this.cells.enterPhase(phase, sinceMs);
      },
    });
    this.cells.leave();
    this.current = null;
    api._end();
    progress.close();
    this.output.enterTask(-1);
    this.output.flush();
    this.post({ type: 'result', n, ...outcome }, large(outcome.output?.data));
  }

  /** @param {{ n: number, force: boolean, reason: string }} message */
  async stop({ n, force, reason }) {
    const { current } = this;
    if (current === null || current.n !== n) return;
    current.stopping = true;
    current.api._abort(reason);
    try {
      await this.algorithm?.stop?.({ forceStop: force, reason });
    } catch (thrown) {
      console.error('stop failed:', thrown);
    }
  }

  /** @param {number} exitCode */
  async exit(exitCode) {
    try {
      await this.algorithm?.exit?.({ exitCode });
    } catch (thrown) {
      console.error('exit failed:', thrown);
    }
    this.output.enterTask(-1);
    this.output.flush();
    this.post({ type: 'left' });
  }
}

/** Sends the latest progress of a task, not more often than people can look. */
class ProgressReports {
  /** @param {(latest: import('./api.js').Progress) => void} send */
  constructor(send) {
    this._send = send;
    this._sentAt = -Infinity;
    /** @type {import('./api.js').Progress | null} */
    this._latest = null;
    /** @type {NodeJS.Timeout | null} */
    this._timer = null;
    this._closed = false;
  }

  /** @param {import('./api.js').Progress} progress */
  report(progress) {
    if (this._closed) return;
    this._latest = progress;
    const due = this._sentAt + PROGRESS_MS - performance.now();
    if (due <= 0) this._flush();
    else this._timer ??= setTimeout(() => this._flush(), due);
  }

  _flush() {
    if (this._timer !== null) clearTimeout(this._timer);
    this._timer = null;
    if (this._latest === null) return;
    this._sentAt = performance.now();
    this._send(this._latest);
    this._latest = null;
  }

  /** The task has ended: what is left goes out, for the attempt that may follow. */
  close() {
    this._flush();
    this._closed = true;
  }
}

/** @param {Uint8Array<ArrayBuffer> | undefined} data @returns {ArrayBuffer[] | undefined} what is moved rather than copied */
function large(data) {
  return data && data.length > TRANSFER_BYTES ? [data.buffer] : undefined;
}

/** @returns {number} milliseconds since the epoch, finer than `Date.now()` */
function now() {
  return performance.timeOrigin + performance.now();
}

if (parentPort === null) throw new Error('this module runs as a worker thread only');
await new Thread(parentPort, workerData).begin();
