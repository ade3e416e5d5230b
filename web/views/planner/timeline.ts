import { DAY, HOUR, MINUTE } from './days.ts';

/** Where moments stand on the grid: days side by side, each from `fromHour` to `toHour`. */
export interface Timeline {
  days: readonly number[];
  fromHour: number;
  toHour: number;
  /** pixels of an hour */
  perHour: number;
  /** minutes of a column */
  slot: 15 | 30;
}

/** Width of a day in pixels. */
export function dayWidth(line: Timeline): number {
  return (line.toHour - line.fromHour) * line.perHour;
}

/** Width of all days in pixels. */
export function lineWidth(line: Timeline): number {
  return dayWidth(line) * line.days.length;
}

/** Columns of a day, and of all days. */
export function slotsPerDay(line: Timeline): number {
  return ((line.toHour - line.fromHour) * 60) / line.slot;
}

/** Pixels from the left edge; moments outside of the shown hours stand at the edge of their day. @returns null off the days */
export function xOf(line: Timeline, moment: number): number | null {
  const first = line.days[0];
  if (first === undefined) return null;
  const index = Math.floor((moment - first) / DAY);
  if (index < 0 || index >= line.days.length) return null;
  const hours = (moment - first - index * DAY) / HOUR;
  const shown = Math.min(line.toHour, Math.max(line.fromHour, hours));
  return index * dayWidth(line) + (shown - line.fromHour) * line.perHour;
}

/** A piece of a block within a day. */
export interface Piece {
  left: number;
  width: number;
}

/** Where a block stands: one piece, or one for each day that it reaches into. */
export function piecesOf(line: Timeline, start: number, end: number): Piece[] {
  return line.days.flatMap((day) => {
    const from = Math.max(start, day);
    const to = Math.min(end, day + DAY);
    if (from >= to) return [];
    const left = xOf(line, from) ?? 0;
    // the end of a day is the start of the next: measured from its own left edge
    const right = to === day + DAY ? (line.days.indexOf(day) + 1) * dayWidth(line) : (xOf(line, to) ?? left);
    return right > left ? [{ left, width: right - left }] : [];
  });
}

/** The start of the column at a place. @param x pixels from the left edge */
export function momentAt(line: Timeline, x: number): number {
  const column = Math.floor((x / line.perHour) * (60 / line.slot));
  return momentOfColumn(line, Math.max(0, Math.min(columnCount(line) - 1, column)));
}

/** Columns of the whole line. */
export function columnCount(line: Timeline): number {
  return slotsPerDay(line) * line.days.length;
}

/** The start of a column. @returns epoch milliseconds */
export function momentOfColumn(line: Timeline, column: number): number {
  const perDay = slotsPerDay(line);
  const day = line.days[Math.floor(column / perDay)] ?? line.days[0] ?? 0;
  return day + line.fromHour * HOUR + (column % perDay) * line.slot * MINUTE;
}

/** The column in which a moment falls; outside of the shown hours the nearest. */
export function columnOf(line: Timeline, moment: number): number {
  const x = xOf(line, moment);
  if (x === null) return 0;
  return Math.min(columnCount(line) - 1, Math.floor((x / line.perHour) * (60 / line.slot) + 1e-6));
}

/** Hours of a working day. */
export const WORK: readonly [number, number] = [7, 18];

/** Hours that hold the working day and every block. @param blocks what the days show */
export function hoursFor(days: readonly number[], blocks: readonly { start: number; end: number }[]): [number, number] {
  let [from, to] = WORK;
  for (const { start, end } of blocks) {
    for (const day of days) {
      if (start >= day + DAY || end <= day) continue;
      from = Math.min(from, Math.floor(Math.max(0, start - day) / HOUR));
      to = Math.max(to, Math.ceil(Math.min(DAY, end - day) / HOUR));
    }
  }
  return [from, to];
}
