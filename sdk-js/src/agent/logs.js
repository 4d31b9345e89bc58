/**
 * Lines on their way out. What cannot be sent in time is dropped and counted, never waited for.
 */
import { Buffer } from 'node:buffer';

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_LINES_PER_FRAME = 2000;
const MAX_BYTES_PER_FRAME = 1024 * 1024;

/** Pending lines, bounded by bytes. */
export class LogBuffer {
  /** @param {number} [limit] in bytes */
  constructor(limit = MAX_BYTES) {
    this.limit = limit;
    this.bytes = 0;
    this.dropped = 0;
    /** @type {{ entry: import('./contract.js').LogEntry, size: number }[]} */
    this.lines = [];
  }

  /** @returns {boolean} */
  get pending() {
    return this.lines.length > 0 || this.dropped > 0;
  }

  /** @param {Uint8Array | null} token @param {number} stream @param {number} timeUs @param {string} text */
  add(token, stream, timeUs, text) {
    const size = Buffer.byteLength(text) + 64;
    if (this.bytes + size > this.limit) {
      this.dropped++;
      return;
    }
    this.bytes += size;
    this.lines.push({ entry: { token, stream, timeUs, text }, size });
  }

  /** @returns {{ lines: import('./contract.js').LogEntry[], dropped: number }} what fits one frame */
  take() {
    let bytes = 0;
    let count = 0;
    for (const { size } of this.lines) {
      if (count === MAX_LINES_PER_FRAME || (bytes + size > MAX_BYTES_PER_FRAME && count > 0)) break;
      bytes += size;
      count++;
    }
    const lines = this.lines.splice(0, count).map(({ entry }) => entry);
    const { dropped } = this;
    this.bytes -= bytes;
    this.dropped = 0;
    return { lines, dropped };
  }
}
