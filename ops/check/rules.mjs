// Who may import whom, as data. The picture and the reasons are in the README's "words" and in ops/decisions.

/** The features of the control plane: they know nothing of Express or Socket.IO, nor of each other's entities. */
const FEATURES = ['sessions', 'meetings', 'directory', 'lines', 'accounts', 'media', 'webhooks'];
const feature = new RegExp(`^server/(${FEATURES.join('|')})/`);
const persistence = /^server\/db\/|\.entity\.ts$|\.store\.ts$|^migrations\//;

/**
 * One rule: files that match `of` may import packages only by `packages` and files only by `files`. A rule whose
 * `values` is set looks at imports that remain at run time; others look at every import, types too.
 * @typedef {object} ImportRule
 * @property {string} name what is said when the rule is broken
 * @property {(path: string) => boolean} of
 * @property {(name: string) => boolean} [packages] whether the package may be imported
 * @property {(path: string, from: string) => boolean} [files] whether the file may be imported
 * @property {boolean} [values]
 */

const not =
  (...names) =>
  (name) =>
    !names.includes(name);
const inside =
  (...folders) =>
  (path) =>
    folders.some((folder) => path.startsWith(folder));

/** @type {ImportRule[]} */
export const RULES = [
  {
    name: 'the protocol is a leaf: it imports only zod',
    of: inside('server/protocol/'),
    packages: (name) => name === 'zod',
    files: inside('server/protocol/'),
  },
  {
    name: 'the rules of a session are pure: server/conference imports only server/protocol',
    of: inside('server/conference/'),
    packages: () => false,
    files: inside('server/conference/', 'server/protocol/'),
  },
  {
    name: 'an SFU node shares only the protocol (and the place of the worker) with the rest',
    of: inside('sfu/'),
    packages: not('typeorm', 'express'),
    files: (path) => inside('sfu/', 'server/protocol/')(path) || path === 'ops/mediasoup-worker/resolve.mjs',
  },
  {
    name: 'the browser shares only the protocol with the server',
    of: (path) => path.startsWith('web/') && !path.startsWith('web/vite.config'),
    packages: (name) => !name.startsWith('node:') && !['express', 'socket.io', 'typeorm', 'mediasoup'].includes(name),
    files: inside('web/', 'server/protocol/'),
  },
  {
    name: 'the control plane imports nothing of sfu, web or tests',
    of: inside('server/'),
    files: inside('server/', 'migrations/', 'ops/'),
  },
  {
    name: 'features know neither Express nor Socket.IO',
    of: (path) => feature.test(path),
    packages: not('express', 'socket.io'),
  },
  {
    name: 'features do not reach up to the edges or to the composition root',
    of: (path) => feature.test(path),
    files: (path) =>
      !inside('server/realtime/')(path) &&
      !/^server\/(main|app)\.ts$/.test(path) &&
      (!inside('server/http/')(path) || path === 'server/http/route.ts'),
  },
  {
    name: 'only server/db, *.entity.ts, *.store.ts and migrations use TypeORM (types of it are free)',
    of: (path) => /^(server|ops|migrations)\//.test(path) && !persistence.test(path),
    packages: not('typeorm'),
    values: true,
  },
  {
    name: "a feature may use another feature's service or store, never its entity",
    of: (path) => feature.test(path),
    files: (path, from) => !path.endsWith('.entity.ts') || path.split('/')[1] === from.split('/')[1],
  },
  {
    name: 'only sfu imports mediasoup',
    of: (path) => !/^(sfu|test)\/|^ops\/(mediasoup-worker|bench)\//.test(path),
    packages: not('mediasoup'),
  },
  {
    name: 'only web/media imports mediasoup-client',
    of: (path) => !/^(web\/media|test)\//.test(path),
    packages: not('mediasoup-client'),
  },
  {
    name: 'the program imports nothing of its tests',
    of: (path) => !path.startsWith('test/'),
    files: (path) => !path.startsWith('test/'),
  },
  {
    name: 'one validator: zod (the fuzz tests hold answers against their JSON Schemas, by another one)',
    of: (path) => !path.startsWith('test/fuzz/'),
    packages: not('joi', 'yup', 'ajv', 'class-validator'),
  },
];

/** Folder names that say nothing about what is in them. */
export const EMPTY_NAMES = /(^|\/)(common|utils|util|helpers|helper|misc|shared|lib)\//;

/** `web/lib/` is named by the design. */
export const NAMED_BY_DESIGN = /^web\/lib\//;
