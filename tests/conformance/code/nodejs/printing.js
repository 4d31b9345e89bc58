/** Prints in every way there is. */
const { existsSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');

const NEVER = new Int32Array(new SharedArrayBuffer(4));

const WAYS = {
  lines() {
    console.log('to stdout');
    console.error('to stderr');
    console.log('{"log": "in json", "stream": "stderr", "key": 1}');
    process.stdout.write('no newline');
  },
  live(path) {
    console.log('still running');
    while (!existsSync(path)) Atomics.wait(NEVER, 0, 0, 10);
  },
  flood(size) {
    const line = 'x'.repeat(99);
    for (let count = 0; count < size / 100; count++) console.log(line);
  },
  later(path) {
    void printWhen(path);
  },
  long() {
    console.log('é'.repeat(20000));
  },
};

async function printWhen(path) {
  while (!existsSync(path)) await sleep(10);
  console.log('after the task');
}

exports.start = (args) => WAYS[args.input[0]]?.(args.input[1]);
