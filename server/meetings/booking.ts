import type { EntityManager } from 'typeorm';
import { lockRows } from '../db/locks.ts';
import { AppError } from '../errors.ts';
import { MAX_CONFLICTS } from '../protocol/meetings.ts';
import type { Conflict } from '../protocol/rest.ts';
import { endedBy, takenWithin } from './booking.store.ts';
import type { Taken } from './booking.store.ts';
import { titlesOf } from './meeting.store.ts';
import type { Interval } from './overlap.ts';

/**
 * Locks the rows of the endpoints in the order of their ids, so that two bookings never wait for each other in a circle.
 * It has to be the first statement of its transaction: what is read before may be old.
 * @throws AppError endpoint_unknown
 */
export async function lockEndpoints(m: EntityManager, endpointIds: readonly string[]): Promise<void> {
  const existing = await lockRows(m, 'endpoint', endpointIds);
  if (existing.length < new Set(endpointIds).size) {
    throw new AppError('endpoint_unknown', 'Some of the endpoints were removed just now.');
  }
}

/**
 * Refuses a booking of endpoints that will have ended; their rows must be locked.
 * @param day of the last meeting, `YYYY-MM-DD`
 * @throws AppError endpoint_unknown, each endpoint named
 */
export async function assertStanding(m: EntityManager, endpointIds: readonly string[], day: string): Promise<void> {
  const ended = await endedBy(m, endpointIds, day);
  if (ended.length === 0) return;
  const errors = ended.map((id) => ({ path: 'endpointIds', message: `the endpoint ${id} has ended by ${day}` }));
  throw new AppError('endpoint_unknown', `Some of the endpoints will have ended by ${day}.`, { details: { errors } });
}

/**
 * Refuses a booking that clashes; the rows of the endpoints must be locked, or two callers could both find nothing.
 * @param seen ids of the endpoints whose meetings the asker may know by title
 * @throws AppError schedule_conflict with `conflicts`
 */
export async function assertFree(
  m: EntityManager,
  endpointIds: readonly string[],
  interval: Interval,
  { except, seen }: { except?: string; seen?: ReadonlySet<string> } = {},
): Promise<void> {
  const own = new Set(except === undefined ? [] : [except]);
  await assertAllFree(m, endpointIds, [interval], { except: own, seen: seen ?? new Set() });
}

/**
 * The same for many intervals at once.
 * @param except meetings whose own bookings do not count
 * @throws AppError schedule_conflict
 */
export async function assertAllFree(
  m: EntityManager,
  endpointIds: readonly string[],
  intervals: readonly Interval[],
  { except, seen }: { except: ReadonlySet<string>; seen: ReadonlySet<string> },
): Promise<void> {
  const found = await takenWithin(m, endpointIds, intervals);
  const taken = found.filter((booking) => !except.has(booking.meetingId));
  await refuseTaken(m, taken, seen);
}

async function refuseTaken(m: EntityManager, taken: readonly Taken[], seen: ReadonlySet<string>): Promise<void> {
  if (taken.length === 0) return;
  const conflicts = await conflictsOf(m, taken, seen);
  const meetings = new Set(taken.map((booking) => booking.meetingId)).size;
  const message = `${taken.length} endpoint bookings of ${meetings} other meetings are in the way.`;
  throw new AppError('schedule_conflict', message, { details: { conflicts, conflictCount: taken.length } });
}

/** @returns the first 200 clashes as the asker may see them */
export async function conflictsOf(
  m: EntityManager,
  taken: readonly Taken[],
  seen: ReadonlySet<string>,
): Promise<Conflict[]> {
  const some = taken
    .toSorted((a, b) => a.start - b.start || (a.endpointId < b.endpointId ? -1 : 1))
    .slice(0, MAX_CONFLICTS);
  const titles = await titlesOf(m, [...new Set(some.map((booking) => booking.meetingId))]);
  return some.map(({ endpointId, meetingId, start, end }) => {
    const title = seen.has(endpointId) ? titles.get(meetingId) : undefined;
    return {
      endpointId,
      meetingId,
      ...(title !== undefined && { title }),
      startsAt: new Date(start).toISOString(),
      endsAt: new Date(end).toISOString(),
    };
  });
}
