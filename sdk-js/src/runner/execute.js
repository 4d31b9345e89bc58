/**
 * Runs one task: builds its arguments, calls `init` and `start`, encodes what comes back.
 */
import { createHash } from 'node:crypto';

import { find } from '../codec/paths.js';
import { encodePayload, shapeOf } from '../codec/payload.js';
import { CATEGORY, failureOf } from '../failure.js';
import { buildArgs } from './bindings.js';

/** Numbers of `TaskPhase.Phase` that a runner knows. */
export const PHASE = Object.freeze({ FETCHING: 1, INIT: 2, RUNNING: 3, STORING: 4, STOPPING: 5 });

/**
 * How a task ended. Exactly one of `output`, `failure` and `stopped` is set.
 *
 * @typedef {object} Outcome
 * @property {import('../codec/payload.js').Encoded} [output]
 * @property {import('../codec/payload.js').PathShape[]} [shapes]
 * @property {string} [sha256] of an output too large to travel inline
 * @property {import('../failure.js').Failure} [failure]
 * @property {true} [stopped] told to stop before `start` began
 * @property {number} initUs
 * @property {number} runUs
 * @property {number} encodeUs
 */

/**
 * A task with what it needs to run.
 *
 * @typedef {object} Run
 * @property {import('./load.js').Algorithm} algorithm
 * @property {import('./bindings.js').Context} context
 * @property {import('./bindings.js').Task} task
 * @property {import('./bindings.js').ArrayCache} cache
 * @property {import('./api.js').TaskApi} api
 * @property {number} maxInlineBytes
 * @property {(phase: number) => void} enter called when `init` and `start` begin
 * @property {() => boolean} stopping whether the task was told to stop
 */

/**
 * Runs it.
 *
 * @param {Run} run
 * @returns {Promise<Outcome>} never rejects
 */
export async function execute(run) {
  /** @type {Outcome} */
  const outcome = { initUs: 0, runUs: 0, encodeUs: 0 };
  /** @type {number} what a failure from here on means */
  let category = CATEGORY.INPUT_DECODE;
  let began = performance.now();
  try {
    const args = buildArgs(run.context, run.task, run.cache);
    category = CATEGORY.INIT;
    if (typeof run.algorithm.init === 'function') {
      run.enter(PHASE.INIT);
      began = performance.now();
      await run.algorithm.init(args);
      outcome.initUs = microseconds(began);
      if (run.stopping()) return { ...outcome, stopped: true };
    }
    category = CATEGORY.USER_CODE;
    run.enter(PHASE.RUNNING);
    began = performance.now();
    const result = await run.algorithm.start(args, run.api);
    outcome.runUs = microseconds(began);
    category = CATEGORY.OUTPUT_ENCODE;
    began = performance.now();
    encodeResult(run, result, outcome);
    outcome.encodeUs = microseconds(began);
  } catch (thrown) {
    if (category === CATEGORY.INIT) outcome.initUs = microseconds(began);
    if (category === CATEGORY.USER_CODE) outcome.runUs = microseconds(began);
    outcome.failure = failureOf(category, thrown);
  }
  return outcome;
}

/** @param {Run} run @param {unknown} result @param {Outcome} outcome */
function encodeResult({ context, maxInlineBytes }, result, outcome) {
  const output = encodePayload(result);
  if (context.savePaths.length > 0) {
    // What is not there has no shape.
    outcome.shapes = context.savePaths.flatMap((path) => {
      const part = find(result, inside(path, context.nodeName));
      return part === undefined ? [] : [shapeOf(path, part)];
    });
  }
  if (output.data !== undefined && output.data.length > maxInlineBytes) {
    outcome.sha256 = createHash('sha256').update(output.data).digest('hex');
  }
  outcome.output = output;
}

/** @param {string} path node name, then the path inside its result @param {string} nodeName */
function inside(path, nodeName) {
  if (path === nodeName) return '';
  return path.startsWith(`${nodeName}.`) ? path.slice(nodeName.length + 1) : path;
}

/** @param {number} began */
function microseconds(began) {
  return Math.round((performance.now() - began) * 1000);
}
