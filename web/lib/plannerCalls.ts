import type { z } from 'zod';
import type {
  changePlanBody,
  checkBody,
  Checked,
  GiveWay,
  giveWayAnswerBody,
  giveWayBody,
  MeetingDocument,
  PlannedAnswer,
  PlannedMeeting,
  PlannerWeek,
  planMeetingBody,
  Scope,
  SeriesView,
  Template,
  templateBody,
} from '../../server/protocol/meetings.ts';
import type { Group } from '../../server/protocol/directory.ts';
import { api } from './api.ts';
import { wholeList } from './calls.ts';
import { sendFile } from './sendFile.ts';
import type { Progress } from './sendFile.ts';
import type { Unit, User } from '../../server/protocol/rest.ts';

/** Every call of the planner and of its forms: path, body and answer. */

/** One booking of the planner, as the grid draws it. */
export interface Block {
  id: string;
  kind: PlannerWeek['kinds'][number];
  status: PlannerWeek['statuses'][number];
  /** empty: a meeting of another unit that may not be read */
  title: string;
  /** epoch milliseconds */
  start: number;
  end: number;
  inSeries: boolean;
  /** whether the caller may change, move and cancel it */
  mayChange: boolean;
  /** endpoints of it that the caller may see */
  endpoints: number;
}

/** The bookings of a time, and which endpoint has which of them. */
export interface PlannerRead {
  blocks: Block[];
  byEndpoint: ReadonlyMap<string, readonly Block[]>;
}

/** Body of a plan as it is written here. */
export type PlanBody = z.input<typeof planMeetingBody>;
/** Body of a changed plan. */
export type PlanChange = z.input<typeof changePlanBody>;
/** Body of a question whether a time is free. */
export type CheckQuestion = z.input<typeof checkBody>;
/** Body of a template. */
export type TemplateDraft = z.input<typeof templateBody>;
/** Body of a request that another meeting makes way. */
export type GiveWayDraft = z.input<typeof giveWayBody>;

/** Body of an answer to such a request. */
export type GiveWayAnswer = z.input<typeof giveWayAnswerBody>;

/** Turns the compact answer into what the grid draws; the one place that knows the shape on the wire. */
export function readWeek(week: PlannerWeek): PlannerRead {
  const zero = Date.parse(week.from);
  const blocks = week.blocks.map(([id, kind, status, title, start, end, series, may]): Block => ({
    id,
    kind: week.kinds[kind] ?? 'briefing',
    status: week.statuses[status] ?? 'scheduled',
    title: week.titles[title] ?? '',
    start: zero + start * 60_000,
    end: zero + end * 60_000,
    inSeries: series === 1,
    mayChange: may === 1,
    endpoints: 0,
  }));
  const byEndpoint = new Map<string, Block[]>();
  for (const [endpointId, indexes] of week.rows) {
    const own: Block[] = [];
    for (const i of indexes) {
      const block = blocks[i];
      if (!block) continue;
      block.endpoints += 1;
      own.push(block);
    }
    byEndpoint.set(endpointId, own);
  }
  return { blocks, byEndpoint };
}

const mark = (meeting: { version: number }): Record<string, string> => ({ 'if-match': `"${meeting.version}"` });
const scoped = (path: string, scope: Scope): string => (scope === 'this' ? path : `${path}?scope=${scope}`);

/** The calls; each throws `ApiProblem`. */
export const plannerCalls = {
  /** @param calledOff with meetings that were cancelled or postponed */
  week: async (from: string, to: string, calledOff: boolean, signal?: AbortSignal): Promise<PlannerRead> =>
    readWeek(await api.get<PlannerWeek>('/planner', { from, to, ...(calledOff && { calledOff: 'true' }) }, signal)),
  meeting: (id: string, signal?: AbortSignal) => api.get<PlannedMeeting>(`/meetings/${id}`, {}, signal),
  check: (question: CheckQuestion) => api.post<Checked>('/meetings/check', question),
  create: (body: PlanBody, key: string) => api.post<PlannedAnswer>('/meetings', body, { 'idempotency-key': key }),
  change: (meeting: PlannedMeeting, change: PlanChange, scope: Scope) =>
    api.patch<PlannedMeeting>(scoped(`/meetings/${meeting.id}`, scope), change, mark(meeting)),
  cancel: (id: string, reason: string, scope: Scope) => api.delete<void>(scoped(`/meetings/${id}`, scope), { reason }),
  askGiveWay: (meetingId: string, body: GiveWayDraft) => api.post<GiveWay>(`/meetings/${meetingId}/give-way`, body),
  submit: (id: string) => api.post<PlannedMeeting>(`/meetings/${id}/submit`),
  approve: (id: string) => api.post<PlannedMeeting>(`/meetings/${id}/approve`),
  sendBack: (id: string, reason: string) => api.post<PlannedMeeting>(`/meetings/${id}/send-back`, { reason }),
  /** with times: gives a meeting new ones, also one that was postponed before */
  postpone: (id: string, reason: string, times?: { startsAt: string; endsAt: string }) =>
    api.post<PlannedMeeting>(`/meetings/${id}/postpone`, { reason, ...times }),
  /** meetings that wait for an approval, from a moment on */
  submitted: (from: string, signal?: AbortSignal) =>
    wholeList<PlannedMeeting>('/meetings', { status: 'submitted', from }, signal),
  giveWays: (signal?: AbortSignal) => wholeList<GiveWay>('/give-ways', {}, signal),
  answerGiveWay: (id: string, body: GiveWayAnswer) => api.post<GiveWay>(`/give-ways/${id}/answer`, body),
  withdrawGiveWay: (id: string) => api.delete<GiveWay>(`/give-ways/${id}`),
  series: (id: string, signal?: AbortSignal) => api.get<SeriesView>(`/series/${id}`, {}, signal),
  documents: async (meetingId: string, signal?: AbortSignal) =>
    (await api.get<{ items: MeetingDocument[] }>(`/meetings/${meetingId}/documents`, {}, signal)).items,
  addDocument: (meetingId: string, file: File, onProgress?: Progress) =>
    sendFile<MeetingDocument>(
      `/meetings/${meetingId}/documents?name=${encodeURIComponent(file.name)}`,
      file,
      file.type || 'application/octet-stream',
      onProgress,
    ),
  removeDocument: (meetingId: string, id: string) => api.delete<void>(`/meetings/${meetingId}/documents/${id}`),
  documentAddress: (meetingId: string, id: string) => `/api/v1/meetings/${meetingId}/documents/${id}`,

  templates: (signal?: AbortSignal) => wholeList<Template>('/meeting-templates', {}, signal),
  saveTemplate: (body: TemplateDraft) => api.post<Template>('/meeting-templates', body),
  removeTemplate: (id: string) => api.delete<void>(`/meeting-templates/${id}`),

  groups: (signal?: AbortSignal) => wholeList<Group>('/groups', {}, signal),
  units: (signal?: AbortSignal) => wholeList<Unit>('/units', {}, signal),
  users: (signal?: AbortSignal) => wholeList<User>('/users', {}, signal),
};
