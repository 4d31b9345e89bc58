/**
 * The worker contract as this package uses it: generated messages, the two methods, and a few conversions.
 */
import './numbers.js';

import { distributedkube } from '../gen/contract.js';

/** Messages of `distributedkube.api.worker.v1`. */
export const worker = distributedkube.api.worker.v1;

/** @typedef {distributedkube.api.worker.v1.WorkerEvent.$Properties} WorkerEvent */
/** @typedef {distributedkube.api.worker.v1.GatewayEvent} GatewayEvent */
/** @typedef {distributedkube.api.worker.v1.ConnectRequest.$Properties} ConnectRequest */
/** @typedef {distributedkube.api.worker.v1.ConnectResponse} ConnectResponse */
/** @typedef {distributedkube.api.worker.v1.Hello.$Properties} Hello */
/** @typedef {distributedkube.api.worker.v1.Welcome.$Properties} Welcome */
/** @typedef {distributedkube.api.worker.v1.TaskContext.$Properties} TaskContext */
/** @typedef {distributedkube.api.worker.v1.TaskAssign.$Properties} TaskAssign */
/** @typedef {distributedkube.api.worker.v1.TaskResult.$Properties} TaskResult */
/** @typedef {distributedkube.api.worker.v1.LogEntry.$Properties} LogEntry */
/** @typedef {distributedkube.api.type.v1.Payload.$Properties} Payload */
/** @typedef {distributedkube.api.type.v1.BlobRef.$Properties} BlobRef */
/** @typedef {{ seconds?: number | null, nanos?: number | null }} Duration */

/**
 * @param {{ encode(message: any): { finish(): Uint8Array }, decode(bytes: Uint8Array): any }} request
 * @param {{ encode(message: any): { finish(): Uint8Array }, decode(bytes: Uint8Array): any }} response
 */
function codecs(request, response) {
  return {
    requestSerialize: (/** @type {any} */ message) => /** @type {Buffer} */ (request.encode(message).finish()),
    requestDeserialize: (/** @type {Buffer} */ bytes) => request.decode(bytes),
    responseSerialize: (/** @type {any} */ message) => /** @type {Buffer} */ (response.encode(message).finish()),
    responseDeserialize: (/** @type {Buffer} */ bytes) => response.decode(bytes),
  };
}

const SERVICE = '/distributedkube.api.worker.v1.WorkerService';

/** `WorkerService`, in the form that gRPC clients and servers take. */
export const workerService = Object.freeze({
  connect: {
    path: `${SERVICE}/Connect`,
    requestStream: true,
    responseStream: true,
    ...codecs(worker.ConnectRequest, worker.ConnectResponse),
  },
  createUploadUrls: {
    path: `${SERVICE}/CreateUploadUrls`,
    requestStream: false,
    responseStream: false,
    ...codecs(worker.CreateUploadUrlsRequest, worker.CreateUploadUrlsResponse),
  },
});

/**
 * @param {Duration | null | undefined} duration
 * @param {number} otherwise milliseconds when it is not set
 */
export function milliseconds(duration, otherwise) {
  if (duration === null || duration === undefined) return otherwise;
  return Number(duration.seconds ?? 0) * 1000 + (duration.nanos ?? 0) / 1e6;
}

/** @param {number} ms since the epoch */
export function timestamp(ms) {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.floor((ms - seconds * 1000) * 1e6) };
}

/** A token as a key for maps. @param {Uint8Array | null | undefined} token */
export function keyOf(token) {
  if (!token) return '';
  return Buffer.from(token.buffer, token.byteOffset, token.byteLength).toString('latin1');
}
