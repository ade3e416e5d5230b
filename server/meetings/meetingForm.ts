import type { z } from 'zod';
import { newId } from '../db/uuid.ts';
import { fold } from '../directory/fold.ts';
import type { changeMeetingBody, meetingBody } from '../protocol/rest.ts';
import type { Draft, Wanted } from './draft.ts';
import type { BookedMeeting } from './meeting.store.ts';
import type { Interval } from './overlap.ts';

/** A meeting as somebody writes it down. */
export type NewMeeting = z.output<typeof meetingBody>;

/** What shall become different. */
export type MeetingChange = z.output<typeof changeMeetingBody>;

/** @returns the stored form of a new meeting */
export function newMeeting(body: NewMeeting, draft: Draft, userId: string, now: number): BookedMeeting {
  const at = new Date(now);
  return {
    id: newId(),
    status: 'scheduled',
    cancelReason: null,
    createdBy: userId,
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...fieldsOf(body, draft),
  };
}

/** @returns the stored form of a changed meeting */
export function changedMeeting(before: BookedMeeting, body: NewMeeting, draft: Draft, now: number): BookedMeeting {
  return { ...before, ...fieldsOf(body, draft), version: before.version + 1, updatedAt: new Date(now) };
}

/** @returns the meeting as it would be written down anew with the change; what the change leaves out stays */
export function wishOf(meeting: BookedMeeting, change: MeetingChange): NewMeeting {
  const { title, kind, endpointIds, chairEndpointId, chairUserId, floorMode, note } = meeting;
  const times = { startsAt: meeting.startsAt.toISOString(), endsAt: meeting.endsAt.toISOString() };
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { title, kind, endpointIds, chairEndpointId, chairUserId, floorMode, note, ...times, ...given };
}

/** @returns what has to be checked of a meeting */
export function wantedOf(body: NewMeeting): Pick<Wanted, 'times' | 'endpointIds' | 'chairEndpointId' | 'chairUserId'> {
  return {
    times: { start: Date.parse(body.startsAt), end: Date.parse(body.endsAt) },
    endpointIds: body.endpointIds,
    chairEndpointId: body.chairEndpointId,
    chairUserId: body.chairUserId ?? null,
  };
}

/** @returns the planned time of a stored meeting */
export function timesOf(meeting: BookedMeeting): Interval {
  return { start: meeting.startsAt.getTime(), end: meeting.endsAt.getTime() };
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
  };
}
