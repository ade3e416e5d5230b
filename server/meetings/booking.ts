import type { EntityManager } from 'typeorm';
import { AppError } from '../errors.ts';
import type { Conflict } from '../protocol/rest.ts';
import { clashes, titlesOf } from './meeting.store.ts';
import type { Interval } from './overlap.ts';

/**
 * Refuses a booking that clashes; the rows of the endpoints must be locked, or two callers could both find nothing.
 * @param seen ids of the endpoints whose meetings the asker may know by title
 * @throws AppError schedule_conflict with `conflicts`
 */
export async function assertFree(
  m: EntityManager,
  endpointIds: readonly string[],
  interval: Interval,
  options: { except?: string; latest?: boolean; seen?: ReadonlySet<string> } = {},
): Promise<void> {
  const found = await clashes(m, endpointIds, interval, options);
  if (found.length === 0) return;
  const titles = await titlesOf(m, [...new Set(found.map((booking) => booking.meetingId))]);
  const conflicts = found.map((booking): Conflict => {
    const title = options.seen?.has(booking.endpointId) ? titles.get(booking.meetingId) : undefined;
    return {
      endpointId: booking.endpointId,
      meetingId: booking.meetingId,
      ...(title !== undefined && { title }),
      startsAt: booking.startsAt.toISOString(),
      endsAt: booking.endsAt.toISOString(),
    };
  });
  const meetings = new Set(found.map((booking) => booking.meetingId)).size;
  const message = `${found.length} endpoint bookings of ${meetings} other meetings are in the way.`;
  throw new AppError('schedule_conflict', message, { details: { conflicts } });
}
