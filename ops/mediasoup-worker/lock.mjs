// One set-up at a time: a folder as the lock (creating one is atomic everywhere), its owner's process id inside.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SetupError } from './run.mjs';

const held = new Set();
process.on('exit', () => {
  for (const lock of held) rmSync(lock, { recursive: true, force: true });
});

/** Process ids are reused, so an owner is its id and, where the system tells, the moment it started. */
function identity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[20]}`;
  } catch {
    return String(pid);
  }
}

function ownerIsDead(lock) {
  let owner = '';
  try {
    owner = readFileSync(`${lock}/pid`, 'utf8');
  } catch {
    // Between its mkdir and its write an owner has no file yet; after five seconds it died there.
  }
  if (!owner) return olderThan(lock, 5000);
  const pid = Number(owner.split(' ')[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return true;
  }
  return identity(pid) !== owner;
}

function olderThan(path, ms) {
  try {
    return Date.now() - statSync(path).mtimeMs > ms;
  } catch {
    return false;
  }
}

function makeFolder(path) {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new SetupError(`${path} cannot be made (${error.code}): give its parent to this user and start again.`);
  }
}

function tryMkdir(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new SetupError(`${dirname(path)} cannot be written (${error.code}): give it to this user and start again.`);
  }
}

/** Removes a dead owner's lock; under a second lock, since two waiters could otherwise remove each other's new one. */
function removeDead(lock) {
  const breaking = `${lock}.breaking`;
  if (!tryMkdir(breaking)) {
    if (olderThan(breaking, 5000)) rmSync(breaking, { recursive: true, force: true });
    return;
  }
  try {
    if (ownerIsDead(lock)) rmSync(lock, { recursive: true, force: true });
  } finally {
    rmSync(breaking, { recursive: true, force: true });
  }
}

/**
 * Runs `work` while holding the lock; waits for another holder first and takes over from a dead one.
 * @template T
 * @param {string} lock the lock folder's path
 * @param {() => void} onWait called again and again while another holder is waited for
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(lock, onWait, work) {
  makeFolder(dirname(lock));
  while (!tryMkdir(lock)) {
    const dead = ownerIsDead(lock);
    if (dead) removeDead(lock);
    else onWait();
    await new Promise((wake) => setTimeout(wake, dead ? 10 : 200));
  }
  held.add(lock);
  writeFileSync(`${lock}/pid`, identity(process.pid));
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
    held.delete(lock);
  }
}
