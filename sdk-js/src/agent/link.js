/**
 * One gRPC stream to the control plane. It carries frames and knows nothing of what they mean.
 */
import { Client, Metadata, credentials } from '@grpc/grpc-js';

import { workerService } from './contract.js';

const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
const UNARY_TIMEOUT_MS = 10_000;

const CHANNEL_OPTIONS = {
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  // Each link is a connection of its own, so that a new one does not wait for the back-off of the old.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_retries': 0,
};

/** A stream, from its beginning to its end. */
export class Link {
  /**
   * @param {object} options
   * @param {string} options.endpoint
   * @param {string} options.token identity; empty for none
   * @param {(frame: import('./contract.js').ConnectResponse) => void} options.onFrame
   * @param {() => void} options.onDrain the stream takes frames again
   * @param {(end: import('@grpc/grpc-js').StatusObject) => void} options.onEnd called once
   */
  constructor({ endpoint, token, onFrame, onDrain, onEnd }) {
    this.client = new Client(endpoint, credentials.createInsecure(), CHANNEL_OPTIONS);
    this.metadata = new Metadata();
    if (token) this.metadata.set('authorization', `Bearer ${token}`);
    /** Whether frames are taken without piling up. */
    this.writable = true;
    const { path, requestSerialize, responseDeserialize } = workerService.connect;
    this.call = this.client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, this.metadata);
    this.call.on('data', onFrame);
    this.call.on('drain', () => {
      this.writable = true;
      onDrain();
    });
    // A status follows in every case, and tells the same.
    this.call.on('error', () => {});
    this.call.on('status', (end) => {
      this.writable = false;
      this.client.close();
      onEnd(end);
    });
  }

  /** @param {import('./contract.js').ConnectRequest} frame */
  send(frame) {
    this.writable = this.call.write(frame);
  }

  /** Sends nothing more; the other side ends the stream then. */
  end() {
    this.call.end();
  }

  /** Ends the stream now. */
  cancel() {
    this.call.cancel();
  }

  /**
   * @param {Uint8Array} token
   * @param {number[]} sizes
   * @param {AbortSignal} signal
   * @returns {Promise<{ key: string, url: string }[]>}
   * @throws {import('@grpc/grpc-js').ServiceError}
   */
  createUploadUrls(token, sizes, signal) {
    const { path, requestSerialize, responseDeserialize } = workerService.createUploadUrls;
    return new Promise((resolve, reject) => {
      const call = this.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { token, sizes },
        this.metadata,
        { deadline: Date.now() + UNARY_TIMEOUT_MS },
        (error, response) => {
          signal.removeEventListener('abort', cancel);
          if (error) reject(error);
          else resolve(response?.urls ?? []);
        },
      );
      const cancel = () => call.cancel();
      signal.addEventListener('abort', cancel, { once: true });
    });
  }
}
