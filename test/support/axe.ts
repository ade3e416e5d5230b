import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

/**
 * @param rules looks for these alone, e.g. after nothing but the colours changed
 * @returns serious faults of WCAG 2.2 A and AA on the page as it stands, one line each
 */
export async function faults(page: Page, rules?: string[]): Promise<string[]> {
  await page.evaluate(AXE);
  const runOnly = rules ? { type: 'rule', values: rules } : LEVELS;
  const found = await page.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: { run(o: object): Promise<{ violations: Violation[] }> } };
    return (await axe.run({ runOnly: only })).violations;
  }, runOnly);
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}
