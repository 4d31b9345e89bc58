/**
 * The session with the control plane: streams one after another, frames and their numbers, credit, and what each event means.
 *
 * A session outlives its streams. When one breaks, tasks go on running and results are kept; the next stream begins with what is
 * held, and the control plane says what of it still counts.
 */
import { status } from '@grpc/grpc-js';

import { STREAM } from '../runner/output.js';
import { keyOf, milliseconds } from './contract.js';
import { Credit } from './credit.js';
import { helloOf } from './hello.js';
import { Context } from './inputs.js';
import { Link } from './link.js';
import { LogBuffer } from './logs.js';
import { Outbox } from './outbox.js';
import { Uploads } from './uploads.js';

/** @typedef {import('./contract.js').GatewayEvent} GatewayEvent */
/** @typedef {import('./contract.js').Welcome} Welcome */

const RESULTS_PER_FLUSH = 32;
const GATHER_MS = 2;
const ACK_MS = 10;
const LOGS_MS = 20;
const WELCOME_MS = 10_000;
const BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 10_000;
/** On the same machine asking is cheap, and a restarted control plane gives our tasks to others if we stay away. */
const LOCAL_MAX_BACKOFF_MS = 400;
const DEFAULT_GRACE_MS = 10_000;

const GRACEFUL = 1;
const REJECT_UNAVAILABLE = 5;
const REASONS = ['stopped', 'stopped', 'ttl', 'scale_down', 'parent_failed', 'superseded'];
const STATE = Object.freeze({ DRAINING: 2, EXITING: 3 });

/**
 * @typedef {object} SessionListener
 * @property {(exitCode: number, graceMs: number) => void} onExit the control plane wants the worker to leave
 * @property {(message: string) => void} onRefused the control plane does not want this worker at all
 * @property {(reachable: boolean) => void} onReachable whether a control plane answers
 * @property {() => void} onIdle nothing is held any more
 */

/** One session after another, each over one stream after another. */
export class Session {
  /**
   * @param {import('./settings.js').Settings} settings
   * @param {SessionListener} listener
   */
  constructor(settings, listener) {
    this.settings = settings;
    this.listener = listener;
    /**
     * Those of the server, from its last Welcome; before it, the defaults of the contract.
     *
     * @type {{ maxInlineBytes: number, maxFrameBytes: number, maxFrameEvents: number, maxUnackedResults: number, maxPrefetch: number }}
     */
    this.limits = { maxInlineBytes: 131072, maxFrameBytes: 1048576, maxFrameEvents: 256, maxUnackedResults: 1024, maxPrefetch: 256 };
    this.outbox = new Outbox(this.limits);
    this.logs = new LogBuffer();
    this.credit = new Credit();
    /** @type {import('./dispatcher.js').Dispatcher} set before `connect` */
    this.dispatcher = /** @type {any} */ (null);
    /** @type {Map<number, Context>} of this stream, by their number on it */
    this.contexts = new Map();
    this.endpoint = settings.gateway;
    this.sessionId = '';
    this.lastSeq = 0;
    /** @type {Link | null} */
    this.link = null;
    this.open = false;
    this.draining = false;
    this.closing = false;
    this.failures = 0;
    /** @type {NodeJS.Timeout | null} */
    this.flushTimer = null;
    this.flushAt = Infinity;
    /** @type {NodeJS.Timeout | null} */
    this.heartbeatTimer = null;
    this.cpu = { usage: process.cpuUsage(), at: performance.now() };
    this.uploads = new Uploads();
    /** @type {(() => void) | null} */
    this.onClosed = null;
  }

  // -- streams ------------------------------------------------------------------------------------------------------------

  /** Opens a stream and introduces this worker. */
  connect() {
    const link = new Link({
      endpoint: this.endpoint,
      token: this.settings.token,
      onFrame: (frame) => this._receive(frame),
      onDrain: () => this.flush(),
      onEnd: (end) => this._ended(end),
    });
    this.link = link;
    this.welcomeTimer = setTimeout(() => link.cancel(), WELCOME_MS);
    const hello = helloOf(this.settings, this.dispatcher.loadFailure, this._resume());
    link.send({ seq: ++this.outbox.seq, ack: this.lastSeq, events: [{ hello }] });
  }

  /** What is held from the streams before. */
  _resume() {
    if (this.sessionId === '') return null;
    const tasks = [...this.dispatcher.tasks.values()].filter(({ stop }) => stop?.as !== 'silent');
    const heldTokens = [...tasks.map(({ token }) => token), ...this.outbox.tokens.values()];
    return { sessionId: this.sessionId, lastSeq: this.lastSeq, heldTokens, assignedTasks: this.credit.assigned };
  }

  /** @param {import('@grpc/grpc-js').StatusObject} end */
  _ended({ code, details }) {
    clearTimeout(this.welcomeTimer);
    if (this.heartbeatTimer !== null) clearTimeout(this.heartbeatTimer);
    this.link = null;
    this.open = false;
    this.uploads.use(null);
    this._closeContexts();
    this.onClosed?.();
    if (this.closing) return;
    if (code !== status.OK) this.say(`the stream to the control plane ended: ${status[code]} ${details}`);
    this.listener.onReachable(false);
    // Asking again will hardly help when the identity or the contract does not fit.
    const hopeless = code === status.UNAUTHENTICATED || code === status.FAILED_PRECONDITION;
    const longest = this.endpoint.startsWith('unix:') ? LOCAL_MAX_BACKOFF_MS : MAX_BACKOFF_MS;
    const most = hopeless ? MAX_BACKOFF_MS : Math.min(longest, BACKOFF_MS * 2 ** this.failures);
    this.failures++;
    setTimeout(() => this.closing || this.connect(), hopeless ? most : Math.random() * most);
  }

  _closeContexts() {
    for (const context of this.contexts.values()) this._closeContext(context);
    this.contexts.clear();
  }

  /** @param {Context} context */
  _closeContext(context) {
    context.open = false;
    this.dispatcher.releaseContext(context);
  }

  // -- what comes in ------------------------------------------------------------------------------------------------------

  /** @param {import('./contract.js').ConnectResponse} frame */
  _receive(frame) {
    const seq = Number(frame.seq);
    if (!this.open) return this._first(frame, seq);
    // A frame that was processed before its stream broke may come again.
    if (seq <= this.lastSeq) return;
    this._events(frame.events, seq, Number(frame.ack));
  }

  /** @param {import('./contract.js').ConnectResponse} frame @param {number} seq */
  _first(frame, seq) {
    const [first, ...rest] = frame.events;
    if (first?.reject) return this._rejected(first.reject.code ?? 0, first.reject.message ?? '');
    if (!first?.welcome) {
      this.say('the control plane did not begin with Welcome or Reject');
      this.link?.cancel();
      return;
    }
    clearTimeout(this.welcomeTimer);
    this._welcomed(first.welcome, Number(frame.ack));
    this._events(rest, seq, Number(frame.ack));
    this.flush();
  }

  /** @param {GatewayEvent[]} events @param {number} seq @param {number} ack */
  _events(events, seq, ack) {
    this.outbox.acknowledge(ack);
    for (const event of events) this._handle(event);
    this.lastSeq = seq;
    this.dispatcher.pump();
    if (events.length > 0) this._flushWithin(ACK_MS);
    if (this.idle) this.listener.onIdle();
  }

  /** @param {Welcome} welcome @param {number} ack */
  _welcomed(welcome, ack) {
    this._apply(welcome);
    const resuming = this.sessionId !== '';
    this.sessionId = welcome.sessionId ?? '';
    this.open = true;
    this.failures = 0;
    if (welcome.resumed) {
      for (const token of welcome.dropTokens ?? []) this._dropToken(keyOf(token));
      // What arrived on the streams before need not go out again.
      this.outbox.acknowledge(ack);
      this.outbox.resume();
      this.credit.resume();
      this.dispatcher.repeatSlots();
    } else {
      // Whatever is held belongs to a session that nobody knows any more.
      if (resuming) this._forgetSession();
      this.credit = new Credit();
    }
    this.listener.onReachable(true);
    this.uploads.use(this.link);
  }

  /** @param {Welcome} welcome */
  _apply({ limits, heartbeatInterval }) {
    for (const name of /** @type {(keyof Session['limits'])[]} */ (Object.keys(this.limits))) {
      const value = limits?.[name];
      if (value) this.limits[name] = value;
    }
    this.heartbeatMs = Math.max(100, milliseconds(heartbeatInterval, 5000));
    this.dispatcher.configure();
    this._restartHeartbeat();
  }

  _forgetSession() {
    for (const task of [...this.dispatcher.tasks.values()]) this.dispatcher.stop(task, { as: 'silent', force: true, reason: 'superseded' });
    this.outbox.reset();
  }

  /** @param {number} code @param {string} message */
  _rejected(code, message) {
    if (code !== REJECT_UNAVAILABLE) return this.listener.onRefused(message);
    this.say(`the control plane is not available: ${message}`);
    this.listener.onReachable(true);
    this.link?.cancel();
  }

  /** @param {GatewayEvent} event */
  _handle(event) {
    switch (event.event) {
      case 'taskContext': {
        const message = event.taskContext ?? {};
        this.contexts.set(message.context ?? 0, new Context(message));
        break;
      }
      case 'contextDrop': {
        const number = event.contextDrop?.context ?? 0;
        const context = this.contexts.get(number);
        if (context === undefined) break;
        this.contexts.delete(number);
        this._closeContext(context);
        break;
      }
      case 'taskAssign':
        this._assigned(event.taskAssign ?? {});
        break;
      case 'taskCancel':
        this._cancel(event.taskCancel ?? {});
        break;
      case 'leaseRevoked':
        for (const token of event.leaseRevoked?.tokens ?? []) this._dropToken(keyOf(token));
        break;
      case 'resultRefused':
        this.outbox.forget(keyOf(event.resultRefused?.token));
        break;
      case 'callResult':
        this.dispatcher.answer(keyOf(event.callResult?.token), event.callResult ?? {});
        break;
      case 'drain':
        this.drain(event.drain?.reason ?? '');
        break;
      case 'exit':
        this.listener.onExit(event.exit?.exitCode ?? 0, milliseconds(event.exit?.grace, DEFAULT_GRACE_MS));
        break;
      case 'reconnect':
        this._reconnect(event.reconnect?.endpoint ?? '', milliseconds(event.reconnect?.maxDelay, 0));
        break;
      case 'configUpdate':
        this.limits.maxPrefetch = event.configUpdate?.maxPrefetch ?? this.limits.maxPrefetch;
        break;
      case 'protocolError':
        this.say(`the control plane did not understand frame ${event.protocolError?.seq}: ${event.protocolError?.message}`);
        break;
      default:
        // An event of a later minor, or one that this worker never asks for.
        break;
    }
  }

  /** @param {import('./contract.js').TaskAssign} assign */
  _assigned(assign) {
    const token = Uint8Array.from(assign.token ?? []);
    const key = keyOf(token);
    if (this.dispatcher.tasks.has(key) || this.outbox.assignedAgain(key)) return;
    this.credit.take();
    if (this.draining) this._result({ token, released: true });
    else this.dispatcher.assign(key, token, this.contexts.get(assign.context ?? 0), assign);
  }

  /** @param {import('../gen/contract.js').distributedkube.api.worker.v1.TaskCancel.$Properties} cancel */
  _cancel({ token, mode, grace, reason }) {
    const key = keyOf(token);
    const task = this.dispatcher.tasks.get(key);
    if (task === undefined) {
      if (!this.outbox.tokens.has(key)) this._result({ token: Uint8Array.from(token ?? []), released: true });
      return;
    }
    const graceMs = milliseconds(grace, DEFAULT_GRACE_MS);
    this.dispatcher.stop(task, { as: 'cancelled', force: mode !== GRACEFUL, reason: REASONS[reason ?? 0] ?? 'stopped', graceMs });
  }

  /** The task is somebody else's: nothing more is said about it. @param {string} key */
  _dropToken(key) {
    this.outbox.forget(key);
    const task = this.dispatcher.tasks.get(key);
    if (task !== undefined) this.dispatcher.stop(task, { as: 'silent', force: true, reason: 'superseded' });
  }

  /** @param {string} endpoint @param {number} maxDelayMs */
  _reconnect(endpoint, maxDelayMs) {
    const { link } = this;
    setTimeout(() => {
      if (this.link !== link || this.closing) return;
      if (endpoint !== '') this.endpoint = endpoint;
      this.flush();
      link?.cancel();
    }, Math.random() * maxDelayMs);
  }

  // -- what goes out ------------------------------------------------------------------------------------------------------

  /** What the dispatcher has to say. @returns {import('./dispatcher.js').DispatcherListener} */
  dispatcherListener() {
    return {
      onResult: (result) => this._result(result),
      onEvent: (event) => {
        this.outbox.add(event);
        this._flushWithin(GATHER_MS);
      },
      onCall: (event) => {
        this.outbox.addCall(event);
        // Others wait for what is called; no more is gathered than comes in one turn.
        this._flushWithin(0);
      },
      onProgress: (key, event) => {
        this.outbox.setProgress(key, event);
        this._flushWithin(GATHER_MS);
      },
      onLines: (token, lines, dropped) => {
        this.logs.dropped += dropped;
        for (const [stream, timeUs, text] of lines) this.logs.add(token, stream, timeUs, text);
        this._flushWithin(LOGS_MS);
      },
      mayStart: () => this.outbox.unacknowledged <= this.limits.maxUnackedResults,
      store: (token, result, signal) => this.uploads.store(token, result, signal),
    };
  }

  /** @param {import('./contract.js').TaskResult} result */
  _result(result) {
    this.outbox.addResult(result);
    if (this.dispatcher.tasks.size === 0 || this.outbox.durable.length >= RESULTS_PER_FLUSH) this.flush();
    else this._flushWithin(GATHER_MS);
  }

  /** @param {number} ms */
  _flushWithin(ms) {
    const due = performance.now() + ms;
    if (this.flushAt <= due) return;
    if (this.flushTimer !== null) clearTimeout(this.flushTimer);
    this.flushAt = due;
    this.flushTimer = setTimeout(() => this.flush(), ms);
  }

  /** Sends all that waits, with the latest `ack` and credit. */
  flush() {
    if (this.flushTimer !== null) clearTimeout(this.flushTimer);
    this.flushTimer = null;
    this.flushAt = Infinity;
    // While the stream is full nothing is added to it; `onDrain` comes back here.
    if (!this.open || this.link === null || !this.link.writable) return;
    if (!this.draining) {
      // Each task becomes a result that must be kept.
      const target = Math.min(this.dispatcher.target, this.limits.maxUnackedResults - this.outbox.unacknowledged);
      this.outbox.credit = this.credit.refill(target, this.dispatcher.tasks.size) ?? this.outbox.credit;
    }
    const { lines, dropped } = this.logs.take();
    for (const frame of this.outbox.take(this.lastSeq, lines, dropped)) this.link.send(frame);
    if (this.logs.pending) this._flushWithin(GATHER_MS);
    this._restartHeartbeat();
  }

  _restartHeartbeat() {
    if (this.heartbeatTimer !== null) clearTimeout(this.heartbeatTimer);
    this.heartbeatTimer = setTimeout(() => this._heartbeat(), this.heartbeatMs);
  }

  _heartbeat() {
    const at = performance.now();
    const { user, system } = process.cpuUsage(this.cpu.usage);
    const cpu = (user + system) / 1000 / (at - this.cpu.at);
    this.cpu = { usage: process.cpuUsage(), at };
    this.outbox.add({ heartbeat: { running: this.dispatcher.running, cpu, rssBytes: process.memoryUsage.rss() } });
    this.flush();
  }

  /** A line of the worker itself. @param {string} text */
  say(text) {
    process.stderr.write(`worker: ${text}\n`);
    this.logs.add(null, STREAM.WORKER, Date.now() * 1000, text);
    this._flushWithin(LOGS_MS);
  }

  // -- the end ------------------------------------------------------------------------------------------------------------

  /** @returns {boolean} whether nothing is held that somebody waits for */
  get idle() {
    return this.dispatcher.tasks.size === 0 && this.outbox.unacknowledged === 0;
  }

  /** Takes nothing more and gives back what has not begun. @param {string} reason */
  drain(reason) {
    if (this.draining) return;
    this.draining = true;
    this.outbox.add({ workerState: { state: STATE.DRAINING, reason } });
    this.dispatcher.releaseWaiting();
    this.flush();
  }

  /**
   * Says good-bye and closes the stream.
   *
   * @param {string} reason
   * @param {() => Promise<void>} lastWork runs between the two
   * @param {number} graceMs for the other side to end the stream
   */
  async close(reason, lastWork, graceMs) {
    this.draining = true;
    this.outbox.add({ workerState: { state: STATE.EXITING, reason } });
    this.flush();
    await lastWork();
    this.flush();
    this.closing = true;
    if (this.link === null) return;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs, null);
      this.onClosed = () => {
        clearTimeout(timer);
        resolve(null);
      };
      this.link?.end();
    });
  }
}
