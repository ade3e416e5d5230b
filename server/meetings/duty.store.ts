import { And, In, LessThanOrEqual, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { isDuplicateKey } from '../db/dbErrors.ts';
import { newId } from '../db/uuid.ts';
import { dutyEntity } from './calendar.entity.ts';
import type { DueDuty } from './duties.ts';
import { meetingEntity } from './meeting.entity.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { readMeetings } from './meeting.store.ts';
import { OPEN_BEFORE_MS } from './meetingView.ts';
import { MAX_MEETING_MS } from './overlap.ts';

/** @returns meetings that run or start soon: a short stretch of the index over the start */
export async function meetingsAround(m: EntityManager, now: number): Promise<BookedMeeting[]> {
  const rows = await m.find(meetingEntity, {
    select: { id: true },
    where: {
      startsAt: And(MoreThan(new Date(now - MAX_MEETING_MS)), LessThanOrEqual(new Date(now + OPEN_BEFORE_MS))),
      endsAt: MoreThan(new Date(now)),
      status: In(['scheduled', 'running']),
    },
  });
  return readMeetings(
    m,
    rows.map((row) => row.id),
  );
}

/** @returns those of the duties that nobody has done */
export async function undone(m: EntityManager, duties: readonly DueDuty[]): Promise<DueDuty[]> {
  if (duties.length === 0) return [];
  const meetingIds = [...new Set(duties.map((one) => one.meeting.id))];
  const rows = await m.findBy(dutyEntity, { meetingId: In(meetingIds) });
  const done = new Set(rows.map((row) => `${row.meetingId} ${row.duty} ${row.dueAt.getTime()}`));
  return duties.filter((one) => !done.has(`${one.meeting.id} ${one.duty} ${one.dueAt}`));
}

/** Takes a duty on. @returns false when another control plane has it */
export async function claim(m: EntityManager, { meeting, duty, dueAt }: DueDuty, now: number): Promise<boolean> {
  try {
    await m.insert(dutyEntity, {
      id: newId(),
      meetingId: meeting.id,
      duty,
      dueAt: new Date(dueAt),
      doneAt: new Date(now),
    });
    return true;
  } catch (err) {
    if (isDuplicateKey(err)) return false;
    throw err;
  }
}
