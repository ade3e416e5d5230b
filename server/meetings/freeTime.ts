import type { Interval } from './overlap.ts';

/** Time to look for a shift in, and how. Milliseconds all. */
export interface ShiftSearch {
  /** length of each meeting */
  durationMs: number;
  /** shifts are tried in such steps, nearest first */
  stepMs: number;
  /** whether an earlier time than the wanted one will do */
  earlier: boolean;
}

/** One meeting that has to find room: its wanted start, and the window that it may lie in. */
export interface Seat {
  start: number;
  window: Interval;
  /** when somebody who is needed is busy, in any order */
  busy: readonly Interval[];
}

/** @returns the intervals joined where they touch or overlap, in order */
export function merged(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.toSorted((a, b) => a.start - b.start);
  const out: Interval[] = [];
  for (const { start, end } of sorted) {
    const last = out.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else out.push({ start, end });
  }
  return out;
}

/**
 * Finds the smallest shift by which every seat finds room at once.
 * @param earliest no seat may start before this moment
 * @returns milliseconds to add to every start, negative for earlier; null when there is none
 */
export function freeShift(
  seats: readonly Seat[],
  { durationMs, stepMs, earlier }: ShiftSearch,
  earliest: number,
): number | null {
  const forbidden = merged([
    { start: -Infinity, end: earlier ? -Infinity : 0 },
    ...seats.flatMap(({ start, window, busy }) => [
      { start: -Infinity, end: Math.max(window.start, earliest) - start },
      // half-open turned round: a shift exactly to the end of the window still fits
      { start: window.end - durationMs - start + 1, end: Infinity },
      ...busy.map((b) => ({ start: b.start - durationMs - start + 1, end: b.end - start })),
    ]),
  ]);
  let best: number | null = null;
  for (let i = 0; i + 1 < forbidden.length; i += 1) {
    const from = forbidden[i]?.end ?? 0;
    const to = (forbidden[i + 1]?.start ?? 0) - 1;
    const nearest = nearestStep(from, to, stepMs);
    if (nearest !== null && (best === null || Math.abs(nearest) < Math.abs(best))) best = nearest;
  }
  return best;
}

/** @returns the multiple of a step within `[from, to]` that lies nearest to zero, or null */
function nearestStep(from: number, to: number, step: number): number | null {
  const low = Math.ceil(from / step) * step;
  const high = Math.floor(to / step) * step;
  if (low > high) return null;
  if (low > 0) return low;
  return high < 0 ? high : 0;
}
