/**
 * Looks after what runs in one runner: reports phases that last, and stops tasks whose ttl is over.
 *
 * Most tasks are over in a moment, and telling the agent that one begins would cost more than running it. So the agent looks, at
 * the time when there might be something to tell, at what the runner notes in shared memory.
 */

/** A phase that lasts longer is reported. */
const LASTING_MS = 50;
/** Longest time that a timer of Node can take. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The timer of one runner. */
export class Watch {
  /** @param {import('./dispatcher.js').Dispatcher} dispatcher @param {import('./runner.js').Runner} runner */
  constructor(dispatcher, runner) {
    this.dispatcher = dispatcher;
    this.runner = runner;
    /** @type {NodeJS.Timeout | null} */
    this.timer = null;
  }

  /** The runner holds tasks: look at the next one when it may have something to tell. @param {number} ttlMs 0 for none */
  begin(ttlMs) {
    this.timer ??= setTimeout(() => this._look(), Math.min(LASTING_MS, ttlMs || LASTING_MS));
  }

  /** The runner holds no tasks. */
  end() {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  _look() {
    this.timer = null;
    const current = this.runner.cells.current();
    const task = current && this.runner.tasks.get(current.n);
    if (!task) {
      if (this.runner.tasks.size > 0) this.begin(0);
      return;
    }
    const now = Date.now();
    const waits = [];
    const lasted = now - current.sinceMs;
    if (lasted < LASTING_MS) waits.push(LASTING_MS - lasted);
    else if (task.stop === null) this.dispatcher.reportPhase(task, current.phase, current.sinceMs);
    const { ttlMs } = task.context;
    if (ttlMs > 0 && task.stop === null) {
      const left = current.beganMs + ttlMs - now;
      if (left > 0) waits.push(left);
      else this.dispatcher.stop(task, { as: 'timeout', force: true, reason: 'ttl' });
    }
    // The next task begins with a result of this one, and with that a new look.
    if (waits.length > 0) this.timer = setTimeout(() => this._look(), Math.min(MAX_TIMER_MS, Math.max(1, Math.min(...waits))));
  }
}
