/**
 * Large data: fetched from and stored to the URLs that the control plane hands out.
 *
 * What is fetched lies in shared memory, so that any runner reads it without a copy, and stays in a cache bounded by bytes.
 */
import { createHash } from 'node:crypto';

/** @typedef {import('./contract.js').BlobRef} BlobRef */

const TRIES = 3;
const RETRY_MS = 200;
const MAX_DOWNLOADS = 8;
const CACHE_BYTES = 256 * 1024 * 1024;

/** A transfer failed; the text says which and how. */
export class TransferError extends Error {
  /** @param {string} message @param {{ cause?: unknown, retry?: boolean }} [options] */
  constructor(message, { cause, retry = true } = {}) {
    super(message, { cause });
    this.name = 'TransferError';
    this.retry = retry;
  }
}

/** Fetches objects, each once, a few at a time. */
export class Downloads {
  /** @param {number} [cacheBytes] beyond it the objects longest unused are forgotten */
  constructor(cacheBytes = CACHE_BYTES) {
    this.cacheBytes = cacheBytes;
    this.bytes = 0;
    /** @type {Map<string, Uint8Array>} by key */
    this.cache = new Map();
    /** @type {Map<string, { promise: Promise<Uint8Array>, waiters: number, controller: AbortController }>} in flight, by key */
    this.flights = new Map();
    this.active = 0;
    /** @type {(() => void)[]} */
    this.waiting = [];
  }

  /**
   * Fetches an object.
   *
   * @param {BlobRef} ref
   * @param {AbortSignal} signal gives up waiting; the transfer ends when nobody waits for it any more
   * @returns {Promise<Uint8Array>} in shared memory, not to be changed
   * @throws {TransferError}
   */
  async fetch(ref, signal) {
    const key = ref.key ?? '';
    const cached = this.cache.get(key);
    if (cached !== undefined) {
      this.cache.delete(key);
      this.cache.set(key, cached);
      return cached;
    }
    const flight = this.flights.get(key) ?? this._begin(key, ref);
    flight.waiters++;
    const leave = () => {
      if (--flight.waiters > 0) return;
      this.flights.delete(key);
      flight.controller.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await flight.promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** @param {string} key @param {BlobRef} ref */
  _begin(key, ref) {
    const controller = new AbortController();
    const promise = this._slot(() => retrying(() => download(ref, controller.signal), controller.signal))
      .then((data) => this._keep(key, data))
      .finally(() => {
        if (this.flights.get(key) === flight) this.flights.delete(key);
      });
    const flight = { promise, waiters: 0, controller };
    this.flights.set(key, flight);
    return flight;
  }

  /** @template T @param {() => Promise<T>} action @returns {Promise<T>} */
  async _slot(action) {
    if (this.active >= MAX_DOWNLOADS) await new Promise((resolve) => this.waiting.push(() => resolve(null)));
    this.active++;
    try {
      return await action();
    } finally {
      this.active--;
      this.waiting.shift()?.();
    }
  }

  /** @param {string} key @param {Uint8Array} data */
  _keep(key, data) {
    this.cache.set(key, data);
    this.bytes += data.length;
    for (const [oldest, { length }] of this.cache) {
      if (this.bytes <= this.cacheBytes) break;
      this.cache.delete(oldest);
      this.bytes -= length;
    }
    return data;
  }
}

/** @param {BlobRef} ref @param {AbortSignal} signal @returns {Promise<Uint8Array>} */
async function download(ref, signal) {
  const size = Number(ref.size ?? 0);
  if (!ref.url) throw new TransferError(`object ${ref.key} came without a URL to read it from`, { retry: false });
  const response = await request(`reading object ${ref.key}`, ref.url, { signal });
  const data = new Uint8Array(new SharedArrayBuffer(size));
  const hash = ref.sha256 ? createHash('sha256') : null;
  let at = 0;
  try {
    for await (const chunk of response.body ?? []) {
      if (at + chunk.length > size) throw new TransferError(`object ${ref.key} is longer than ${size} bytes`, { retry: false });
      data.set(chunk, at);
      at += chunk.length;
      hash?.update(chunk);
    }
  } catch (error) {
    if (error instanceof TransferError) throw error;
    throw new TransferError(`reading object ${ref.key} broke off after ${at} bytes`, { cause: error });
  }
  if (at !== size) throw new TransferError(`object ${ref.key} has ${at} bytes instead of ${size}`);
  if (hash !== null && hash.digest('hex') !== ref.sha256?.toLowerCase()) {
    throw new TransferError(`object ${ref.key} does not have the SHA-256 ${ref.sha256}`);
  }
  return data;
}

/**
 * Stores a value.
 *
 * @param {string} key for messages @param {string} url @param {Uint8Array<ArrayBuffer>} data @param {AbortSignal} signal
 * @throws {TransferError}
 */
export async function upload(key, url, data, signal) {
  await retrying(async () => {
    const response = await request(`storing object ${key}`, url, { method: 'PUT', body: data, signal });
    await response.arrayBuffer();
  }, signal);
}

/** @param {string} what @param {string} url @param {RequestInit} options */
async function request(what, url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    throw new TransferError(`${what} failed: no answer`, { cause: error });
  }
  if (response.ok) return response;
  const text = (await response.text()).slice(0, 200);
  // The URL itself stays out of the message: it is a credential.
  throw new TransferError(`${what} failed: HTTP ${response.status} ${text}`, { retry: response.status >= 500 });
}

/** @template T @param {() => Promise<T>} action @param {AbortSignal} signal @returns {Promise<T>} */
async function retrying(action, signal) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof TransferError) || !error.retry || attempt === TRIES || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 2 ** attempt * Math.random()));
    }
  }
}
