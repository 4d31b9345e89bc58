/**
 * Extension types of the default content type: what JavaScript has no literal for, or has another notion of.
 *
 * Bodies of arrays, tuples and sets are themselves msgpack arrays. What has no counterpart falls back: tuples and sets become
 * arrays, complex numbers `{ re, im }`, decimals text.
 */

/** Containers inside each other, at most: deeper data, or data that holds itself, is refused. */
export const MAX_DEPTH = 512;

/** Number of msgpack's own extension type. */
export const TIMESTAMP = -1;

/** Numbers of the extension types. */
export const EXT = Object.freeze({ BIGINT: 1, NDARRAY: 2, TUPLE: 3, SET: 4, COMPLEX: 5, DECIMAL: 6 });

/**
 * What of a typed array travels.
 *
 * @typedef {object} NdArray
 * @property {string} dtype in NumPy's notation
 * @property {number[]} shape
 * @property {'C' | 'F'} order
 * @property {Uint8Array} data
 */

/** @typedef {new (buffer: ArrayBuffer) => NodeJS.TypedArray} TypedArrayConstructor */

/** @type {Readonly<Record<string, TypedArrayConstructor>>} by NumPy's kind and width */
const ARRAYS = {
  b1: Uint8Array,
  u1: Uint8Array,
  i1: Int8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** @type {ReadonlyMap<Function, string>} */
const DTYPES = new Map(
  /** @type {[Function, string][]} */ ([
    [Int8Array, '|i1'],
    [Uint8Array, '|u1'],
    [Uint8ClampedArray, '|u1'],
    [Buffer, '|u1'],
    [Int16Array, '<i2'],
    [Uint16Array, '<u2'],
    [Int32Array, '<i4'],
    [Uint32Array, '<u4'],
    [BigInt64Array, '<i8'],
    [BigUint64Array, '<u8'],
    [Float32Array, '<f4'],
    [Float64Array, '<f8'],
  ]),
);

/**
 * Describes a typed array. One without `shape` has a single dimension.
 *
 * @param {NodeJS.TypedArray} array
 * @returns {NdArray}
 */
export function ndarrayOf(array) {
  const { dtype, shape, order } = /** @type {Partial<NdArray>} */ (array);
  return {
    dtype: dtype ?? DTYPES.get(array.constructor) ?? '|u1',
    shape: shape ?? [array.length],
    order: order ?? 'C',
    data: new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  };
}

/**
 * Makes the typed array for a description: with `shape`, `dtype` and `order` as properties that do not enumerate.
 *
 * @param {NdArray} array whose `data` is copied
 * @returns {unknown} the typed array; where JavaScript has none for the dtype, the description itself with `data` a Buffer
 */
export function typedArrayOf({ dtype, shape, order, data }) {
  const kind = dtype.slice(-2);
  const swapped = dtype.startsWith('>') && !kind.endsWith('1');
  const native = swapped ? `<${kind}` : dtype;
  const own = new Uint8Array(data);
  if (swapped) swapBytes(own, Number(kind[1]));
  if (kind === 'f2' && dtype.length === 3) return described(halfFloats(own), '<f4', shape, order);
  const Constructor = dtype.length === 3 ? ARRAYS[kind] : undefined;
  if (Constructor === undefined) return { dtype, shape, order, data: Buffer.from(own.buffer) };
  return described(new Constructor(own.buffer), native, shape, order);
}

/**
 * @template {object} T
 * @param {T} array @param {string} dtype @param {number[]} shape @param {'C' | 'F'} order
 */
export function described(array, dtype, shape, order) {
  return Object.defineProperties(array, { dtype: { value: dtype }, shape: { value: shape }, order: { value: order } });
}

/** @param {Uint8Array} bytes turned round in place @param {number} width */
function swapBytes(bytes, width) {
  const buffer = Buffer.from(bytes.buffer);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function halfFloats(bytes) {
  return Float32Array.from(new Uint16Array(bytes.buffer), (bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/**
 * Decodes the body of an extension.
 *
 * @param {number} type
 * @param {Buffer} body
 * @param {(body: Buffer) => unknown} decode decodes a body that is itself msgpack
 * @returns {unknown}
 */
export function decodeExtension(type, body, decode) {
  switch (type) {
    case EXT.BIGINT:
      return bigintOf(body);
    case EXT.NDARRAY:
      return typedArrayOf(checkedArray(decode(body)));
    case EXT.TUPLE:
    case EXT.SET:
      return checkedList(decode(body));
    case EXT.COMPLEX:
      if (body.length !== 16) throw new TypeError(`a complex number has 16 bytes, not ${body.length}`);
      return { re: body.readDoubleBE(0), im: body.readDoubleBE(8) };
    case EXT.DECIMAL:
      return body.toString('utf8');
    default:
      throw new TypeError(`unknown msgpack extension ${type}`);
  }
}

/** @param {Buffer} body */
function bigintOf(body) {
  const value = body.length === 0 ? 0n : BigInt(`0x${body.toString('hex')}`);
  const signed = BigInt.asIntN(body.length * 8, value);
  const small = Number(signed);
  return Number.isSafeInteger(small) ? small : signed;
}

/** @param {unknown} value @returns {unknown[]} */
function checkedList(value) {
  if (!Array.isArray(value)) throw new TypeError('the body of a tuple, set or array must be an array');
  return value;
}

/** @param {unknown} value @returns {NdArray} */
function checkedArray(value) {
  const [dtype, shape, order, data] = checkedList(value);
  if (typeof dtype !== 'string' || !Array.isArray(shape) || (order !== 'C' && order !== 'F') || !(data instanceof Uint8Array)) {
    throw new TypeError('the body of an array must be dtype, shape, order and bytes');
  }
  const width = Number(/\d+$/.exec(dtype)?.[0] ?? NaN) * (dtype.includes('U') ? 4 : 1);
  if (shape.reduce((product, size) => product * Number(size), width) !== data.length && /^[<>|=][biufc]\d+$/.test(dtype)) {
    throw new TypeError(`an array of dtype ${dtype} and shape [${shape.join(', ')}] cannot have ${data.length} bytes`);
  }
  return { dtype, shape, order, data };
}
