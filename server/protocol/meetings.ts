import { z } from 'zod';
import { id, time } from './ids.ts';
import {
  changeMeetingBody,
  conflict,
  listQuery,
  meeting,
  meetingBody,
  MEETING_KINDS,
  MEETING_STATUSES,
} from './rest.ts';
import { FLOOR_MODES } from './snapshot.ts';

/** Bodies and answers of planning beyond a single meeting: series, procedure, templates, planner, giving way. */

/** One line of text as people type it: no control characters. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'without control characters');

/** How secret a meeting is; only `open` ("Không mật") may run on this service. */
export const CLASSIFICATIONS = ['open', 'confidential', 'secret', 'top_secret'] as const;

/** Where a meeting stands in the procedure: its status, and for a scheduled one how far its preparation is. */
export const STEPS = [
  'draft',
  'submitted',
  'scheduled',
  'invited',
  'registering',
  'rehearsal',
  'opened',
  'gathering',
  'running',
  'ended',
  'cancelled',
  'postponed',
] as const;
export type Step = (typeof STEPS)[number];

/** Which occurrences of a series a change is for; a meeting that stands alone is `this`. */
export const SCOPES = ['this', 'following', 'all'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * When a meeting repeats, by RFC 5545. The rule counts in the wall time of `tz` and has to end by `COUNT` or `UNTIL`, at
 * most two years after the first meeting.
 */
export const recurrence = z.strictObject({
  rrule: z.string().trim().min(6).max(400),
  /** IANA zone; the service's own when left out */
  tz: z.string().min(1).max(60).optional(),
  /** days of the zone on which the meeting does not take place */
  except: z.array(z.iso.date()).max(400).default([]),
});
export type RecurrenceBody = z.output<typeof recurrence>;

export const agendaItem = z.strictObject({
  title: words(200),
  minutes: z.int().min(1).max(600),
  /** endpoint that speaks to the item */
  endpointId: id.nullish().transform((v) => v ?? null),
  /** who speaks to it */
  speaker: z.string().trim().max(120).default(''),
});
export type AgendaItem = z.output<typeof agendaItem>;
const agenda = z.array(agendaItem).max(60);

/** What a meeting has beyond `meetingBody`. */
const procedure = {
  classification: z.enum(CLASSIFICATIONS).optional(),
  /** unit that hosts the meeting; default: the unit of the chair's endpoint */
  hostUnitId: id.optional(),
  deputyUserId: id.nullish(),
  secretaryUserId: id.nullish(),
  agenda: agenda.optional(),
  /** shown in the public calendar */
  public: z.boolean().optional(),
  /** endpoints are called fifteen minutes before the start without a hand */
  autoOpen: z.boolean().optional(),
};

export const planMeetingBody = meetingBody.extend({
  ...procedure,
  /** a draft books nothing */
  status: z.enum(['scheduled', 'draft']).optional(),
  recurrence: recurrence.optional(),
});
export type PlanMeetingBody = z.output<typeof planMeetingBody>;

export const changePlanBody = changeMeetingBody.extend({
  ...procedure,
  /** a new rule from this occurrence on (`following`) or from the first one that has not begun (`all`) */
  recurrence: recurrence.optional(),
});
export type ChangePlanBody = z.output<typeof changePlanBody>;
export const scopeQuery = z.strictObject({ scope: z.enum(SCOPES).default('this') });

export const plannedMeeting = meeting.extend({
  step: z.enum(STEPS),
  classification: z.enum(CLASSIFICATIONS),
  hostUnitId: id,
  deputyUserId: id.nullable(),
  secretaryUserId: id.nullable(),
  agenda: z.array(agendaItem),
  public: z.boolean(),
  autoOpen: z.boolean(),
  /** the series it is an occurrence of; `original`: the start that the rule gave it */
  series: z.object({ id, original: time, detached: z.boolean() }).nullable(),
  may: z.object({
    start: z.boolean(),
    change: z.boolean(),
    submit: z.boolean(),
    /** also: send back */
    approve: z.boolean(),
    /** also: give a postponed one new times */
    postpone: z.boolean(),
  }),
});
export type PlannedMeeting = z.infer<typeof plannedMeeting>;
/** What a new plan answers: the meeting, or the first occurrence of the series. */
export const plannedAnswer = plannedMeeting.extend({ occurrences: z.number().int().optional() });
export type PlannedAnswer = z.infer<typeof plannedAnswer>;

export const series = z.object({
  id,
  rrule: z.string(),
  tz: z.string(),
  except: z.array(z.string()),
  startsAt: time,
  version: z.number().int(),
  occurrences: z.array(
    z.object({
      meetingId: id,
      original: time,
      startsAt: time,
      endsAt: time,
      status: z.enum(MEETING_STATUSES),
      detached: z.boolean(),
    }),
  ),
});
export type SeriesView = z.infer<typeof series>;

const reason = z.string().trim().min(3).max(300);
export const reasonBody = z.strictObject({ reason });
/** Without times the meeting waits for new ones; with them it is booked anew. */
export const postponeBody = z
  .strictObject({ reason, startsAt: time.optional(), endsAt: time.optional() })
  .refine((b) => (b.startsAt === undefined) === (b.endsAt === undefined), 'startsAt and endsAt go together');

/** Most conflicts that an answer lists; `conflictCount` tells how many there are. */
export const MAX_CONFLICTS = 200;

export const checkBody = z.strictObject({
  endpointIds: z.array(id).min(1).max(1000),
  startsAt: time,
  endsAt: time,
  recurrence: recurrence.optional(),
  chairUserId: id.nullish(),
  floorMode: z.enum(FLOOR_MODES).default('broadcast'),
  /** a meeting whose own bookings do not count, with its whole series when `scope` says so */
  meetingId: id.optional(),
  scope: z.enum(SCOPES).default('this'),
  /** the nearest free time may also lie before the wanted one, on its day */
  earlier: z.boolean().default(false),
});
export type CheckBody = z.output<typeof checkBody>;
export const checked = z.object({
  /** how many meetings would be made */
  occurrences: z.number().int(),
  conflicts: z.array(conflict),
  conflictCount: z.number().int(),
  /** endpoints with a clash, and how many meetings stand in their way */
  endpoints: z.array(z.object({ endpointId: id, clashes: z.number().int() })),
  /** every meeting that would be made, in order, with how many of its endpoints are taken; `chair`: the chair is expected elsewhere */
  dates: z.array(z.object({ startsAt: time, busy: z.int(), chair: z.boolean() })),
  /** other meetings at which the chair is expected at the same time */
  chair: z.array(z.object({ meetingId: id, title: z.string().optional(), startsAt: time, endsAt: time })),
  /** the fullest moment of all meetings that are planned for the time, this one included */
  capacity: z.object({
    endpoints: z.number().int(),
    consumers: z.number().int(),
    mbps: z.number(),
    limit: z.object({ consumers: z.number().int(), mbps: z.number() }),
    /** how many endpoints this meeting may have, in its floor mode, beside the others */
    most: z.number().int(),
    fits: z.boolean(),
  }),
  /** the nearest later time within 14 days at which all are free; null: the wanted time is free, or none is */
  nearestFree: z.object({ startsAt: time, endsAt: time }).nullable(),
});
export type Checked = z.infer<typeof checked>;

export const plannerQuery = z.strictObject({
  from: time,
  to: time,
  unitId: id.optional(),
  level: z.string().max(40).optional(),
  q: z.string().max(120).optional(),
  /** ids with commas, e.g. of a group */
  endpointIds: z.string().max(40_000).optional(),
  /** with meetings that were cancelled or postponed, which take nobody's time any more */
  calledOff: z.enum(['true', 'false']).default('false'),
});
/**
 * All bookings of a time, small enough for a thousand rows: numbers are minutes since `from`, titles are told once.
 * A block is `[meetingId, kind, status, title, start, end, series, may]`: `kind` and `status` and `title` are indexes,
 * `series` is 1 for an occurrence, `may` is 1 for what the caller may change, move and cancel. Drafts and what waits for
 * approval are among them for who knows of them, and what was called off for who asks; they take nobody's time. A title
 * of more than 80 characters is cut and ends in `…`.
 */
export const plannerWeek = z.object({
  from: time,
  to: time,
  kinds: z.array(z.enum(MEETING_KINDS)),
  statuses: z.array(z.enum(MEETING_STATUSES)),
  titles: z.array(z.string()),
  blocks: z.array(z.tuple([id, z.int(), z.int(), z.int(), z.int(), z.int(), z.int(), z.int()])),
  /** endpoints in roster order with the indexes of their blocks, by start */
  rows: z.array(z.tuple([id, z.array(z.int())])),
});
export type PlannerWeek = z.infer<typeof plannerWeek>;

/** The form of a meeting to start from; times are wall times of the service's zone. */
const templateForm = z.strictObject({
  title: words(120),
  kind: z.enum(MEETING_KINDS).default('briefing'),
  floorMode: z.enum(FLOOR_MODES).default('broadcast'),
  /** `HH:mm` */
  startTime: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .nullable()
    .default(null),
  minutes: z.int().min(5).max(1440).default(60),
  endpointIds: z.array(id).max(1000).default([]),
  groupIds: z.array(id).max(50).default([]),
  chairEndpointId: id.nullable().default(null),
  chairUserId: id.nullable().default(null),
  deputyUserId: id.nullable().default(null),
  secretaryUserId: id.nullable().default(null),
  agenda: agenda.default([]),
  note: z.string().trim().max(500).default(''),
  public: z.boolean().default(false),
  autoOpen: z.boolean().default(false),
  /** rule without its end, e.g. `FREQ=WEEKLY;BYDAY=MO` */
  rrule: z.string().max(400).nullable().default(null),
});
export const templateBody = z.strictObject({ name: words(120), unitId: id, form: templateForm });
export const changeTemplateBody = z.strictObject({ name: words(120).optional(), form: templateForm.optional() });
export const template = z.object({
  id,
  name: z.string(),
  unitId: id,
  form: templateForm,
  version: z.number().int(),
  may: z.object({ change: z.boolean() }),
});
export type Template = z.infer<typeof template>;

/** Largest document in bytes. */
export const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;
export const meetingDocument = z.object({
  id,
  name: z.string(),
  type: z.string(),
  bytes: z.number().int(),
  uploadedAt: time,
  uploadedBy: z.string(),
});
export type MeetingDocument = z.infer<typeof meetingDocument>;

export const GIVE_WAY_STATES = ['asked', 'consented', 'refused', 'displaced', 'withdrawn'] as const;
export const giveWayBody = z.strictObject({
  /** unit for which the room is wanted */
  unitId: id,
  title: words(120),
  startsAt: time,
  endsAt: time,
  reason,
  /** does not ask: the meeting makes way at once; only for a unit above its host */
  displace: z.boolean().default(false),
});
/** Consent without times postpones the meeting; with them it is moved. */
export const giveWayAnswerBody = z
  .strictObject({
    consent: z.boolean(),
    note: z.string().trim().max(300).default(''),
    startsAt: time.optional(),
    endsAt: time.optional(),
  })
  .refine((b) => (b.startsAt === undefined) === (b.endsAt === undefined), 'startsAt and endsAt go together');
export const giveWay = z.object({
  id,
  meetingId: id,
  meetingTitle: z.string(),
  /** null: the asker may not see that unit */
  hostUnitId: id.nullable(),
  askingUnitId: id,
  title: z.string(),
  startsAt: time,
  endsAt: time,
  reason: z.string(),
  state: z.enum(GIVE_WAY_STATES),
  askedAt: time,
  askedBy: z.string(),
  answer: z.string().nullable(),
  answeredAt: time.nullable(),
  may: z.object({ answer: z.boolean() }),
});
export type GiveWay = z.infer<typeof giveWay>;
export const giveWaysQuery = listQuery.extend({ state: z.enum(GIVE_WAY_STATES).optional() });
