import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

/** Where pictures of failed tests are kept. */
export const PICTURES = fileURLToPath(new URL('../../test-results/', import.meta.url));

/** Keeps pictures of a page in the two sizes that the screens are designed for; without a folder it does nothing. */
export async function photograph(page: Page, name: string, folder = ''): Promise<void> {
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const [width, height] of [
    [1366, 768],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    // what moves to its new place has to be there
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${name}-${width}x${height}.png`) });
  }
}
