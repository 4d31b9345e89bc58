/**
 * The decisions of the agent that need no process: credit, frames, inputs, lines.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Credit, RunTimes, prefetch } from '../src/agent/credit.js';
import { Context, partsToFetch } from '../src/agent/inputs.js';
import { LogBuffer } from '../src/agent/logs.js';
import { Outbox } from '../src/agent/outbox.js';
import { SettingsError, readSettings } from '../src/agent/settings.js';
import { cut, failureOf } from '../src/failure.js';
import { put } from '../src/runner/bindings.js';
import { Cells, MAX_WINDOW } from '../src/runner/cells.js';
import { MAX_LINE_BYTES, Output, pieces } from '../src/runner/output.js';

describe('credit', () => {
  test('how many tasks are taken ahead follows from how long they run', () => {
    const table = [[null, 0], [501, 0], [500, 1], [50, 1], [20, 3], [5, 10], [0.1, 256], [0, 256]];
    for (const [average, expected] of table) assert.equal(prefetch(average, 256), expected, `${average} ms`);
    assert.equal(prefetch(1, 0), 0);
  });

  test('the average moves', () => {
    const times = new RunTimes();
    times.add(100);
    assert.equal(times.average, 100);
    times.add(0);
    assert.equal(times.average, 80);
  });

  test('totals only grow, in steps of at least half of the target', () => {
    const credit = new Credit();
    assert.equal(credit.refill(4, 0), 4);
    assert.equal(credit.refill(4, 0), null);
    for (let count = 0; count < 4; count++) credit.take();
    assert.equal(credit.refill(4, 3), null);
    assert.equal(credit.refill(4, 2), 6);
    assert.equal(credit.refill(1, 2), null);
    assert.equal(credit.refill(8, 2), 10);
    credit.resume();
    assert.equal(credit.refill(2, 0), 6);
  });
});

describe('outbox', () => {
  const limits = { maxFrameBytes: 10_000, maxFrameEvents: 4 };
  /** @param {string} name @param {number} [size] */
  const result = (name, size = 1) => ({ token: Buffer.from(name), output: { data: new Uint8Array(size) } });
  /** @param {any[]} frames */
  const names = (frames) => frames.map(({ events }) => events.map((/** @type {any} */ { taskResult }) => String(taskResult?.token)));

  test('frames keep to the limits on events and bytes, and every result is in one', () => {
    const outbox = new Outbox(limits);
    for (const name of ['a', 'b', 'c', 'd', 'e']) outbox.addResult(result(name));
    outbox.addResult(result('large', 20_000));
    outbox.addResult(result('f', 9_000));
    outbox.addResult(result('g', 9_000));
    const frames = outbox.take(7);
    assert.deepEqual(names(frames), [['a', 'b', 'c', 'd'], ['e'], ['large'], ['f'], ['g']]);
    assert.deepEqual(frames.map(({ seq, ack }) => [seq, ack]), [[1, 7], [2, 7], [3, 7], [4, 7], [5, 7]]);
  });

  test('results are kept until acknowledged, and a resume sends the rest again in order, with new numbers', () => {
    const outbox = new Outbox(limits);
    for (const name of ['a', 'b', 'c']) {
      outbox.addResult(result(name));
      outbox.take(0);
    }
    outbox.acknowledge(1);
    outbox.addResult(result('d'));
    assert.equal(outbox.unacknowledged, 3);
    outbox.forget('b');
    outbox.resume();
    const frames = outbox.take(0);
    assert.deepEqual(names(frames), [['c', 'd']]);
    assert.equal(frames[0].seq, 4);
    outbox.acknowledge(4);
    assert.equal(outbox.unacknowledged, 0);
  });

  test('calls are kept like results, before the result of their task, and gone with a task that is dropped', () => {
    const outbox = new Outbox({ ...limits, maxFrameEvents: 100 });
    const call = (/** @type {string} */ name, /** @type {string} */ callId) => ({ callRequest: { token: Buffer.from(name), callId } });
    outbox.addCall(call('a', '1'));
    outbox.addCall({ callCancel: { token: Buffer.from('a'), callId: '1' } });
    outbox.addCall(call('b', '1'));
    outbox.take(0);
    outbox.addResult(result('a'));
    outbox.forget('b');
    outbox.resume();
    const [{ events }] = outbox.take(0);
    assert.deepEqual(events?.map((event) => Object.keys(event)[0]), ['callRequest', 'callCancel', 'taskResult']);
    assert.equal(outbox.unacknowledged, 1);
    outbox.acknowledge(2);
    outbox.resume();
    assert.deepEqual(outbox.take(0).map((frame) => frame.events), [[]]);
  });

  test('large inputs of calls keep to the limit of a frame', () => {
    const outbox = new Outbox(limits);
    for (const callId of ['1', '2']) outbox.addCall({ callRequest: { callId, input: { data: new Uint8Array(9_000) } } });
    assert.deepEqual(outbox.take(0).map(({ events }) => events?.map(({ callRequest }) => callRequest?.callId)), [['1'], ['2']]);
  });

  test('lines go before results, credit after what happened, and only the latest progress counts', () => {
    const outbox = new Outbox({ ...limits, maxFrameEvents: 100 });
    outbox.addResult(result('a'));
    outbox.setProgress('a', { taskProgress: { fraction: 0.1 } });
    outbox.setProgress('a', { taskProgress: { fraction: 0.2 } });
    outbox.credit = 5;
    const [{ events }] = outbox.take(0, [{ text: 'line' }], 0);
    assert.deepEqual(events?.map((event) => Object.keys(event)[0]), ['logBatch', 'taskProgress', 'credit', 'taskResult']);
    assert.equal(events?.[1].taskProgress?.fraction, 0.2);
    assert.deepEqual(outbox.take(0).map((frame) => frame.events), [[]]);
  });
});

describe('inputs', () => {
  const data = (/** @type {number} */ byte) => ({ data: new Uint8Array([byte]) });
  const ref = { ref: { key: 'k', size: 1, url: 'u' } };
  const list = { parts: [{ item: data(1) }, { chunk: { array: data(2), count: 3 } }, { item: ref }] };
  const context = new Context({
    args: data(0),
    sources: [{ value: data(9) }, { list }],
    bindings: [{ source: 1, element: 0 }, { source: 0, whole: true }, { source: 1, whole: true }, { value: 0 }],
  });
  const values = [data(7)];

  test('an element of a list is found in its part', () => {
    const found = [-1, 0, 1, 3, 4, 5].map((index) => {
      const [input] = context.plan({ elements: [index], values });
      return input.kind === 'element' ? [input.index, input.part.data?.[0]] : input.kind === 'value' ? [input.part.ref?.key ?? input.part.data?.[0]] : input.kind;
    });
    assert.deepEqual(found, ['null', [1], [0, 2], [2, 2], ['k'], 'null']);
  });

  test('only what a task needs is fetched', () => {
    const narrow = new Context({ sources: [{ list }], bindings: [{ source: 0, element: 0 }] });
    const keys = (/** @type {number} */ index) => partsToFetch(narrow, narrow.plan({ elements: [index] })).length;
    assert.deepEqual([keys(0), keys(2), keys(4)], [0, 0, 1]);
    assert.equal(partsToFetch(context, context.plan({ elements: [0], values })).length, 1);
  });

  test('values of its own are shared between the bindings that draw on them', () => {
    const elements = [1, 0].map((element) => ({ valueElement: { value: 0, element } }));
    const own = new Context({ bindings: [{ value: 0 }, ...elements] });
    const [first, second, third] = own.plan({ elements: [-1, 2], values });
    assert.deepEqual([first.kind, second.kind, third.kind], ['value', 'ownElement', 'null']);
    assert.ok(first.kind === 'value' && second.kind === 'ownElement' && first.part === second.part && second.index === 2);
    assert.throws(() => own.plan({ elements: [0, 0], values: [] }), /binding 0 names value 0/);
    assert.throws(() => own.plan({ elements: [], values }), /binding 1 names element 1/);
  });

  test('what was not sent is named', () => {
    assert.throws(() => context.plan({ elements: [], values }), /binding 0 names element 0/);
    assert.throws(() => context.plan({ elements: [0], values: [] }), /binding 3 names value 0/);
    assert.throws(() => new Context({ bindings: [{ source: 4, whole: true }] }).plan({}), /source 4/);
  });

  test('a value is put in its place, and only where the template has one', () => {
    assert.deepEqual(put([{ a: [0, null] }], ['0', 'a', '1'], 'x'), [{ a: [0, 'x'] }]);
    assert.equal(put([], [], 5), 5);
    assert.throws(() => put([1], ['1'], 'x'), /no place 1/);
    assert.throws(() => put([{}], ['0', '__proto__', 'x'], 1), /no place/);
  });
});

describe('lines', () => {
  /** @param {number} [bytesPerSecond] */
  function output(bytesPerSecond = 1e6) {
    /** @type {any[]} */
    const sent = [];
    let dropped = 0;
    const clock = { ms: 1000 };
    const taken = new Output({ send: (lines, lost) => (sent.push(...lines), (dropped += lost)), bytesPerSecond, now: () => clock.ms });
    return { taken, sent, clock, dropped: () => dropped };
  }

  test('chunks become lines of the task that runs; what has no end of line ends with its task', () => {
    const { taken, sent } = output();
    taken.enterTask(5);
    taken.write(1, 'one\ntw');
    taken.write(2, Buffer.from('err\r\n'));
    taken.write(1, Buffer.from('o\nrest'));
    taken.enterTask(-1);
    taken.write(1, 'between\n');
    taken.flush();
    assert.deepEqual(sent.map(([n, stream, , text]) => [n, stream, text]), [[5, 1, 'one'], [5, 2, 'err'], [5, 1, 'two'], [5, 1, 'rest'], [-1, 1, 'between']]);
  });

  test('a character that arrives in two chunks is whole', () => {
    const { taken, sent } = output();
    const bytes = Buffer.from('ž\n');
    taken.write(1, bytes.subarray(0, 1));
    taken.write(1, bytes.subarray(1));
    assert.equal(sent[0][3], 'ž');
  });

  test('lines beyond the rate are dropped and counted, until time has passed', () => {
    const { taken, sent, clock, dropped } = output(10);
    taken.write(1, 'four\nfive\nlost\n');
    clock.ms += 1000;
    taken.write(1, 'back\n');
    taken.flush();
    assert.deepEqual(sent.map(([, , , text]) => text), ['four', 'five', 'back']);
    assert.equal(dropped(), 1);
  });

  test('a long line is cut between characters', () => {
    for (const line of ['x'.repeat(40_000), 'é'.repeat(20_000), '🐎'.repeat(10_000)]) {
      const parts = pieces(line);
      assert.equal(parts.join(''), line);
      for (const part of parts) assert.ok(Buffer.byteLength(part) <= MAX_LINE_BYTES && !part.includes('\ufffd'));
      assert.equal(Buffer.from(parts.join('')).toString(), line);
    }
  });

  test('the agent keeps lines within its limit and counts the rest', () => {
    const buffer = new LogBuffer(200);
    for (let count = 0; count < 5; count++) buffer.add(null, 1, 0, 'x');
    assert.equal(buffer.take().lines.length, 3);
    assert.equal(buffer.pending, false);
  });
});

describe('shared cells', () => {
  test('of the two sides exactly one gets a task', () => {
    const agent = new Cells();
    const runner = new Cells(agent.memory);
    agent.offer(0);
    agent.offer(1);
    assert.equal(runner.begin(0), true);
    assert.equal(agent.takeBack(0), false);
    assert.equal(agent.takeBack(1), true);
    assert.equal(runner.begin(1), false);
    agent.offer(MAX_WINDOW);
    assert.equal(runner.begin(MAX_WINDOW), true);
  });

  test('the agent sees what runs and since when', () => {
    const agent = new Cells();
    const runner = new Cells(agent.memory);
    assert.equal(agent.current(), null);
    runner.enterTask(3, 2, 1000.5);
    runner.enterPhase(3, 2000);
    assert.deepEqual(agent.current(), { n: 3, phase: 3, sinceMs: 2000, beganMs: 1000.5 });
    runner.leave();
    assert.equal(agent.current(), null);
  });
});

describe('failures and settings', () => {
  test('causes are followed, within limits, and long texts are cut in the middle', () => {
    const error = new Error('x'.repeat(100_000), { cause: 'text' });
    const failure = failureOf(3, error);
    assert.ok(failure.message.length <= 16 * 1024);
    assert.match(failure.message, /\.\.\. cut \.\.\./);
    assert.deepEqual(failure.cause, { category: 3, type: 'string', message: 'text' });
    const loop = new Error('loop');
    loop.cause = loop;
    assert.ok(JSON.stringify(failureOf(3, loop)).length < 100_000);
    assert.ok(Buffer.byteLength(cut('ž'.repeat(50_000), 65_536)) <= 65_536);
    assert.ok(!cut('🐎'.repeat(50_000), 65_536).includes('\ufffd'));
  });

  test('settings have defaults, and errors name the variable', () => {
    const env = { DK_GATEWAY: 'h:1', DK_ALGORITHM_NAME: 'a', DK_CODE_DIR: '/tmp' };
    const settings = readSettings(env);
    assert.deepEqual([settings.entryPoint, settings.slots, settings.orphanSeconds], ['index.js', 1, 60]);
    assert.throws(() => readSettings({ ...env, DK_SLOTS: '0' }), SettingsError);
    assert.throws(() => readSettings({ ...env, DK_SLOTS: 'x' }), /DK_SLOTS is 'x'/);
    assert.throws(() => readSettings({}), /DK_GATEWAY/);
  });
});
