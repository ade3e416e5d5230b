// Fills the cache with a worker that has been seen to start: called by set-up, never at run time.
import { cpus, totalmem } from 'node:os';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchSource, hasApt, installLine, installPackages, mayInstall, missingPackages } from './debian.mjs';
import { withLock } from './lock.mjs';
import { fetchPrebuilt } from './prebuilt.mjs';
import { buildPackages, patches, srtpSourcePackage } from './recipe.mjs';
import { cachedWorkerPath, mediasoupVersion, packageFolder, root, startsUp } from './resolve.mjs';
import { run, SetupError } from './run.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Lets mediasoup itself start the binary, ask it something and close it: what the SFU will do first. */
async function verify(bin) {
  const program = `
    const { createWorker } = await import('mediasoup');
    const worker = await createWorker({ workerBin: process.argv[1] });
    await worker.getResourceUsage();
    worker.close();`;
  const newer = join(root, 'node_modules/.bin/node');
  const node = existsSync(newer) ? newer : process.execPath;
  const env = { ...process.env, MEDIASOUP_WORKER_BIN: '' };
  const result = await run(node, ['--input-type=module', '-e', program, bin], { cwd: root, env, timeoutMs: 20_000 });
  if (result.code === 0) return;
  throw new SetupError(
    'The mediasoup worker does not start on this machine: set MEDIASOUP_WORKER_BIN to one that does.',
    result.output,
  );
}

/** Puts a finished binary in its place in one step, so that nobody ever finds half of one. */
async function keepAs(bin, place) {
  const temporary = join(dirname(dirname(place)), `.build-${process.pid}-new`);
  mkdirSync(dirname(place), { recursive: true });
  try {
    copyFileSync(bin, temporary);
    chmodSync(temporary, 0o755);
    await verify(temporary);
    renameSync(temporary, place);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Removes what builds that were killed left behind; only the lock's holder may. */
function removeLeftovers(cache) {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    if (name.startsWith('.build-')) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

async function needPackages(report) {
  if (!hasApt()) {
    throw new SetupError(
      `There is no mediasoup worker for this system and only Debian's packages to build one from are known: set MEDIASOUP_WORKER_BIN to a worker of mediasoup ${mediasoupVersion()}.`,
    );
  }
  const missing = missingPackages(buildPackages);
  if (missing.length === 0) return;
  if (!mayInstall()) {
    throw new SetupError(
      `The mediasoup worker must be built and needs Debian packages: run "${installLine(missing)}" and start again.`,
    );
  }
  await installPackages(missing, report);
}

/** Copies of the worker's files with the recipe's corrections. */
function writePatched(folder) {
  for (const { file, from, to } of patches) {
    const text = readFileSync(join(packageFolder, 'worker/src', file), 'utf8');
    if (text.split(from).length !== 2) {
      throw new SetupError(
        `mediasoup ${mediasoupVersion()} changed ${file} where it must be corrected: look at "patches" in ops/mediasoup-worker/recipe.mjs.`,
      );
    }
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text.replace(from, to));
  }
}

/** The compiler takes up to 1 GiB a run: fewer runs at a time where memory is short. */
function jobs() {
  return Math.max(1, Math.min(cpus().length, Math.floor(totalmem() / 2 ** 30 / 1.5)));
}

async function compile(folder, report) {
  const source = await fetchSource(srtpSourcePackage, folder, report);
  const patched = join(folder, 'patched');
  writePatched(patched);
  report('building the mediasoup worker');
  const build = join(folder, 'build');
  const defines = {
    CMAKE_BUILD_TYPE: 'Release',
    WORKER_SOURCE: join(packageFolder, 'worker'),
    SRTP_SOURCE: source,
    PATCHED: patched,
  };
  const given = Object.entries(defines).map(([key, value]) => `-D${key}=${value}`);
  const onLine = (/** @type {string} */ line) => {
    const step = /^\[(\d+)\/(\d+)\]/.exec(line);
    if (!step) return;
    const [done, all] = [Number(step[1]), Number(step[2])];
    // The last step optimises the whole program and takes a third of the time without a word.
    if (done === all - 1) report('linking the mediasoup worker');
    else if (done < all) report(`building the mediasoup worker: ${done} of ${all} steps`);
  };
  let result = await run('cmake', ['-G', 'Ninja', '-S', here, '-B', build, ...given]);
  if (result.code === 0) {
    result = await run('ninja', ['-C', build, '-j', String(jobs()), 'mediasoup-worker'], { onLine });
  }
  if (result.code === 0) return join(build, 'mediasoup-worker');
  const log = join(dirname(folder), 'failed-build.log');
  writeFileSync(log, result.output);
  throw new SetupError(
    `The mediasoup worker could not be built: see ${log}, or set MEDIASOUP_WORKER_BIN to one built elsewhere.`,
    result.output,
  );
}

async function buildInto(place, report) {
  await needPackages(report);
  const cache = dirname(dirname(place));
  removeLeftovers(cache);
  const folder = join(cache, `.build-${process.pid}`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    mkdirSync(folder, { recursive: true });
    await keepAs(await compile(folder, report), place);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

/**
 * Makes sure that `workerBin()` finds a worker that starts on this machine.
 * @param {(text: string) => void} report
 * @returns {Promise<void>}
 * @throws {SetupError} one sentence that names the mend
 */
export async function ensureWorker(report) {
  const named = process.env.MEDIASOUP_WORKER_BIN;
  if (named) {
    if (startsUp(named)) return;
    throw new SetupError(
      `MEDIASOUP_WORKER_BIN names ${named}, which is no mediasoup worker that starts here: correct it or unset it.`,
    );
  }
  const place = cachedWorkerPath();
  if (startsUp(place)) return;
  const onWait = () => report('another set-up is building the mediasoup worker, waiting');
  await withLock(join(dirname(dirname(place)), '.lock'), onWait, async () => {
    if (startsUp(place)) return;
    const prebuilt = await fetchPrebuilt(report, (bin) => keepAs(bin, place)).catch(() => false);
    if (!prebuilt) await buildInto(place, report);
    report('the mediasoup worker is there and starts');
  });
}
