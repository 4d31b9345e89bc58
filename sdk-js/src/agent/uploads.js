/**
 * Stores results that are too large to travel inline, across broken streams.
 */
import { status } from '@grpc/grpc-js';

import { upload } from './blobs.js';

const TRIES = 5;
const PASSING = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED];

/** Results on their way to the object store. */
export class Uploads {
  constructor() {
    /** The open link; null while there is none. @type {import('./link.js').Link | null} */
    this._link = null;
    /** @type {Set<(link: import('./link.js').Link) => void>} */
    this._waiting = new Set();
  }

  /** @param {import('./link.js').Link | null} link the one to use from now on; null while there is none */
  use(link) {
    this._link = link;
    if (link === null) return;
    for (const resolve of this._waiting) resolve(link);
    this._waiting.clear();
  }

  /**
   * Stores a result.
   *
   * @param {Uint8Array} token
   * @param {{ data: Uint8Array<ArrayBuffer>, sha256: string }} result
   * @param {AbortSignal} signal
   * @returns {Promise<import('./contract.js').BlobRef>}
   * @throws {Error} when the control plane gives no place, or the store does not take it
   */
  async store(token, { data, sha256 }, signal) {
    for (let attempt = 1; ; attempt++) {
      const link = await this._opened(signal);
      try {
        const [place] = await link.createUploadUrls(token, [data.length], signal);
        if (place === undefined) throw new Error('the control plane gave no place to store the result');
        await upload(place.key, place.url, data, signal);
        return { key: place.key, size: data.length, sha256 };
      } catch (error) {
        const passing = PASSING.includes(/** @type {{ code?: any }} */ (error).code);
        if (!passing || signal.aborted || attempt === TRIES) throw error;
      }
    }
  }

  /** @param {AbortSignal} signal @returns {Promise<import('./link.js').Link>} when there is one */
  _opened(signal) {
    if (this._link !== null) return Promise.resolve(this._link);
    return new Promise((resolve, reject) => {
      this._waiting.add(resolve);
      const give = () => {
        this._waiting.delete(resolve);
        reject(signal.reason);
      };
      signal.addEventListener('abort', give, { once: true });
    });
  }
}
