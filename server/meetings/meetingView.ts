import type { Actor } from '../accounts/actor.ts';
import type { Tree } from '../accounts/rights.ts';
import { AppError } from '../errors.ts';
import type { AgendaItem, PlannedMeeting, Step } from '../protocol/meetings.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { mayChange, mayPlan, mayRun } from './meetingRights.ts';

/** Rooms are opened, endpoints called, and the end is told, so long before; milliseconds. */
export const OPEN_BEFORE_MS = 30 * 60_000;
export const CALL_BEFORE_MS = 15 * 60_000;
export const WARN_BEFORE_MS = 10 * 60_000;
/** From then on endpoints are checked. */
const REHEARSE_BEFORE_MS = 24 * 3_600_000;

/** @returns where the meeting stands in the procedure at a moment (epoch milliseconds) */
export function stepOf(meeting: BookedMeeting, now: number): Step {
  if (meeting.status !== 'scheduled') return meeting.status;
  const left = meeting.startsAt.getTime() - now;
  if (left <= CALL_BEFORE_MS) return 'gathering';
  if (left <= OPEN_BEFORE_MS) return 'opened';
  if (meeting.invitedAt === null) return 'scheduled';
  if (left <= REHEARSE_BEFORE_MS) return 'rehearsal';
  return meeting.answeredAt === null ? 'invited' : 'registering';
}

/** What a view shows beside the meeting as it is stored: it follows from the moment and from who looks. */
export interface Circumstances {
  sessionId: string | null;
  step: Step;
  may: PlannedMeeting['may'];
}

/** @returns under which circumstances the actor sees the meeting at a moment (epoch milliseconds) */
export function circumstancesOf(
  meeting: BookedMeeting,
  actor: Actor,
  tree: Tree,
  { sessionId, now }: { sessionId: string | null; now: number },
): Circumstances {
  const { status } = meeting;
  const plans = mayPlan(actor, meeting.hostUnitId, tree);
  const change = mayChange(actor, meeting, tree);
  return {
    sessionId,
    step: stepOf(meeting, now),
    may: {
      start: (status === 'scheduled' || status === 'running') && (plans || mayRun(actor, meeting, tree)),
      change,
      submit: status === 'draft' && change,
      approve: (status === 'draft' || status === 'submitted') && plans,
      postpone: (status === 'scheduled' || status === 'postponed') && plans,
    },
  };
}

/** @returns the meeting as it is seen; no part of it is shared with the meeting */
export function viewOf(meeting: BookedMeeting, { sessionId, step, may }: Circumstances): PlannedMeeting {
  const { seriesId, originalAt } = meeting;
  return {
    ...plainOf(meeting),
    endpointIds: [...meeting.endpointIds],
    startsAt: meeting.startsAt.toISOString(),
    endsAt: meeting.endsAt.toISOString(),
    sessionId,
    step,
    agenda: agendaOf(meeting),
    public: meeting.isPublic,
    series:
      seriesId === null
        ? null
        : { id: seriesId, original: (originalAt ?? meeting.startsAt).toISOString(), detached: meeting.detached },
    may: { ...may },
  };
}

/** The fields that are told as they are stored. */
function plainOf(meeting: BookedMeeting) {
  const { id, title, kind, status, chairEndpointId, chairUserId, floorMode, note, cancelReason } = meeting;
  const { version, classification, hostUnitId, deputyUserId, secretaryUserId, autoOpen } = meeting;
  return {
    ...{ id, title, kind, status, chairEndpointId, chairUserId, floorMode, note, cancelReason },
    ...{ version, classification, hostUnitId, deputyUserId, secretaryUserId, autoOpen },
  };
}

/** @returns the items of a meeting's agenda in order */
export function agendaOf(meeting: BookedMeeting): AgendaItem[] {
  return meeting.agenda === null ? [] : (JSON.parse(meeting.agenda) as AgendaItem[]);
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
