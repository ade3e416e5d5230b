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
  /** the meeting is long, or the booking ends before it: it may share a moment with none of the windows */
  unsure: number | string;
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
  // MariaDB would weigh up the other index over the start each time, which knows nothing of the length
  const hint = isSqlite(m) ? '' : 'FORCE INDEX (meeting_short)';
  const sorted = windows.toSorted((a, b) => a.start - b.start);
  for (let from = 0; from < sorted.length; from += WINDOWS) {
    const some = sorted.slice(from, from + WINDOWS);
    const { sql, times } = withinAny(m, some);
    const rows: Found[] = await m.query(
      `SELECT b.endpoint_id AS e, b.meeting_id AS m, b.starts_at AS s, b.ends_at AS t,
        (m.is_short = 0 OR b.ends_at < m.ends_at) AS unsure
      FROM meeting m ${hint} ${thenJoin(m)} booking b ON b.meeting_id = m.id
      WHERE (${sql}) AND b.endpoint_id IN (${ids.map(() => '?').join(',')}) AND b.released_at IS NULL`,
      [...times.map((ms) => toSqlTime(m, ms)), ...ids],
    );
    for (const { e: endpointId, m: meetingId, s, t, unsure } of rows) {
      const one = { endpointId, meetingId, start: fromSqlTime(s), end: fromSqlTime(t) };
      if (Number(unsure) === 1 && !some.some((window) => overlaps(window, one))) continue;
      taken.set(`${meetingId} ${endpointId}`, one);
    }
  }
  return [...taken.values()];
}

/**
 * @param windows sorted
 * @returns the condition that a short meeting shares a moment with one of the windows, or that a long one lies in their
 * stretch, and its parameters
 */
function withinAny(m: EntityManager, windows: readonly Interval[]): { sql: string; times: number[] } {
  const one = '(m.starts_at > ? AND m.starts_at < ? AND m.ends_at > ?)';
  const sqlite = isSqlite(m);
  // MariaDB compares each meeting of the time with every window: two steps are fewer comparisons than all in a row
  const size = sqlite ? 1 : Math.ceil(Math.sqrt(windows.length));
  const short: string[] = [];
  const times: number[] = [];
  for (let from = 0; from < windows.length; from += size) {
    const group = windows.slice(from, from + size);
    const bounds = group.map((window) => startBounds(window, 'short'));
    const any = group.map(() => one).join(' OR ');
    if (size === 1) short.push(sqlite ? `m.is_short = 1 AND ${any}` : any);
    else {
      short.push(`(m.starts_at > ? AND m.starts_at < ? AND (${any}))`);
      times.push(Math.min(...bounds.map((b) => b.after)), Math.max(...bounds.map((b) => b.before)));
    }
    times.push(...group.flatMap(({ start, end }, i) => [bounds[i]?.after ?? start, end, start]));
  }
  const [first, end] = [windows[0]?.start ?? 0, Math.max(...windows.map((window) => window.end))];
  times.push(startBounds({ start: first, end }).after, end, first);
  const any = short.join(' OR ');
  return { sql: `${sqlite ? any : `m.is_short = 1 AND (${any})`} OR m.is_short = 0 AND ${one}`, times };
}

const isSqlite = (m: EntityManager): boolean => m.dataSource.options.type === 'better-sqlite3';

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
