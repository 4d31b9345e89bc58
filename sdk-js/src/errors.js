/**
 * Errors that algorithm authors meet.
 *
 *     DistributedKubeError
 *     ├── ChildFailedError     a called algorithm or pipeline failed
 *     ├── ChildStoppedError    a called algorithm or pipeline was stopped, or the call was given up
 *     ├── DataSourceError      a data source is missing or unreadable
 *     ├── FlowError            a message has no flow to follow
 *     ├── NotInJobError        a call outside of `start`
 *     ├── PayloadTooLargeError a value exceeds what may travel this way
 *     ├── TaskCancelled        the task was told to stop; the reason of `api.signal`
 *     └── NotSupportedError    this worker or server has no such function
 */

/** Root of all errors of this package. */
export class DistributedKubeError extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A called algorithm or pipeline failed; the message is that of its failure. */
export class ChildFailedError extends DistributedKubeError {
  /** @param {string} message @param {{ child: string, category: string, type: string }} about */
  constructor(message, { child, category, type }) {
    super(message);
    /** Name of the algorithm or pipeline. */
    this.child = child;
    /** Class of the failure as in the contract, for example `USER_CODE`, `TIMEOUT` or `CRASH`. */
    this.category = category;
    /** Type of what it threw, for example `ValueError`; may be empty. */
    this.type = type;
  }
}

/** A called algorithm or pipeline was stopped, or the call was given up. */
export class ChildStoppedError extends DistributedKubeError {
  /** @param {string} message @param {{ child: string, reason: string }} about */
  constructor(message, { child, reason }) {
    super(message);
    /** Name of the algorithm or pipeline. */
    this.child = child;
    /** Why, for people. */
    this.reason = reason;
  }
}

/** A data source is missing or cannot be read. */
export class DataSourceError extends DistributedKubeError {}

/** A message has no flow to follow. */
export class FlowError extends DistributedKubeError {}

/** A call that is only possible while `start` runs. */
export class NotInJobError extends DistributedKubeError {}

/** A value is larger than what may travel this way. */
export class PayloadTooLargeError extends DistributedKubeError {}

/** The task was told to stop. */
export class TaskCancelled extends DistributedKubeError {}

/** This worker or server has no such function. */
export class NotSupportedError extends DistributedKubeError {}
