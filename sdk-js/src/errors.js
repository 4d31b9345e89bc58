/**
 * Errors that algorithm authors meet.
 *
 *     DistributedKubeError
 *     ├── AlgorithmError       a called algorithm failed
 *     ├── PipelineError        a called pipeline failed
 *     ├── StoppedError         a called algorithm or pipeline was stopped
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

/** A called algorithm failed. */
export class AlgorithmError extends DistributedKubeError {}

/** A called pipeline failed. */
export class PipelineError extends DistributedKubeError {}

/** A called algorithm or pipeline was stopped. */
export class StoppedError extends DistributedKubeError {}

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
