import { z } from 'zod';
import { visibleUnits } from '../accounts/rights.ts';
import type { Actor } from '../accounts/actor.ts';
import { AppError } from '../errors.ts';
import { defineRoute, Reply } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { id } from '../protocol/ids.ts';
import {
  cancelMeetingBody,
  changeMeetingBody,
  listOf,
  meeting,
  meetingBody,
  meetingsQuery,
  roomDay,
} from '../protocol/rest.ts';
import type { Meeting } from '../protocol/rest.ts';
import type { MeetingDirectory } from './meetingRights.ts';
import type { MeetingRuns } from './meetingRuns.ts';
import type { Meetings } from './meetingService.ts';

/** What the routes of meetings need. */
export interface MeetingServices {
  meetings: Meetings;
  runs: MeetingRuns;
  directory: MeetingDirectory;
}

const byId = z.strictObject({ id });

/** @returns the routes of planned meetings and of the room's day; starting one belongs to sessions */
export function meetingRoutes(services: MeetingServices): Route[] {
  return [...planRoutes(services), ...oneMeetingRoutes(services), roomRoute(services)];
}

function planRoutes({ meetings }: MeetingServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/meetings',
      summary: 'Meetings that the caller may see, by start; `from` and `to` name a half-open time',
      access: 'any',
      query: meetingsQuery,
      answer: listOf(meeting),
      async handle({ actor, query }) {
        return meetings.list(actor, query);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/meetings',
      summary: 'Plan a meeting and book its endpoints; `Idempotency-Key` is honoured',
      access: 'user',
      limit: { points: 3000, seconds: 60, by: 'actor' },
      body: meetingBody,
      answer: meeting,
      status: 201,
      errors: [
        'schedule_conflict',
        'time_in_past',
        'end_before_start',
        'meeting_too_long',
        'endpoint_unknown',
        'chair_not_invited',
        'idempotency_reuse',
      ],
      async handle({ actor, body, headers }) {
        const made = await meetings.create(actor, body, headers.idempotencyKey);
        return tagged(made, { Location: `/api/v1/meetings/${made.id}` });
      },
    }),
  ];
}

function oneMeetingRoutes({ meetings }: MeetingServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/meetings/:id',
      summary: 'One meeting; `ETag` is its version',
      access: 'any',
      params: byId,
      answer: meeting,
      errors: ['not_found'],
      async handle({ actor, params }) {
        return tagged(await meetings.get(actor, params.id));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/meetings/:id',
      summary: 'Change a meeting that has not begun; `If-Match` guards against changes of others',
      access: 'user',
      params: byId,
      body: changeMeetingBody,
      answer: meeting,
      errors: [
        'not_found',
        'meeting_not_changeable',
        'version_conflict',
        'schedule_conflict',
        'time_in_past',
        'end_before_start',
        'meeting_too_long',
        'endpoint_unknown',
        'chair_not_invited',
      ],
      async handle({ actor, params, body, headers }) {
        return tagged(await meetings.change(actor, params.id, body, headers.ifMatch));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/meetings/:id',
      summary: 'Cancel a meeting that has not begun, with a reason; its endpoints are free again',
      access: 'user',
      params: byId,
      body: cancelMeetingBody,
      answer: meeting,
      errors: ['not_found', 'meeting_not_changeable'],
      async handle({ actor, params, body }) {
        return tagged(await meetings.cancel(actor, params.id, body.reason));
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

function tagged(answer: Meeting, headers: Record<string, string> = {}): Reply {
  return new Reply(answer, { headers: { ETag: `"${answer.version}"`, ...headers } });
}
