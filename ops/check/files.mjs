// The files that the checks look at: what git tracks or would track, so that ignored folders never count.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder, without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const NEVER = new Set(['node_modules', '.git', 'data', 'dist', 'test-results', 'bench-results', 'coverage']);

/** A source archive has no .git folder: walk it then. */
function walk(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NEVER.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : [relative(root, path)];
    });
}

/**
 * Paths of the repository's files, relative to its folder, sorted.
 * @returns {string[]}
 */
export function repositoryFiles() {
  let paths;
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    paths = execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\0');
  } catch {
    paths = walk(root);
  }
  return paths.filter((path) => path && existsSync(join(root, path))).sort();
}

/**
 * Whether a path is program text that the rules of size and imports are about.
 * @param {string} path
 * @returns {boolean}
 */
export function isSource(path) {
  return /\.(ts|tsx|mts|mjs|js)$/.test(path) && !/\.d\.m?ts$/.test(path);
}

/**
 * The text of a repository file.
 * @param {string} path relative to the checkout
 * @returns {string}
 */
export function textOf(path) {
  return readFileSync(join(root, path), 'utf8');
}
