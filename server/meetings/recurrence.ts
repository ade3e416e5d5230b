import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { AppError } from '../errors.ts';

/** When a meeting repeats: a rule of RFC 5545 in the wall time of a zone, without some days. */
export interface Recurrence {
  /** e.g. `FREQ=WEEKLY;BYDAY=MO;COUNT=52`, always with an end */
  rrule: string;
  /** IANA zone */
  tz: string;
  /** days of the zone, `YYYY-MM-DD` */
  except: readonly string[];
}

/** A series ends at most this many years after its first meeting. */
export const MAX_SERIES_YEARS = 2;

/** Parts of a rule that make sense for meetings, with what each may say. */
const PARTS: Record<string, RegExp> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^[1-9]\d{0,3}$/,
  UNTIL: /^\d{8}(T\d{6}Z?)?$/,
  BYDAY: /^([+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))(,[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))*$/,
  BYMONTHDAY: /^-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01]))*$/,
  BYMONTH: /^([1-9]|1[0-2])(,([1-9]|1[0-2]))*$/,
  BYSETPOS: /^-?\d{1,3}(,-?\d{1,3})*$/,
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
};

/**
 * @returns the rule in capital letters without its name
 * @throws AppError series_refused for what is no rule, knows no end or repeats within a day
 */
export function tidyRule(text: string): string {
  const rrule = text
    .trim()
    .replace(/^RRULE:/i, '')
    .toUpperCase();
  const seen = new Set<string>();
  for (const part of rrule.split(';')) {
    const [name = '', value = '', ...more] = part.split('=');
    if (more.length > 0 || !PARTS[name]?.test(value) || seen.has(name)) {
      throw refused(`The rule cannot be used: ${part.slice(0, 60) || 'an empty part'} is not a part of it.`);
    }
    seen.add(name);
  }
  if (!seen.has('FREQ')) throw refused('The rule has to say how often it repeats (FREQ).');
  if (!seen.has('COUNT') && !seen.has('UNTIL')) {
    throw refused(`A series needs an end (COUNT or UNTIL), at most ${MAX_SERIES_YEARS} years after its first meeting.`);
  }
  if (seen.has('COUNT') && seen.has('UNTIL')) throw refused('A rule ends by COUNT or by UNTIL, not by both.');
  return rrule;
}

/** @throws AppError series_refused for a zone that does not exist */
export function assertZone(tz: string): void {
  try {
    // names alone: an offset would not follow the clock's changes
    if (/^[A-Za-z]/.test(tz)) {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(tz);
      return;
    }
  } catch {
    // told below
  }
  throw refused(
    `There is no time zone ${tz.slice(0, 60)}: expected a name of the IANA database, e.g. Asia/Ho_Chi_Minh.`,
  );
}

/**
 * Unfolds a series.
 * @param first start of the first meeting, epoch milliseconds; the rule counts from it
 * @param durationMs of each meeting
 * @returns starts in epoch milliseconds, in order; at least one
 * @throws AppError series_refused when there is none, when it reaches too far or when meetings of it would overlap
 */
export function occurrencesOf(recurrence: Recurrence, first: number, durationMs: number): number[] {
  assertZone(recurrence.tz);
  const starts = unfold({ ...recurrence, rrule: tidyRule(recurrence.rrule) }, first);
  if (starts.length === 0) throw refused('The rule names no day on which the meeting takes place.');
  const close = starts.findIndex((start, i) => i > 0 && start < (starts[i - 1] ?? 0) + durationMs);
  if (close > 0) throw refused('The meetings of the series would overlap each other.');
  return starts;
}

function unfold({ rrule, tz, except }: Recurrence, first: number): number[] {
  const start = Temporal.Instant.fromEpochMilliseconds(first).toZonedDateTimeISO(tz);
  const bound = start.add({ years: MAX_SERIES_YEARS }).epochMilliseconds;
  const without = new Set(except);
  const starts: number[] = [];
  let beyond = false;
  try {
    const dtstart = start.toPlainDateTime().toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
    const text = `DTSTART;TZID=${tz}:${dtstart}\nRRULE:${rrule}`;
    new RRuleTemporal({ rruleString: text, temporal: Temporal, maxIterations: 20_000 }).all((at) => {
      beyond = at.epochMilliseconds > bound;
      if (!beyond && !without.has(at.toPlainDate().toString())) starts.push(at.epochMilliseconds);
      return !beyond;
    });
  } catch {
    throw refused('The rule names no day on which the meeting takes place, or cannot be understood.');
  }
  if (beyond) {
    throw refused(
      `A series may reach ${MAX_SERIES_YEARS} years after its first meeting and no further: end it earlier.`,
    );
  }
  return starts;
}

/**
 * Moves a start by days and by a time of day in the wall time of a zone.
 * @param original epoch milliseconds
 * @param from start that somebody moved, and `to` where to: the same shift is made here
 */
export function shifted(original: number, from: number, to: number, tz: string): number {
  const wall = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(tz).toPlainDateTime();
  const shift = wall(from).until(wall(to), { largestUnit: 'day' });
  return wall(original).add(shift).toZonedDateTime(tz).epochMilliseconds;
}

/** @returns the day of a moment in a zone, `YYYY-MM-DD` */
export function dayIn(ms: number, tz: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(tz).toPlainDate().toString();
}

/** @returns the moment, epoch milliseconds, `days` later at the same wall time of a zone */
export function daysLater(ms: number, days: number, tz: string): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(tz).add({ days }).epochMilliseconds;
}

/** @returns the moment, epoch milliseconds, of a wall time (`HH:mm`) on the day of `ms` in a zone */
export function atWallTime(ms: number, wall: string, tz: string): number {
  const day = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(tz).toPlainDate();
  return day.toPlainDateTime(Temporal.PlainTime.from(wall)).toZonedDateTime(tz).epochMilliseconds;
}

function refused(message: string): AppError {
  return new AppError('series_refused', message);
}
