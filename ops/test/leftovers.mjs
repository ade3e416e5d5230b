// Finds what a test run started and did not stop: every descendant inherits the run's mark in its environment.
import { readdirSync, readFileSync } from 'node:fs';

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Kills every process that carries the mark, except this one. Knows them by /proc, so elsewhere than on Linux it
 * finds none.
 * @param {string} mark value of NHIP_CAU_TEST_RUN
 * @returns {string[]} name and process id of each
 */
export function stopLeftovers(mark) {
  const stopped = [];
  let pids = [];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return stopped;
  }
  for (const pid of pids) {
    if (Number(pid) === process.pid || !read(`/proc/${pid}/environ`).includes(`NHIP_CAU_TEST_RUN=${mark}\0`)) continue;
    const name = read(`/proc/${pid}/comm`).trim();
    try {
      process.kill(Number(pid), 'SIGKILL');
      stopped.push(`${name} ${pid}`);
    } catch {
      // it ended by itself meanwhile
    }
  }
  // A killed process can still be seen for a moment; who asks again at once must not find it.
  const end = Date.now() + (stopped.length ? 1000 : 0);
  const gone = (entry) => !read(`/proc/${entry.split(' ').at(-1)}/environ`).includes(mark);
  while (Date.now() < end && !stopped.every(gone)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  return stopped;
}
