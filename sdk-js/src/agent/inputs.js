/**
 * Contexts as they arrive, and the plan of what a task needs of them.
 *
 * Pure: which payloads fill which binding is decided here; fetching and decoding happen elsewhere.
 */
import { milliseconds } from './contract.js';

/** @typedef {import('./contract.js').Payload} Payload */

/**
 * A payload with the id that names it on this worker. `data` may be replaced by a copy in shared memory.
 *
 * @typedef {object} Part
 * @property {number} id
 * @property {string} contentType
 * @property {Uint8Array | null} data
 * @property {import('./contract.js').BlobRef | null} ref
 * @property {boolean} reused whether other tasks may need it too
 */

/** @typedef {{ value: Part } | { members: { part: Part, chunk: boolean }[], starts: number[] }} Source */

/**
 * What fills one binding.
 *
 * @typedef {{ kind: 'null' }
 *   | { kind: 'value', part: Part }
 *   | { kind: 'element', part: Part, index: number, chunk: boolean }
 *   | { kind: 'ownElement', part: Part, index: number }
 *   | { kind: 'list', members: { part: Part, chunk: boolean }[] }} PlannedInput
 */

let lastId = 0;

/** @param {Payload | null | undefined} payload @param {boolean} reused @returns {Part} */
export function partOf(payload, reused) {
  const data = payload?.data ?? null;
  return {
    id: ++lastId,
    contentType: payload?.contentType ?? '',
    // A frame's bytes live in one buffer; a copy lets go of it and can be posted without it.
    data: data === null ? null : copyOf(data, reused),
    ref: payload?.ref ?? null,
    reused,
  };
}

/** @param {Uint8Array} data @param {boolean} shared @returns {Uint8Array} */
function copyOf(data, shared) {
  const copy = shared ? new Uint8Array(new SharedArrayBuffer(data.length)) : new Uint8Array(data.length);
  copy.set(data);
  return copy;
}

/** What the tasks of one node have in common. */
export class Context {
  /** @param {import('./contract.js').TaskContext} message */
  constructor(message) {
    this.id = ++lastId;
    this.jobId = message.jobId ?? '';
    this.nodeName = message.nodeName ?? '';
    this.pipelineName = message.pipelineName ?? '';
    this.algorithmName = message.algorithmName ?? '';
    this.args = partOf(message.args, true);
    this.input = partOf(message.input, true);
    this.sources = (message.sources ?? []).map(sourceOf);
    this.bindings = (message.bindings ?? []).map((binding) => ({
      place: binding.place ?? [],
      selector: binding.selector ?? '',
      source: binding.source ?? 0,
      element: binding.element ?? null,
      value: binding.value ?? null,
      valueElement: binding.valueElement ?? null,
    }));
    this.savePaths = message.savePaths ?? [];
    this.ttlMs = milliseconds(message.ttl, 0);
    /** Tasks that hold it. */
    this.tasks = 0;
    /** Whether the control plane may still refer to it. */
    this.open = true;
  }

  /**
   * Plans what fills the bindings for a task.
   *
   * @param {import('./contract.js').TaskAssign} assign
   * @returns {PlannedInput[]} one for each binding
   * @throws {RangeError} when a binding names a source, element or value that does not exist
   */
  plan(assign) {
    /** @type {Part[]} the task's own values, as far as they are needed */
    const own = [];
    return this.bindings.map((binding, at) => {
      if (binding.value !== null) return { kind: 'value', part: ownPart(own, assign, binding.value, at) };
      if (binding.valueElement !== null) {
        const index = Number(existing(assign.elements, binding.valueElement.element ?? 0, at, 'element'));
        return index < 0 ? { kind: 'null' } : { kind: 'ownElement', part: ownPart(own, assign, binding.valueElement.value ?? 0, at), index };
      }
      const source = existing(this.sources, binding.source, at, 'source');
      if (binding.element === null) return whole(source);
      return element(source, Number(existing(assign.elements, binding.element, at, 'element')));
    });
  }
}

/** @param {import('../gen/contract.js').distributedkube.api.worker.v1.InputSource.$Properties} message @returns {Source} */
function sourceOf({ value, list }) {
  if (!list) return { value: partOf(value, true) };
  /** @type {number[]} */
  const starts = [];
  let count = 0;
  const members = (list.parts ?? []).map(({ item, chunk }) => {
    starts.push(count);
    count += chunk ? Number(chunk.count ?? 0) : 1;
    return { part: partOf(chunk ? chunk.array : item, true), chunk: Boolean(chunk) };
  });
  starts.push(count);
  return { members, starts };
}

/**
 * @template T
 * @param {T[] | null | undefined} list @param {number} index @param {number} binding @param {string} what
 * @returns {T}
 */
function existing(list, index, binding, what) {
  const found = list?.[index];
  if (found === undefined) throw new RangeError(`binding ${binding} names ${what} ${index}, which was not sent`);
  return found;
}

/**
 * One of a task's own values; bindings that draw on the same one share it.
 *
 * @param {Part[]} own by index @param {import('./contract.js').TaskAssign} assign @param {number} index @param {number} binding
 */
function ownPart(own, { values }, index, binding) {
  return (own[index] ??= partOf(existing(values, index, binding, 'value'), false));
}

/** @param {Source} source @returns {PlannedInput} */
function whole(source) {
  return 'value' in source ? { kind: 'value', part: source.value } : { kind: 'list', members: source.members };
}

/** @param {Source} source @param {number} index from 0, -1 for null @returns {PlannedInput} */
function element(source, index) {
  if (index < 0) return { kind: 'null' };
  if ('value' in source) return { kind: 'element', part: source.value, index, chunk: false };
  const { members, starts } = source;
  if (index >= starts[members.length]) return { kind: 'null' };
  // The last member that starts at or before the index.
  let low = 0;
  let high = members.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= index) low = middle;
    else high = middle - 1;
  }
  const { part, chunk } = members[low];
  return chunk ? { kind: 'element', part, index: index - starts[low], chunk } : { kind: 'value', part };
}

/**
 * All parts of a plan whose data must be fetched.
 *
 * @param {Context} context @param {PlannedInput[]} plan
 * @returns {Part[]}
 */
export function partsToFetch(context, plan) {
  const parts = [context.args, context.input];
  for (const input of plan) {
    if (input.kind === 'list') parts.push(...input.members.map(({ part }) => part));
    else if (input.kind !== 'null') parts.push(input.part);
  }
  return parts.filter((part) => part.ref !== null);
}

/**
 * The plan with its data, as a runner takes it.
 *
 * @param {PlannedInput[]} plan
 * @param {ReadonlyMap<Part, Uint8Array> | null} fetched data of the parts that came by reference
 * @returns {import('../runner/bindings.js').Input[]}
 */
export function withData(plan, fetched) {
  return plan.map((input) => {
    switch (input.kind) {
      case 'null':
        return input;
      case 'value':
        return { kind: 'value', payload: encoded(input.part, fetched) };
      case 'element':
        return { kind: 'element', payload: encoded(input.part, fetched), id: input.part.id, index: input.index, chunk: input.chunk };
      case 'ownElement':
        return { kind: 'ownElement', payload: encoded(input.part, fetched), index: input.index };
      case 'list':
        return { kind: 'list', parts: input.members.map(({ part, chunk }) => ({ payload: encoded(part, fetched), chunk })) };
    }
  });
}

/** @param {Part} part @param {ReadonlyMap<Part, Uint8Array> | null} fetched */
export function encoded(part, fetched) {
  return { contentType: part.contentType, data: part.data ?? fetched?.get(part) };
}
