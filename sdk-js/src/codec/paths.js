/**
 * Dotted paths into values, and elements of what counts as an array.
 */
import { described } from './extensions.js';
import { isTypedArray } from './payload.js';

/**
 * What a dotted path finds.
 *
 * @param {unknown} value
 * @param {string} path empty for the value itself
 * @returns {unknown} null when it leads nowhere
 */
export function select(value, path) {
  return find(value, path) ?? null;
}

/**
 * What a dotted path finds, null included.
 *
 * @param {unknown} value
 * @param {string} path empty for the value itself
 * @returns {unknown} undefined when it leads nowhere
 */
export function find(value, path) {
  if (path === '') return value;
  let part = value;
  for (const key of path.split('.')) part = member(part, key);
  return part;
}

/** @param {unknown} container @param {string} key */
function member(container, key) {
  if (container === null || typeof container !== 'object') return undefined;
  if (Array.isArray(container)) return /^\d+$/.test(key) ? container[Number(key)] : undefined;
  if (isTypedArray(container)) return /^\d+$/.test(key) ? (elementAt(container, Number(key)) ?? undefined) : undefined;
  if (container instanceof Map) return container.has(key) ? container.get(key) : container.get(Number(key));
  // Own properties only: a path must not reach into prototypes.
  return Object.hasOwn(container, key) ? /** @type {Record<string, unknown>} */ (container)[key] : undefined;
}

/**
 * One element of an array; of an n-dimensional one, a view along its first dimension.
 *
 * @param {unknown} value
 * @param {number} index
 * @returns {unknown} null when there is no such element
 */
export function elementAt(value, index) {
  if (Array.isArray(value)) return value[index] ?? null;
  if (!isTypedArray(value)) return null;
  const shape = value.shape ?? [value.length];
  if (index >= shape[0]) return null;
  if (shape.length < 2) return value[index];
  const inner = shape.slice(1);
  if (value.order === 'F') return strided(value, index, shape);
  const length = inner.reduce((product, size) => product * size, 1);
  const part = value.subarray(index * length, (index + 1) * length);
  return described(part, value.dtype ?? '', inner, 'C');
}

/**
 * In column-major order the first dimension varies fastest: its element is every shape[0]-th number.
 *
 * @param {NodeJS.TypedArray & { dtype?: string }} value @param {number} index @param {number[]} shape
 */
function strided(value, index, shape) {
  const part = value.filter((/** @type {number | bigint} */ _, /** @type {number} */ at) => at % shape[0] === index);
  return described(part, value.dtype ?? '', shape.slice(1), 'F');
}
