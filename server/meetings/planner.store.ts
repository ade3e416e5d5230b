import type { EntityManager } from 'typeorm';
import { thenJoin } from '../db/joinOrder.ts';
import { fromSqlTime, toSqlTime } from '../db/sqlTime.ts';
import type { MeetingRow } from './meeting.entity.ts';
import { startBounds } from './overlap.ts';
import type { Interval } from './overlap.ts';

/** A booking with what the planner shows of its meeting; times in epoch milliseconds. */
export interface PlannedBlock extends Pick<MeetingRow, 'kind' | 'status' | 'title' | 'hostUnitId' | 'createdBy'> {
  endpointId: string;
  meetingId: string;
  start: number;
  end: number;
  inSeries: boolean;
  /** it is or was in the calendar */
  planned: boolean;
}

/** A meeting that is planned for a time, and how many endpoints it has. */
export interface Crowd extends Pick<MeetingRow, 'floorMode'> {
  meetingId: string;
  start: number;
  end: number;
  endpoints: number;
}

/** A person's meeting. */
export interface PersonMeeting extends Interval {
  meetingId: string;
  title: string;
  endpointIds: string[];
}

/**
 * Reads all bookings of a time in one statement, over a short stretch of the index of meetings, whatever the size of the
 * table. Drafts and what waits for approval come with them, though they take nobody's time.
 * @param calledOff with meetings that were cancelled or postponed, too
 */
export async function blocksWithin(
  m: EntityManager,
  endpointIds: readonly string[],
  window: Interval,
  calledOff = false,
): Promise<PlannedBlock[]> {
  if (endpointIds.length === 0) return [];
  const { after, before } = startBounds(window);
  // statuses whose bookings are shown though they were given up
  const shown = ['draft', 'submitted', ...(calledOff ? ['cancelled', 'postponed'] : [])];
  const rows: (Omit<PlannedBlock, 'start' | 'end' | 'inSeries' | 'planned'> & {
    s: Date | string;
    t: Date | string;
    series: string | null;
    planned: Date | string | null;
  })[] = await m.query(
    `SELECT b.endpoint_id AS "endpointId", b.meeting_id AS "meetingId", b.starts_at AS s, b.ends_at AS t,
        m.kind AS kind, m.status AS status, m.title AS title, m.series_id AS series, m.planned_at AS planned,
        m.host_unit_id AS "hostUnitId", m.created_by AS "createdBy"
      FROM meeting m ${thenJoin(m)} booking b ON b.meeting_id = m.id
      WHERE b.endpoint_id IN (${endpointIds.map(() => '?').join(',')})
        AND m.starts_at > ? AND m.starts_at < ? AND m.ends_at > ? AND b.ends_at > ?
        AND (b.released_at IS NULL OR m.status IN (${shown.map(() => '?').join(',')}))`.replaceAll(
      '"',
      m.dataSource.options.type === 'better-sqlite3' ? '"' : '`',
    ),
    [...endpointIds, ...[after, before, window.start, window.start].map((ms) => toSqlTime(m, ms)), ...shown],
  );
  return rows.map(({ s, t, series, planned, ...rest }) => ({
    ...rest,
    start: fromSqlTime(s),
    end: fromSqlTime(t),
    inSeries: series !== null,
    planned: planned !== null,
  }));
}

/** @returns every planned meeting that shares a moment with a window, and how many endpoints it takes */
export async function crowdsWithin(m: EntityManager, window: Interval, except: ReadonlySet<string>): Promise<Crowd[]> {
  const { after, before } = startBounds(window);
  const rows: { id: string; mode: Crowd['floorMode']; s: Date | string; t: Date | string; n: number | string }[] =
    await m.query(
      `SELECT m.id AS id, m.floor_mode AS mode, m.starts_at AS s, m.ends_at AS t,
        (SELECT COUNT(*) FROM booking b WHERE b.meeting_id = m.id) AS n
      FROM meeting m
      WHERE m.starts_at > ? AND m.starts_at < ? AND m.ends_at > ? AND m.status IN ('scheduled', 'running')`,
      [after, before, window.start].map((ms) => toSqlTime(m, ms)),
    );
  return rows
    .filter((row) => !except.has(row.id))
    .map((row) => ({
      meetingId: row.id,
      floorMode: row.mode,
      start: fromSqlTime(row.s),
      end: fromSqlTime(row.t),
      endpoints: Number(row.n),
    }));
}

/** @returns planned meetings in which a person has a part, that share a moment with one of the windows */
export async function meetingsOfPerson(
  m: EntityManager,
  userId: string,
  windows: readonly Interval[],
): Promise<{ meetingId: string; title: string; start: number; end: number; hostUnitId: string }[]> {
  const first = windows.at(0);
  const last = windows.at(-1);
  if (!first || !last) return [];
  const { after } = startBounds(first);
  const rows: { id: string; title: string; host: string; s: Date | string; t: Date | string }[] = await m.query(
    `SELECT id, title, host_unit_id AS host, starts_at AS s, ends_at AS t FROM meeting
    WHERE chair_user_id = ? AND starts_at > ? AND starts_at < ? AND status IN ('scheduled', 'running')
    ORDER BY starts_at`,
    [userId, toSqlTime(m, after), toSqlTime(m, last.end)],
  );
  return rows
    .map((row) => ({
      meetingId: row.id,
      title: row.title,
      hostUnitId: row.host,
      start: fromSqlTime(row.s),
      end: fromSqlTime(row.t),
    }))
    .filter((row) => windows.some((window) => row.start < window.end && window.start < row.end));
}
