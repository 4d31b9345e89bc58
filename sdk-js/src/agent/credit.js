/**
 * How many tasks a worker asks for.
 *
 * Long tasks are not taken ahead, so that priorities keep their meaning; of short ones as many as run in a moment, so that the
 * way to the control plane and back does not count.
 */

const LONG_MS = 500;
const AHEAD_MS = 50;
const WEIGHT = 0.2;

/** Moving average of the time that tasks run. */
export class RunTimes {
  constructor() {
    /** @type {number | null} milliseconds; null until a task has ended */
    this.average = null;
  }

  /** @param {number} ms */
  add(ms) {
    this.average = this.average === null ? ms : this.average + WEIGHT * (ms - this.average);
  }
}

/**
 * Tasks to hold beyond the running ones.
 *
 * @param {number | null} averageMs @param {number} maxPrefetch
 */
export function prefetch(averageMs, maxPrefetch) {
  if (averageMs === null || averageMs > LONG_MS) return 0;
  return Math.min(maxPrefetch, Math.max(1, Math.round(AHEAD_MS / Math.max(averageMs, 1e-3))));
}

/** The cumulative credit of one session. */
export class Credit {
  constructor() {
    this.granted = 0;
    this.assigned = 0;
  }

  /** The session goes on with a new stream: credit that was not used is void, and tasks that were on their way are lost. */
  resume() {
    this.granted = this.assigned;
  }

  /** A task was assigned. */
  take() {
    this.assigned++;
  }

  /**
   * The new total to announce. Refills come in batches: only when at least half of the target is free.
   *
   * @param {number} target tasks to hold, running ones included
   * @param {number} held tasks held now
   * @returns {number | null} null when there is nothing to announce
   */
  refill(target, held) {
    const onTheWay = Math.max(0, this.granted - this.assigned);
    const room = target - held - onTheWay;
    if (room <= 0 || room * 2 < target) return null;
    this.granted = this.assigned + onTheWay + room;
    return this.granted;
  }
}
