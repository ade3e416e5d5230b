// Runs other programs for set-up: their output kept aside and shown only on failure, none left behind.
import { spawn } from 'node:child_process';

/** A failure that is already one sentence for the person at the keyboard. */
export class SetupError extends Error {}

const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});

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

/**
 * The last lines of a program's output, for showing beneath a failure.
 * @param {string} output
 * @param {number} [count]
 * @returns {string}
 */
export function lastLines(output, count = 30) {
  return output.trimEnd().split('\n').slice(-count).join('\n');
}
