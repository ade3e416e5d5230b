import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { root } from '../mediasoup-worker/resolve.mjs';

const ENTRY = `import { Device } from 'mediasoup-client';
import { io } from 'socket.io-client';
globalThis.bench = { Device, io };
`;

/** Bytes of the two libraries that every room needs, as production builds them, compressed. */
export async function librariesAlone(): Promise<number> {
  const cache = join(root, 'node_modules/.cache/nhip-cau');
  mkdirSync(cache, { recursive: true });
  // below node_modules' parent, so that the libraries are found
  const folder = mkdtempSync(join(cache, 'bench-libraries-'));
  try {
    writeFileSync(join(folder, 'entry.js'), ENTRY);
    await build({
      configFile: false,
      logLevel: 'silent',
      root: folder,
      build: {
        outDir: join(folder, 'out'),
        target: 'es2022',
        lib: { entry: join(folder, 'entry.js'), formats: ['es'], fileName: 'libraries' },
        minify: true,
      },
    });
    const out = join(folder, 'out');
    const files = readdirSync(out).map((file) => readFileSync(join(out, file)));
    return files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
