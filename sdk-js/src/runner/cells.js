/**
 * What agent and runner share in memory: which task runs, since when, and who has taken each of the tasks handed over ahead.
 *
 * Messages to a thread that is busy wait until it is not. A task that waits in a busy thread can still be taken back, and the
 * agent can still see what runs there, because both sides settle it here with atomic steps.
 */

/** Tasks that a runner can hold at the same time. */
export const MAX_WINDOW = 64;

const WAITING = 1;
const BEGUN = 2;
const TAKEN_BACK = 3;

const SINCE = 0;
const BEGAN = 1;

const CURRENT = 0;
const PHASE = 1;
const FIRST_CELL = 2;
const HEADER_BYTES = 16;

/** Shared state of one runner. Task numbers count from 0 and share a cell with those `MAX_WINDOW` before them. */
export class Cells {
  /** @param {SharedArrayBuffer} [memory] made by the other side; absent to make it */
  constructor(memory = new SharedArrayBuffer(HEADER_BYTES + (FIRST_CELL + MAX_WINDOW) * 4)) {
    this.memory = memory;
    this._times = new BigInt64Array(memory, 0, 2);
    this._cells = new Int32Array(memory, HEADER_BYTES);
    this.leave();
  }

  /** Agent: task `n` is handed over. @param {number} n */
  offer(n) {
    Atomics.store(this._cells, FIRST_CELL + (n % MAX_WINDOW), WAITING);
  }

  /** Agent: whether task `n` has not begun and never will here. @param {number} n */
  takeBack(n) {
    return Atomics.compareExchange(this._cells, FIRST_CELL + (n % MAX_WINDOW), WAITING, TAKEN_BACK) === WAITING;
  }

  /** Runner: whether task `n` may begin. @param {number} n */
  begin(n) {
    return Atomics.compareExchange(this._cells, FIRST_CELL + (n % MAX_WINDOW), WAITING, BEGUN) === WAITING;
  }

  /** Runner: task `n` runs from now on. @param {number} n @param {number} phase @param {number} nowMs since the epoch */
  enterTask(n, phase, nowMs) {
    Atomics.store(this._times, BEGAN, BigInt(Math.round(nowMs * 1000)));
    this.enterPhase(phase, nowMs);
    Atomics.store(this._cells, CURRENT, n);
  }

  /** Runner: the task that runs is in this phase from now on. @param {number} phase @param {number} nowMs */
  enterPhase(phase, nowMs) {
    Atomics.store(this._times, SINCE, BigInt(Math.round(nowMs * 1000)));
    Atomics.store(this._cells, PHASE, phase);
  }

  /** Runner: no task runs. */
  leave() {
    Atomics.store(this._cells, CURRENT, -1);
  }

  /** @returns {{ n: number, phase: number, sinceMs: number, beganMs: number } | null} what runs, since when, and its phase */
  current() {
    const n = Atomics.load(this._cells, CURRENT);
    if (n < 0) return null;
    return {
      n,
      phase: Atomics.load(this._cells, PHASE),
      sinceMs: Number(Atomics.load(this._times, SINCE)) / 1000,
      beganMs: Number(Atomics.load(this._times, BEGAN)) / 1000,
    };
  }
}
