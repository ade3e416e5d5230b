// What no tracked text may hold: paths of one machine, addresses of one package registry, silenced rules without a why.
import { isSource, textOf } from './files.mjs';

const TEXT =
  /(\.(ts|tsx|mts|mjs|js|json|jsonc|md|css|html|yml|yaml|txt|sh|sql|svg|toml|service|h|cmake)|\/run|CMakeLists\.txt|\.editorconfig|\.gitignore|\.npmrc)$/;

/** Spelled in pieces, since this file is checked too. */
const FORBIDDEN = [
  { name: 'a path of one machine', pattern: new RegExp(['(?<![\\w.$}/-])/(?:ro', 'ot|work|Users)/[\\w.-]'].join('')) },
  { name: 'a path of one machine', pattern: new RegExp(['(?<![\\w.$}/-])/ho', 'me/[a-z][\\w-]*/'].join('')) },
  { name: 'a path of one machine', pattern: /\b[A-Z]:\\(?:Users|Documents)\b/ },
  {
    name: 'an address of a package registry',
    pattern: new RegExp(
      ['https?://[\\w.-]*(?:registry', '\\.npmjs|npmmirror|verdac', 'cio|artifac', 'tory|nexus)'].join(''),
    ),
  },
  { name: 'a package registry setting', pattern: /^\s*(?:@[\w-]+:)?registry\s*=/m },
];

const SILENCED = /(?:oxlint|eslint)-disable(?:-next-line|-line)?(?![\w-])(?!.*--\s*\S)|@ts-(?:expect-error|ignore)\s*$/;

/** The lock file has to say where a package came from; only the public registry is portable. */
function lockFaults(path, text) {
  const foreign = [...text.matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)]
    .map((match) => match[1])
    .filter((host) => host !== ['https://registry', 'npmjs.org'].join('.'));
  return [...new Set(foreign)].map((host) => `${path}: packages resolved from ${host}`);
}

function lineFaults(path, text) {
  const faults = [];
  text.split('\n').forEach((line, index) => {
    for (const { name, pattern } of FORBIDDEN)
      if (pattern.test(line)) faults.push(`${path}:${index + 1}: ${name}: ${line.trim().slice(0, 100)}`);
    if (isSource(path) && SILENCED.test(line)) faults.push(`${path}:${index + 1}: silences a rule without a reason`);
  });
  return faults;
}

/**
 * Forbidden words in tracked text.
 * @param {string[]} paths
 * @returns {{faults: string[], note: string}}
 */
export function checkText(paths) {
  const texts = paths.filter((path) => TEXT.test(path));
  const faults = texts.flatMap((path) =>
    path === 'package-lock.json' ? lockFaults(path, textOf(path)) : lineFaults(path, textOf(path)),
  );
  return { faults, note: `${texts.length} texts` };
}
