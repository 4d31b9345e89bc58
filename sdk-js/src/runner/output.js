/**
 * Takes what user code prints and hands it on as lines with the task they belong to.
 *
 * It sits inside the thread, in place of the streams' `write`, so that a line and the result of its task leave in the order in
 * which they came to be, and so that a flood is stopped before it costs the agent anything.
 */
import { StringDecoder } from 'node:string_decoder';

/** Longest line in bytes; longer ones are cut into several. */
export const MAX_LINE_BYTES = 16 * 1024;
const WINDOW_MS = 20;
const SENDS_PER_WINDOW = 16;
const BUFFER_BYTES = 64 * 1024;

/** Numbers of `LogEntry.Stream`. */
export const STREAM = Object.freeze({ STDOUT: 1, STDERR: 2, WORKER: 3 });

/** @typedef {[n: number, stream: number, timeUs: number, text: string]} Line `n` is -1 between tasks */

/** Collects lines within a budget of bytes per second. */
export class Output {
  /**
   * @param {object} options
   * @param {(lines: Line[], dropped: number) => void} options.send
   * @param {number} options.bytesPerSecond beyond it lines are dropped and counted
   * @param {() => number} [options.now] milliseconds since the epoch
   */
  constructor({ send, bytesPerSecond, now = Date.now }) {
    this._send = send;
    this._rate = bytesPerSecond;
    this._now = now;
    this._budget = bytesPerSecond;
    this._budgetAt = now();
    this._task = -1;
    /** @type {Line[]} */
    this._lines = [];
    this._bytes = 0;
    this._dropped = 0;
    this._windowAt = 0;
    this._sends = 0;
    this._scheduled = false;
    /** @type {Map<number, { decoder: StringDecoder, partial: string }>} by stream */
    this._partials = new Map([STREAM.STDOUT, STREAM.STDERR].map((stream) => [stream, { decoder: new StringDecoder(), partial: '' }]));
  }

  /** Puts this in place of a stream's `write`. @param {NodeJS.WritableStream} stream @param {number} number of `STREAM` */
  capture(stream, number) {
    /** @param {string | Uint8Array} chunk @param {any} [encoding] @param {any} [callback] */
    stream.write = (chunk, encoding = undefined, callback = undefined) => {
      const done = typeof encoding === 'function' ? encoding : callback;
      const other = typeof chunk === 'string' && typeof encoding === 'string' && !/^utf-?8$/i.test(encoding);
      this.write(number, other ? Buffer.from(chunk, /** @type {BufferEncoding} */ (encoding)) : chunk);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }

  /** What is printed from here on belongs to this task; the line in hand is ended. @param {number} n -1 for none */
  enterTask(n) {
    for (const [stream, { partial }] of this._partials) if (partial !== '') this._end(stream);
    this._task = n;
  }

  /** @param {number} stream @param {string | Uint8Array} chunk */
  write(stream, chunk) {
    const state = this._partials.get(stream);
    if (state === undefined) throw new RangeError(`no stream ${stream}`);
    const text = state.partial + (typeof chunk === 'string' ? chunk : state.decoder.write(Buffer.from(chunk)));
    const lines = text.split('\n');
    state.partial = lines.pop() ?? '';
    for (const line of lines) this._line(stream, line);
    if (state.partial.length > MAX_LINE_BYTES) this._end(stream);
    this._sendSoon();
  }

  /** @param {number} stream */
  _end(stream) {
    const state = this._partials.get(stream);
    if (state === undefined) return;
    this._line(stream, state.partial);
    state.partial = '';
  }

  /** @param {number} stream @param {string} line */
  _line(stream, line) {
    const now = this._now();
    this._budget = Math.min(this._rate, this._budget + ((now - this._budgetAt) * this._rate) / 1000);
    this._budgetAt = now;
    for (const text of pieces(line.endsWith('\r') ? line.slice(0, -1) : line)) {
      const size = text.length + 1;
      if (size > this._budget) {
        this._dropped++;
        continue;
      }
      this._budget -= size;
      this._bytes += size;
      this._lines.push([this._task, stream, Math.round(now * 1000), text]);
    }
  }

  /** A few writes are sent on at once, as a busy thread may not come round to it later; many are gathered. */
  _sendSoon() {
    if (this._lines.length === 0) return;
    const now = this._now();
    if (now - this._windowAt > WINDOW_MS) {
      this._windowAt = now;
      this._sends = 0;
    }
    if (this._sends++ < SENDS_PER_WINDOW || this._bytes > BUFFER_BYTES) return this.flush();
    if (this._scheduled) return;
    this._scheduled = true;
    setImmediate(() => {
      this._scheduled = false;
      this.flush();
    });
  }

  /** Sends what has been gathered. */
  flush() {
    if (this._lines.length === 0 && this._dropped === 0) return;
    const lines = this._lines;
    const dropped = this._dropped;
    this._lines = [];
    this._bytes = 0;
    this._dropped = 0;
    this._send(lines, dropped);
  }
}

/**
 * Cuts a line into pieces that fit, never inside a character.
 *
 * @param {string} line
 * @returns {string[]}
 */
export function pieces(line) {
  if (line.length * 3 <= MAX_LINE_BYTES || Buffer.byteLength(line) <= MAX_LINE_BYTES) return [line];
  const step = Buffer.byteLength(line) === line.length ? MAX_LINE_BYTES : Math.floor(MAX_LINE_BYTES / 3);
  const parts = [];
  for (let at = 0; at < line.length; ) {
    let end = Math.min(line.length, at + step);
    const last = line.charCodeAt(end - 1);
    if (end < line.length && last >= 0xd800 && last < 0xdc00) end--;
    parts.push(line.slice(at, end));
    at = end;
  }
  return parts;
}
