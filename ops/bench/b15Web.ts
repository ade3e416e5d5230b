import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { SESSION_COOKIE } from '../../server/http/route.ts';
import { NO_BROWSER, openChromium } from './browser.ts';
import type { Bench, Benchmark } from './harness.ts';
import { wholeService } from './serviceFixture.ts';
import type { WholeService } from './serviceFixture.ts';
import { librariesAlone } from './webBundle.ts';

const KB = 1_024;
/** 1.6 Mbps down, 0.75 up, 150 ms: a weak mobile line */
const LINE = { offline: false, downloadThroughput: 200_000, uploadThroughput: 93_750, latency: 150 };
const SLOWER = 4;
const SETTLE_MS = 1_500;
/** The typeface comes after the first screen; the page writes down that it has it. */
const TYPEFACE = 'nhipcau.typeface';

interface Loaded {
  /** of scripts, styles and page, each compressed; bytes */
  gzip: number;
  /** as they came over the line; bytes */
  transferred: number;
  fonts: number;
  /** gzip bytes by file */
  files: Record<string, number>;
  lcpMs: number;
  longTasks: number;
  longestTaskMs: number;
}

interface Seen {
  nhipCau: { lcp: number; tasks: number[] };
}

/** Runs in the page: notes the largest paint and every long task. */
function watchPaint(): void {
  const seen = { lcp: 0, tasks: [] as number[] };
  (globalThis as unknown as Seen).nhipCau = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.lcp = Math.max(seen.lcp, entry.startTime);
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.tasks.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });
}

async function slow(context: BrowserContext, page: Page): Promise<void> {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', LINE);
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
}

/** Loads a view in a page of its own, without a cache. */
async function load(context: BrowserContext, url: string, until: string): Promise<Loaded> {
  const page = await context.newPage();
  let [gzip, transferred, fonts] = [0, 0, 0];
  const files: Record<string, number> = {};
  const bodies: Promise<void>[] = [];
  let kinds = ['document', 'script', 'stylesheet', 'font'];
  page.on('requestfinished', (request) => {
    const kind = request.resourceType();
    if (!kinds.includes(kind)) return;
    bodies.push(
      (async () => {
        const response = await request.response();
        const [{ responseBodySize }, body] = [await request.sizes(), await response?.body()];
        transferred += responseBodySize;
        // a font is compressed in itself
        if (kind === 'font') fonts += responseBodySize;
        else {
          const size = gzipSync(body ?? Buffer.alloc(0)).length;
          files[new URL(request.url()).pathname] = size;
          gzip += size;
        }
      })().catch(() => undefined),
    );
  });
  await page.addInitScript(`(${watchPaint.toString()})()`);
  await slow(context, page);
  try {
    await page.goto(url, { waitUntil: 'load', timeout: 30_000 });
    await page.waitForSelector(until, { timeout: 20_000 });
    await page.waitForTimeout(SETTLE_MS);
    // what is fetched ahead of need from here on is not of the first load
    kinds = ['font'];
    const typeface = { timeout: 8_000 };
    await page.waitForFunction((key) => localStorage.getItem(key) !== null, TYPEFACE, typeface).catch(() => undefined);
    await Promise.all(bodies);
    const { lcp, tasks } = await page.evaluate(() => (globalThis as unknown as Seen).nhipCau);
    return {
      gzip,
      transferred,
      fonts,
      files,
      lcpMs: lcp,
      longTasks: tasks.length,
      longestTaskMs: Math.max(0, ...tasks),
    };
  } finally {
    await page.close();
  }
}

/** A browser that has seen nothing of the application; with a service, its administrator is signed in. */
async function fresh(browser: Browser, service?: WholeService): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'vi-VN' });
  if (!service) return context;
  await context.addCookies([{ name: SESSION_COOKIE, value: service.administrator.token ?? '', url: service.url }]);
  return context;
}

async function view(bench: Bench, context: BrowserContext, about: ViewOf): Promise<void> {
  const one = await load(context, about.url, about.until);
  await context.close();
  const where = `${about.name}, CPU ${SLOWER} x slower, 1.6 Mbps, 150 ms`;
  const detail = { ...one };
  const size = { load: about.name, value: one.gzip / KB, unit: 'KB', counted: true, detail };
  bench.report({ ...size, metric: 'gzip bytes at first load', goal: { atMost: about.mostKb } });
  const over = { ...size, value: one.transferred / KB };
  bench.report({ ...over, metric: 'bytes over the line at first load, fonts too' });
  bench.report({
    load: where,
    metric: 'largest paint',
    value: one.lcpMs / 1_000,
    unit: 's',
    goal: { atMost: 2.5 },
    detail,
  });
  bench.report({ load: where, metric: 'longest task', value: one.longestTaskMs, unit: 'ms', detail });
}

interface ViewOf {
  name: string;
  url: string;
  until: string;
  mostKb: number;
}

function viewsOf({ url }: WholeService): ViewOf[] {
  return [
    { name: 'sign-in', url: `${url}/signin`, until: 'form', mostKb: 220 },
    { name: 'meetings', url: `${url}/meetings`, until: 'main', mostKb: 220 },
    { name: 'directory', url: `${url}/directory`, until: 'main', mostKb: 220 },
  ];
}

/** The room of an endpoint on a PC that opens its one-time link: everything that a room loads, with the media part. */
async function room(bench: Bench, browser: Browser, { administrator, endpoints }: WholeService): Promise<void> {
  const body = { endpointId: endpoints.at(-1)?.id, label: 'PC' };
  const { pairUrl } = await administrator.ask<{ pairUrl: string }>('post', '/devices', body);
  await view(bench, await fresh(browser), { name: 'room', url: pairUrl, until: 'main', mostKb: 150 });
}

/** A list of 870 against the same list of 87: what is not on the screen is not drawn. */
async function longList(bench: Bench, browser: Browser, service: WholeService): Promise<void> {
  const times: Record<'short' | 'long', number[]> = { short: [], long: [] };
  const about = viewsOf(service).find((v) => v.name === 'directory');
  if (!about) return;
  const directory = async (size: 'short' | 'long'): Promise<number> => {
    const context = await fresh(browser, service);
    // both pass through here, so that both pay for it
    await context.route('**/api/v1/endpoints?*', async (route) => {
      const response = await route.fetch();
      const page = (await response.json()) as { items: unknown[] };
      const short = { ...page, items: page.items.slice(0, 87), nextCursor: null };
      await route.fulfill({ response, json: size === 'short' ? short : page });
    });
    const { lcpMs } = await load(context, about.url, about.until);
    await context.close();
    times[size].push(lcpMs);
    return lcpMs;
  };
  const { ratio } = await bench.pairs({
    pairs: 2,
    warmUps: 0,
    a: () => directory('long'),
    b: () => directory('short'),
  });
  const goal = { atMost: 1.1, of: 'x 87 endpoints' };
  const what = { load: 'directory, 870 endpoints', metric: 'largest paint', unit: 'x', goal, ratio, detail: times };
  bench.report({ ...what, value: ratio.median });
}

/** B15: what a browser has to load, on a weak PC and a weak line. */
export const benchmark: Benchmark = {
  id: 'B15',
  title: 'the browser application on a slow PC and line',
  async run(bench) {
    const alone = await librariesAlone();
    const libraries = { load: 'mediasoup-client and socket.io-client', unit: 'KB', counted: true };
    bench.report({ ...libraries, metric: 'gzip bytes alone', value: alone / KB });
    const browser = await openChromium();
    if (browser === null) {
      bench.say(NO_BROWSER);
      bench.report({ load: 'room', metric: 'gzip bytes at first load', value: null, note: NO_BROWSER });
      return;
    }
    try {
      const service = await bench.use(wholeService);
      bench.measuring();
      await room(bench, browser, service);
      for (const about of viewsOf(service)) {
        await view(bench, await fresh(browser, about.name === 'sign-in' ? undefined : service), about);
      }
      await longList(bench, browser, service);
    } finally {
      await browser.close();
    }
  },
};
