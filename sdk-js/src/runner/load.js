/**
 * Finds and loads the code of an algorithm, CommonJS or ES module alike.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {object} Algorithm
 * @property {(args: object, api: object) => unknown} start
 * @property {(args: object) => unknown} [init]
 * @property {(options: { forceStop: boolean, reason: string }) => unknown} [stop]
 * @property {(options: { exitCode: number }) => unknown} [exit]
 */

/**
 * Loads the entry point.
 *
 * @param {string} folder absolute path of the code
 * @param {string} entryPoint file or folder in it; `.js` and `index.js` may be left out
 * @returns {Promise<Algorithm>} the object that exports `start`; functions are to be called as its methods
 * @throws {Error} whatever loading throws, or an error that says what the module lacks
 */
export async function loadAlgorithm(folder, entryPoint) {
  const require = createRequire(path.join(folder, 'package.json'));
  const file = require.resolve(path.resolve(folder, entryPoint));
  // `import` loads both kinds of modules and shares CommonJS ones with `require`.
  const namespace = await import(pathToFileURL(file).href);
  const found = [namespace, namespace.default, namespace.default?.default].find(
    (candidate) => typeof candidate?.start === 'function',
  );
  if (found === undefined) {
    const names = Object.keys(namespace.default ?? namespace);
    throw new TypeError(`${entryPoint} must export a function named 'start'; it exports ${names.join(', ') || 'nothing'}`);
  }
  // Named exports of a CommonJS module are copies; the module's own object keeps `this` and later changes.
  return typeof namespace.default?.start === 'function' ? namespace.default : found;
}
