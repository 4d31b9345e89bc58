/**
 * Builds `args` for a task: the shared part, the input template, and the values that its bindings bring.
 *
 * All of it is decoded anew for every task, since user code may change what it gets. Only arrays that are taken apart element by
 * element stay decoded between tasks; their elements are handed out as copies.
 */
import { decode } from '../codec/decoder.js';
import { encode } from '../codec/encoder.js';
import { elementAt, select } from '../codec/paths.js';
import { decodePayload } from '../codec/payload.js';

/** @typedef {{ contentType: string, data?: Uint8Array }} Encoded */

/**
 * What fills one binding, as the agent has planned it:
 * `null`; one value; one element of a value or of a chunk, whose `id` names it on this worker; one element of a value that only
 * this task has; or all members of a list.
 *
 * @typedef {{ kind: 'null' }
 *   | { kind: 'value', payload: Encoded }
 *   | { kind: 'element', payload: Encoded, id: number, index: number, chunk: boolean }
 *   | { kind: 'ownElement', payload: Encoded, index: number }
 *   | { kind: 'list', parts: { payload: Encoded, chunk: boolean }[] }} Input
 */

/**
 * @typedef {object} Context
 * @property {string} jobId
 * @property {string} nodeName
 * @property {string} pipelineName
 * @property {string} algorithmName
 * @property {Encoded} args
 * @property {Encoded} input
 * @property {{ place: string[], selector: string }[]} bindings
 * @property {string[]} savePaths
 */

/**
 * @typedef {object} Task
 * @property {number} n number on this runner, from 0
 * @property {number} context
 * @property {string} taskId
 * @property {number} attempt
 * @property {number} batchIndex
 * @property {number} [triggerIndex] element of the batch that made this task, from 1
 * @property {string} [execId] number of the call that made this task, from its caller
 * @property {Input[]} inputs one for each binding of the context
 * @property {{ fraction: number, message: string, details: Encoded } | null} lastProgress
 */

const CACHE_BYTES = 64 * 1024 * 1024;

/** Decoded arrays by the id of their payload, the longest unused one dropped first. */
export class ArrayCache {
  /** @param {number} limit in encoded bytes; the latest array stays even when it is larger */
  constructor(limit = CACHE_BYTES) {
    this.limit = limit;
    this.bytes = 0;
    /** @type {Map<number, { value: unknown, size: number }>} */
    this.entries = new Map();
  }

  /** @param {number} id @param {Encoded} payload @returns {unknown} the decoded value, not to be handed to user code */
  get(id, payload) {
    let entry = this.entries.get(id);
    if (entry === undefined) {
      entry = { value: decodePayload(payload.contentType, payload.data), size: payload.data?.length ?? 0 };
      this.bytes += entry.size;
    } else this.entries.delete(id);
    this.entries.set(id, entry);
    for (const [oldest, { size }] of this.entries) {
      if (this.bytes <= this.limit || oldest === id) break;
      this.entries.delete(oldest);
      this.bytes -= size;
    }
    return entry.value;
  }
}

/**
 * Makes the `args` of a task.
 *
 * @param {Context} context
 * @param {Task} task
 * @param {ArrayCache} cache
 * @returns {Record<string, unknown>}
 * @throws {Error} when something cannot be decoded or a place does not exist
 */
export function buildArgs(context, task, cache) {
  const args = /** @type {Record<string, unknown>} */ (decodePayload(context.args.contentType, context.args.data) ?? {});
  /** @type {unknown} */
  let input = decodePayload(context.input.contentType, context.input.data) ?? [];
  for (let index = 0; index < task.inputs.length; index++) {
    const { place, selector } = context.bindings[index];
    input = put(input, place, resolve(task.inputs[index], selector, cache));
  }
  args.input = input;
  args.taskId = task.taskId;
  args.batchIndex = task.batchIndex;
  args.attempt = task.attempt;
  args.attempts = task.attempt - 1;
  if (task.triggerIndex !== undefined) args.triggerIndex = task.triggerIndex;
  if (task.execId !== undefined) args.execId = task.execId;
  return args;
}

/** @param {Input} input @param {string} selector @param {ArrayCache} cache @returns {unknown} */
function resolve(input, selector, cache) {
  switch (input.kind) {
    case 'null':
      return null;
    case 'value':
      return select(decodePayload(input.payload.contentType, input.payload.data), selector);
    case 'element': {
      const array = cache.get(input.id, input.payload);
      return copy(
        input.chunk ? select(elementAt(array, input.index), selector) : elementAt(select(array, selector), input.index),
      );
    }
    case 'ownElement':
      return elementAt(select(decodePayload(input.payload.contentType, input.payload.data), selector), input.index);
    case 'list':
      return input.parts.flatMap(({ payload, chunk }) => {
        const value = decodePayload(payload.contentType, payload.data);
        if (!chunk) return [select(value, selector)];
        if (!Array.isArray(value)) throw new TypeError('a chunk of a list must be an array');
        return selector === '' ? value : value.map((member) => select(member, selector));
      });
  }
}

/** @param {unknown} value @returns {unknown} the same for user code to change */
function copy(value) {
  return value === null || typeof value !== 'object' ? value : decode(encode(value));
}

/**
 * Puts a value in its place.
 *
 * @param {unknown} root @param {string[]} place keys and indices from the outside in @param {unknown} value
 * @returns {unknown} the root; the value itself when the place is empty
 */
export function put(root, place, value) {
  if (place.length === 0) return value;
  let container = root;
  for (const key of place.slice(0, -1)) container = step(container, key, place);
  const last = place[place.length - 1];
  step(container, last, place);
  /** @type {Record<string, unknown>} */ (container)[last] = value;
  return root;
}

/** @param {unknown} container @param {string} key @param {string[]} place */
function step(container, key, place) {
  if (container === null || typeof container !== 'object' || !Object.hasOwn(container, key)) {
    throw new TypeError(`the input template has no place ${place.join('.')}`);
  }
  return /** @type {Record<string, unknown>} */ (container)[key];
}
