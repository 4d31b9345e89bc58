/** Imports a neighbour in both ways and opens a file beside it. */
const { readFileSync } = require('node:fs');

const required = require('./sibling');

exports.start = async () => {
  const imported = await import('./sibling.js');
  return { names: [required.NAME, imported.NAME], file: readFileSync('data.txt', 'utf8'), cwd: process.cwd() };
};
