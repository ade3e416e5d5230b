import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Said where no browser is found. */
export const NO_BROWSER = 'no Chromium: set CHROMIUM_PATH, or run npm test once, which unpacks the packaged one';

/** @returns path of Chromium: CHROMIUM_PATH, Debian's, or the packaged one that the tests keep; null when there is none */
export function chromiumPath(): string | null {
  const base = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nhip-cau');
  const kept = existsSync(base) ? readdirSync(base).filter((name) => /^chromium-\d/.test(name)) : [];
  const paths = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', ...kept.map((name) => join(base, name, 'chromium'))];
  return paths.find((path) => path !== undefined && existsSync(path)) ?? null;
}

/** Starts Chromium without a screen and without calls of its own. @returns null when there is none */
export async function openChromium(): Promise<Browser | null> {
  const executablePath = chromiumPath();
  if (executablePath === null) return null;
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath, args });
}
