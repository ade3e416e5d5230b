import { newId } from '../db/uuid.ts';
import { fold } from '../directory/fold.ts';
import type { ChangePlanBody, PlanMeetingBody } from '../protocol/meetings.ts';
import type { Draft, Wanted } from './draft.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { agendaOf } from './meetingView.ts';

/** A meeting as somebody writes it down; its repetition is looked at elsewhere. */
export type NewMeeting = Omit<PlanMeetingBody, 'recurrence'>;

/** What shall become different. */
export type MeetingChange = Omit<ChangePlanBody, 'recurrence'>;

/** @returns the stored form of a new meeting */
export function newMeeting(body: NewMeeting, draft: Draft, userId: string, now: number): BookedMeeting {
  const at = new Date(now);
  return {
    id: newId(),
    status: body.status ?? 'scheduled',
    cancelReason: null,
    createdBy: userId,
    version: 1,
    createdAt: at,
    updatedAt: at,
    seriesId: null,
    originalAt: null,
    detached: false,
    plannedAt: body.status === 'draft' ? null : at,
    invitedAt: null,
    answeredAt: null,
    ...fieldsOf(body, draft),
  };
}

/** @returns the stored form of a changed meeting */
export function changedMeeting(before: BookedMeeting, body: NewMeeting, draft: Draft, now: number): BookedMeeting {
  const after = { ...before, ...fieldsOf(body, draft), version: before.version + 1, updatedAt: new Date(now) };
  const moved =
    after.startsAt.getTime() !== before.startsAt.getTime() || after.endsAt.getTime() !== before.endsAt.getTime();
  return { ...after, detached: before.detached || (before.seriesId !== null && moved) };
}

/** @returns the meeting as it would be written down anew with the change; what the change leaves out stays */
export function wishOf(meeting: BookedMeeting, change: MeetingChange): NewMeeting {
  const { title, kind, endpointIds, chairEndpointId, chairUserId, floorMode, note } = meeting;
  const { classification, deputyUserId, secretaryUserId, autoOpen, status } = meeting;
  const times = { startsAt: meeting.startsAt.toISOString(), endsAt: meeting.endsAt.toISOString() };
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  // a new chair's endpoint brings its unit as the host, unless the host is named
  const chairMoved = change.chairEndpointId !== undefined && change.chairEndpointId !== chairEndpointId;
  return {
    ...{ title, kind, endpointIds, chairEndpointId, chairUserId, floorMode, note, ...times },
    ...{ classification, deputyUserId, secretaryUserId, autoOpen, agenda: agendaOf(meeting), public: meeting.isPublic },
    ...(!chairMoved && { hostUnitId: meeting.hostUnitId }),
    ...given,
    status: status === 'draft' ? 'draft' : 'scheduled',
  };
}

/** @returns what has to be checked of a meeting */
export function wantedOf(body: NewMeeting): Omit<Wanted, 'startMoved' | 'keptIds'> {
  return {
    times: { start: Date.parse(body.startsAt), end: Date.parse(body.endsAt) },
    endpointIds: body.endpointIds,
    chairEndpointId: body.chairEndpointId,
    hostUnitId: body.hostUnitId ?? null,
    people: {
      chairUserId: body.chairUserId ?? null,
      deputyUserId: body.deputyUserId ?? null,
      secretaryUserId: body.secretaryUserId ?? null,
    },
    classification: body.classification ?? 'open',
    books: body.status !== 'draft',
  };
}

function fieldsOf(body: NewMeeting, draft: Draft) {
  const { kind, startsAt, endsAt, chairEndpointId, floorMode, note } = body;
  const title = body.title.normalize('NFC');
  return {
    title,
    titleFold: fold(title),
    kind,
    startsAt: new Date(startsAt),
    endsAt: new Date(endsAt),
    endpointIds: draft.endpointIds,
    chairEndpointId,
    chairUserId: body.chairUserId ?? null,
    hostUnitId: draft.hostUnitId,
    floorMode,
    note: note ?? '',
    classification: body.classification ?? ('open' as const),
    deputyUserId: body.deputyUserId ?? null,
    secretaryUserId: body.secretaryUserId ?? null,
    agenda: body.agenda?.length ? JSON.stringify(body.agenda) : null,
    isPublic: body.public ?? false,
    autoOpen: body.autoOpen ?? false,
  };
}
