import type { EntityManager } from 'typeorm';
import type { Database } from '../db/dataSource.ts';
import { asAppError } from '../db/dbErrors.ts';
import { bookingEntity } from './meeting.entity.ts';
import { startBounds } from './overlap.ts';

/** How many bookings are listed one by one. */
const LISTED = 50;
/** SQLite's count of parameters allows far more. */
const CHUNK = 500;

/** A booking of an endpoint as the directory shows it. */
interface Ahead {
  endpointId: string;
  meetingId: string;
  startsAt: string;
  endsAt: string;
}

/**
 * Counts bookings that end after a moment and were not released.
 * @param since epoch milliseconds
 * @param m manager of the running transaction; left out: outside of any
 * @returns the count, the count of their meetings, and the first 50 by start
 */
export async function bookingsAhead(
  db: Database,
  endpointIds: readonly string[],
  since: number,
  m: EntityManager = db.dataSource.manager,
): Promise<{ count: number; meetings: number; items: Ahead[] }> {
  let count = 0;
  const meetings = new Set<string>();
  const items: Ahead[] = [];
  try {
    for (let from = 0; from < endpointIds.length; from += CHUNK) {
      const query = m
        .createQueryBuilder(bookingEntity, 'b')
        .where('b.endpointId IN (:...ids)', { ids: endpointIds.slice(from, from + CHUNK) })
        // the first bound is for the index: no meeting is longer than it allows
        .andWhere('b.startsAt > :start', { start: new Date(startBounds({ start: since, end: since }).after) })
        .andWhere('b.endsAt > :since AND b.releasedAt IS NULL', { since: new Date(since) });
      count += await query.getCount();
      const grouped = query.clone().select('b.meetingId', 'meeting').groupBy('b.meetingId');
      for (const row of await grouped.getRawMany<{ meeting: string }>()) meetings.add(row.meeting);
      const first = await query.orderBy('b.startsAt', 'ASC').addOrderBy('b.id', 'ASC').take(LISTED).getMany();
      items.push(
        ...first.map(({ endpointId, meetingId, startsAt, endsAt }) => {
          return { endpointId, meetingId, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
        }),
      );
    }
  } catch (err) {
    throw asAppError(err);
  }
  items.sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
  return { count, meetings: meetings.size, items: items.slice(0, LISTED) };
}
