// `npm run check`: what can be said about the program without running it, in well under a minute. One line a step;
// what a failing step says stands beneath it; the exit code is 0 only if every step is clean.
// `npm run check -- lint types` runs only the named steps.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryFiles, root } from './check/files.mjs';
import { checkImports } from './check/imports.mjs';
import { checkLevels } from './check/levels.mjs';
import { checkSizes } from './check/sizes.mjs';
import { checkText } from './check/text.mjs';

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('check: this needs the Node 24 that the lock file brings: use `npm run check`.');
  process.exit(1);
}

/** @typedef {{faults: string[], note: string}} Outcome */

const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** @returns {Promise<Outcome>} clean when the program ends with 0, else its output */
function tool(name, args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(root, name), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR']: '1' },
    });
    children.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (code) => {
      children.delete(child);
      done({ faults: code === 0 ? [] : [output.trim() || `ended with status ${code}`], note: '' });
    });
  });
}

const bin = 'node_modules';
const cache = ['--cache', '--cache-strategy=content', `--cache-location=${bin}/.cache/prettier-check`];
const paths = repositoryFiles();

/** @type {Record<string, () => Outcome | Promise<Outcome>>} */
const STEPS = {
  imports: () => checkImports(paths),
  sizes: () => checkSizes(paths),
  text: () => checkText(paths),
  levels: () => checkLevels(paths),
  types: () => tool(`${bin}/typescript/bin/tsc`, ['-b', '--pretty', String(Boolean(process.stdout.isTTY))]),
  lint: () => tool(`${bin}/oxlint/bin/oxlint`, ['--deny-warnings', '--type-aware', '.']),
  format: () => tool(`${bin}/prettier/bin/prettier.cjs`, ['--check', '--log-level=warn', ...cache, '.']),
  drift: () => tool('ops/check/drift.mjs', []),
};

async function runStep(name) {
  const from = performance.now();
  const { faults, note } = await STEPS[name]();
  const seconds = ((performance.now() - from) / 1000).toFixed(1).padStart(5);
  console.log(`check: ${name.padEnd(8)} ${faults.length ? 'RED' : 'ok '} ${seconds} s${note ? `  ${note}` : ''}`);
  for (const fault of faults) console.log(fault.replace(/^/gm, '       '));
  return faults.length === 0;
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in STEPS));
if (unknown.length) {
  console.error(`check: there is no step ${unknown.join(', ')}; the steps are ${Object.keys(STEPS).join(', ')}.`);
  process.exit(2);
}
const names = named.length ? named : Object.keys(STEPS);
const results = await Promise.all(names.map(runStep));
const red = names.filter((_, index) => !results[index]);
console.log(
  red.length
    ? `check: ${red.length} of ${names.length} red: ${red.join(', ')}`
    : `check: clean (${names.length} steps, ${(performance.now() / 1000).toFixed(1)} s)`,
);
process.exit(red.length ? 1 : 0);
