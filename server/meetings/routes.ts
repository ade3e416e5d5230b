import { z } from 'zod';
import { visibleUnits } from '../accounts/rights.ts';
import type { Actor } from '../accounts/actor.ts';
import { AppError } from '../errors.ts';
import { defineRoute, Reply } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { id } from '../protocol/ids.ts';
import {
  changePlanBody,
  plannedAnswer,
  plannedMeeting,
  planMeetingBody,
  postponeBody,
  reasonBody,
  scopeQuery,
} from '../protocol/meetings.ts';
import { listOf, meetingsQuery, roomDay } from '../protocol/rest.ts';
import type { MeetingDirectory } from './meetingRights.ts';
import type { MeetingRuns } from './meetingRuns.ts';
import type { Meetings } from './meetingService.ts';
import type { Procedure } from './procedure.ts';
import type { SeriesChange } from './seriesChange.ts';
import type { SeriesService } from './seriesService.ts';

/** What the routes of meetings need. */
export interface MeetingServices {
  meetings: Meetings;
  procedure: Procedure;
  series: SeriesService;
  seriesChange: SeriesChange;
  runs: MeetingRuns;
  directory: MeetingDirectory;
}

const byId = z.strictObject({ id });
const STANDING = ['not_found', 'meeting_not_changeable', 'version_conflict', 'schedule_conflict'] as const;
const WISHED = [
  'time_in_past',
  'end_before_start',
  'meeting_too_long',
  'endpoint_unknown',
  'chair_not_invited',
] as const;
const FAULTS = [...STANDING, ...WISHED, 'classification_refused' as const];
/** What all steps of the procedure have in common. */
const STEP = {
  method: 'post',
  access: 'user',
  params: byId,
  answer: plannedMeeting,
  etag: true,
  ifMatch: true,
} as const;

/** @returns the routes of planned meetings and of the room's day; starting one belongs to sessions */
export function meetingRoutes(services: MeetingServices): Route[] {
  return [...planRoutes(services), ...oneMeetingRoutes(services), ...procedureRoutes(services), roomRoute(services)];
}

function planRoutes({ meetings, series }: MeetingServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/meetings',
      summary: 'Meetings that the caller may see, by start; `from` and `to` name a half-open time',
      access: 'any',
      query: meetingsQuery,
      answer: listOf(plannedMeeting),
      async handle({ actor, query }) {
        return meetings.list(actor, query);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/meetings',
      etag: true,
      idempotency: 'own',
      summary: 'Plan a meeting, or a series with `recurrence`, and book its endpoints; `Idempotency-Key` is honoured',
      access: 'user',
      limit: { points: 3000, seconds: 60, by: 'actor' },
      body: planMeetingBody,
      answer: plannedAnswer,
      status: 201,
      errors: [
        'schedule_conflict',
        'time_in_past',
        'end_before_start',
        'meeting_too_long',
        'endpoint_unknown',
        'chair_not_invited',
        'classification_refused',
        'series_refused',
        'idempotency_reuse',
      ],
      async handle({ actor, body, headers }) {
        const { recurrence } = body;
        const made = recurrence
          ? await series.create(actor, { ...body, recurrence }, headers.idempotencyKey)
          : await meetings.create(actor, body, headers.idempotencyKey);
        return tagged(made, { Location: `/api/v1/meetings/${made.id}` });
      },
    }),
  ];
}

function oneMeetingRoutes({ meetings, series, seriesChange }: MeetingServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/meetings/:id',
      etag: true,
      summary: 'One meeting; `ETag` is its version',
      access: 'any',
      params: byId,
      answer: plannedMeeting,
      errors: ['not_found'],
      async handle({ actor, params }) {
        return tagged(await meetings.get(actor, params.id));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/meetings/:id',
      etag: true,
      ifMatch: true,
      summary:
        'Change a meeting that has not begun, alone or with those of its series that `scope` names; `If-Match` guards against changes of others',
      access: 'user',
      params: byId,
      query: scopeQuery,
      body: changePlanBody,
      answer: plannedMeeting,
      errors: [...FAULTS, 'series_refused'],
      async handle({ actor, params, query, body, headers }) {
        if (query.scope === 'this') return tagged(await meetings.change(actor, params.id, body, headers.ifMatch));
        return tagged(await seriesChange.change(actor, params.id, body, query.scope, headers.ifMatch));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/meetings/:id',
      etag: true,
      ifMatch: true,
      summary: 'Cancel a meeting that has not begun, with a reason; its endpoints are free again',
      access: 'user',
      params: byId,
      query: scopeQuery,
      body: reasonBody,
      answer: plannedMeeting,
      errors: ['not_found', 'meeting_not_changeable', 'version_conflict', 'series_refused'],
      async handle({ actor, params, query, body, headers }) {
        const { ifMatch } = headers;
        if (query.scope === 'this') return tagged(await meetings.cancel(actor, params.id, body.reason, ifMatch));
        return tagged(await series.cancel(actor, params.id, query.scope, body.reason, ifMatch));
      },
    }),
  ];
}

function procedureRoutes({ procedure }: MeetingServices): Route[] {
  return [
    defineRoute({
      ...STEP,
      path: '/meetings/:id/submit',
      summary: 'Hand a draft to its host for approval',
      errors: FAULTS,
      async handle({ actor, params, headers }) {
        return tagged(await procedure.submit(actor, params.id, headers.ifMatch));
      },
    }),
    defineRoute({
      ...STEP,
      path: '/meetings/:id/approve',
      summary: 'Approve a draft and book its endpoints',
      errors: FAULTS,
      async handle({ actor, params, headers }) {
        return tagged(await procedure.approve(actor, params.id, headers.ifMatch));
      },
    }),
    defineRoute({
      ...STEP,
      path: '/meetings/:id/send-back',
      summary: 'Give what was submitted back as a draft, with a reason',
      body: reasonBody,
      errors: [...STANDING],
      async handle({ actor, params, body, headers }) {
        return tagged(await procedure.sendBack(actor, params.id, body.reason, headers.ifMatch));
      },
    }),
    defineRoute({
      ...STEP,
      path: '/meetings/:id/postpone',
      summary: 'Take a meeting out of the calendar until it has new times, or give it new times, with a reason',
      body: postponeBody,
      errors: FAULTS,
      async handle({ actor, params, body: { reason, startsAt, endsAt }, headers }) {
        const times = startsAt !== undefined && endsAt !== undefined ? { startsAt, endsAt } : null;
        return tagged(await procedure.postpone(actor, params.id, reason, times, headers.ifMatch));
      },
    }),
  ];
}

function roomRoute({ runs, directory }: MeetingServices): Route {
  return defineRoute({
    method: 'get',
    path: '/room/day',
    summary: 'What a room screen shows before a session; a device asks for its own endpoint, a user names one',
    access: 'any',
    query: z.strictObject({ endpointId: id.optional() }),
    answer: roomDay,
    errors: ['not_found'],
    async handle({ actor, query }) {
      return runs.roomDay(await roomOf(actor, query.endpointId, directory));
    },
  });
}

/** @throws AppError bad_request, not_found for an endpoint that is not the caller's to see */
async function roomOf(actor: Actor, wanted: string | undefined, directory: MeetingDirectory): Promise<string> {
  if (actor.kind === 'device') {
    if (wanted === undefined || wanted === actor.endpointId) return actor.endpointId;
    throw new AppError('not_found', 'There is no such endpoint.');
  }
  if (wanted === undefined) {
    const errors = [{ path: 'endpointId', message: 'expected the endpoint whose day is wanted' }];
    throw new AppError('bad_request', 'A user has to name the endpoint.', { details: { errors } });
  }
  const endpoint = await directory.endpoint(wanted);
  if (visibleUnits(actor, await directory.tree()).has(endpoint.unitId)) return endpoint.id;
  throw new AppError('not_found', 'There is no such endpoint.');
}

function tagged(answer: { version: number }, headers: Record<string, string> = {}): Reply {
  return new Reply(answer, { headers: { ETag: `"${answer.version}"`, ...headers } });
}
