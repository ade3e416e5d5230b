// Runs other programs for set-up: their output kept aside and shown only on failure, none left behind.
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** A failure whose message is one sentence that names the mend; `detail` is what a program said, shown above it. */
export class SetupError extends Error {
  /**
   * @param {string} sentence
   * @param {string} [output] of the program that failed; its last lines are kept
   */
  constructor(sentence, output = '') {
    super(sentence);
    this.detail = stripVTControlCharacters(output).trimEnd().split('\n').slice(-30).join('\n');
  }
}

const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});

let uninterruptible = 0;
let exitAfterwards;

/** Makes the usual signals end set-up through its exit handlers, which take away whatever is half done. */
export function exitOnSignals() {
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.on(signal, () => {
      if (!uninterruptible) process.exit(code);
      exitAfterwards = code;
      console.error('setup: stopping as soon as the package manager has finished');
    });
  }
}

/**
 * Holds back the end that a signal asks for until `work` is done.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function uninterrupted(work) {
  uninterruptible++;
  try {
    return await work();
  } finally {
    uninterruptible--;
    if (!uninterruptible && exitAfterwards !== undefined) process.exit(exitAfterwards);
  }
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void}} [options]
 * @returns {Promise<{code: number | null, output: string}>} code null when it could not start or was killed
 */
export function run(command, args, options = {}) {
  const { cwd, env = process.env, timeoutMs, onLine } = options;
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    children.add(child);
    let output = '';
    let rest = '';
    const take = (/** @type {string} */ text) => {
      output = (output + text).slice(-200_000);
      if (!onLine) return;
      const lines = (rest + text).split(/[\r\n]/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => {
      children.delete(child);
      done({ code: null, output: output + error.message });
    });
    child.on('close', (code) => {
      children.delete(child);
      done({ code, output });
    });
  });
}
