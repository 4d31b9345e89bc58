/**
 * The life of a worker: load the code, connect, serve, leave.
 */
import { Dispatcher } from './dispatcher.js';
import { Session } from './session.js';

/** Exit codes of the process, besides what the control plane asks for. */
export const EXIT = Object.freeze({ OK: 0, REFUSED: 1, ORPHANED: 1 });

const CLOSE_MS = 1000;
const EXIT_GRACE_MS = 10_000;

/** One worker. */
export class Agent {
  /** @param {import('./settings.js').Settings} settings */
  constructor(settings) {
    this.settings = settings;
    this.session = new Session(settings, {
      onExit: (exitCode, graceMs) => void this._leave(exitCode, graceMs, 'the control plane asked for it'),
      onRefused: (message) => {
        this.session.say(`the control plane refused this worker: ${message}`);
        void this._leave(EXIT.REFUSED, EXIT_GRACE_MS, 'refused');
      },
      onReachable: (reachable) => this._reachable(reachable),
      onIdle: () => this.terminating && void this._leave(EXIT.OK, EXIT_GRACE_MS, 'told to end'),
    });
    this.dispatcher = new Dispatcher(settings, this.session.limits, this.session.dispatcherListener());
    this.session.dispatcher = this.dispatcher;
    this.terminating = false;
    this.leaving = false;
    /** @type {NodeJS.Timeout | null} */
    this.orphanTimer = null;
    /** @type {Promise<number>} */
    this.left = new Promise((resolve) => (this._resolveLeft = resolve));
  }

  /** Serves until told to leave. @returns {Promise<number>} the exit code for the process */
  async run() {
    this._reachable(false);
    await this.dispatcher.begin();
    this.session.connect();
    return this.left;
  }

  /** Ends what runs, within the drain time, and leaves. A second call leaves at once. */
  terminate() {
    if (this.terminating || this.session.idle) return void this._leave(EXIT.OK, EXIT_GRACE_MS, 'told to end');
    this.terminating = true;
    this.session.drain('told to end');
    // What still runs then is not reported as anything: the control plane gives it to another worker.
    setTimeout(() => void this._leave(EXIT.OK, EXIT_GRACE_MS, 'told to end'), this.settings.drainSeconds * 1000);
  }

  /** @param {boolean} reachable */
  _reachable(reachable) {
    if (reachable) {
      if (this.orphanTimer !== null) clearTimeout(this.orphanTimer);
      this.orphanTimer = null;
      return;
    }
    const { orphanSeconds } = this.settings;
    this.orphanTimer ??= setTimeout(() => {
      this.session.say(`no control plane answered for ${orphanSeconds} s`);
      void this._leave(EXIT.ORPHANED, EXIT_GRACE_MS, 'orphaned');
    }, orphanSeconds * 1000);
  }

  /** @param {number} exitCode @param {number} graceMs for the user code's `exit` @param {string} reason */
  async _leave(exitCode, graceMs, reason) {
    if (this.leaving) return;
    this.leaving = true;
    await this.session.close(reason, () => this.dispatcher.leave(exitCode, graceMs), CLOSE_MS);
    this._resolveLeft?.(exitCode);
  }
}
