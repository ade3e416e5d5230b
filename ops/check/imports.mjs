// The import graph: forbidden imports by the table of rules, barrels, and cycles.
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import { isSource, textOf } from './files.mjs';
import { EMPTY_NAMES, NAMED_BY_DESIGN, RULES } from './rules.mjs';

/**
 * @typedef {{target: string, local: boolean, typeOnly: boolean, line: number}} Import
 */

/** @returns {string} the package's name without the path inside it, or the file's path in the repository */
function resolve(from, request) {
  if (request.startsWith('.')) return posix.join(posix.dirname(from), request);
  if (builtinModules.includes(request)) return `node:${request}`;
  return request.split('/', request.startsWith('@') ? 2 : 1).join('/');
}

/**
 * Every import of one file; a re-export is an import too.
 * @param {string} path
 * @param {string} text
 * @returns {{imports: Import[], barrel: boolean}}
 */
export function importsOf(path, text) {
  const { module, program } = parseSync(path, text);
  const found = [];
  const add = (request, start, typeOnly) => {
    const local = request.startsWith('.');
    found.push({ target: resolve(path, request), local, typeOnly, line: text.slice(0, start).split('\n').length });
  };
  for (const statement of module.staticImports) {
    // `import { type A }` still loads the file when Node strips the types: only `import type` does not.
    const typeOnly = /^import\s+type\b/.test(text.slice(statement.start, statement.end));
    add(statement.moduleRequest.value, statement.start, typeOnly);
  }
  for (const statement of module.staticExports) {
    const request = statement.entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (request)
      add(
        request.value,
        statement.start,
        statement.entries.every((entry) => entry.isType),
      );
  }
  for (const call of module.dynamicImports) {
    const literal = /^['"]([^'"]+)['"]$/.exec(text.slice(call.moduleRequest.start, call.moduleRequest.end));
    if (literal?.[1]) add(literal[1], call.start, false);
  }
  const reExports = module.staticExports.some((statement) => statement.entries.some((entry) => entry.moduleRequest));
  const onlyThat = program.body.every(
    (node) => /^(Export(All|Named)|Import)Declaration$/.test(node.type) && !node.declaration,
  );
  return { imports: found, barrel: reExports && onlyThat };
}

function ruleFaults(path, { imports, barrel }) {
  const faults = [];
  for (const one of imports)
    for (const rule of RULES) {
      if (!rule.of(path) || (rule.values && one.typeOnly)) continue;
      const allowed = one.local ? rule.files : rule.packages;
      if (allowed && !allowed(one.target, path))
        faults.push(`${path}:${one.line}: imports ${one.target}: ${rule.name}`);
    }
  if (barrel) faults.push(`${path}: only passes on other files: import them where they are`);
  if (EMPTY_NAMES.test(path) && !NAMED_BY_DESIGN.test(path)) faults.push(`${path}: its folder's name says nothing`);
  return faults;
}

/**
 * Cycles of the graph, each once, by Tarjan's strongly connected components.
 * @param {Map<string, string[]>} graph
 * @returns {string[][]}
 */
export function cyclesOf(graph) {
  const order = new Map();
  const low = new Map();
  const stack = [];
  const cycles = [];
  const visit = (node) => {
    order.set(node, order.size);
    low.set(node, order.get(node));
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) !== order.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1 || graph.get(node)?.includes(node)) cycles.push(group);
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles;
}

/**
 * Forbidden imports and cycles. Type imports count: two files that need each other's types are one idea.
 * @param {string[]} paths
 * @returns {{faults: string[], note: string}}
 */
export function checkImports(paths) {
  const graph = new Map();
  const faults = [];
  let count = 0;
  for (const path of paths.filter(isSource)) {
    const file = importsOf(path, textOf(path));
    count += file.imports.length;
    graph.set(
      path,
      file.imports.filter((one) => one.local).map((one) => one.target),
    );
    faults.push(...ruleFaults(path, file));
  }
  for (const cycle of cyclesOf(graph)) faults.push(`import cycle: ${cycle.join(' <-> ')}`);
  return { faults, note: `${graph.size} files, ${count} imports, 0 cycles allowed` };
}
