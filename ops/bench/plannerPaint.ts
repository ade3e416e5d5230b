import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { SESSION_COOKIE } from '../../server/http/route.ts';
import { Service } from '../simulate/service.ts';
import type { Login } from '../simulate/service.ts';
import { NO_BROWSER, openChromium } from './browser.ts';
import { endProgram } from './children.ts';
import type { Bench } from './harness.ts';
import { launch } from './serviceFixture.ts';
import { median } from './statistics.ts';
import { freePorts } from './waiting.ts';

const TURNS = 5;
/** Days begin seven hours before those of UTC. */
const ZONE_MS = 7 * 3_600_000;
const DEADLINE_MS = 20_000;
const BLOCK = '[role=treegrid] .pl-block';

interface Painted {
  /** seconds since the browser was told the address */
  first: number;
  block: number;
}

/** Runs in the page: notes when the first booking has been drawn. */
function watchBlocks(selector: string): void {
  const look = (): void => {
    if (document.querySelector(selector)) setTimeout(() => performance.mark('block'));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Opens the planner in a browser that has seen nothing of it. */
async function open(browser: Browser, url: string, token: string): Promise<Painted> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'vi-VN' });
  try {
    await context.addCookies([{ name: SESSION_COOKIE, value: token, url: new URL(url).origin }]);
    await context.addInitScript(`(${watchBlocks.toString()})(${JSON.stringify(BLOCK)})`);
    const page = await context.newPage();
    await page.goto(url, { timeout: DEADLINE_MS });
    await page.waitForFunction(() => performance.getEntriesByName('block').length > 0, { timeout: DEADLINE_MS });
    return await page.evaluate(() => {
      const at = (name: string) => (performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN) / 1_000;
      return { first: at('first-contentful-paint'), block: at('block') };
    });
  } finally {
    await context.close();
  }
}

/**
 * How soon the planner's week stands in Chromium, over a calendar that is already filled.
 * @param about the filled database's URL, the words of its size for the table, and a moment of the week
 */
export async function plannerPaint(bench: Bench, about: { url: string; load: string; at: number }): Promise<void> {
  const load = `${about.load}, Chromium as it is`;
  const browser = await openChromium();
  if (!browser) {
    bench.say(NO_BROWSER);
    bench.report({ load, metric: "planner's week: first paint", value: null, note: NO_BROWSER });
    return;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'nhipcau-bench-planner-'));
  const { child, url } = await launch(dataDir, await freePorts(4), { DATABASE_URL: about.url });
  try {
    const first = JSON.parse(readFileSync(join(dataDir, 'first-run.json'), 'utf8')) as Record<'administrator', Login>;
    const { service } = await new Service(url).signIn(first.administrator);
    const token = service.token ?? '';
    const day = new Date(about.at + ZONE_MS).toISOString().slice(0, 10);
    const address = `${url}/planner?view=week&day=${day}`;
    await open(browser, address, token);
    bench.measuring();
    const seen: Painted[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) seen.push(await open(browser, address, token));
    for (const [metric, name] of [
      ["planner's week: first paint", 'first'],
      ["planner's week: first booking drawn", 'block'],
    ] as const) {
      const times = seen.map((one) => one[name]);
      bench.report({ load, metric, value: median(times), unit: 's', goal: { atMost: 1 }, detail: { seconds: times } });
    }
  } finally {
    await browser.close();
    await endProgram(child, 8_000);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}
