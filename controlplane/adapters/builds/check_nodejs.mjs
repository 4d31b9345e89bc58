// Loads an algorithm with the worker's own loader and says what is wrong.
//
// Arguments: code folder, entry point, file of the loader. The last line is `check: ` and a JSON object.
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [code, entry, loader] = process.argv.slice(2);
const { loadAlgorithm } = await import(pathToFileURL(loader).href);

/** Why an error means what it means. */
function problem(error) {
  const first = String(error?.message ?? error).split('\n')[0];
  if (error instanceof SyntaxError) {
    return { problem: 'syntax', text: `${String(error.stack).split('\n')[0]}: ${first}` };
  }
  if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
    return { problem: 'module', module: /(?:module|package) '([^']+)'/.exec(first)?.[1] ?? '', text: first };
  }
  if (error instanceof TypeError && first.includes("a function named 'start'")) {
    return { problem: 'start', text: first };
  }
  return { problem: 'import', text: String(error?.stack ?? error).split('\n').slice(0, 6).join('\n') };
}

let said = false;
function say(found) {
  said = true;
  process.stdout.write(`\ncheck: ${JSON.stringify(found)}\n`);
}

process.on('exit', (status) => {
  if (!said) {
    say({ problem: 'exit', text: `it ends the process when it is loaded (exit code ${status})` });
  }
});
process.chdir(code);
const found = await loadAlgorithm(code, entry).then(() => ({}), problem);
say(found);
process.exit(0);
