import { dayStart } from '../../lib/format.ts';

/** The zone has no summer time, so that every day is as long as the others. */
export const DAY = 86_400_000;
export const HOUR = 3_600_000;
export const MINUTE = 60_000;

/** How the planner shows its time. */
export const SPANS = ['day', 'week', 'list'] as const;
/** One of the planner's views. */
export type Span = (typeof SPANS)[number];

/** Monday of the moment's week. @returns epoch milliseconds of its start */
export function weekStart(moment: number): number {
  const day = dayStart(moment);
  // the epoch's own day was a Thursday; `day` is midnight in the zone, seven hours before it in UTC
  const weekday = (Math.floor((day + 7 * HOUR) / DAY) + 3) % 7;
  return day - weekday * DAY;
}

/** The days that a view shows: one, or the seven of the week. @returns epoch milliseconds of each start */
export function daysOf(span: Span, day: number): number[] {
  if (span === 'day') return [dayStart(day)];
  const monday = weekStart(day);
  return Array.from({ length: 7 }, (_, n) => monday + n * DAY);
}

/** The day that a step away from `day` shows; of another week its Monday. @param step -1 or 1 */
export function stepDay(span: Span, day: number, step: number): number {
  return span === 'day' ? dayStart(day) + step * DAY : weekStart(day) + step * 7 * DAY;
}

/** The hour of a day at which a new meeting is proposed. */
const MORNING = 8 * HOUR;

/** When a new meeting begins that is wanted on a shown day. @returns undefined for today and before: as soon as can be */
export function proposedStart(day: number, now: number): number | undefined {
  return day > now ? dayStart(day) + MORNING : undefined;
}
