import { dayIn, shifted } from './recurrence.ts';

/** An occurrence that may be changed. Times are epoch milliseconds. */
export interface Occurrence {
  id: string;
  start: number;
  end: number;
  /** its times were changed alone */
  detached: boolean;
}

/** What shall become of the occurrences of a series. */
export interface Replan {
  kept: { id: string; start: number; end: number }[];
  /** starts of new occurrences */
  added: number[];
  /** ids of occurrences that go away */
  dropped: string[];
}

/**
 * Moves all occurrences as one of them was moved; those that were moved alone before stay, but for that one.
 * @param anchor the occurrence that was moved, and `to` its new time
 */
export function shiftAll(
  occurrences: readonly Occurrence[],
  anchor: Occurrence,
  to: { start: number; end: number },
  tz: string,
): Replan {
  const kept = occurrences.map(({ id, start, end, detached }) => {
    if (id === anchor.id) return { id, ...to };
    if (detached) return { id, start, end };
    const moved = shifted(start, anchor.start, to.start, tz);
    return { id, start: moved, end: moved + to.end - to.start };
  });
  return { kept, added: [], dropped: [] };
}

/**
 * Fits existing occurrences to a new rule: one on a day of the rule is kept, with the rule's time; the others go.
 * @param starts of the new rule, epoch milliseconds
 */
export function fitTo(
  occurrences: readonly Occurrence[],
  starts: readonly number[],
  durationMs: number,
  tz: string,
): Replan {
  const byDay = new Map(occurrences.map((occurrence) => [dayIn(occurrence.start, tz), occurrence.id]));
  const plan: Replan = { kept: [], added: [], dropped: [] };
  for (const start of starts) {
    const day = dayIn(start, tz);
    const id = byDay.get(day);
    byDay.delete(day);
    if (id === undefined) plan.added.push(start);
    else plan.kept.push({ id, start, end: start + durationMs });
  }
  const kept = new Set(plan.kept.map((one) => one.id));
  plan.dropped = occurrences.filter((one) => !kept.has(one.id)).map((one) => one.id);
  return plan;
}

/**
 * @param rrule a rule with an end
 * @param last start of the last occurrence, epoch milliseconds
 * @returns the rule with that occurrence as its end
 */
export function endedAt(rrule: string, last: number): string {
  const endless = rrule.split(';').filter((part) => !/^(COUNT|UNTIL)=/.test(part));
  const until = new Date(last).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return [...endless, `UNTIL=${until}`].join(';');
}
