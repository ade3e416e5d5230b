/**
 * Loaded into the processes of a service under test by `--import`, with `--expose-gc`: SIGURG, which nothing else here
 * uses, collects all garbage, so that what is left is held by something.
 */
process.on('SIGURG', () => {
  for (let turn = 0; turn < 3; turn++) globalThis.gc?.({ execution: 'sync', type: 'major' });
});
