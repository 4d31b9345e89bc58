/**
 * msgpack with the extension types of the worker contract to values.
 *
 * The bytes come from other programs, so depth and lengths are checked before anything is allocated.
 */
import { MAX_DEPTH, TIMESTAMP, decodeExtension } from './extensions.js';

/** Bytes that are not well-formed msgpack. */
export class DecodeError extends Error {
  /** @param {string} message what is wrong and where */
  constructor(message) {
    super(message);
    this.name = 'DecodeError';
  }
}

/** Reads values from bytes; also used for the bodies of extensions, whose depth counts on. */
class Decoder {
  /** @param {Uint8Array} bytes @param {number} depth */
  constructor(bytes, depth) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    this.depth = depth;
  }

  /** @param {number} count bytes to step over; returns where they begin */
  take(count) {
    const start = this.at;
    if (count > this.bytes.length - start) throw new DecodeError(`msgpack ends in the middle of a value (byte ${start})`);
    this.at = start + count;
    return start;
  }

  /** @param {number} width */
  uint(width) {
    const at = this.take(width);
    return width === 1 ? this.bytes[at] : width === 2 ? this.bytes.readUInt16BE(at) : this.bytes.readUInt32BE(at);
  }

  /** @returns {unknown} */
  value() {
    const tag = this.bytes[this.take(1)];
    if (tag < 0x80) return tag;
    if (tag < 0x90) return this.map(tag & 0x0f);
    if (tag < 0xa0) return this.array(tag & 0x0f);
    if (tag < 0xc0) return this.string(tag & 0x1f);
    if (tag >= 0xe0) return tag - 0x100;
    return tag < 0xca ? this.blob(tag) : tag < 0xd4 ? this.numeric(tag) : this.tail(tag);
  }

  /** @param {number} tag 0xc0 to 0xc9 */
  blob(tag) {
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.binary(this.uint(1 << (tag - 0xc4)));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.extension(this.uint(1 << (tag - 0xc7)));
      default:
        throw new DecodeError(`not msgpack: byte 0x${tag.toString(16)} at ${this.at - 1}`);
    }
  }

  /** @param {number} tag 0xca to 0xd3 */
  numeric(tag) {
    const at = this.take(tag === 0xca ? 4 : tag === 0xcb ? 8 : 1 << (tag & 3));
    switch (tag) {
      case 0xca:
        return this.bytes.readFloatBE(at);
      case 0xcb:
        return this.bytes.readDoubleBE(at);
      case 0xcc:
        return this.bytes[at];
      case 0xcd:
        return this.bytes.readUInt16BE(at);
      case 0xce:
        return this.bytes.readUInt32BE(at);
      case 0xcf:
        return narrow(this.bytes.readBigUInt64BE(at));
      case 0xd0:
        return this.bytes.readInt8(at);
      case 0xd1:
        return this.bytes.readInt16BE(at);
      case 0xd2:
        return this.bytes.readInt32BE(at);
      default:
        return narrow(this.bytes.readBigInt64BE(at));
    }
  }

  /** @param {number} tag 0xd4 to 0xdf */
  tail(tag) {
    if (tag < 0xd9) return this.extension(1 << (tag - 0xd4));
    if (tag < 0xdc) return this.string(this.uint(1 << (tag - 0xd9)));
    const length = this.uint(tag & 1 ? 4 : 2);
    return tag < 0xde ? this.array(length) : this.map(length);
  }

  /** @param {number} length */
  string(length) {
    const at = this.take(length);
    return this.bytes.toString('utf8', at, at + length);
  }

  /** @param {number} length */
  binary(length) {
    const at = this.take(length);
    return Buffer.from(this.bytes.subarray(at, at + length));
  }

  enter() {
    if (++this.depth > MAX_DEPTH) throw new DecodeError(`msgpack nested deeper than ${MAX_DEPTH} levels`);
  }

  /** @param {number} length */
  array(length) {
    this.enter();
    if (length > this.bytes.length - this.at) throw new DecodeError(`msgpack array of ${length} is longer than its data`);
    const items = new Array(length);
    for (let index = 0; index < length; index++) items[index] = this.value();
    this.depth--;
    return items;
  }

  /** @param {number} length */
  map(length) {
    this.enter();
    if (length * 2 > this.bytes.length - this.at) throw new DecodeError(`msgpack map of ${length} is longer than its data`);
    /** @type {Record<string, unknown>} */
    const object = {};
    /** @type {Map<unknown, unknown> | null} */
    let map = null;
    for (let index = 0; index < length; index++) {
      const key = this.value();
      const member = this.value();
      // An object has text keys only; whole numbers become text, and anything else needs a Map.
      if (map === null && !isPropertyKey(key)) map = new Map(Object.entries(object));
      if (map !== null) map.set(key, member);
      else setOwn(object, String(key), member);
    }
    this.depth--;
    return map ?? object;
  }

  /** @param {number} length */
  extension(length) {
    const type = this.bytes.readInt8(this.take(1));
    const at = this.take(length);
    const body = this.bytes.subarray(at, at + length);
    if (type === TIMESTAMP) return timestampOf(body);
    this.enter();
    const value = decodeExtension(type, body, (inner) => new Decoder(inner, this.depth).whole());
    this.depth--;
    return value;
  }

  /** @returns {unknown} the one value that fills all of the bytes */
  whole() {
    const value = this.value();
    if (this.at !== this.bytes.length) throw new DecodeError(`${this.bytes.length - this.at} bytes follow the msgpack value`);
    return value;
  }
}

/** @param {bigint} value */
function narrow(value) {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** @param {unknown} key */
function isPropertyKey(key) {
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint';
}

/** @param {Record<string, unknown>} object @param {string} key @param {unknown} value */
function setOwn(object, key, value) {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

/** @param {Buffer} body */
function timestampOf(body) {
  let seconds;
  let nanos = 0;
  if (body.length === 4) seconds = body.readUInt32BE(0);
  else if (body.length === 8) {
    nanos = body.readUInt32BE(0) >>> 2;
    seconds = (body.readUInt32BE(0) & 3) * 2 ** 32 + body.readUInt32BE(4);
  } else if (body.length === 12) {
    nanos = body.readUInt32BE(0);
    seconds = Number(body.readBigInt64BE(4));
  } else throw new DecodeError(`a timestamp of ${body.length} bytes`);
  return new Date(seconds * 1000 + Math.round(nanos / 1e6));
}

/**
 * Decodes bytes that hold one value. All that is returned owns its memory.
 *
 * @param {Uint8Array} bytes
 * @returns {unknown}
 * @throws {DecodeError} when they are not well-formed
 */
export function decode(bytes) {
  return new Decoder(bytes, 0).whole();
}
