// Which mediasoup-worker binary this machine runs: MEDIASOUP_WORKER_BIN, else the one in the user's cache, which
// set-up fills once per mediasoup version and recipe (official prebuilt if its host answers, else built from source).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recipeHash } from './recipe.mjs';

/** The checkout's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** mediasoup's package folder: its worker/ holds the source, its package.json the version. */
export const packageFolder = join(root, 'node_modules/mediasoup');

/**
 * The version of the installed mediasoup package.
 * @returns {string}
 */
export function mediasoupVersion() {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version;
}

/**
 * Where set-up keeps the worker of this version, recipe and platform. The cache is the user's and not the checkout's,
 * so that a fresh clone or `npm ci` does not build again.
 * @returns {string} an absolute path, whether or not the file exists
 */
export function cachedWorkerPath() {
  const base = process.env.XDG_CACHE_HOME;
  const cache = base && isAbsolute(base) ? base : join(homedir(), '.cache');
  const name = `${mediasoupVersion()}-${recipeHash()}-${process.platform}-${process.arch}`;
  return join(cache, 'nhip-cau/mediasoup-worker', name, 'mediasoup-worker');
}

/**
 * Whether a file is a mediasoup worker whose libraries this machine has. Started without MEDIASOUP_VERSION a worker
 * ends at once with status 41, by which mediasoup's own installer recognises one too.
 * @param {string} bin
 * @returns {boolean}
 */
export function startsUp(bin) {
  if (!existsSync(bin)) return false;
  const env = { ...process.env };
  delete env.MEDIASOUP_VERSION;
  return spawnSync(bin, [], { env, stdio: 'ignore', timeout: 10_000 }).status === 41;
}

/**
 * The worker binary to hand to mediasoup's `createWorker({ workerBin })`.
 * @returns {string} the absolute path of an existing file
 * @throws {Error} one sentence that names the mend, if there is none
 */
export function workerBin() {
  const named = process.env.MEDIASOUP_WORKER_BIN;
  if (named) {
    if (existsSync(named)) return resolve(named);
    throw new Error(`MEDIASOUP_WORKER_BIN names ${named}, which does not exist: correct it or unset it.`);
  }
  const cached = cachedWorkerPath();
  if (existsSync(cached)) return cached;
  throw new Error(`There is no mediasoup worker in ${cached}: run "node ops/setup.mjs start" to build it.`);
}
