// Sizes: a file that outgrows its limit is two ideas. Functions and parameters are counted by the linter.
import { isSource, textOf } from './files.mjs';

/** Most lines that a source or test file may have. */
export const MAX_LINES = 400;

/**
 * Files that are too long.
 * @param {string[]} paths
 * @returns {{faults: string[], note: string}}
 */
export function checkSizes(paths) {
  const sizes = paths.filter(isSource).map((path) => ({ path, lines: textOf(path).trimEnd().split('\n').length }));
  sizes.sort((a, b) => a.lines - b.lines);
  const faults = sizes
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines, limit ${MAX_LINES}: split it by idea`);
  const at = (share) => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))]?.lines ?? 0;
  return { faults, note: `${sizes.length} files, median ${at(0.5)} lines, p90 ${at(0.9)}` };
}
