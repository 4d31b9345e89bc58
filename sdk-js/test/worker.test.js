/**
 * A real worker process against a real gRPC server: what goes in, what comes out, and what survives.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';

import { CODE, Gateway, context, payload, task, valueOf } from './support/gateway.js';

/**
 * A gateway with a worker that has asked for its first task.
 *
 * @param {{ after: (end: () => Promise<void>) => void }} t ends both
 * @param {object} [options] @param {string} [entryPoint] @param {NodeJS.ProcessEnv} [env]
 */
async function started(t, options = {}, entryPoint = 'echo.js', env = {}) {
  const gateway = await Gateway.start(options);
  t.after(() => gateway.stop());
  const { worker, hello } = await gateway.worker(entryPoint, env);
  await gateway.until(() => gateway.credit >= 1 || hello.loadError);
  gateway.send(context());
  return { gateway, worker, hello };
}

describe('one worker, one task after another', () => {
  /** @type {Gateway} */
  let gateway;
  /** @type {any} */
  let hello;
  before(async () => ({ gateway, hello } = await started({ after: () => {} })));
  after(() => gateway.stop());
  let count = 0;
  /** @param {unknown} value @param {object} [more] */
  const run = (value, more) => {
    const token = `run${count++}`;
    gateway.send(task(token, value, more));
    return gateway.result(token);
  };

  test('Hello says who it is, and the identity travels as a bearer token', () => {
    assert.equal(hello.language, 'nodejs');
    assert.equal(hello.algorithmName, 'alg');
    assert.equal(hello.incarnationId, 'worker-1');
    assert.equal(hello.slots, 1);
    assert.equal(hello.loadError, null);
    assert.deepEqual(hello.features, ['calls', 'progress']);
    assert.equal(gateway.metadata, 'Bearer secret');
  });

  test('init and start see one args object with the shared part and what the SDK adds', async () => {
    const { output } = await run({ do: 'args' }, { attempt: 3, batchIndex: 7, taskId: 'abcdefgh' });
    const args = /** @type {any} */ (valueOf(output));
    assert.deepEqual(args, {
      jobId: 'job-00000001',
      nodeName: 'node',
      pipelineName: 'pipe',
      algorithmName: 'alg',
      parents: [],
      input: [{ do: 'args' }],
      taskId: 'abcdefgh',
      batchIndex: 7,
      attempt: 3,
      attempts: 2,
      initialised: 1,
    });
  });

  for (const value of [null, true, 2 ** 53 - 1, 2n ** 63n - 1n, 2n ** 70n, NaN, 'žluť', [], {}, { image: Buffer.from([0, 255]) }]) {
    test(`a result equals what was returned: ${typeof value} ${String(value)}`, async () => {
      assert.deepEqual(valueOf((await run(value)).output), value);
    });
  }

  test('undefined is null, and a Buffer is a bare byte string', async () => {
    assert.equal(valueOf((await run({ do: 'nothing' })).output), null);
    const { output } = await run({ do: 'bytes' });
    assert.equal(output.contentType, 'application/octet-stream');
    assert.deepEqual([...output.data], [1, 2, 3]);
  });

  test('module state lives on between tasks, and times are reported', async () => {
    const first = await run({ do: 'calls' });
    const second = await run({ do: 'calls' });
    assert.equal(valueOf(second.output), Number(valueOf(first.output)) + 1);
    assert.equal(typeof second.runUs, 'number');
  });

  test('the working directory is the folder of the code, and the identity is hidden from it', async () => {
    assert.deepEqual(valueOf((await run({ do: 'cwd' })).output), { cwd: CODE, token: null });
  });

  test('an exception is a failure with type, message, stack and cause, and the worker goes on', async () => {
    const { failure } = await run({ do: 'throw' });
    assert.equal(failure.category, 3);
    assert.equal(failure.type, 'TypeError');
    assert.equal(failure.message, 'no good');
    assert.match(failure.stackTrace, /echo\.js/);
    assert.equal(failure.cause.message, 'deep');
    assert.equal((await run({ do: 'throwText' })).failure.message, 'just text');
    assert.equal(valueOf((await run('next')).output), 'next');
  });

  test('failures in init, of the encoding and of the contract have their own category', async () => {
    assert.equal((await run({ init: 'throw' })).failure.category, 2);
    const encoding = (await run({ do: 'unencodable' })).failure;
    assert.equal(encoding.category, 6);
    assert.match(encoding.message, /a\.0/);
    assert.equal((await run(1, { values: [{ contentType: 'text/odd', data: Buffer.from('x') }] })).failure.category, 5);
    assert.equal((await run(1, { values: [] })).failure.category, 14);
    assert.equal((await run(1, { context: 99 })).failure.category, 14);
  });

  test('what is printed arrives with its task, and before its result', async () => {
    gateway.send(task('printer', { do: 'print' }));
    await gateway.result('printer');
    const kinds = gateway.events.flatMap((event) => {
      if (event.taskResult) return [`result ${event.taskResult.token}`];
      /** @type {any[]} */
      const lines = event.logBatch?.lines ?? [];
      return lines.filter(({ token }) => String(token) === 'printer').map(({ stream, text }) => `${stream} ${text}`);
    });
    const end = kinds.indexOf('result printer');
    assert.deepEqual(kinds.slice(end - 3, end), ['1 to stdout', '2 to stderr', '1 no newline']);
  });

  test('progress reaches the control plane, the latest one counts, and the next attempt sees it', async () => {
    const last = { fraction: 0.1, message: 'was here', details: payload({ at: 0 }) };
    const { output } = await run({ do: 'progress' }, { lastProgress: last });
    assert.deepEqual(valueOf(output), { fraction: 0.1, message: 'was here', details: { at: 0 } });
    const progress = await gateway.event('taskProgress', ({ fraction }) => fraction === 0.5);
    assert.equal(progress.message, 'half');
    assert.deepEqual(valueOf(progress.details), { at: 2 });
  });

  test('parts of the API that come later are refused with a clear error', async () => {
    assert.deepEqual(valueOf((await run({ do: 'later' })).output), Array(3).fill('NotSupportedError'));
  });

  test('a rejection that nobody looks at is logged, and nothing else', async () => {
    assert.equal(valueOf((await run({ do: 'unhandled' })).output), 'alive');
    await gateway.event('logBatch', ({ lines }) => lines.some((/** @type {any} */ { text }) => text.includes('nobody looks')));
  });

  test('a large result goes to the store and a large input comes from it, both checked', async () => {
    const size = 300_000;
    const { output } = await run({ do: 'big', size });
    const stored = /** @type {Buffer} */ (gateway.objects.get(output.ref.key));
    assert.equal(output.ref.size, stored.length);
    assert.equal(output.ref.sha256, createHash('sha256').update(stored).digest('hex'));
    assert.equal(valueOf({ data: stored }), 'x'.repeat(size));
    const ref = gateway.put(stored, { sha256: output.ref.sha256 });
    const again = await run(0, { values: [{ ref }] });
    assert.notEqual(again.output.ref.key, output.ref.key);
    assert.equal(again.output.ref.sha256, output.ref.sha256);
  });

  test('inputs that cannot be fetched fail as such', async () => {
    const good = gateway.put(Buffer.from([1]));
    const missing = await run(0, { values: [{ ref: { key: 'nowhere', size: 1, url: good.url.replace(good.key, 'nowhere') } }] });
    assert.equal(missing.failure.category, 4);
    assert.match(missing.failure.message, /404/);
    const wrong = await run(0, { values: [{ ref: gateway.put(Buffer.from([1]), { sha256: '00' }) }] });
    assert.match(wrong.failure.message, /SHA-256/);
    assert.equal((await run(0, { values: [{ ref: { key: 'k', size: 1 } }] })).failure.category, 4);
  });

  test('exit and uncaught errors are crashes; the thread is replaced and the next task served', async () => {
    const { failure } = await run({ do: 'exit' });
    assert.equal(failure.category, 8);
    assert.match(failure.message, /exit code 3/);
    const state = await gateway.event('workerState');
    assert.equal(state.state, 1);
    assert.equal(state.exitCode, 3);
    const uncaught = (await run({ do: 'uncaught' })).failure;
    assert.equal(uncaught.category, 8);
    assert.equal(uncaught.type, 'SyntaxError');
    assert.equal(valueOf((await run('after')).output), 'after');
  });

  test('a busy loop costs no heartbeat, and a forced stop ends it', async () => {
    gateway.send(task('spinner', { do: 'spin' }));
    const phase = await gateway.event('taskPhase', ({ token, phase: number }) => String(token) === 'spinner' && number === 3);
    assert.ok(phase.since.seconds > 0);
    gateway.send({ taskCancel: { token: Buffer.from('spinner'), mode: 2, grace: { nanos: 1e8 }, reason: 1 } });
    assert.equal((await gateway.result('spinner')).cancelled, true);
    assert.equal(valueOf((await run('after')).output), 'after');
  });

  test('a graceful stop calls stop and aborts the signal, and what start returns is discarded', async () => {
    gateway.send(task('polite', { do: 'untilStopped' }));
    await gateway.event('taskPhase', ({ token }) => String(token) === 'polite');
    gateway.send({ taskCancel: { token: Buffer.from('polite'), mode: 1, reason: 3 } });
    const { cancelled, output } = await gateway.result('polite');
    assert.deepEqual([cancelled, output], [true, null]);
    await gateway.event('logBatch', ({ lines }) => lines.some((/** @type {any} */ { text }) => text === 'stop false scale_down'));
  });

  test('a cancel for a task that nobody knows is answered with released', async () => {
    gateway.send({ taskCancel: { token: Buffer.from('stranger') } });
    assert.equal((await gateway.result('stranger')).released, true);
  });

  test('a ttl ends the task as a timeout', async () => {
    gateway.send(context({ context: 2, ttl: { nanos: 1e8 } }), task('late', { do: 'untilStopped' }, { context: 2 }));
    const { failure } = await gateway.result('late');
    assert.equal(failure.category, 11);
    assert.match(failure.message, /ttl of 0\.1 s/);
  });

  test('bindings draw on values and lists, with selectors, elements, chunks and nulls', async () => {
    const list = { parts: [{ item: payload({ n: 1 }) }, { chunk: { array: payload([{ n: 2 }, { n: 3 }]), count: 2 } }] };
    gateway.send(
      context({
        context: 3,
        input: payload([null, { deep: [null] }, null, null, null]),
        sources: [{ value: payload({ files: [{ name: 'a' }, { name: 'b' }] }) }, { list }],
        bindings: [
          { place: ['0'], source: 0, selector: 'files', element: 0 },
          { place: ['1', 'deep', '0'], source: 1, selector: 'n', whole: true },
          { place: ['2'], source: 1, selector: 'n', element: 1 },
          { place: ['3'], source: 1, element: 2 },
          { place: ['4'], source: 0, selector: 'nowhere.at.all', whole: true },
        ],
        savePaths: ['node', 'node.name', 'node.nowhere'],
      }),
    );
    gateway.send(context({ context: 4, input: payload([{ do: 'args' }]), bindings: [] }));
    gateway.send(task('bound', 0, { context: 3, values: [], elements: [1, 2, -1] }));
    const { output } = await gateway.result('bound');
    assert.deepEqual(valueOf(output), { name: 'b' });
    assert.deepEqual(output.shapes.map((/** @type {any} */ { path, type, size }) => [path, type, Number(size)]), [
      ['node', 'object', 0],
      ['node.name', 'string', 0],
    ]);
  });

  test('a task has values of its own, whole, by element, or as all of its input', async () => {
    gateway.send(
      context({
        context: 5,
        input: payload([{ do: 'args' }, null, null, null, null, null]),
        bindings: [
          { place: ['1'], value: 0, selector: 'n' },
          { place: ['2'], valueElement: { value: 0, element: 0 }, selector: 'list' },
          { place: ['3'], valueElement: { value: 0, element: 1 }, selector: 'list' },
          { place: ['4'], valueElement: { value: 0, element: 0 }, selector: 'no.where' },
          { place: ['5'], valueElement: { value: 0, element: 0 }, selector: 'n' },
        ],
      }),
      context({ context: 6, input: payload(null), bindings: [{ place: [], value: 0 }] }),
    );
    const ref = gateway.put(Buffer.from(/** @type {any} */ (payload({ n: 7, list: [[1], [2]] })).data));
    const args = /** @type {any} */ (valueOf((await run(0, { context: 5, values: [{ ref }], elements: [1, -1], triggerIndex: 3 })).output));
    assert.deepEqual(args.input.slice(1), [7, [2], null, null, null]);
    assert.equal(args.triggerIndex, 3);
    assert.equal('execId' in args, false);
    const called = /** @type {any} */ (valueOf((await run([{ do: 'args' }, 'x'], { context: 6, callId: '12' })).output));
    assert.deepEqual([called.input, called.execId, 'triggerIndex' in called], [[{ do: 'args' }, 'x'], '12', false]);
  });

  test('Exit calls exit of the user code and ends the process with the code asked for', async () => {
    gateway.send({ exit: { exitCode: 7, grace: { seconds: 5 } } });
    const [code] = await once(gateway.processes[0], 'exit');
    assert.equal(code, 7);
    await gateway.event('workerState', ({ state }) => state === 3);
    await gateway.event('logBatch', ({ lines }) => lines.some((/** @type {any} */ { text }) => text === 'exit 7'));
  });
});

describe('code that cannot be loaded', () => {
  for (const [entryPoint, text] of [
    ['no-start.js', /must export a function named 'start'/],
    ['syntax-error.js', /Unexpected|Invalid/],
    ['import-error.js', /Cannot find module 'not-there'/],
    ['missing.js', /Cannot find module/],
    ['exits.js', /exit code 5, while the code was loaded/],
  ]) {
    test(`${entryPoint}: Hello says why, each task fails with it, the process stays`, async (t) => {
      const { gateway, hello } = await started(t, {}, String(entryPoint));
      assert.equal(hello.loadError.category, 1);
      assert.match(hello.loadError.message, /** @type {RegExp} */ (text));
      for (const token of ['a', 'b']) {
        gateway.send(task(token, 1));
        assert.equal((await gateway.result(token)).failure.category, 1);
      }
    });
  }
});

describe('ways to write an algorithm', () => {
  for (const entryPoint of ['esm.mjs', 'esm-default.mjs', 'folder', 'echo']) {
    test(`${entryPoint} loads and runs`, async (t) => {
      const { gateway } = await started(t, {}, entryPoint);
      gateway.send(task('a', 41));
      assert.equal(valueOf((await gateway.result('a')).output), 41);
    });
  }
});

describe('credit and waiting tasks', () => {
  test('nothing is taken ahead at first; short tasks raise the credit; a crash hands waiting ones to the new thread', async (t) => {
    const { gateway } = await started(t);
    assert.equal(gateway.credit, 1);
    gateway.send(task('first', 1));
    await gateway.until(() => gateway.credit > 50);
    const tokens = Array.from({ length: 20 }, (_, index) => `t${index}`);
    gateway.send(...tokens.map((token) => task(token, token === 't5' ? { do: 'exit' } : token)));
    for (const token of tokens) {
      const { output, failure } = await gateway.result(token);
      if (token === 't5') assert.equal(failure.category, 8);
      else assert.equal(valueOf(output), token);
    }
  });

  test('waiting tasks are given back on cancel and on drain, the running one ends, and no credit follows', async (t) => {
    const { gateway } = await started(t);
    gateway.send(task('first', 1));
    await gateway.until(() => gateway.credit > 50);
    gateway.send(task('runs', { do: 'untilStopped' }), task('waits1', 1), task('waits2', 2));
    await gateway.event('taskPhase', ({ token }) => String(token) === 'runs');
    gateway.send({ taskCancel: { token: Buffer.from('waits1') } });
    assert.equal((await gateway.result('waits1')).released, true);
    gateway.send({ drain: { deadline: { seconds: 10 }, reason: 'fewer' } });
    assert.equal((await gateway.result('waits2')).released, true);
    assert.equal((await gateway.event('workerState')).state, 2);
    const { credit } = gateway;
    gateway.send({ taskCancel: { token: Buffer.from('runs'), mode: 1 } });
    assert.equal((await gateway.result('runs')).cancelled, true);
    assert.equal(gateway.credit, credit);
  });

  test('two slots run two tasks at once, and work that waits behind a long task moves to the free slot', async (t) => {
    const { gateway } = await started(t, {}, 'echo.js', { DK_SLOTS: '2' });
    gateway.send(task('first', 1));
    await gateway.until(() => gateway.credit > 50);
    gateway.send(task('stuck', { do: 'spin' }), ...['a', 'b', 'c', 'd', 'e'].map((token) => task(token, token)));
    for (const token of ['a', 'b', 'c', 'd', 'e']) assert.equal(valueOf((await gateway.result(token)).output), token);
    assert.equal(gateway.results.has('stuck'), false);
  });

  test('a revoked task is stopped and nothing is said about it', async (t) => {
    const { gateway } = await started(t);
    gateway.send(task('theirs', { do: 'untilStopped' }));
    await gateway.event('taskPhase', ({ token }) => String(token) === 'theirs');
    gateway.send({ leaseRevoked: { tokens: [Buffer.from('theirs')] } }, task('mine', 'ok'));
    assert.equal(valueOf((await gateway.result('mine')).output), 'ok');
    assert.equal(gateway.results.has('theirs'), false);
  });
});

describe('broken streams', () => {
  test('a resumed session keeps what runs, sends unacknowledged results again, and drops what it is told to', async (t) => {
    const { gateway } = await started(t, { autoAck: false });
    gateway.send(task('done', 'x'));
    await gateway.result('done');
    gateway.send(task('theirs', { do: 'untilStopped' }));
    await gateway.event('taskPhase', ({ token }) => String(token) === 'theirs');
    const last = gateway.frames.at(-1).seq;
    gateway.shut();
    gateway.results.clear();
    /** @type {any} */
    let resume = null;
    gateway.onHello = (hello) => {
      resume = hello.resume;
      return { resumed: true, dropTokens: [Buffer.from('theirs')] };
    };
    await gateway.open();
    assert.equal(valueOf((await gateway.result('done')).output), 'x');
    assert.equal(resume.sessionId, 'session');
    assert.equal(resume.lastSeq, 4);
    assert.equal(resume.assignedTasks, 2);
    assert.deepEqual(resume.heldTokens.map(String).sort(), ['done', 'theirs']);
    assert.ok(gateway.frames.at(-1).seq > last);
    gateway.send(context({ context: 1 }), task('next', 'y'));
    assert.equal(valueOf((await gateway.result('next')).output), 'y');
    assert.equal(gateway.results.has('theirs'), false);
  });

  test('a session that is not resumed is forgotten: numbers begin anew and old results are not sent', async (t) => {
    const { gateway } = await started(t, { autoAck: false });
    gateway.send(task('done', 'x'));
    await gateway.result('done');
    gateway.shut();
    gateway.results.clear();
    gateway.credit = 0;
    const before = gateway.frames.length;
    await gateway.open();
    await gateway.until(() => gateway.credit >= 1);
    const [hello, next] = gateway.frames.slice(before);
    assert.ok(hello.events[0].hello.resume);
    assert.equal(next.seq, 1);
    gateway.send(context(), task('next', 'y'));
    assert.equal(valueOf((await gateway.result('next')).output), 'y');
    assert.equal(gateway.results.has('done'), false);
  });

  test('a repeated frame and a repeated task are ignored', async (t) => {
    const { gateway } = await started(t);
    gateway.send(task('calls', { do: 'calls' }));
    assert.equal(valueOf((await gateway.result('calls')).output), 1);
    gateway.seq -= 1;
    gateway.send(task('calls2', { do: 'calls' }));
    gateway.send(task('calls3', { do: 'calls' }));
    assert.equal(valueOf((await gateway.result('calls3')).output), 2);
  });

  test('Reconnect moves the session to a new stream', async (t) => {
    const { gateway } = await started(t);
    gateway.onHello = () => ({ resumed: true });
    gateway.send({ reconnect: {} });
    await gateway.until(() => gateway.streams === 2);
    gateway.send(context(), task('a', 1));
    assert.equal(valueOf((await gateway.result('a')).output), 1);
  });
});

describe('the end', () => {
  test('SIGTERM lets the running task end, then leaves with 0', async (t) => {
    const { gateway, worker } = await started(t);
    gateway.send(task('runs', { do: 'sleep', ms: 200 }));
    await gateway.event('taskPhase', ({ token }) => String(token) === 'runs');
    worker.kill('SIGTERM');
    const [code] = await once(worker, 'exit');
    assert.equal(code, 0);
    assert.equal(valueOf((await gateway.result('runs')).output), 'slept');
  });

  test('a refused worker leaves and does not come back', async (t) => {
    const gateway = await Gateway.start();
    t.after(() => gateway.stop());
    gateway.onHello = () => ({ reject: { code: 2, message: 'no such algorithm' } });
    const worker = gateway.spawn('echo.js');
    const [code] = await once(worker, 'exit');
    assert.equal(code, 1);
    assert.equal(gateway.streams, 1);
  });

  test('a worker without a control plane leaves', async (t) => {
    const gateway = await Gateway.start();
    t.after(() => gateway.stop());
    gateway.shut();
    const worker = gateway.spawn('echo.js', { DK_ORPHAN_SECONDS: '1' });
    const [code] = await once(worker, 'exit');
    assert.equal(code, 1);
  });

  test('a missing setting is named', async (t) => {
    const gateway = await Gateway.start();
    t.after(() => gateway.stop());
    const worker = gateway.spawn('echo.js', { DK_ALGORITHM_NAME: '' });
    let text = '';
    worker.stderr.on('data', (chunk) => (text += chunk));
    const [code] = await once(worker, 'exit');
    assert.equal(code, 2);
    assert.match(text, /DK_ALGORITHM_NAME is not set/);
  });
});
