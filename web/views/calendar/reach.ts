import { toRfc3339 } from '../../lib/format.ts';

const DAY = 86_400_000;
/** Days that the list reaches forward and back. */
const REACH = 60;

/** The time whose meetings a list shows. @param today epoch milliseconds of its begin @param now epoch milliseconds */
export function reachOf(window: 'upcoming' | 'past', today: number, now: number): { from: string; to: string } {
  const [from, to] = window === 'upcoming' ? [today, today + REACH * DAY] : [today - REACH * DAY, now];
  return { from: toRfc3339(from), to: toRfc3339(to) };
}
