/**
 * How a worker introduces itself.
 */
import { readFileSync } from 'node:fs';

import { DECODABLE } from '../codec/payload.js';

const MINOR = 1;
const MODE_HOT = 1;
const SDK_NAME = 'distributedkube-nodejs';
const SDK_VERSION = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

/**
 * @param {import('./settings.js').Settings} settings
 * @param {import('../failure.js').Failure | null} loadError why no task can run
 * @param {import('./contract.js').Hello['resume']} resume what is held from the streams before; null for a new session
 * @returns {import('./contract.js').Hello}
 */
export function helloOf(settings, loadError, resume) {
  return {
    minMinor: MINOR,
    maxMinor: MINOR,
    sdkName: SDK_NAME,
    sdkVersion: SDK_VERSION,
    language: 'nodejs',
    mode: MODE_HOT,
    algorithmName: settings.algorithmName,
    algorithmVersion: settings.algorithmVersion,
    host: settings.host,
    pid: process.pid,
    incarnationId: settings.workerId,
    slots: settings.slots,
    contentTypes: [...DECODABLE],
    features: ['calls', 'progress'],
    loadError,
    resume,
  };
}
