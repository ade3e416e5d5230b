import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { writeCamera, writeMicrophone } from './fakeMedia.ts';
import type { ColourName } from './fakeMedia.ts';

/** What a browser's camera shows and its microphone hums. */
export interface Face {
  colour: ColourName;
  /** hertz */
  pitch: number;
}

/** One browser process with its own camera and microphone, and its one page. */
export interface OpenBrowser {
  browser: Browser;
  context: BrowserContext;
  page: Page;
  face: Face;
  /** what the page wrote to its console as errors, and exceptions nobody caught */
  complaints: string[];
}

const FLAGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--use-fake-device-for-media-stream=display-media-type=monitor',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-default-apps',
  '--no-first-run',
  '--no-default-browser-check',
  '--metrics-recording-only',
  '--disable-gpu',
  '--disable-features=OptimizationHints,MediaRouter,Translate,WebRtcHideLocalIpsWithMdns',
];

/** Of a machine without camera and microphone, and of a person who is asked and does not answer yes. */
const FAKES = FLAGS.filter((flag) => flag.startsWith('--use-fake'));

let executable: Promise<string> | undefined;
const open = new Set<Browser>();
const folders = new Set<string>();

/** What a browser without help for tests has: no camera, or a camera and nobody who allows it. */
export async function openPlainBrowser(lacks: 'camera' | 'permission', flags: string[] = []): Promise<Page> {
  const left = FLAGS.filter((flag) => !(lacks === 'camera' ? FAKES[0] : FAKES[1])?.startsWith(flag));
  const browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...left, ...flags] });
  open.add(browser);
  return browser.newPage({ viewport: { width: 1366, height: 768 } });
}

/** The Chromium inside the npm package unpacks itself into the temporary folder; it is kept for later runs instead. */
async function packagedChromium(): Promise<string> {
  const version = (
    JSON.parse(
      readFileSync(new URL('../../node_modules/@sparticuz/chromium/package.json', import.meta.url), 'utf8'),
    ) as { version: string }
  ).version;
  const base = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nhip-cau');
  const kept = join(base, `chromium-${version}`);
  if (existsSync(join(kept, 'chromium'))) return join(kept, 'chromium');
  mkdirSync(base, { recursive: true });
  const fresh = mkdtempSync(join(base, 'chromium-new-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = fresh;
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    await packaged.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    renameSync(fresh, kept);
  } catch {
    rmSync(fresh, { recursive: true, force: true }); // another run was first
  }
  return join(kept, 'chromium');
}

/** @returns path of the Chromium to test with: `CHROMIUM_PATH`, Debian's, or the one inside the npm package */
export function chromiumPath(): Promise<string> {
  executable ??= (async () => {
    const named = process.env.CHROMIUM_PATH;
    if (named) return named;
    return existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : packagedChromium();
  })();
  return executable;
}

/**
 * Starts a browser whose camera and microphone are the face's. The files belong to a process, so every face is one.
 * @param face colour and pitch
 * @param viewport pixels; 1280x720 when left out
 * @param flags more switches for this browser
 * @param program another way to start it, e.g. in a network of its own
 */
export async function openBrowser(
  face: Face,
  viewport = { width: 1280, height: 720 },
  flags: string[] = [],
  program?: string,
): Promise<OpenBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-cau-face-'));
  folders.add(folder);
  writeCamera(join(folder, 'camera.y4m'), face.colour);
  writeMicrophone(join(folder, 'microphone.wav'), face.pitch);
  const browser = await chromium.launch({
    executablePath: program ?? (await chromiumPath()),
    args: [
      ...FLAGS,
      `--use-file-for-fake-video-capture=${join(folder, 'camera.y4m')}`,
      `--use-file-for-fake-audio-capture=${join(folder, 'microphone.wav')}`,
      ...flags,
    ],
  });
  open.add(browser);
  const context = await browser.newContext({ viewport, ignoreHTTPSErrors: true, locale: 'vi-VN' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { browser, context, page, face, complaints };
}

/** Closes every browser of this run and removes its files. */
export async function closeBrowsers(): Promise<void> {
  await Promise.all([...open].map((browser) => browser.close()));
  open.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
