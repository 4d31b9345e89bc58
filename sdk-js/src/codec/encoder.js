/**
 * Values to msgpack with the extension types of the worker contract.
 *
 * Written out here rather than taken from a library, because the contract is exact where libraries choose: whole numbers must
 * stay integers beyond 32 bits, and 64-bit integers must become BigInt only where a number would lose digits.
 */
import { EXT, MAX_DEPTH, TIMESTAMP, ndarrayOf } from './extensions.js';

const SHOWN_KEYS = 20;
const MAX_UINT32 = 0xffffffff;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** A value that msgpack cannot carry; `path` names the place inside the value. */
export class EncodeError extends Error {
  /** @param {string} reason what is wrong with the value at the place */
  constructor(reason) {
    super(reason);
    this.name = 'EncodeError';
    this.reason = reason;
    /** @type {string[]} keys and indices from the outside in */
    this.path = [];
  }

  /** @param {string | number} key place of the failing part in its container */
  within(key) {
    this.path.unshift(String(key));
    this.message = `${this.reason} (at ${this.path.slice(0, SHOWN_KEYS).join('.')})`;
    return this;
  }
}

// One scratch buffer serves the encodings of a thread. An encoding inside another (a `toJSON` may do that) finds it taken.
const SCRATCH_BYTES = 64 * 1024;
/** @type {Buffer<ArrayBuffer> | null} */
let scratch = null;

class Encoder {
  /** @param {Buffer<ArrayBuffer>} buffer where to write; replaced when it gets too small */
  constructor(buffer) {
    this.buffer = buffer;
    this.length = 0;
    this.depth = 0;
  }

  /**
   * Makes room. Writers call it before they look at `buffer`, which it may replace.
   *
   * @param {number} count bytes about to be written
   * @returns {number} where to write them
   */
  reserve(count) {
    const start = this.length;
    const end = start + count;
    if (end > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, start);
      this.buffer = larger;
    }
    this.length = end;
    return start;
  }

  /** @param {number} byte */
  byte(byte) {
    const at = this.reserve(1);
    this.buffer[at] = byte;
  }

  /** @param {unknown} value */
  value(value) {
    switch (typeof value) {
      case 'string':
        return this.string(value);
      case 'number':
        return this.number(value);
      case 'boolean':
        return this.byte(value ? 0xc3 : 0xc2);
      case 'undefined':
        return this.byte(0xc0);
      case 'bigint':
        return this.bigint(value);
      case 'object':
        return value === null ? this.byte(0xc0) : this.nested(value);
      default:
        throw new EncodeError(`a ${typeof value} cannot be part of a result`);
    }
  }

  /** @param {object} value */
  nested(value) {
    if (++this.depth > MAX_DEPTH) throw new EncodeError(`nested deeper than ${MAX_DEPTH} levels, or containing itself`);
    if (Array.isArray(value)) this.array(value);
    else this.object(value);
    this.depth--;
  }

  /** @param {object} value */
  object(value) {
    if (value instanceof Uint8Array && !('shape' in value)) return this.bytes(value);
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return this.ndarray(/** @type {NodeJS.TypedArray} */ (value));
    if (value instanceof DataView) return this.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return this.bytes(new Uint8Array(value));
    if (value instanceof Date) return this.timestamp(value);
    if (value instanceof Map) return this.entries([...value]);
    if (value instanceof Set) return this.extension(EXT.SET, (inner) => inner.array([...value]));
    if (value instanceof Promise) throw new EncodeError('a Promise object cannot be part of a result: await it first');
    const { toJSON } = /** @type {{ toJSON?: unknown }} */ (value);
    if (typeof toJSON === 'function') return this.value(toJSON.call(value));
    return this.entries(Object.entries(value).filter(([, member]) => member !== undefined));
  }

  /** @param {number} value */
  number(value) {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      const at = this.reserve(9);
      this.buffer[at] = 0xcb;
      this.buffer.writeDoubleBE(value, at + 1);
    } else if (value >= 0) this.unsigned(value);
    else this.negative(value);
  }

  /** @param {number} value */
  unsigned(value) {
    if (value < 0x80) this.byte(value);
    else if (value < 0x100) this.sized(0xcc, value, 1);
    else if (value < 0x10000) this.sized(0xcd, value, 2);
    else if (value <= MAX_UINT32) this.sized(0xce, value, 4);
    else {
      const at = this.reserve(9);
      this.buffer[at] = 0xcf;
      this.buffer.writeUInt32BE(Math.floor(value / 2 ** 32), at + 1);
      this.buffer.writeUInt32BE(value % 2 ** 32, at + 5);
    }
  }

  /** @param {number} value */
  negative(value) {
    if (value >= -0x20) this.byte(0x100 + value);
    else if (value >= -0x80) this.sized(0xd0, value + 0x100, 1);
    else if (value >= -0x8000) this.sized(0xd1, value + 0x10000, 2);
    else if (value >= -0x80000000) this.sized(0xd2, value + 2 ** 32, 4);
    else {
      const at = this.reserve(9);
      this.buffer[at] = 0xd3;
      this.buffer.writeBigInt64BE(BigInt(value), at + 1);
    }
  }

  /** @param {number} tag @param {number} value @param {1 | 2 | 4} width */
  sized(tag, value, width) {
    const at = this.reserve(1 + width);
    this.buffer[at] = tag;
    if (width === 1) this.buffer[at + 1] = value;
    else if (width === 2) this.buffer.writeUInt16BE(value, at + 1);
    else this.buffer.writeUInt32BE(value, at + 1);
  }

  /** @param {bigint} value */
  bigint(value) {
    if (value < INT64_MIN || value > UINT64_MAX) return this.extensionBytes(EXT.BIGINT, twosComplement(value));
    const small = Number(value);
    if (Number.isSafeInteger(small)) return this.number(small);
    const at = this.reserve(9);
    this.buffer[at] = value < 0n ? 0xd3 : 0xcf;
    if (value < 0n) this.buffer.writeBigInt64BE(value, at + 1);
    else this.buffer.writeBigUInt64BE(value, at + 1);
  }

  /** @param {string} value */
  string(value) {
    // Most strings are short and plain, and then the header is known before the bytes.
    const length = Buffer.byteLength(value);
    if (length < 0x20) this.byte(0xa0 | length);
    else if (length < 0x100) this.sized(0xd9, length, 1);
    else if (length < 0x10000) this.sized(0xda, length, 2);
    else this.sized(0xdb, length, 4);
    const at = this.reserve(length);
    this.buffer.write(value, at, length, 'utf8');
  }

  /** @param {Uint8Array} value */
  bytes(value) {
    const { length } = value;
    if (length > MAX_UINT32) throw new EncodeError('more than 4 GiB of bytes in one value');
    if (length < 0x100) this.sized(0xc4, length, 1);
    else if (length < 0x10000) this.sized(0xc5, length, 2);
    else this.sized(0xc6, length, 4);
    const at = this.reserve(length);
    this.buffer.set(value, at);
  }

  /** @param {unknown[]} items */
  array(items) {
    const { length } = items;
    if (length < 0x10) this.byte(0x90 | length);
    else if (length < 0x10000) this.sized(0xdc, length, 2);
    else this.sized(0xdd, length, 4);
    let index = 0;
    try {
      for (; index < length; index++) this.value(items[index]);
    } catch (error) {
      throw error instanceof EncodeError ? error.within(index) : error;
    }
  }

  /** @param {[unknown, unknown][]} entries */
  entries(entries) {
    const { length } = entries;
    if (length < 0x10) this.byte(0x80 | length);
    else if (length < 0x10000) this.sized(0xde, length, 2);
    else this.sized(0xdf, length, 4);
    let at = 0;
    try {
      for (; at < length; at++) {
        this.value(entries[at][0]);
        this.value(entries[at][1]);
      }
    } catch (error) {
      throw error instanceof EncodeError ? error.within(String(entries[at][0])) : error;
    }
  }

  /** @param {Date} value */
  timestamp(value) {
    const ms = value.getTime();
    if (Number.isNaN(ms)) throw new EncodeError('an invalid Date');
    const seconds = Math.floor(ms / 1000);
    const nanos = (ms - seconds * 1000) * 1e6;
    if (seconds < 0 || seconds >= 2 ** 34) {
      const body = Buffer.allocUnsafe(12);
      body.writeUInt32BE(nanos, 0);
      body.writeBigInt64BE(BigInt(seconds), 4);
      return this.extensionBytes(TIMESTAMP, body);
    }
    const short = nanos === 0 && seconds <= MAX_UINT32;
    const body = Buffer.allocUnsafe(short ? 4 : 8);
    if (!short) body.writeUInt32BE(nanos * 4 + Math.floor(seconds / 2 ** 32), 0);
    body.writeUInt32BE(seconds % 2 ** 32, body.length - 4);
    this.extensionBytes(TIMESTAMP, body);
  }

  /** @param {NodeJS.TypedArray} value a typed array, with `shape`, `order` and `dtype` where it has them */
  ndarray(value) {
    const { dtype, shape, order, data } = ndarrayOf(value);
    this.extension(EXT.NDARRAY, (inner) => {
      inner.array([dtype, shape, order, data]);
    });
  }

  /** @param {number} type @param {(inner: this) => void} write writes the body, itself msgpack */
  extension(type, write) {
    // The length is not known before the body is written: keep room for the longest header, and close up behind a shorter one.
    const at = this.reserve(6);
    write(this);
    const body = this.buffer.subarray(at + 6, this.length);
    if (body.length < 0x10000) {
      this.length = at;
      return this.extensionBytes(type, body);
    }
    this.buffer[at] = 0xc9;
    this.buffer.writeUInt32BE(body.length, at + 1);
    this.buffer.writeInt8(type, at + 5);
  }

  /** @param {number} type @param {Uint8Array} body */
  extensionBytes(type, body) {
    const fixed = [1, 2, 4, 8, 16].indexOf(body.length);
    if (fixed >= 0) this.byte(0xd4 + fixed);
    else if (body.length < 0x100) this.sized(0xc7, body.length, 1);
    else if (body.length < 0x10000) this.sized(0xc8, body.length, 2);
    else this.sized(0xc9, body.length, 4);
    const at = this.reserve(1 + body.length);
    this.buffer.writeInt8(type, at);
    this.buffer.set(body, at + 1);
  }

  /** @returns {Uint8Array<ArrayBuffer>} the bytes, in memory of their own */
  finish() {
    // A large buffer that is nearly full is handed out instead of copied.
    if (this.buffer.length > SCRATCH_BYTES && this.length * 2 > this.buffer.length) {
      return new Uint8Array(this.buffer.buffer, this.buffer.byteOffset, this.length);
    }
    const bytes = new Uint8Array(this.length);
    bytes.set(this.buffer.subarray(0, this.length));
    return bytes;
  }
}

/** @param {bigint} value @returns {Uint8Array} the shortest big-endian two's complement */
function twosComplement(value) {
  const magnitude = value < 0n ? -value - 1n : value;
  const length = Math.floor(magnitude.toString(2).length / 8) + 1;
  const hex = BigInt.asUintN(length * 8, value).toString(16);
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex');
}

/**
 * Encodes a value.
 *
 * @param {unknown} value
 * @returns {Uint8Array<ArrayBuffer>} never a part of a shared pool, so that it can be handed to another thread
 * @throws {EncodeError} when part of the value cannot be carried
 */
export function encode(value) {
  const buffer = scratch ?? Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  scratch = null;
  try {
    const encoder = new Encoder(buffer);
    encoder.value(value);
    return encoder.finish();
  } finally {
    scratch = buffer;
  }
}
