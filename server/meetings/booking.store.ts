import type { EntityManager } from 'typeorm';
import { insertRows } from '../db/insertRows.ts';
import { thenJoin } from '../db/joinOrder.ts';
import { fromSqlTime, toSqlTime } from '../db/sqlTime.ts';
import { newId } from '../db/uuid.ts';
import { bookingEntity } from './meeting.entity.ts';
import { overlaps, startBounds } from './overlap.ts';
import type { Interval } from './overlap.ts';

/** A booking that stands, as plain numbers. */
export interface Taken {
  endpointId: string;
  meetingId: string;
  /** epoch milliseconds */
  start: number;
  end: number;
}

/** Most windows of one statement. */
const WINDOWS = 200;

interface Found {
  e: string;
  m: string;
  s: Date | string;
  t: Date | string;
  /** the booking ends before its meeting does */
  cut: number | string;
}

/**
 * Finds the bookings of endpoints within many windows. The way leads over the meetings of a time, a short stretch of one
 * index however full the calendar is, to the bookings of those that share a moment with a window: bookings never reach
 * beyond their meeting. One statement answers up to 200 windows.
 * @param m inside of a booking: manager of the transaction that holds the endpoints' locks
 * @returns each booking once, in no order
 */
export async function takenWithin(
  m: EntityManager,
  endpointIds: readonly string[],
  windows: readonly Interval[],
): Promise<Taken[]> {
  const ids = [...new Set(endpointIds)];
  if (ids.length === 0) return [];
  const taken = new Map<string, Taken>();
  const sorted = windows.toSorted((a, b) => a.start - b.start);
  for (let from = 0; from < sorted.length; from += WINDOWS) {
    const some = sorted.slice(from, from + WINDOWS);
    const { sql, times } = withinAny(m, some);
    const rows: Found[] = await m.query(
      `SELECT b.endpoint_id AS e, b.meeting_id AS m, b.starts_at AS s, b.ends_at AS t, b.ends_at < m.ends_at AS cut
      FROM meeting m ${thenJoin(m)} booking b ON b.meeting_id = m.id
      WHERE (${sql}) AND b.endpoint_id IN (${ids.map(() => '?').join(',')}) AND b.released_at IS NULL`,
      [...times.map((ms) => toSqlTime(m, ms)), ...ids],
    );
    for (const { e: endpointId, m: meetingId, s, t, cut } of rows) {
      const one = { endpointId, meetingId, start: fromSqlTime(s), end: fromSqlTime(t) };
      if (Number(cut) === 1 && !some.some((window) => overlaps(window, one))) continue;
      taken.set(`${meetingId} ${endpointId}`, one);
    }
  }
  return [...taken.values()];
}

/** A condition in SQL, and its times in epoch milliseconds. */
interface Condition {
  sql: string;
  times: number[];
}

/** @returns the condition that a meeting shares a moment with one of the windows, which are sorted */
function withinAny(m: EntityManager, windows: readonly Interval[]): Condition {
  const sqlite = m.dataSource.options.type === 'better-sqlite3';
  // MariaDB compares each meeting of the time with every window: two steps are fewer comparisons than all in a row
  const size = sqlite ? 1 : Math.ceil(Math.sqrt(windows.length));
  const short: Condition[] = [];
  for (let from = 0; from < windows.length; from += size)
    short.push(withinStretch(windows.slice(from, from + size), 'short'));
  // the few long ones are read in one stretch
  const long = withinStretch(windows, 'all');
  return {
    sql: [...short.map(({ sql }) => `m.is_short = 1 AND ${sql}`), `m.is_short = 0 AND ${long.sql}`].join(' OR '),
    times: [...short, long].flatMap((one) => one.times),
  };
}

/** @returns the condition that a meeting, long or short, lies in the stretch of some windows and meets one of them */
function withinStretch(windows: readonly Interval[], of: 'all' | 'short'): Condition {
  const bounds = windows.map((window) => startBounds(window, of));
  const from = Math.min(...bounds.map((b) => b.after));
  const to = Math.max(...bounds.map((b) => b.before));
  const [first] = windows;
  if (windows.length === 1 && first)
    return { sql: '(m.starts_at > ? AND m.starts_at < ? AND m.ends_at > ?)', times: [from, to, first.start] };
  const any = windows.map(() => '(m.starts_at < ? AND m.ends_at > ?)').join(' OR ');
  return {
    sql: `(m.starts_at > ? AND m.starts_at < ? AND (${any}))`,
    times: [from, to, ...windows.flatMap(({ start, end }) => [end, start])],
  };
}

/** Books endpoints for meetings, many bookings a statement. */
export async function insertBookings(
  m: EntityManager,
  meetings: readonly { id: string; startsAt: Date; endsAt: Date; endpointIds: readonly string[] }[],
  /** set for meetings that name endpoints without taking their time */
  releasedAt: Date | null = null,
): Promise<void> {
  const rows = meetings.flatMap(({ id, startsAt, endsAt, endpointIds }) =>
    endpointIds.map((endpointId) => ({ id: newId(), meetingId: id, endpointId, startsAt, endsAt, releasedAt })),
  );
  await insertRows(m, bookingEntity, rows);
}

/**
 * @param day `YYYY-MM-DD`
 * @returns those of the endpoints that do not exist any more on that day
 */
export async function endedBy(m: EntityManager, endpointIds: readonly string[], day: string): Promise<string[]> {
  const marks = endpointIds.map(() => '?').join(',');
  const sql = `SELECT id FROM endpoint WHERE id IN (${marks}) AND valid_to IS NOT NULL AND valid_to <= ?`;
  const rows: { id: string }[] = await m.query(sql, [...endpointIds, day]);
  return rows.map((row) => row.id);
}
