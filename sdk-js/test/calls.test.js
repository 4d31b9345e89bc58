/**
 * Calls from user code, in a real worker process against a real gRPC server: what is asked, what comes of each answer, and what is
 * said while a task waits.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodePayload } from '../src/codec/payload.js';
import { Gateway, context, payload, task, valueOf } from './support/gateway.js';

/** @param {{ after: (end: () => Promise<void>) => void }} t @param {object} [options] @param {NodeJS.ProcessEnv} [env] */
async function started(t, options = {}, env = {}) {
  const gateway = await Gateway.start(options);
  t.after(() => gateway.stop());
  await gateway.worker('calling.js', env);
  await gateway.until(() => gateway.credit >= 1);
  gateway.send(context());
  return gateway;
}

/** @param {Gateway} gateway @param {string} token @param {string} [callId] @returns {Promise<any>} a call that a task makes */
function called(gateway, token, callId = '1') {
  return gateway.event('callRequest', (call) => String(call.token) === token && call.callId === callId);
}

/** @param {Gateway} gateway @param {string} token @param {object} outcome @param {string} [callId] */
function answer(gateway, token, outcome, callId = '1') {
  gateway.send({ callResult: { token: Buffer.from(token), callId, ...outcome } });
}

/** @param {Gateway} gateway @param {string} token @returns {Promise<any>} */
async function value(gateway, token) {
  return valueOf((await gateway.result(token)).output);
}

/** @param {Gateway} gateway @param {string} token @returns {boolean[]} what was said of a task's slot, in order */
function slots(gateway, token) {
  return gateway.events.filter(({ slotState }) => String(slotState?.token) === token).map(({ slotState }) => slotState.blocked);
}

test('each kind of call says what it wants, and resolves to what comes back', async (t) => {
  const gateway = await started(t);
  gateway.send(task('a', { do: 'algorithm', input: [1, 'two'] }));
  const algorithm = await called(gateway, 'a');
  assert.equal(algorithm.algorithmName, 'child');
  assert.deepEqual(valueOf(algorithm.input), [1, 'two']);
  assert.equal(algorithm.includeResult, true);
  answer(gateway, 'a', { output: payload({ done: 1 }) });
  assert.deepEqual(await value(gateway, 'a'), { done: 1 });

  gateway.send(task('s', { do: 'stored', flowInput: { x: 2 } }));
  const stored = await called(gateway, 's');
  assert.equal(stored.pipelineName, 'pipe');
  assert.deepEqual(valueOf(stored.input), { x: 2 });
  const items = [{ nodeName: 'n', algorithmName: 'child', batchIndex: 0, result: 42 }];
  answer(gateway, 's', { output: { contentType: 'application/json', data: Buffer.from(JSON.stringify(items)) } });
  assert.deepEqual(await value(gateway, 's'), items);

  gateway.send(task('r', { do: 'raw', nodes: [{ nodeName: 'n', algorithmName: 'child' }] }));
  const raw = await called(gateway, 'r');
  assert.deepEqual(decodePayload(raw.rawPipeline.contentType, raw.rawPipeline.data), {
    name: 'raw',
    nodes: [{ nodeName: 'n', algorithmName: 'child' }],
    options: { ttl: 5 },
    webhooks: { result: 'http://hook' },
  });
  assert.deepEqual(valueOf(raw.input), { x: 1 });
  answer(gateway, 'r', { output: payload([]) });
  assert.deepEqual(await value(gateway, 'r'), []);

  gateway.send(task('n', { do: 'algorithm', includeResult: false }));
  const without = await called(gateway, 'n');
  assert.equal(without.includeResult, false);
  assert.deepEqual(valueOf(without.input), []);
  answer(gateway, 'n', { output: {} });
  assert.equal(await value(gateway, 'n'), null);
});

test('a child that fails or is stopped rejects with an error that says which and why', async (t) => {
  const gateway = await started(t);
  gateway.send(task('f', { do: 'algorithm' }));
  await called(gateway, 'f');
  answer(gateway, 'f', { failure: { category: 3, type: 'ValueError', message: 'no good' } });
  const failed = await value(gateway, 'f');
  assert.deepEqual([failed.error, failed.message, failed.child, failed.category], ['ChildFailedError', 'no good', 'child', 'USER_CODE']);
  gateway.send(task('s', { do: 'stored' }));
  await called(gateway, 's');
  answer(gateway, 's', { stopped: 'by somebody' });
  const stopped = await value(gateway, 's');
  assert.deepEqual([stopped.error, stopped.child, stopped.reason], ['ChildStoppedError', 'pipe', 'by somebody']);
});

test('answers find their call in any order, and the second answer to one does nothing', async (t) => {
  const gateway = await started(t);
  gateway.send(task('m', { do: 'many', count: 20 }));
  for (let at = 20; at >= 1; at--) {
    const { input } = await called(gateway, 'm', String(at));
    answer(gateway, 'm', { output: payload(Number(/** @type {any} */ (valueOf(input))[0]) * 10) }, String(at));
    answer(gateway, 'm', { failure: { message: 'a second answer' } }, String(at));
  }
  answer(gateway, 'm', { output: payload('nobody asked') }, '99');
  answer(gateway, 'stranger', { output: payload('nobody asked') });
  assert.deepEqual(await value(gateway, 'm'), Array.from({ length: 20 }, (_, at) => at * 10));
});

test('large inputs are stored before the call, large results are fetched before the answer', async (t) => {
  const gateway = await started(t);
  gateway.send(task('b', { do: 'big', size: 300_000 }));
  const { input } = await called(gateway, 'b');
  const stored = /** @type {Buffer} */ (gateway.objects.get(input.ref.key));
  assert.deepEqual(valueOf({ data: stored }), ['x'.repeat(300_000)]);
  assert.equal(input.ref.size, stored.length);
  answer(gateway, 'b', { output: { ref: gateway.put(Buffer.from(/** @type {any} */ (payload('fetched')).data)) } });
  assert.equal(await value(gateway, 'b'), 'fetched');

  gateway.send(task('lost', { do: 'algorithm' }));
  await called(gateway, 'lost');
  answer(gateway, 'lost', { output: { ref: { key: 'gone', size: 1 } } });
  const { error, category } = await value(gateway, 'lost');
  assert.deepEqual([error, category], ['ChildFailedError', 'INPUT_FETCH']);
});

test('a call that is given up rejects at once, and the control plane is told once', async (t) => {
  const gateway = await started(t);
  gateway.send(task('c', { do: 'cancel' }));
  const { error, reason } = await value(gateway, 'c');
  assert.deepEqual([error, reason], ['ChildStoppedError', 'no need']);
  const kinds = gateway.events.flatMap((event) => ['callRequest', 'callCancel', 'taskResult'].filter((kind) => event[kind]));
  assert.deepEqual(kinds, ['callRequest', 'callCancel', 'taskResult']);
  assert.equal((await gateway.event('callCancel')).reason, 'no need');
});

test('calls that make no sense are refused, and so are too many', async (t) => {
  const gateway = await started(t);
  gateway.send(task('w', { do: 'wrong' }));
  const [input, name, nodes, encoding] = await value(gateway, 'w');
  assert.match(input, /TypeError: input must be an array/);
  assert.match(name, /TypeError: algorithmName must be a name/);
  assert.match(nodes, /TypeError: nodes must be an array/);
  assert.match(encoding, /EncodeError/);
  gateway.send(task('t', { do: 'tooMany' }));
  assert.match((await value(gateway, 't')).message, /1000 calls of this task are open/);
});

test('calls are possible while start runs only; what waits for one then is told', async (t) => {
  const gateway = await started(t);
  gateway.send(task('l', { do: 'leave' }));
  assert.equal(await value(gateway, 'l'), 'left');
  await gateway.event('logBatch', ({ lines }) => lines.some((/** @type {any} */ { text }) => text === 'left behind: NotInJobError'));
  gateway.send(task('after', { do: 'afterwards' }));
  assert.equal((await value(gateway, 'after')).error, 'NotInJobError');
  answer(gateway, 'l', { output: payload('too late') });
  gateway.send(task('next', { do: 'number', number: 5 }));
  assert.equal(await value(gateway, 'next'), 5);
});

test('a task that only waits gives back what waits behind it and takes nothing, until its answer comes', async (t) => {
  const gateway = await started(t);
  gateway.send(task('first', { do: 'number', number: 1 }));
  await gateway.until(() => gateway.credit > 50);
  gateway.send(task('w', { do: 'many', count: 2 }), task('behind', { do: 'number', number: 2 }));
  assert.equal((await gateway.result('behind')).released, true);
  assert.deepEqual(slots(gateway, 'w'), [true]);
  const { credit } = gateway;
  gateway.send(task('more', { do: 'number', number: 3 }));
  assert.equal((await gateway.result('more')).released, true);
  answer(gateway, 'w', { output: payload(1) }, '1');
  gateway.send(task('still', { do: 'number', number: 3 }));
  assert.equal((await gateway.result('still')).released, true);
  assert.equal(gateway.credit, credit);
  answer(gateway, 'w', { output: payload(2) }, '2');
  await gateway.event('slotState', ({ blocked }) => !blocked);
  assert.deepEqual(await value(gateway, 'w'), [1, 2]);
  assert.deepEqual(slots(gateway, 'w'), [true, false]);
  gateway.send(task('next', { do: 'number', number: 4 }));
  assert.equal(await value(gateway, 'next'), 4);
});

test('a task that works while its call is open does not count as waiting', async (t) => {
  const gateway = await started(t);
  gateway.send(task('b', { do: 'busy', ms: 200 }));
  await gateway.event('slotState', ({ blocked }) => blocked);
  const kinds = gateway.events.flatMap(({ slotState, logBatch }) => (slotState ? ['waits'] : logBatch ? [logBatch.lines[0].text] : []));
  assert.deepEqual(kinds, ['was busy', 'waits']);
  answer(gateway, 'b', { output: payload('answered') });
  assert.equal(await value(gateway, 'b'), 'answered');
});

test('while one of two slots waits, the other goes on', async (t) => {
  const gateway = await started(t, {}, { DK_SLOTS: '2' });
  gateway.send(task('w', { do: 'algorithm' }));
  await gateway.event('slotState', ({ blocked }) => blocked);
  gateway.send(...['a', 'b', 'c'].map((token) => task(token, { do: 'number', number: 1 })));
  for (const token of ['a', 'b', 'c']) assert.equal(await value(gateway, token), 1);
  answer(gateway, 'w', { output: payload('answered') });
  assert.equal(await value(gateway, 'w'), 'answered');
});

test('a thread that ends while it waits leaves no blocked slot behind', async (t) => {
  const gateway = await started(t);
  gateway.send(task('c', { do: 'crash' }));
  await gateway.event('slotState', ({ blocked }) => blocked);
  assert.equal((await gateway.result('c')).failure.category, 8);
  answer(gateway, 'c', { output: payload('too late') });
  gateway.send(task('next', { do: 'number', number: 4 }));
  assert.equal(await value(gateway, 'next'), 4);
});

test('of the calls of a task that is somebody else\'s nothing more is said', async (t) => {
  const gateway = await started(t);
  gateway.send(task('theirs', { do: 'many', count: 2 }));
  await gateway.event('slotState', ({ blocked }) => blocked);
  gateway.events.length = 0;
  gateway.send({ leaseRevoked: { tokens: [Buffer.from('theirs')] } }, task('next', { do: 'number', number: 4 }));
  assert.equal(await value(gateway, 'next'), 4);
  assert.equal(gateway.events.some((event) => event.callCancel || event.slotState), false);
  assert.equal(gateway.results.has('theirs'), false);
});

for (const mode of [1, 2]) {
  test(`a stop ends the waiting for calls, which are given up (mode ${mode})`, async (t) => {
    const gateway = await started(t);
    gateway.send(task('w', { do: 'many', count: 2 }));
    await called(gateway, 'w', '2');
    gateway.send({ taskCancel: { token: Buffer.from('w'), mode, reason: 1 } });
    assert.equal((await gateway.result('w')).cancelled, true);
    const given = gateway.events.filter(({ callCancel }) => callCancel).map(({ callCancel }) => callCancel.callId);
    assert.deepEqual(given, ['1', '2']);
    assert.equal(gateway.events.some(({ workerState }) => workerState), false);
    gateway.send(task('next', { do: 'number', number: 4 }));
    assert.equal(await value(gateway, 'next'), 4);
  });
}

test('calls that were not acknowledged are made again on the next stream, and answers reach a task that ran on', async (t) => {
  const gateway = await started(t, { autoAck: false });
  gateway.send(task('w', { do: 'many', count: 2 }));
  await called(gateway, 'w', '2');
  await gateway.event('slotState', ({ blocked }) => blocked);
  gateway.shut();
  gateway.events.length = 0;
  gateway.onHello = () => ({ resumed: true });
  await gateway.open();
  await called(gateway, 'w', '1');
  await called(gateway, 'w', '2');
  await gateway.event('slotState', ({ blocked }) => blocked);
  gateway.ack = gateway.frames.at(-1).seq;
  answer(gateway, 'w', { output: payload('one') }, '1');
  answer(gateway, 'w', { output: payload('two') }, '2');
  assert.deepEqual(await value(gateway, 'w'), ['one', 'two']);
});

test('a call that was acknowledged is not made again', async (t) => {
  const gateway = await started(t);
  gateway.send(task('w', { do: 'algorithm' }));
  await called(gateway, 'w');
  gateway.shut();
  gateway.events.length = 0;
  gateway.onHello = () => ({ resumed: true });
  await gateway.open();
  await gateway.event('slotState', ({ blocked }) => blocked);
  assert.equal(gateway.events.some(({ callRequest }) => callRequest), false);
  answer(gateway, 'w', { output: payload('answered') });
  assert.equal(await value(gateway, 'w'), 'answered');
});
