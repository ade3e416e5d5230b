import type { EntityManager } from 'typeorm';
import { fromSqlTime, toSqlTime } from '../db/sqlTime.ts';
import { newId } from '../db/uuid.ts';
import { bookingEntity } from './meeting.entity.ts';
import { startBounds } from './overlap.ts';
import type { Interval } from './overlap.ts';

/** A booking that stands, as plain numbers. */
export interface Taken {
  endpointId: string;
  meetingId: string;
  /** epoch milliseconds */
  start: number;
  end: number;
}

/** Most parameters of one statement, far below what either database takes. */
const PARAMETERS = 12_000;
/** Most windows of one statement; SQLite joins at most 500. */
const WINDOWS = 200;
/** Most rows of one insert. */
const ROWS = 1_000;

const COLUMNS = 'endpoint_id AS e, meeting_id AS m, starts_at AS s, ends_at AS t';

interface Found {
  e: string;
  m: string;
  s: Date | string;
  t: Date | string;
}

/**
 * Finds the bookings of endpoints within many windows, each by a short stretch of the index over endpoint and start: what
 * lies before, after or between costs nothing. One statement answers up to 200 windows.
 * @param m inside of a booking: manager of the transaction that holds the endpoints' locks
 */
export async function takenWithin(
  m: EntityManager,
  endpointIds: readonly string[],
  windows: readonly Interval[],
): Promise<Taken[]> {
  const ids = [...new Set(endpointIds)];
  if (ids.length === 0) return [];
  const arm = `SELECT ${COLUMNS} FROM booking WHERE endpoint_id IN (${ids.map(() => '?').join(',')})
    AND starts_at > ? AND starts_at < ? AND ends_at > ? AND released_at IS NULL`;
  const size = Math.max(1, Math.min(WINDOWS, Math.floor(PARAMETERS / (ids.length + 3))));
  const taken: Taken[] = [];
  for (let from = 0; from < windows.length; from += size) {
    const some = windows.slice(from, from + size);
    const parameters = some.flatMap((window) => {
      const { after, before } = startBounds(window);
      return [...ids, ...[after, before, window.start].map((ms) => toSqlTime(m, ms))];
    });
    const rows: Found[] = await m.query(some.map(() => arm).join(' UNION ALL '), parameters);
    for (const row of rows) {
      taken.push({ endpointId: row.e, meetingId: row.m, start: fromSqlTime(row.s), end: fromSqlTime(row.t) });
    }
  }
  return taken;
}

/** Books endpoints for meetings, a thousand bookings a statement. */
export async function insertBookings(
  m: EntityManager,
  meetings: readonly { id: string; startsAt: Date; endsAt: Date; endpointIds: readonly string[] }[],
  /** set for meetings that name endpoints without taking their time */
  releasedAt: Date | null = null,
): Promise<void> {
  const rows = meetings.flatMap(({ id, startsAt, endsAt, endpointIds }) =>
    endpointIds.map((endpointId) => ({ id: newId(), meetingId: id, endpointId, startsAt, endsAt, releasedAt })),
  );
  for (let from = 0; from < rows.length; from += ROWS) {
    const insert = m.createQueryBuilder().insert().into(bookingEntity);
    await insert
      .values(rows.slice(from, from + ROWS))
      .updateEntity(false)
      .execute();
  }
}

/**
 * @param day `YYYY-MM-DD`
 * @returns those of the endpoints that do not exist any more on that day
 */
export async function endedBy(m: EntityManager, endpointIds: readonly string[], day: string): Promise<string[]> {
  const query = m.createQueryBuilder().select('t.id', 'id').from('endpoint', 't');
  query.where('t.id IN (:...ids) AND t.valid_to IS NOT NULL AND t.valid_to <= :day', { ids: endpointIds, day });
  return (await query.getRawMany<{ id: string }>()).map((row) => row.id);
}
