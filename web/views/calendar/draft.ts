import type { Endpoint, Meeting } from '../../../server/protocol/rest.ts';
import type { MeetingDraft } from '../../lib/calls.ts';
import { dayKey, formatTime, parseClock, toInstant, toRfc3339 } from '../../lib/format.ts';

/** The form of a meeting as it is typed. */
export interface Draft {
  title: string;
  kind: NonNullable<MeetingDraft['kind']>;
  /** `2026-11-24` */
  day: string;
  /** `08:30` */
  from: string;
  to: string;
  floorMode: NonNullable<MeetingDraft['floorMode']>;
  chairEndpointId: string;
  /** the person who holds the chair; null: whoever speaks for the chair's endpoint */
  chairUserId: string | null;
  endpointIds: ReadonlySet<string>;
  note: string;
}

/** What is wrong with a field of the form, as a key of the calendar's words. */
export type DraftFaults = Partial<
  Record<
    'title' | 'day' | 'from' | 'to' | 'endpoints',
    'needName' | 'needDate' | 'needTime' | 'endFirst' | 'past_start' | 'needEndpoints'
  >
>;

// the order of the list; spelled out, since the schemas' module would bring the whole validator into the browser
const KIND_ORDER: Record<Meeting['kind'], number> = {
  briefing: 0,
  conference: 1,
  thematic: 2,
  training: 3,
  relay: 4,
  emergency: 5,
};

/** Every kind of meeting, in the order of the form's list. */
export const KINDS = Object.keys(KIND_ORDER) as Meeting['kind'][];

/** Who plans: the own unit gives the likely chair; a chairperson chairs what he plans. */
export interface Planner {
  unitId: string | undefined;
  chairUserId: string | null;
}

/** A briefing that begins now. */
export interface Briefing extends Pick<Draft, 'title' | 'chairEndpointId' | 'chairUserId' | 'endpointIds'> {
  minutes: number;
}

const HALF_HOUR = 1_800_000;
const HOUR = 3_600_000;

/** The seat from which a user most likely chairs: the endpoint of the own unit, else the first. */
export function likelyChair(endpoints: Endpoint[], unitId: string | undefined): string {
  return (endpoints.find((e) => e.unitId === unitId) ?? endpoints[0])?.id ?? '';
}

/** An empty form: a briefing of an hour from the next half hour on. @param now epoch milliseconds */
export function newDraft(now: number, endpoints: Endpoint[], planner: Planner): Draft {
  const start = Math.ceil((now + 5 * 60_000) / HALF_HOUR) * HALF_HOUR;
  const chairEndpointId = likelyChair(endpoints, planner.unitId);
  return {
    title: '',
    kind: 'briefing',
    day: dayKey(start),
    from: formatTime(start),
    to: formatTime(start + HOUR),
    floorMode: 'broadcast',
    chairEndpointId,
    chairUserId: planner.chairUserId,
    endpointIds: new Set(chairEndpointId ? [chairEndpointId] : []),
    note: '',
  };
}

/** The form of a meeting that is there already. */
export function draftOf(meeting: Meeting): Draft {
  return {
    title: meeting.title,
    kind: meeting.kind,
    day: dayKey(meeting.startsAt),
    from: formatTime(meeting.startsAt),
    to: formatTime(meeting.endsAt),
    floorMode: meeting.floorMode,
    chairEndpointId: meeting.chairEndpointId,
    chairUserId: meeting.chairUserId,
    endpointIds: new Set(meeting.endpointIds),
    note: meeting.note,
  };
}

const instant = (draft: Draft, clock: string): string | null => toInstant(draft.day, parseClock(clock) ?? '');

const isKept = (start: string, meeting: Meeting | null): boolean =>
  meeting !== null && Math.abs(Date.parse(meeting.startsAt) - Date.parse(start)) < 60_000;

/**
 * Checks a form before it is sent.
 * @param now epoch milliseconds
 * @param meeting the meeting that is changed: a start that is only kept may lie in the past
 */
export function faultsOf(draft: Draft, now: number, meeting: Meeting | null = null): DraftFaults {
  const faults: DraftFaults = {};
  const start = instant(draft, draft.from);
  const end = instant(draft, draft.to);
  if (!draft.title.trim()) faults.title = 'needName';
  if (!toInstant(draft.day, '00:00')) faults.day = 'needDate';
  else if (!start) faults.from = 'needTime';
  else if (Date.parse(start) < now - 60_000 && !isKept(start, meeting)) faults.from = 'past_start';
  if (!faults.day && !end) faults.to = 'needTime';
  if (start && end && end <= start) faults.to = 'endFirst';
  if (!draft.endpointIds.size) faults.endpoints = 'needEndpoints';
  return faults;
}

/** The body of a form without faults; the chair's endpoint is always among those invited. */
export function bodyOf(draft: Draft): MeetingDraft {
  return {
    title: draft.title.trim(),
    kind: draft.kind,
    startsAt: instant(draft, draft.from) ?? '',
    endsAt: instant(draft, draft.to) ?? '',
    floorMode: draft.floorMode,
    chairEndpointId: draft.chairEndpointId,
    chairUserId: draft.chairUserId,
    endpointIds: [...new Set([draft.chairEndpointId, ...draft.endpointIds])].filter(Boolean),
    note: draft.note.trim(),
  };
}

/** The body of a briefing that begins now. @param now epoch milliseconds */
export function bodyNow(briefing: Briefing, now: number): MeetingDraft {
  return {
    title: briefing.title.trim(),
    kind: 'briefing',
    startsAt: toRfc3339(now),
    endsAt: toRfc3339(now + briefing.minutes * 60_000),
    floorMode: 'broadcast',
    chairEndpointId: briefing.chairEndpointId,
    chairUserId: briefing.chairUserId,
    endpointIds: [...new Set([briefing.chairEndpointId, ...briefing.endpointIds])].filter(Boolean),
  };
}
