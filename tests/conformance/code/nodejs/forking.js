/** Starts many processes, and computes in other threads and in other processes. */
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const { Worker } = require('node:worker_threads');

async function inThread(number) {
  const code = `require('node:worker_threads').parentPort.postMessage(${number} ** 2)`;
  const [answer] = await once(new Worker(code, { eval: true }), 'message');
  return answer;
}

function inProcess(number) {
  return Number(execFileSync(process.execPath, ['-p', `${number} ** 2`], { encoding: 'utf8' }));
}

exports.start = async () => {
  for (let count = 0; count < 30; count++) execFileSync('true');
  return { fork: await Promise.all([1, 2, 3].map(inThread)), spawn: [1, 2, 3].map(inProcess) };
};
