// `node ops/setup.mjs start|test|check`, run by npm before the commands: brings whatever is missing for them.
// Built-in modules only, for any Node from 18 on: it runs before a single package is installed.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { hasApt, installLine, installPackages, mayInstall, withoutServices } from './mediasoup-worker/debian.mjs';
import { withLock } from './mediasoup-worker/lock.mjs';
import { packageFolder, root, startsUp, workerBin } from './mediasoup-worker/resolve.mjs';
import { exitOnSignals, run, SetupError } from './mediasoup-worker/run.mjs';

const modules = join(root, 'node_modules');
const cache = join(modules, '.cache/nhip-cau');
const lockFile = join(root, 'package-lock.json');
const packagesStamp = join(modules, '.setup-stamp');
const webStamp = join(cache, 'web-stamp');

// --- progress

const begun = Date.now();
let last = { phase: '', at: 0 };

/** One line per phase; within a phase (the text before its colon) one every five seconds, or in place on a terminal. */
function report(text) {
  const phase = text.split(':')[0];
  const again = phase === last.phase;
  const now = Date.now();
  if (again && !process.stdout.isTTY && now - last.at < 5000) return;
  const line = `setup: [${String(Math.round((now - begun) / 1000)).padStart(3)} s] ${text}`;
  if (process.stdout.isTTY) process.stdout.write(`${again ? '\r\x1b[K' : last.phase && '\n'}${line}`);
  else console.log(line);
  last = { phase, at: now };
}

function endProgress() {
  if (process.stdout.isTTY && last.phase) process.stdout.write('\n');
}

// --- packages

function readLockFile() {
  try {
    const text = readFileSync(lockFile, 'utf8');
    return { text, packages: JSON.parse(text).packages };
  } catch {
    throw new SetupError(
      'package-lock.json is missing or damaged: bring it back with "git checkout package-lock.json".',
    );
  }
}

function wantedPackages() {
  return createHash('sha256').update(readLockFile().text).update(`${process.platform} ${process.arch}`).digest('hex');
}

const stampIs = (file, wanted) => existsSync(file) && readFileSync(file, 'utf8') === wanted;

/**
 * Whether a plain `npm install` has brought exactly the lockfile's packages already; then installing again is a waste.
 * Packages of other platforms are optional and may be absent; the platform's own Node may not.
 */
function installedByHand() {
  const hidden = join(modules, '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const { packages: there } = JSON.parse(readFileSync(hidden, 'utf8'));
  const { packages: wanted } = readLockFile();
  const ownNode = `node_modules/node-${process.platform}-${process.arch}`;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '' || there[path]?.version === version) return true;
    return optional && !there[path] && path !== ownNode;
  });
}

function npm(args, onLine) {
  const all = [
    ...args,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
  ];
  // npm names its own program to its scripts; called by hand, take npm from the PATH.
  const program = process.env.npm_execpath;
  return program
    ? run(process.execPath, [program, ...all], { cwd: root, onLine })
    : run('npm', all, { cwd: root, onLine });
}

async function installNodePackages(wanted) {
  if (installedByHand()) {
    writeFileSync(packagesStamp, wanted);
    return;
  }
  const folders = wantedFolders();
  const tell = () => {
    const there = folders.filter((folder) => existsSync(join(root, folder, 'package.json'))).length;
    report(`installing packages: ${there} of ${folders.length} unpacked`);
  };
  report(`installing packages: ${folders.length}, about half a minute`);
  const ticking = setInterval(tell, 1000);
  // A state that an interrupted install leaves must not pass for a whole one, here or in installedByHand.
  for (const file of [packagesStamp, join(modules, '.package-lock.json')]) rmSync(file, { force: true });
  try {
    let result = await npm(['ci']);
    // npm may refuse a lockfile that lacks other platforms' optional packages; install takes it and leaves it unchanged.
    if (result.code !== 0) result = await npm(['install', '--no-save']);
    if (result.code !== 0) {
      throw new SetupError(
        'npm could not install the packages: see what it says above, check the network or registry, and start again.',
        result.output,
      );
    }
  } finally {
    clearInterval(ticking);
  }
  writeFileSync(packagesStamp, wanted);
}

/** The folders that npm will fill on this platform. */
function wantedFolders() {
  const { packages } = readLockFile();
  const fits = (list, value) => !list || (list.includes(value) && !list.includes(`!${value}`));
  const here = ({ os, cpu }) => fits(os, process.platform) && fits(cpu, process.arch);
  return Object.keys(packages).filter((path) => path !== '' && here(packages[path]));
}

// --- the web app

/** Every file that decides what the web app's build is. */
function webSources() {
  const files = [lockFile];
  const walk = (folder) => {
    for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && path !== join(root, 'web/dist')) walk(path);
      else if (entry.isFile()) files.push(path);
    }
  };
  walk(join(root, 'web'));
  walk(join(root, 'server/protocol'));
  return files.sort();
}

function webHash() {
  const hash = createHash('sha256');
  for (const file of webSources())
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

const webIsCurrent = () =>
  !existsSync(join(root, 'web/index.html')) ||
  (existsSync(join(root, 'web/dist/index.html')) && stampIs(webStamp, webHash()));

async function buildWeb() {
  report('building the web app');
  const hash = webHash();
  const made = join(cache, `web-${process.pid}`);
  const old = join(cache, `web-old-${process.pid}`);
  const dist = join(root, 'web/dist');
  const remove = () => [made, old].forEach((folder) => rmSync(folder, { recursive: true, force: true }));
  process.once('exit', remove);
  mkdirSync(cache, { recursive: true });
  try {
    // vite's first line asks for `node` on the PATH, which must be the one that the lockfile brought.
    const env = { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH}` };
    const args = ['build', 'web', '--outDir', made, '--emptyOutDir', '--logLevel', 'warn'];
    const { code, output } = await run(join(modules, '.bin/vite'), args, { cwd: root, env });
    if (code !== 0 || !existsSync(join(made, 'index.html'))) {
      const said = output.replace(/^ +at .*\n/gm, '');
      throw new SetupError('The web app does not build: mend what vite says above and start again.', said);
    }
    rmSync(webStamp, { force: true });
    if (existsSync(dist)) moveFolder(dist, old);
    moveFolder(made, dist);
    writeFileSync(webStamp, hash);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

/** A rename, or a copy where node_modules is another file system (a container's volume). */
function moveFolder(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'EXDEV') throw error;
    cpSync(from, to, { recursive: true });
    rmSync(from, { recursive: true, force: true });
  }
}

// --- Debian's packages that the tests use

const testPrograms = { mariadbd: 'mariadb-server', promtool: 'prometheus' };

function missingTestPackages() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = (program) => folders.some((folder) => folder && existsSync(join(folder, program)));
  return Object.keys(testPrograms)
    .filter((program) => !found(program))
    .map((program) => testPrograms[program]);
}

async function installTestPackages() {
  const packages = missingTestPackages();
  const byHand = `tests that need ${packages.join(' and ')} will be skipped: to run them, ${hasApt() ? installLine(packages) : `install ${packages.join(' and ')}`}`;
  if (!mayInstall()) {
    report(byHand);
    return;
  }
  try {
    await withoutServices(() => installPackages(packages, report));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    report(byHand);
  }
}

// --- the steps

/** Whether workerBin() finds a worker that starts. */
function workerIsThere() {
  try {
    return startsUp(workerBin());
  } catch {
    return false;
  }
}

/** What each call brings, in order: whether it is there already (cheap), and how to bring it. */
function steps(mode) {
  const wanted = wantedPackages();
  const packages = {
    done: () => stampIs(packagesStamp, wanted) && existsSync(packageFolder),
    bring: () => installNodePackages(wanted),
  };
  const worker = {
    done: workerIsThere,
    bring: async () => {
      const { ensureWorker } = await import('./mediasoup-worker/build.mjs');
      await ensureWorker(report);
    },
  };
  const web = { done: webIsCurrent, bring: buildWeb };
  const debian = { done: () => missingTestPackages().length === 0, bring: installTestPackages };
  return { check: [packages], start: [packages, worker, web], test: [packages, worker, web, debian] }[mode];
}

async function main() {
  const mode = process.argv[2] ?? 'start';
  if (!['start', 'test', 'check'].includes(mode))
    throw new SetupError(`"${mode}" is not known: call ops/setup.mjs with start, test or check.`);
  const missing = () => steps(mode).find((step) => !step.done());
  if (!missing()) return;
  const onWait = () => report('another set-up is running in this folder, waiting');
  await withLock(join(root, '.setup-lock'), onWait, async () => {
    for (const step of steps(mode)) {
      if (!step.done()) await step.bring();
    }
    report('done');
  });
}

exitOnSignals();
try {
  await main();
  endProgress();
} catch (error) {
  endProgress();
  // A full disk, a missing right: the system's own words are the sentence. Anything else is a mistake of ours.
  if (!(error instanceof SetupError) && !error.syscall) throw error;
  if (error.detail) console.error(error.detail);
  console.error(`setup: ${error.syscall ? `${error.message}: mend that and start again.` : error.message}`);
  process.exitCode = 1;
}
