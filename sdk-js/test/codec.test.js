/**
 * The codec against the vectors that all SDKs share, and what is particular to JavaScript.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { decode } from '../src/codec/decoder.js';
import { encode } from '../src/codec/encoder.js';
import { described } from '../src/codec/extensions.js';
import { elementAt, find, select } from '../src/codec/paths.js';
import { decodePayload, encodePayload, shapeOf } from '../src/codec/payload.js';

const VECTORS = JSON.parse(readFileSync(new URL('../../tests/conformance/vectors/payloads.json', import.meta.url), 'utf8'));

/** Types that JavaScript has no value for: they decode to something simpler, which encodes to something else. */
const ONE_WAY = ['$tuple', '$set', '$complex', '$decimal', '$map'];

/** @param {any} tagged @returns {unknown} the value that JavaScript is to have for it */
function untag(tagged) {
  if (Array.isArray(tagged)) return tagged.map(untag);
  if (tagged === null || typeof tagged !== 'object') return tagged;
  const [kind, body] = Object.entries(tagged)[0] ?? [];
  switch (kind) {
    case '$int':
      return BigInt(body);
    case '$float':
      return Number(body.replace('inf', 'Infinity'));
    case '$bytes':
      return Buffer.from(body, 'hex');
    case '$tuple':
    case '$set':
      return body.map(untag);
    case '$complex':
      return { re: Number(body[0]), im: Number(body[1]) };
    case '$decimal':
      return body;
    case '$time':
      return new Date(body.ms);
    case '$map':
      return Object.fromEntries(body.map((/** @type {[string, unknown]} */ [key, member]) => [key, untag(member)]));
    default:
      return Object.fromEntries(Object.entries(tagged).map(([key, member]) => [key, untag(member)]));
  }
}

/** @param {any} actual @param {any} expected in the form of the vectors */
function assertArray(actual, { dtype, shape, order, hex }) {
  assert.deepEqual([actual.shape, actual.order], [shape, order]);
  const width = Number(dtype.slice(2));
  const swapped = dtype.startsWith('>');
  if (dtype === '<f2') return assert.equal(actual.dtype, '<f4');
  assert.equal(actual.dtype, swapped ? `<${dtype.slice(1)}` : dtype);
  const bytes = Buffer.from(Buffer.from(actual.buffer, actual.byteOffset, actual.byteLength));
  if (swapped && width === 4) bytes.swap32();
  assert.equal(bytes.toString('hex'), hex);
}

describe('shared vectors', () => {
  for (const { name, contentType, hex, value } of VECTORS.good) {
    const array = value?.$ndarray;
    test(`${name} decodes`, () => {
      const decoded = decodePayload(contentType, Buffer.from(hex, 'hex'));
      if (array) assertArray(decoded, array);
      else assert.deepEqual(plain(decoded), plain(untag(value)));
    });
    const text = JSON.stringify(value);
    const again = !ONE_WAY.some((kind) => text.includes(kind)) && contentType !== 'application/json' && !/^(>|<f2)/.test(array?.dtype ?? '');
    if (!again) continue;
    test(`${name} encodes to the very same bytes`, () => {
      const encoded = encodePayload(decodePayload(contentType, Buffer.from(hex, 'hex')));
      assert.equal(Buffer.from(encoded.data ?? [0xc0]).toString('hex'), hex);
    });
  }
  for (const { name, contentType, hex } of VECTORS.bad) {
    test(`${name} is refused`, () => {
      assert.throws(() => decodePayload(contentType, Buffer.from(hex, 'hex')));
    });
  }
});

/** @param {unknown} value without the prototypes that `deepEqual` would compare */
function plain(value) {
  return typeof value === 'number' && Object.is(value, -0) ? '-0' : value;
}

describe('what JavaScript has', () => {
  test('Set, Map, typed arrays and class instances encode; undefined members are left out', () => {
    class Point {
      x = 1;
      hidden = undefined;
    }
    assert.deepEqual(decode(encode([new Set([1, 2]), new Map([['a', 1]]), new Point()])), [[1, 2], { a: 1 }, { x: 1 }]);
    const floats = /** @type {any} */ (decode(encode(new Float64Array([1, 2]))));
    assert.equal(floats.constructor, Float64Array);
    assert.deepEqual([floats.shape, floats.dtype, [...floats]], [[2], '<f8', [1, 2]]);
  });

  test('keys that are neither text nor whole numbers give a Map', () => {
    const pairs = new Map([[null, 1]]);
    assert.deepEqual(decode(encode(pairs)), pairs);
  });

  test('a key named __proto__ is a key like others', () => {
    const decoded = /** @type {any} */ (decode(encode(JSON.parse('{"__proto__": {"polluted": true}}'))));
    assert.equal(decoded.polluted, undefined);
    assert.deepEqual(Object.keys(decoded), ['__proto__']);
  });

  test('what cannot be carried is named with its place', () => {
    assert.throws(() => encode({ list: [1, { deep: () => 1 }] }), /a function cannot be part of a result \(at list\.1\.deep\)/);
    assert.throws(() => encode([Promise.resolve(1)]), /await it first \(at 0\)/);
    /** @type {any} */
    const loop = {};
    loop.self = loop;
    assert.throws(() => encode(loop), /containing itself/);
    assert.throws(() => encode(new Date(NaN)), /invalid Date/);
  });

  test('whatever comes when the scratch buffer is full arrives whole', () => {
    const members = [null, 1, -1, 300, 'short', 2n ** 70n, [1], { a: 1 }, new Date(0), new Set([1]), Buffer.from('bytes'), Buffer.alloc(1e5, 1)];
    for (const member of members) {
      for (const length of [...Array.from({ length: 32 }, (_, less) => 65_540 - less), 2e5]) {
        const [filler, ...rest] = /** @type {string[]} */ (decode(encode(['x'.repeat(length), member, 'end'])));
        assert.equal(filler.length, length);
        assert.deepEqual(rest, [decode(encode(member)), 'end']);
      }
    }
  });

  test('an encoding inside another does not disturb it', () => {
    const inner = { toJSON: () => encode([1, 2, 3]).length };
    assert.deepEqual(decode(encode(['before', inner, 'after'])), ['before', 4, 'after']);
  });

  test('what is decoded owns its memory', () => {
    const bytes = Buffer.from(encode([Buffer.from('abc')]));
    const [part] = /** @type {Buffer[]} */ (decode(bytes));
    bytes.fill(0);
    assert.equal(part.toString(), 'abc');
  });
});

describe('paths, elements and shapes', () => {
  const matrix = described(new Float64Array([1, 2, 3, 4, 5, 6]), '<f8', [2, 3], 'C');
  const columns = described(new Float64Array([1, 4, 2, 5, 3, 6]), '<f8', [2, 3], 'F');

  test('a path leads into objects, arrays and typed arrays, and nowhere gives null', () => {
    const value = { files: [{ name: 'a' }], matrix, none: null, 1: 'one' };
    assert.equal(select(value, 'files.0.name'), 'a');
    assert.equal(select(value, '1'), 'one');
    assert.equal(select(value, 'matrix.1.2'), 6);
    assert.equal(select(value, ''), value);
    for (const path of ['files.1', 'files.length', 'none.x', 'toString', 'files.-1', 'files.name']) assert.equal(select(value, path), null);
    assert.equal(find(value, 'none'), null);
    assert.equal(find(value, 'nothing'), undefined);
  });

  test('an element of an n-dimensional array is one along its first dimension, in either order', () => {
    for (const array of [matrix, columns]) {
      const row = /** @type {any} */ (elementAt(array, 1));
      assert.deepEqual([[...row], row.shape], [[4, 5, 6], [3]]);
      assert.equal(elementAt(array, 2), null);
    }
  });

  test('shapes', () => {
    /** @type {[unknown, string, number][]} */
    const cases = [[[1, 2], 'array', 2], [new Set([1]), 'array', 1], [matrix, 'array', 2], [{}, 'object', 0], ['x', 'string', 0]];
    cases.push([1n, 'number', 0], [false, 'boolean', 0], [null, 'null', 0], [Buffer.from('x'), 'bytes', 0]);
    for (const [value, type, size] of cases) assert.deepEqual(shapeOf('p', value), { path: 'p', type, size });
  });
});
