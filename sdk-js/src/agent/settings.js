/**
 * Settings of a worker, read from the environment once.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';

/**
 * @typedef {object} Settings
 * @property {string} gateway gRPC target of the control plane, such as `unix:/run/dk.sock` or `host:port`
 * @property {string} token identity sent as bearer token; empty for none
 * @property {string} workerId id of this very process (`Hello.incarnation_id`)
 * @property {string} algorithmName
 * @property {string} algorithmVersion
 * @property {string} codeDir absolute path of the algorithm's code; becomes the working directory
 * @property {string} entryPoint module in it that exports `start`
 * @property {number} slots tasks to run at the same time, each in a thread of its own
 * @property {number} orphanSeconds leave when no control plane was in reach for this long
 * @property {number} drainSeconds time for running tasks after SIGTERM; below the 30 s that Kubernetes gives
 * @property {number} logBytesPerSecond lines beyond this rate are dropped and counted
 * @property {string} host
 */

const MAX_SLOTS = 64;
const LOG_BYTES_PER_SECOND = 5 * 1024 * 1024;

/** A variable is missing or not usable; the text names it and the fix. */
export class SettingsError extends Error {}

/**
 * Reads the settings.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Readonly<Settings>}
 * @throws {SettingsError}
 */
export function readSettings(env) {
  return Object.freeze({
    gateway: required(env, 'DK_GATEWAY', "the control plane's address, for example unix:/run/dk.sock or host:port"),
    token: env.DK_WORKER_TOKEN ?? '',
    workerId: env.DK_WORKER_ID || randomBytes(8).toString('hex'),
    algorithmName: required(env, 'DK_ALGORITHM_NAME', 'the name of the algorithm'),
    algorithmVersion: env.DK_ALGORITHM_VERSION ?? '',
    codeDir: path.resolve(required(env, 'DK_CODE_DIR', 'the folder with the code of the algorithm')),
    entryPoint: env.DK_ENTRY_POINT || 'index.js',
    slots: number(env, 'DK_SLOTS', 1, 1, MAX_SLOTS),
    orphanSeconds: number(env, 'DK_ORPHAN_SECONDS', 60, 1, 86400),
    drainSeconds: number(env, 'DK_DRAIN_SECONDS', 25, 0, 86400),
    logBytesPerSecond: LOG_BYTES_PER_SECOND,
    host: env.HOSTNAME || hostname(),
  });
}

/** @param {NodeJS.ProcessEnv} env @param {string} name @param {string} what */
function required(env, name, what) {
  const value = env[name];
  if (!value) throw new SettingsError(`${name} is not set: give it ${what}`);
  return value;
}

/** @param {NodeJS.ProcessEnv} env @param {string} name @param {number} otherwise @param {number} least @param {number} most */
function number(env, name, otherwise, least, most) {
  const text = env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new SettingsError(`${name} is '${text}': give it a whole number from ${least} to ${most}`);
  }
  return value;
}
