import type { CLASSIFICATIONS, PlannedMeeting, Scope, Template } from '../../../../server/protocol/meetings.ts';
import type { Endpoint } from '../../../../server/protocol/rest.ts';
import { formatTime, dayKey, toInstant, parseClock } from '../../../lib/format.ts';
import type { CheckQuestion, PlanBody, PlanChange, TemplateDraft } from '../../../lib/plannerCalls.ts';
import { bodyOf, draftOf, faultsOf, newDraft } from '../../calendar/draft.ts';
import type { Draft, DraftFaults, Planner } from '../../calendar/draft.ts';
import { firstDay, repeatOf, ruleOf, ruleUntil, tooLong, usualUntil } from './rule.ts';
import type { Repeat } from './rule.ts';

/** How secret a meeting is said to be. */
export type Classification = (typeof CLASSIFICATIONS)[number];

/** A point of the agenda as it is typed. */
export interface AgendaLine {
  key: number;
  title: string;
  minutes: string;
  endpointId: string;
}

/** The five steps as they are filled in. */
export interface PlanDraft extends Draft {
  classification: Classification;
  repeat: Repeat;
  /** last day of the series, `2027-06-30` */
  until: string;
  /** days of the series on which it does not take place, `2026-12-28` */
  skipped: string[];
  deputyUserId: string;
  secretaryUserId: string;
  agenda: AgendaLine[];
  isPublic: boolean;
  autoOpen: boolean;
  /** the invitation is sent when the meeting is saved */
  invites: boolean;
  /** name of the template that is saved with it; empty: none */
  templateName: string;
  files: File[];
}

/** The steps of the form, in their order. */
export const STEPS = ['content', 'time', 'members', 'people', 'papers'] as const;
/** One step of the form. */
export type FormStep = (typeof STEPS)[number];

/** What is wrong, as a key of the form's words; the calendar's own faults keep their keys. */
export interface PlanFaults extends DraftFaults {
  classification?: 'onlyOpen';
  until?: 'needUntil' | 'untilFirst' | 'untilLong';
}

/** Which step shows a fault. */
export const STEP_OF: Record<keyof PlanFaults, FormStep> = {
  title: 'content',
  classification: 'content',
  day: 'time',
  from: 'time',
  to: 'time',
  until: 'time',
  endpoints: 'members',
};

let lastKey = 0;
/** An empty point of the agenda. */
export function newAgendaLine(): AgendaLine {
  return { key: (lastKey += 1), title: '', minutes: '10', endpointId: '' };
}

/** Where a new meeting is wanted: a moment, epoch milliseconds, and an endpoint if one was pointed at. */
export interface PlanPlace {
  start: number;
  endpointId?: string;
}

const EMPTY = {
  classification: 'open',
  repeat: 'never',
  deputyUserId: '',
  secretaryUserId: '',
  isPublic: false,
  autoOpen: true,
  invites: false,
  templateName: '',
} as const;

/** An empty plan. @param at what is looked at: a moment, and the endpoint under the grid's cursor */
export function emptyPlan(now: number, endpoints: Endpoint[], planner: Planner, at?: PlanPlace): PlanDraft {
  const draft = newDraft(now, endpoints, planner);
  const start = at && at.start > now ? at.start : null;
  const moved = start === null ? {} : slotOf(start, start + 3_600_000);
  const own = at?.endpointId ? new Set([...draft.endpointIds, at.endpointId]) : draft.endpointIds;
  return {
    ...draft,
    ...moved,
    ...EMPTY,
    endpointIds: own,
    until: usualUntil(draft.day),
    skipped: [],
    agenda: [],
    files: [],
  };
}

/** The fields of a time. @param start epoch milliseconds */
export function slotOf(start: number | string, end: number | string): Pick<Draft, 'day' | 'from' | 'to'> {
  return { day: dayKey(start), from: formatTime(start), to: formatTime(end) };
}

/** The plan of a meeting that is there already. */
export function planOf(meeting: PlannedMeeting): PlanDraft {
  const draft = draftOf(meeting);
  return {
    ...draft,
    ...EMPTY,
    classification: meeting.classification,
    until: usualUntil(draft.day),
    skipped: [],
    deputyUserId: meeting.deputyUserId ?? '',
    secretaryUserId: meeting.secretaryUserId ?? '',
    agenda: meeting.agenda.map((a) => ({
      ...newAgendaLine(),
      title: a.title,
      minutes: String(a.minutes),
      endpointId: a.endpointId ?? '',
    })),
    isPublic: meeting.public,
    autoOpen: meeting.autoOpen,
    files: [],
  };
}

/** A new plan after the pattern of a meeting: same hour, next day that suits. */
export function planAfter(meeting: PlannedMeeting, now: number): PlanDraft {
  const plan = planOf(meeting);
  const weekly = ruleOf('weekly', plan.day);
  const day = firstDay(meeting.kind === 'briefing' ? weekly : null, now, plan.from);
  return { ...plan, day, until: usualUntil(day), chairUserId: meeting.chairUserId };
}

/** A new plan from a template. @param members today's endpoints of the template's groups */
export function planFrom(template: Template, members: ReadonlySet<string>, empty: PlanDraft, now: number): PlanDraft {
  const { form } = template;
  const from = form.startTime ?? empty.from;
  const day = firstDay(form.rrule, now, from);
  const start = Date.parse(toInstant(day, from) ?? '');
  return {
    ...empty,
    title: form.title,
    kind: form.kind,
    floorMode: form.floorMode,
    ...slotOf(start, start + form.minutes * 60_000),
    endpointIds: new Set([...form.endpointIds, ...members]),
    chairEndpointId: form.chairEndpointId ?? empty.chairEndpointId,
    chairUserId: form.chairUserId ?? empty.chairUserId,
    deputyUserId: form.deputyUserId ?? '',
    secretaryUserId: form.secretaryUserId ?? '',
    agenda: form.agenda.map((a) => ({
      ...newAgendaLine(),
      title: a.title,
      minutes: String(a.minutes),
      endpointId: a.endpointId ?? '',
    })),
    note: form.note,
    isPublic: form.public,
    autoOpen: form.autoOpen,
    repeat: repeatOf(form.rrule) ?? 'never',
    until: usualUntil(day),
  };
}

/** Checks a plan before it is sent. */
export function planFaults(plan: PlanDraft, now: number, meeting: PlannedMeeting | null): PlanFaults {
  const faults: PlanFaults = faultsOf(plan, now, meeting);
  if (plan.classification !== 'open') faults.classification = 'onlyOpen';
  if (plan.repeat !== 'never') {
    if (!toInstant(plan.until, '00:00')) faults.until = 'needUntil';
    else if (plan.until <= plan.day) faults.until = 'untilFirst';
    else if (tooLong(plan.day, plan.until)) faults.until = 'untilLong';
  }
  return faults;
}

/** The days that were left out and still lie in the series, in order. */
export function skippedOf({ day, until, skipped }: PlanDraft): string[] {
  return skipped.filter((one) => one >= day && one <= until).toSorted();
}

/** A changed plan: another first day or rhythm makes other days, of which none was left out yet. */
export function changed(plan: PlanDraft, part: Partial<PlanDraft>): PlanDraft {
  const next = { ...plan, ...part };
  return next.day === plan.day && next.repeat === plan.repeat ? next : { ...next, skipped: [] };
}

/** Whether somebody typed or chose anything. @param first the plan as the form began */
export function isTouched(first: PlanDraft, plan: PlanDraft): boolean {
  const flat = (one: PlanDraft): string =>
    JSON.stringify({ ...one, endpointIds: [...one.endpointIds].toSorted(), files: one.files.map((f) => f.name) });
  return flat(first) !== flat(plan);
}

/** The rule of a plan; undefined for a meeting that stands alone. */
function recurrenceOf(plan: PlanDraft): PlanBody['recurrence'] {
  const rule = ruleOf(plan.repeat, plan.day);
  const except = skippedOf(plan);
  return rule ? { rrule: ruleUntil(rule, plan.until), ...(except.length > 0 && { except }) } : undefined;
}

const agendaOf = (plan: PlanDraft): NonNullable<PlanBody['agenda']> =>
  plan.agenda
    .filter((a) => a.title.trim())
    .map((a) => ({
      title: a.title.trim(),
      minutes: Math.min(600, Math.max(1, Math.round(Number(a.minutes)) || 10)),
      endpointId: a.endpointId || null,
    }));

/** The body of a plan without faults. */
export function planBodyOf(plan: PlanDraft): PlanBody {
  const recurrence = recurrenceOf(plan);
  return { ...bodyOf(plan), ...extrasOf(plan), ...(recurrence && { recurrence }) };
}

/** The body of a change of a meeting; a series gets a new rule only when more than one of it is changed. */
export function changeOf(plan: PlanDraft, scope: Scope): PlanChange {
  const recurrence = scope === 'this' ? undefined : recurrenceOf(plan);
  return { ...bodyOf(plan), ...extrasOf(plan), ...(recurrence && { recurrence }) };
}

const extrasOf = (plan: PlanDraft) => ({
  classification: plan.classification,
  deputyUserId: plan.deputyUserId || null,
  secretaryUserId: plan.secretaryUserId || null,
  agenda: agendaOf(plan),
  public: plan.isPublic,
  autoOpen: plan.autoOpen,
});

/** What is asked while choosing; null while there is nothing to ask about. */
export function questionOf(
  plan: PlanDraft,
  meeting: PlannedMeeting | null,
  now: number,
  scope: Scope = 'this',
): CheckQuestion | null {
  const startsAt = toInstant(plan.day, parseClock(plan.from) ?? '');
  const endsAt = toInstant(plan.day, parseClock(plan.to) ?? '');
  if (!startsAt || !endsAt || endsAt <= startsAt || !plan.endpointIds.size) return null;
  if (Date.parse(startsAt) < now - 60_000) return null;
  const alone = meeting !== null && scope === 'this';
  const recurrence = alone || planFaults(plan, now, meeting).until ? undefined : recurrenceOf(plan);
  return {
    endpointIds: [...new Set([plan.chairEndpointId, ...plan.endpointIds])].filter(Boolean),
    startsAt,
    endsAt,
    chairUserId: plan.chairUserId,
    floorMode: plan.floorMode,
    ...(recurrence && { recurrence }),
    ...(meeting && { meetingId: meeting.id, scope }),
  };
}

/** The template that a plan is saved as. */
export function templateOf(plan: PlanDraft, unitId: string): TemplateDraft {
  const body = bodyOf(plan);
  const minutes = (Date.parse(body.endsAt) - Date.parse(body.startsAt)) / 60_000;
  return {
    name: plan.templateName.trim(),
    unitId,
    form: {
      title: body.title.slice(0, 120),
      kind: plan.kind,
      floorMode: plan.floorMode,
      startTime: parseClock(plan.from),
      minutes,
      endpointIds: body.endpointIds,
      chairEndpointId: plan.chairEndpointId || null,
      chairUserId: plan.chairUserId,
      deputyUserId: plan.deputyUserId || null,
      secretaryUserId: plan.secretaryUserId || null,
      agenda: agendaOf(plan),
      note: plan.note.trim(),
      public: plan.isPublic,
      autoOpen: plan.autoOpen,
      rrule: ruleOf(plan.repeat, plan.day),
    },
  };
}
