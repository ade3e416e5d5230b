import { dayStart, toRfc3339 } from '../../lib/format.ts';
import { DAY, daysOf, SPANS } from './days.ts';
import type { Span } from './days.ts';

/**
 * What the planner's address says is to be shown; without a word, the day of `now`.
 * @param search query of the page's address
 * @param now epoch milliseconds
 */
export function shownBy(search: string, now: number): { span: Span; day: number } {
  const query = new URLSearchParams(search);
  const day = Date.parse(`${query.get('day') ?? ''}T00:00:00+07:00`);
  return {
    span: SPANS.find((s) => s === query.get('view')) ?? 'day',
    day: Number.isFinite(day) ? day : dayStart(now),
  };
}

/** Begin of the first of a view's days and end of its last, as the server is asked for them. */
export function timeShown(span: Span, day: number): { from: string; to: string } {
  const days = daysOf(span, day);
  const [from = day, to = day] = [days[0], days.at(-1)];
  return { from: toRfc3339(from), to: toRfc3339(to + DAY) };
}
