#!/usr/bin/env node
/**
 * Starts a worker; all it needs to know comes from the environment (`src/agent/settings.js`).
 */
import { Agent } from '../src/agent/agent.js';
import { SettingsError, readSettings } from '../src/agent/settings.js';

/** @returns {Promise<number>} the exit code */
async function main() {
  const settings = readSettings(process.env);
  // Threads inherit both: the code runs in its folder, and never sees the worker's identity.
  process.chdir(settings.codeDir);
  delete process.env.DK_WORKER_TOKEN;
  const agent = new Agent(settings);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) process.on(signal, () => agent.terminate());
  return agent.run();
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error) => {
    console.error(error instanceof SettingsError || error.code === 'ENOENT' ? `worker: ${error.message}` : error);
    process.exit(2);
  },
);
