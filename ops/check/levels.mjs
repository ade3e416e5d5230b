// Levels of the organisation are rows: no code may know one by name, or the next reform breaks the program.
import { isSource, textOf } from './files.mjs';

/** Names of levels, as identifiers or in texts. */
const LEVEL =
  /(?<![\p{L}\p{N}])(provinces?|districts?|communes?|wards?|xã|phường|huyện|thị trấn|thị xã|cấp tỉnh|cấp huyện|cấp xã)(?![\p{L}\p{N}])|(?<=[a-z])(Province|District|Commune)s?(?![a-z])|\b(province|district|commune)s?(?=[A-Z_])/u;

/** Program text; words of the interface, samples and tests speak of the levels of their own province. */
const LOOKED_AT = /^(server|sfu|web)\//;
const WORDS = /(^|\/)words\.ts$|^web\/i18n\/|\.d\.m?ts$/;

/** @returns the line without comments: they explain, and do nothing */
function code(line) {
  return /^\s*(\/?\*|\/\/)/.test(line) ? '' : line.replace(/\s\/\/.*$/, '');
}

/**
 * Names of levels in code.
 * @param {string[]} paths
 * @returns {{faults: string[], note: string}}
 */
export function checkLevels(paths) {
  const looked = paths.filter((path) => LOOKED_AT.test(path) && isSource(path) && !WORDS.test(path));
  const faults = looked.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) => {
        const found = LEVEL.exec(code(line));
        return found ? [`${path}:${index + 1}: names the level "${found[0]}": levels are rows of the directory`] : [];
      }),
  );
  return { faults, note: `${looked.length} files` };
}
