import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { HtmlTagDescriptor, Plugin, Rolldown, UserConfig } from 'vite';

/** What grows small; pictures and fonts are compressed in themselves. */
const TEXT = /\.(?:js|css|svg)$/;
/** Shorter files fit into a packet or two as they are; bytes. */
const LEAST = 1_024;
/** The last step would save two hundredths more for twice the time. */
const QUALITY = 10;

const asBrotli = promisify(brotliCompress);
const asGzip = promisify(gzip);

/** Writes a copy for each coding beside every file of text: once for all browsers, so it may take its time. */
function compressedCopies(): Plugin {
  return {
    name: 'compressed-copies',
    apply: 'build',
    // not earlier: until then other plugins still change the files
    async writeBundle({ dir = '' }, bundle) {
      const files = Object.keys(bundle).filter((name) => TEXT.test(name));
      await Promise.all(files.map((name) => copiesOf(join(dir, name))));
    },
  };
}

async function copiesOf(file: string): Promise<void> {
  const source = await readFile(file);
  if (source.length < LEAST) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: source.length };
  await writeFile(`${file}.br`, await asBrotli(source, { params }));
  await writeFile(`${file}.gz`, await asGzip(source, { level: 9 }));
}

/**
 * Names in the page the code that its first script will ask for anyway, so that both are fetched at the same time.
 * @param module end of the path of the module that the first script loads
 */
function earlyCode(module: string): Plugin {
  return {
    name: 'early-code',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const main = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module));
        return [...filesOf(main, bundle)].filter((file) => !html.includes(file)).map(preload);
      },
    },
  };
}

function filesOf(chunk: Rolldown.OutputChunk | undefined, bundle: Rolldown.OutputBundle): Set<string> {
  const files = new Set<string>();
  const add = (name: string): void => {
    const file = bundle[name];
    if (files.has(name) || file?.type !== 'chunk') return;
    files.add(name);
    file.imports.forEach(add);
  };
  if (chunk) add(chunk.fileName);
  return files;
}

function preload(file: string): HtmlTagDescriptor {
  return { tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` }, injectTo: 'head' };
}

/** Build of the browser application: every asset is a file of its own, since the content policy allows no inline ones. */
const config: UserConfig = {
  plugins: [react(), tailwindcss(), earlyCode('/main.tsx'), compressedCopies()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    // the copies are worth their time
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: {
    port: 5173,
    proxy: {
      '/api': 'http://localhost:3000',
      '/socket.io': { target: 'http://localhost:3000', ws: true },
    },
  },
};

// eslint-disable-next-line import/no-default-export -- Vite reads the default export of its configuration
export default config;
