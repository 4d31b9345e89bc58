/**
 * Generates the JavaScript of the worker contract from the protos at the root of the repository; it is checked in.
 * `--check` fails when what is there is stale.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PROTO = path.join(HERE, '../../proto');
const GENERATED = path.join(HERE, '../src/gen');
const NAMES = ['contract.js', 'contract.d.ts'];
const FILES = ['worker/v1/worker_service.proto', 'worker/v1/worker.proto', 'type/v1/payload.proto'];
const OPTIONS = ['--sparse', '--no-service', '--no-convert', '--no-verify', '--no-delimited', '--no-typeurl'];

/** @param {string} folder */
function generate(folder) {
  const files = FILES.map((file) => path.join(PROTO, 'distributedkube/api', file));
  const paths = ['-p', PROTO, '-p', path.join(PROTO, 'third_party')];
  const out = path.join(folder, NAMES[0]);
  const pbjs = path.join(HERE, '../node_modules/.bin/pbjs');
  const options = ['-t', 'static-module', '-w', 'esm', '--dts', '--force-number', ...OPTIONS];
  execFileSync(pbjs, [...options, ...paths, '-o', out, ...files], { stdio: 'inherit' });
}

function check() {
  const folder = mkdtempSync(path.join(tmpdir(), 'dk-proto-'));
  try {
    generate(folder);
    const stale = NAMES.filter((name) => readFileSync(path.join(folder, name), 'utf8') !== readFileSync(path.join(GENERATED, name), 'utf8'));
    if (stale.length === 0) return;
    console.error(`Generated code is stale (${stale.join(', ')}): run 'npm run proto' and commit what changes.`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv.includes('--check')) check();
else generate(GENERATED);
