import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts as portsInARow } from '../ports.ts';

/**
 * Waits for something to become true, asking every few milliseconds.
 * @throws Error that names what was waited for
 */
export async function until<T>(what: string, ask: () => T | Promise<T>, withinMs = 10_000): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`waited ${withinMs / 1000} s in vain for ${what}`);
    await sleep(5);
  }
}

/** Finds ports in a row for a benchmark, below those of the tests, so that both can run. @returns the first of them */
export function freePorts(count: number): Promise<number> {
  return portsInARow(count, { from: 12_000, width: 8_000 });
}
