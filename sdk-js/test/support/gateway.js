/**
 * A control plane for tests: real gRPC on a real socket, real HTTP for large data, and nothing that acts on its own except that
 * it acknowledges what it gets.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Server, ServerCredentials } from '@grpc/grpc-js';

import { decodePayload, encodePayload } from '../../src/codec/payload.js';
import { keyOf, workerService } from '../../src/agent/contract.js';

/** @typedef {any} Event an event in either direction, loosely typed for tests */

export const CODE = fileURLToPath(new URL('../code', import.meta.url));
const WORKER = fileURLToPath(new URL('../../bin/worker.js', import.meta.url));

/** One gateway and the workers it started. */
export class Gateway {
  /**
   * @param {{ welcome?: object, limits?: object, autoAck?: boolean }} [options]
   */
  static async start(options = {}) {
    const gateway = new Gateway(options);
    await gateway._listen();
    return gateway;
  }

  /** @param {{ welcome?: object, limits?: object, autoAck?: boolean }} options */
  constructor({ welcome = {}, limits = {}, autoAck = true }) {
    this.welcome = welcome;
    this.limits = limits;
    this.autoAck = autoAck;
    /** @type {Event[]} all events of workers, in order */
    this.events = [];
    /** @type {any[]} all frames of workers */
    this.frames = [];
    /** @type {import('@grpc/grpc-js').ServerDuplexStream<any, any> | null} */
    this.stream = null;
    this.streams = 0;
    this.seq = 0;
    this.ack = 0;
    /** @type {Map<string, Buffer>} objects by key */
    this.objects = new Map();
    /** @type {Map<string, { result: Event }>} */
    this.results = new Map();
    this.credit = 0;
    /** @type {Set<() => void>} */
    this.watchers = new Set();
    /** @type {import('node:child_process').ChildProcess[]} */
    this.processes = [];
    this.metadata = '';
    /** @type {((hello: Event) => object) | null} */
    this.onHello = null;
  }

  async _listen() {
    this.folder = await mkdtemp(path.join(tmpdir(), 'dk-'));
    this.target = `unix:${this.folder}/gateway.sock`;
    this.http = http.createServer((request, response) => void this._object(request, response)).listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    await this.open();
  }

  /** Takes connections, again after `shut`. */
  async open() {
    this.server = new Server();
    this.server.addService(workerService, {
      connect: (/** @type {any} */ stream) => this._connected(stream),
      createUploadUrls: (/** @type {any} */ call, /** @type {any} */ done) =>
        done(null, { urls: call.request.sizes.map(() => this.place()) }),
    });
    await new Promise((resolve, reject) =>
      this.server?.bindAsync(String(this.target), ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve(null))),
    );
  }

  /** Drops all connections and takes no more. */
  shut() {
    this.server?.forceShutdown();
    this.stream = null;
  }

  /** @param {any} stream */
  _connected(stream) {
    this.stream = stream;
    this.streams++;
    this.metadata = String(stream.metadata.get('authorization')[0] ?? '');
    stream.on('data', (/** @type {any} */ frame) => this._frame(stream, frame));
    stream.on('error', () => {});
    stream.on('end', () => stream.end());
  }

  /** @param {any} stream @param {any} frame */
  _frame(stream, frame) {
    this.frames.push(frame);
    if (this.autoAck) this.ack = frame.seq;
    let results = 0;
    for (const event of frame.events) {
      this.events.push(event);
      if (event.hello) this._welcome(stream, event.hello);
      if (event.credit) this.credit = event.credit.maxTasks;
      if (event.taskResult) {
        this.results.set(keyOf(event.taskResult.token), event.taskResult);
        results++;
      }
    }
    if (results > 0 && this.autoAck) this.send();
    for (const watcher of this.watchers) watcher();
  }

  /** @param {any} stream @param {Event} hello */
  _welcome(stream, hello) {
    const extra = this.onHello?.(hello) ?? {};
    if ('reject' in extra) return stream.write({ seq: ++this.seq, ack: this.ack, events: [extra] });
    if (!('resumed' in extra && extra.resumed)) {
      this.seq = 0;
      this.ack = 0;
    }
    const limits = { maxInlineBytes: 131072, maxFrameBytes: 1048576, maxFrameEvents: 256, maxUnackedResults: 1024, maxPrefetch: 256 };
    this.send({ welcome: { sessionId: 'session', minor: 1, limits: { ...limits, ...this.limits }, ...this.welcome, ...extra } });
  }

  /** Sends a frame. @param {...Event} events */
  send(...events) {
    this.stream?.write({ seq: ++this.seq, ack: this.ack, events });
  }

  /**
   * Waits until something is there; looked at after each frame.
   *
   * @template T @param {() => T} look @returns {Promise<NonNullable<T>>}
   */
  until(look) {
    return new Promise((resolve) => {
      const check = () => {
        const found = look();
        if (!found) return;
        this.watchers.delete(check);
        resolve(/** @type {NonNullable<T>} */ (found));
      };
      this.watchers.add(check);
      check();
    });
  }

  /** @param {string} token @returns {Promise<Event>} the result of a task */
  result(token) {
    return this.until(() => this.results.get(token));
  }

  /** @param {string} kind @param {(event: Event) => boolean} [matches] @returns {Promise<Event>} the first such event */
  event(kind, matches = () => true) {
    return this.until(() => this.events.find((event) => event[kind] && matches(event[kind]))?.[kind]);
  }

  /** Starts a worker and waits for its Hello. @param {string} entryPoint @param {NodeJS.ProcessEnv} [env] */
  async worker(entryPoint, env = {}) {
    const before = this.events.length;
    const worker = this.spawn(entryPoint, env);
    const hello = await this.until(() => this.events.slice(before).find(({ hello: found }) => found)?.hello);
    return { worker, hello };
  }

  /** @param {string} entryPoint @param {NodeJS.ProcessEnv} [env] */
  spawn(entryPoint, env = {}) {
    const worker = spawn(process.execPath, [WORKER], {
      env: {
        ...process.env,
        DK_GATEWAY: this.target,
        DK_WORKER_TOKEN: 'secret',
        DK_WORKER_ID: 'worker-1',
        DK_ALGORITHM_NAME: 'alg',
        DK_ALGORITHM_VERSION: '1.0.0',
        DK_CODE_DIR: CODE,
        DK_ENTRY_POINT: entryPoint,
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    worker.stderr.on('data', (chunk) => process.env.DK_TEST_STDERR && process.stderr.write(chunk));
    this.processes.push(worker);
    return worker;
  }

  /** Ends everything. */
  async stop() {
    for (const worker of this.processes) {
      if (worker.exitCode !== null || worker.signalCode !== null) continue;
      worker.kill('SIGKILL');
      await once(worker, 'exit');
    }
    this.shut();
    this.http?.closeAllConnections();
    this.http?.close();
    await rm(String(this.folder), { recursive: true });
  }

  // -- large data ---------------------------------------------------------------------------------------------------------

  /** @param {Buffer} data @param {object} [more] @returns {Event} a reference to a new object */
  put(data, more = {}) {
    const { key, url } = this.place();
    this.objects.set(key, data);
    return { key, url, size: data.length, ...more };
  }

  place() {
    const key = `object-${this.objects.size}`;
    this.objects.set(key, Buffer.alloc(0));
    const address = this.http?.address();
    const port = typeof address === 'object' ? address?.port : 0;
    return { key, url: `http://127.0.0.1:${port}/${key}` };
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async _object(request, response) {
    const key = String(request.url).slice(1);
    if (request.method === 'PUT') {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      this.objects.set(key, Buffer.concat(chunks));
      response.end();
    } else if (this.objects.has(key)) response.end(this.objects.get(key));
    else response.writeHead(404).end('no such object');
  }
}

/** @param {unknown} value @returns {Event} a payload */
export function payload(value) {
  return encodePayload(value);
}

/** @param {Event} sent @returns {unknown} */
export function valueOf(sent) {
  return decodePayload(sent.contentType ?? '', sent.data);
}

/** @param {object} [more] @returns {Event} a context whose `input` is [null], filled by the task's value 0 */
export function context(more = {}) {
  return {
    taskContext: {
      context: 1,
      jobId: 'job-00000001',
      nodeName: 'node',
      pipelineName: 'pipe',
      algorithmName: 'alg',
      args: payload({ jobId: 'job-00000001', nodeName: 'node', pipelineName: 'pipe', algorithmName: 'alg', parents: [] }),
      input: payload([null]),
      bindings: [{ place: ['0'], value: 0 }],
      ...more,
    },
  };
}

/** @param {string} token @param {unknown} value @param {object} [more] @returns {Event} a task with one value of its own */
export function task(token, value, more = {}) {
  return { taskAssign: { token: Buffer.from(token), context: 1, taskId: token.padEnd(8, '0'), attempt: 1, values: [payload(value)], ...more } };
}
