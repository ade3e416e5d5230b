import type { Actor } from '../accounts/actor.ts';
import type { Tree } from '../accounts/rights.ts';
import { AppError } from '../errors.ts';
import type { Meeting } from '../protocol/rest.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { mayPlan, mayRun } from './meetingRights.ts';

/** @returns the meeting as this actor sees it */
export function viewOf(meeting: BookedMeeting, actor: Actor, tree: Tree, sessionId: string | null): Meeting {
  const { id, title, kind, status, endpointIds, chairEndpointId, chairUserId, floorMode, note, cancelReason } = meeting;
  const canStart = (status === 'scheduled' || status === 'running') && mayRun(actor, meeting, tree);
  return {
    id,
    title,
    kind,
    status,
    startsAt: meeting.startsAt.toISOString(),
    endsAt: meeting.endsAt.toISOString(),
    endpointIds,
    chairEndpointId,
    chairUserId,
    floorMode,
    note,
    cancelReason,
    sessionId,
    version: meeting.version,
    may: { start: canStart, change: status === 'scheduled' && mayPlan(actor, meeting.hostUnitId, tree) },
  };
}

/** Place in a list of meetings: after the start, then the id, of the last one seen. */
export interface Place {
  startsAt: number;
  id: string;
}

/** @returns the cursor of the page after this meeting */
export function cursorOf(meeting: BookedMeeting): string {
  return Buffer.from(`${meeting.startsAt.getTime()}.${meeting.id}`).toString('base64url');
}

/** @throws AppError bad_request for a text that is no cursor of ours */
export function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [, startsAt, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (startsAt !== undefined && id !== undefined) return { startsAt: Number(startsAt), id };
  const errors = [{ path: 'cursor', message: 'expected the nextCursor of an earlier answer' }];
  throw new AppError('bad_request', 'The cursor is not one of this list.', { details: { errors } });
}
