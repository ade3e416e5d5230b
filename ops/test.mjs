// `npm test`: every mocha test, light suites side by side, suites with processes of their own one after the other, so
// that nothing but the program itself decides what they measure. Paths narrow it (`npm test -- test/unit`); every
// other argument is mocha's (`npm test -- --grep floor`). What failed is named once more at the end. The last line is
// `N passed, N failed`, `, N skipped` after it if there are any; the exit code is 0 only if something passed and
// nothing failed.
import { spawn } from 'node:child_process';
import fs, { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workerBin } from './mediasoup-worker/resolve.mjs';
import { stopLeftovers } from './test/leftovers.mjs';

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('tests: these need the Node 24 that the lock file brings: use `npm test`.');
  process.exit(1);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const config = JSON.parse(readFileSync(join(root, '.mocharc.json'), 'utf8'));

/** Folders of test/ whose files share nothing, so that they may run side by side. */
const LIGHT = new Set(['unit', 'integration', 'migrations']);

const temporary = mkdtempSync(join(tmpdir(), 'nhip-cau-test-'));
const mark = `${process.pid}-${Date.now()}`;
let running = null;

/** A test that leaves a process behind is careless; the next suite must not suffer for it. */
function tidy() {
  const left = stopLeftovers(mark);
  if (left.length) console.error(`tests: stopped what was left behind: ${left.join(', ')}`);
}

process.on('exit', () => {
  running?.kill('SIGTERM');
  tidy();
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** What the tests need to find, said once. A worker that is missing is the tests' business: they name the mend. */
function environment() {
  const env = {
    ...process.env,
    TMPDIR: temporary,
    NHIP_CAU_TEST_RUN: mark,
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node-compile'),
    NODE_ENV: 'test',
  };
  try {
    env.MEDIASOUP_WORKER_BIN = workerBin();
  } catch (error) {
    console.error(`tests: ${error.message}`);
  }
  if (!env.CHROMIUM_PATH && existsSync('/usr/bin/chromium')) env.CHROMIUM_PATH = '/usr/bin/chromium';
  return env;
}

/** @returns {string[]} test files that a path or pattern of the command line means; none if it is no path */
function filesOf(argument) {
  const path = resolve(root, argument);
  if (existsSync(path)) return statSync(path).isDirectory() ? fs.globSync(join(path, '**/*.test.ts')) : [path];
  return argument.startsWith('-') ? [] : fs.globSync(argument, { cwd: root }).map((file) => resolve(root, file));
}

/** Paths narrow the run; an argument that is no path, and the value after a mocha option, go to mocha. */
function readArguments(args) {
  const files = [];
  const options = [];
  for (const argument of args) {
    const found = filesOf(argument);
    const isValue = options.at(-1)?.startsWith('-') && !options.at(-1).includes('=');
    if (found.length && !(isValue && !argument.includes('/'))) files.push(...found);
    else if (argument.includes('/') && !argument.startsWith('-') && !isValue) {
      console.error(`tests: ${argument} names no test file.`);
      process.exit(2);
    } else options.push(argument);
  }
  const all = files.length ? files : config.spec.flatMap((pattern) => fs.globSync(pattern, { cwd: root }));
  return { files: [...new Set(all.map((file) => relative(root, resolve(root, file))))].sort(), options };
}

/** What was counted before anything ran. */
const nothing = () => ({ passed: 0, failed: 0, skipped: 0, failures: [] });

/** One mocha process over some files; its reporter leaves the counts in a file. */
function runMocha(files, options, jobs, env) {
  const counts = join(temporary, `counts-${performance.now()}.json`);
  const { spec: _spec, ...settings } = config;
  const args = Object.entries(settings).flatMap(([key, value]) => [value].flat().map((one) => `--${key}=${one}`));
  if (jobs > 1) args.push('--parallel', `--jobs=${jobs}`);
  args.push(`--reporter=${join(root, 'ops/test/reporter.mjs')}`, `--reporter-option=counts=${counts}`);
  const program = join(root, 'node_modules/mocha/bin/mocha.js');
  return new Promise((done) => {
    running = spawn(process.execPath, [program, '--no-config', ...args, ...options, ...files], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env,
    });
    running.on('close', (code) => {
      running = null;
      const told = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : nothing();
      // A file that cannot be loaded ends mocha before anything is counted.
      if (code !== 0 && told.failed === 0) told.failed = 1;
      done(told);
    });
  });
}

async function runAll() {
  const { files, options } = readArguments(process.argv.slice(2));
  const env = environment();
  const isLight = (file) => LIGHT.has(file.split('/')[1]);
  const stages = [
    { files: files.filter(isLight), jobs: Math.min(availableParallelism(), 4) },
    { files: files.filter((file) => !isLight(file)), jobs: 1 },
  ].filter((stage) => stage.files.length > 0);
  const sum = nothing();
  for (const stage of stages) {
    const jobs = stage.files.length > 1 ? stage.jobs : 1;
    console.log(`tests: ${stage.files.length} files, ${jobs} at a time`);
    const counts = await runMocha(stage.files, options, jobs, env);
    tidy();
    for (const key of ['passed', 'failed', 'skipped']) sum[key] += counts[key];
    sum.failures.push(...counts.failures);
  }
  return sum;
}

const { passed, failed, skipped, failures } = await runAll();
for (const failure of failures) console.log(`tests: failed: ${failure}`);
console.log(`tests: ${(performance.now() / 1000).toFixed(0)} s`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
// Written at the very end, after whatever was left behind was stopped: it is the line that scripts read.
process.on('exit', () => console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`));
process.exit();
