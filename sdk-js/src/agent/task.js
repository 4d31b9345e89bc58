/**
 * A task that this worker holds.
 *
 * | state    | means                                            | goes on when                    |
 * |----------|--------------------------------------------------|---------------------------------|
 * | fetching | inputs are being fetched                         | all are there                   |
 * | ready    | waits for a runner                               | one has room                    |
 * | given    | handed to a runner: waits in it or runs          | the runner reports how it ended |
 * | storing  | its result is being stored                       | the store has it                |
 * | ended    | its result is in the outbox, or nobody wants one | -                               |
 */

/**
 * A request to stop.
 *
 * @typedef {object} Stop
 * @property {'cancelled' | 'timeout' | 'silent'} as what its end is reported
 * @property {boolean} force
 * @property {string} reason
 * @property {NodeJS.Timeout | null} killTimer
 * @property {NodeJS.Timeout | null} phaseTimer
 */

/** One attempt of a task. */
export class Task {
  /**
   * @param {string} key
   * @param {Uint8Array} token
   * @param {import('./inputs.js').Context} context
   * @param {import('./contract.js').TaskAssign} assign
   */
  constructor(key, token, context, assign) {
    this.key = key;
    this.token = token;
    this.context = context;
    this.assign = assign;
    /** @type {'fetching' | 'ready' | 'given' | 'storing' | 'ended'} */
    this.state = 'fetching';
    /** @type {import('./inputs.js').PlannedInput[]} */
    this.plan = [];
    /** @type {ReadonlyMap<import('./inputs.js').Part, Uint8Array> | null} */
    this.fetched = null;
    /** @type {import('./runner.js').Runner | null} */
    this.runner = null;
    this.n = -1;
    /** @type {Stop | null} */
    this.stop = null;
    /** Ends transfers for this task. @type {AbortController | null} */
    this.transfer = null;
    /** Calls of its user code; null until it makes one. @type {import('./calls.js').OpenCalls | null} */
    this.calls = null;
    this.reportedPhase = 0;
    this.fetchUs = 0;
  }
}
