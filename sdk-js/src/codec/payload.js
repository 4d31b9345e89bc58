/**
 * Values to payloads and back: content types, and the shapes that later nodes need.
 *
 * Here a payload is `{ contentType, data }` with `data` absent for null. Where its bytes come from (a frame, a download) is not
 * this module's business.
 */
import { decode } from './decoder.js';
import { encode } from './encoder.js';

/** Content types of the contract. */
export const CONTENT_TYPE = Object.freeze({
  MSGPACK: 'application/vnd.dk.msgpack;v=1',
  JSON: 'application/json',
  BYTES: 'application/octet-stream',
  ARROW: 'application/vnd.apache.arrow.stream',
  NPY: 'application/x-npy',
});

/** What a worker decodes besides the default type; the last three are handed on as bytes. */
export const DECODABLE = Object.freeze([CONTENT_TYPE.JSON, CONTENT_TYPE.BYTES, CONTENT_TYPE.ARROW, CONTENT_TYPE.NPY]);

/** @typedef {{ contentType: string, data?: Uint8Array<ArrayBuffer> }} Encoded */

/**
 * Encodes a result: bytes as they are, everything else as msgpack. null and undefined have no data.
 *
 * @param {unknown} value
 * @returns {Encoded}
 * @throws {import('./encoder.js').EncodeError} when part of the value cannot be carried
 */
export function encodePayload(value) {
  if (value === null || value === undefined) return { contentType: CONTENT_TYPE.MSGPACK };
  if (value instanceof Uint8Array && !('shape' in value)) {
    return { contentType: CONTENT_TYPE.BYTES, data: Uint8Array.from(value) };
  }
  return { contentType: CONTENT_TYPE.MSGPACK, data: encode(value) };
}

/**
 * Decodes a payload. What is returned owns its memory.
 *
 * @param {string} contentType empty for the default
 * @param {Uint8Array | null | undefined} data absent for null
 * @returns {unknown}
 * @throws {Error} when the type is unknown or the bytes are not well-formed
 */
export function decodePayload(contentType, data) {
  if (data === null || data === undefined) return null;
  switch (contentType) {
    case '':
    case CONTENT_TYPE.MSGPACK:
      return decode(data);
    case CONTENT_TYPE.JSON:
      return parseJson(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
    case CONTENT_TYPE.BYTES:
    case CONTENT_TYPE.ARROW:
    case CONTENT_TYPE.NPY:
      return Buffer.from(data);
    default:
      throw new TypeError(`content type '${contentType}' is not known; send one of ${[CONTENT_TYPE.MSGPACK, ...DECODABLE].join(', ')}`);
  }
}

const LONG_DIGITS = /\d{16}/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;
const BIG = '\u0000bigint';

/**
 * Parses JSON without losing digits: whole numbers beyond 2^53-1 become BigInt.
 *
 * @param {string} text
 * @returns {unknown}
 */
export function parseJson(text) {
  if (!LONG_DIGITS.test(text)) return JSON.parse(text);
  // JSON.parse alone decides what is valid; this only marks the integers that it would round.
  const marked = text.replace(STRING_OR_NUMBER, (token) =>
    INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `{"\\u0000bigint":"${token}"}` : token,
  );
  return JSON.parse(marked, (_key, value) =>
    typeof value === 'object' && value !== null && typeof value[BIG] === 'string' ? BigInt(value[BIG]) : value,
  );
}

/** @typedef {{ path: string, type: string, size: number }} PathShape */

/**
 * The shape of one part of a result, so that batches can be planned without the data.
 *
 * @param {string} path as it was asked for
 * @param {unknown} part the part itself
 * @returns {PathShape}
 */
export function shapeOf(path, part) {
  const size = sizeOf(part);
  return size === null ? { path, type: typeName(part), size: 0 } : { path, type: 'array', size };
}

/** @param {unknown} part @returns {number | null} number of elements of what counts as an array */
function sizeOf(part) {
  if (Array.isArray(part)) return part.length;
  if (part instanceof Set) return part.size;
  if (!isTypedArray(part)) return null;
  return part.shape === undefined ? part.length : part.shape.length === 0 ? null : part.shape[0];
}

/**
 * Whether a value is an n-dimensional array: a typed array, but bytes only when they have a shape.
 *
 * @param {unknown} value
 * @returns {value is NodeJS.TypedArray & { shape?: number[], dtype?: string, order?: 'C' | 'F' }}
 */
export function isTypedArray(value) {
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return false;
  return !(value instanceof Uint8Array) || 'shape' in value;
}

/** @param {unknown} part */
function typeName(part) {
  if (part === null || part === undefined) return 'null';
  if (ArrayBuffer.isView(part)) return isTypedArray(part) ? 'number' : 'bytes';
  switch (typeof part) {
    case 'string':
      return 'string';
    case 'number':
    case 'bigint':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return part instanceof Date ? 'string' : 'object';
  }
}
