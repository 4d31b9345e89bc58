/**
 * Loads an entry point as a worker does and writes down what came of it: `node load_check.mjs '<options as JSON>'`.
 *
 * The verdict goes to a file, as the code may print what it likes.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { codeDir, entryPoint, verdict } = JSON.parse(process.argv[2]);
// The code may replace these.
const exit = process.exit.bind(process);
const { writeFileSync, renameSync } = fs;

let decided = false;

function decide(found) {
  if (decided) return;
  decided = true;
  writeFileSync(`${verdict}.tmp`, JSON.stringify({ version: process.version, ...found }));
  renameSync(`${verdict}.tmp`, verdict);
}

// Nothing is left to do, yet loading is not done: the code waits at its top level for something that will not come.
process.on('beforeExit', () => decide({ kind: 'never' }));
process.on('exit', (code) => decide({ kind: 'exit', message: String(code) }));

function describe(thrown) {
  const message = String(thrown?.message ?? thrown);
  const lines = message.split('\n');
  if (thrown?.code === 'MODULE_NOT_FOUND' || thrown?.code === 'ERR_MODULE_NOT_FOUND') {
    const name = /'([^']+)'/.exec(lines[0])?.[1] ?? lines[0];
    const own = name.startsWith('.') || path.isAbsolute(name);
    return { kind: 'missing', name: path.isAbsolute(name) ? path.relative(codeDir, name) : name, own };
  }
  const stack = String(thrown?.stack ?? '');
  if (thrown instanceof SyntaxError) {
    const place = /^(?:file:\/\/)?(\/.*):(\d+)$/m.exec(stack);
    return { kind: 'syntax', message, ...(place && { file: path.relative(codeDir, place[1]), line: Number(place[2]) }) };
  }
  const frame = stack.split('\n').find((line) => line.includes(codeDir + path.sep));
  const place = /\(?(?:file:\/\/)?(\/[^:]+):(\d+):\d+\)?$/.exec(frame ?? '');
  return {
    kind: 'raised',
    message: `${thrown?.name ?? 'Error'}: ${message}`.slice(0, 1000),
    ...(place && { file: path.relative(codeDir, place[1]), line: Number(place[2]) }),
  };
}

process.chdir(codeDir);
try {
  const require = createRequire(path.join(codeDir, 'package.json'));
  const file = require.resolve(path.resolve(codeDir, entryPoint));
  const namespace = await import(pathToFileURL(file).href);
  const found = [namespace, namespace.default, namespace.default?.default].some(
    (candidate) => typeof candidate?.start === 'function',
  );
  const names = Object.keys(namespace.default ?? namespace);
  decide(found ? { kind: 'loaded' } : { kind: 'no start', message: names.slice(0, 20).join(', ') || 'nothing' });
} catch (thrown) {
  decide(describe(thrown));
  // Node tells the place of a syntax error only when nobody catches it.
  if (thrown instanceof SyntaxError) throw thrown;
  console.error(thrown);
}
// Timers and sockets of the code would keep the process alive; what was printed is written by now, as pipes are synchronous.
exit(0);
