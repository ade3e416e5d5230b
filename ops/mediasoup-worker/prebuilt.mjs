// The official worker binary, fetched by mediasoup's own installer where its release host can be reached.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder, root } from './resolve.mjs';
import { run } from './run.mjs';

/** Whether the host that serves mediasoup's releases answers within a few seconds. */
async function hostAnswers() {
  const repository = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).repository.url;
  const base = process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || repository.replace(/^git\+/, '');
  try {
    await fetch(new URL(base).origin, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(3000) });
    return true;
  } catch {
    return false;
  }
}

/**
 * Fetches the official binary of this mediasoup version for this platform. The installer writes below its own folder
 * and builds with Python when the download fails; so a copy of it runs in a folder of its own, without a Python.
 * @param {(text: string) => void} report
 * @param {(bin: string) => Promise<void>} keep called with the binary's path while it exists
 * @returns {Promise<boolean>} whether there was one that runs here
 */
export async function fetchPrebuilt(report, keep) {
  if (process.env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD || !(await hostAnswers())) return false;
  report('fetching the official mediasoup worker');
  // Below node_modules, so that the installer's copy finds the packages it imports.
  const folder = join(root, 'node_modules/.cache/nhip-cau', `mediasoup-${process.pid}`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    mkdirSync(folder, { recursive: true });
    for (const file of ['npm-scripts.mjs', 'package.json']) copyFileSync(join(packageFolder, file), join(folder, file));
    const nested = join(packageFolder, 'node_modules');
    if (existsSync(nested)) symlinkSync(nested, join(folder, 'node_modules'));
    const newer = join(root, 'node_modules/.bin/node');
    const env = { ...process.env, PYTHON: '/nonexistent', MEDIASOUP_FORCE_WORKER_PREBUILT_DOWNLOAD: 'true' };
    delete env.MEDIASOUP_WORKER_BIN;
    delete env.MEDIASOUP_LOCAL_DEV;
    const node = existsSync(newer) ? newer : process.execPath;
    const { code } = await run(node, ['npm-scripts.mjs', 'postinstall'], { cwd: folder, env, timeoutMs: 60_000 });
    const bin = join(folder, 'worker/out/Release/mediasoup-worker');
    if (code !== 0 || !existsSync(bin)) return false;
    await keep(bin);
    return true;
  } finally {
    remove();
    process.off('exit', remove);
  }
}
