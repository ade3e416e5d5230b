import { AppError } from '../errors.ts';

/** Half-open interval in epoch milliseconds: the end belongs to what comes after. */
export interface Interval {
  start: number;
  end: number;
}

/** Longest meeting in milliseconds. It also bounds how far back a clash has to be looked for. */
export const MAX_MEETING_MS = 24 * 3_600_000;

/** A short meeting lasts at most so many milliseconds: nearly all do, and are found without looking back a whole day. */
const SHORT_MEETING_MS = 4 * 3_600_000;

/** How late a meeting can still be written down, in milliseconds. */
const LATE_MS = 3_600_000;

/** @returns the planned time of a stored meeting */
export function timesOf(meeting: { startsAt: Date; endsAt: Date }): Interval {
  return { start: meeting.startsAt.getTime(), end: meeting.endsAt.getTime() };
}

/** @returns whether two intervals share a moment; those that only touch do not */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.start < b.end && b.start < a.end;
}

/** @returns whether an interval is that of a short meeting, of which `startBounds` need not look back a whole day */
export function isShort({ start, end }: Interval): boolean {
  return end - start <= SHORT_MEETING_MS;
}

/**
 * @param of which meetings are looked for
 * @returns the bounds of the starts of everything that can overlap with an interval: an index over the start finds
 * them without reading what lies further back, since nothing is longer than `MAX_MEETING_MS`, nor than four hours if
 * it is short
 */
export function startBounds(interval: Interval, of: 'all' | 'short' = 'all'): { after: number; before: number } {
  return { after: interval.start - (of === 'all' ? MAX_MEETING_MS : SHORT_MEETING_MS), before: interval.end };
}

/**
 * Refuses times that no meeting can have.
 * @param now epoch milliseconds
 * @param startMoved the start is new; one that is only kept may lie further back
 * @throws AppError end_before_start, meeting_too_long, time_in_past
 */
export function assertTimes({ start, end }: Interval, now: number, startMoved = true): void {
  if (end <= start) throw new AppError('end_before_start', 'A meeting must end after it starts.');
  if (end - start > MAX_MEETING_MS) throw new AppError('meeting_too_long', 'A meeting lasts at most 24 hours.');
  if (end <= now) throw new AppError('time_in_past', 'The meeting would be over already.');
  if (startMoved && start < now - LATE_MS) {
    throw new AppError('time_in_past', 'The meeting would have started more than an hour ago.');
  }
}
