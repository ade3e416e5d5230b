import { dayKey, toInstant } from '../../../lib/format.ts';
import { DAY, HOUR } from '../days.ts';

/** How often a meeting repeats, as the form offers it. */
export const REPEATS = ['never', 'weekly', 'biweekly', 'monthly'] as const;
/** One of the form's rhythms. */
export type Repeat = (typeof REPEATS)[number];

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
/** A series ends after two years at the latest. */
const LONGEST = 2 * 366 * DAY;

const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** The rule of a rhythm from a day on, without its end. @param day `2026-11-23` */
export function ruleOf(repeat: Repeat, day: string): string | null {
  const name = WEEKDAYS[weekday(day)] ?? 'MO';
  if (repeat === 'weekly') return `FREQ=WEEKLY;BYDAY=${name}`;
  if (repeat === 'biweekly') return `FREQ=WEEKLY;INTERVAL=2;BYDAY=${name}`;
  const nth = Math.ceil(Number(day.slice(8)) / 7);
  // a fifth Monday is not in every month: the last one is
  return repeat === 'monthly' ? `FREQ=MONTHLY;BYDAY=${nth > 4 ? -1 : nth}${name}` : null;
}

/** The rule with the last day on which it may fall. @param until `2027-06-30`, in the service's zone */
export function ruleUntil(rule: string, until: string): string {
  const end = Date.parse(toInstant(until, '23:59') ?? '') + 59_000;
  const text = new Date(end).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${rule};UNTIL=${text}`;
}

/** The end of a rule, epoch milliseconds; null for one that ends by a count. */
export function untilOf(rule: string): number | null {
  const [, y, m, d, time] = /UNTIL=(\d{4})(\d{2})(\d{2})(?:T(\d{6}))?/.exec(rule) ?? [];
  const clock = (time ?? '000000').replace(/(..)(..)(..)/, '$1:$2:$3');
  return y ? Date.parse(`${y}-${m}-${d}T${clock}Z`) : null;
}

/** The rhythm that a rule means; null for one that the form does not offer. */
export function repeatOf(rule: string | null): Repeat | null {
  if (!rule) return 'never';
  const parts = new Map(rule.split(';').map((p) => p.split('=') as [string, string]));
  const interval = parts.get('INTERVAL') ?? '1';
  if (parts.get('FREQ') === 'WEEKLY') return interval === '1' ? 'weekly' : interval === '2' ? 'biweekly' : null;
  return parts.get('FREQ') === 'MONTHLY' && interval === '1' ? 'monthly' : null;
}

/** The first day from `now` on that a rule allows, at a time of day that is still ahead. @param clock `08:00` */
export function firstDay(rule: string | null, now: number, clock: string): string {
  const wanted = /BYDAY=(?:-?\d)?([A-Z]{2})/.exec(rule ?? '')?.[1];
  for (let n = 0; n < 8; n += 1) {
    const day = dayKey(now + n * DAY);
    const start = Date.parse(toInstant(day, clock) ?? '');
    const fits = wanted ? WEEKDAYS[weekday(day)] === wanted : ![0, 6].includes(weekday(day));
    if (fits && start > now) return day;
  }
  return dayKey(now + DAY);
}

/** The last day that a new series gets: half a year ahead. */
export function usualUntil(day: string): string {
  return dayKey(Date.parse(`${day}T00:00:00+07:00`) + 182 * DAY + 12 * HOUR);
}

/** Whether a series from `day` may reach to `until`. */
export function tooLong(day: string, until: string): boolean {
  return Date.parse(until) - Date.parse(day) > LONGEST;
}
