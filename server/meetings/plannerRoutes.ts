import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { id } from '../protocol/ids.ts';
import { checkBody, checked, plannerQuery, plannerWeek, series as seriesAnswer } from '../protocol/meetings.ts';
import type { Planner } from './plannerService.ts';
import type { SeriesService } from './seriesService.ts';

/** What the routes of the planner need. */
export interface PlannerServices {
  planner: Planner;
  series: SeriesService;
}

/** @returns the routes that show the calendar of many endpoints and tell clashes before a meeting is saved */
export function plannerRoutes({ planner, series }: PlannerServices): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/meetings/check',
      summary: 'What a meeting would clash with, and the nearest later time at which all are free; nothing is booked',
      access: 'user',
      // a question, though it is asked by POST
      scope: 'meetings:read',
      limit: { points: 600, seconds: 60, by: 'actor' },
      body: checkBody,
      answer: checked,
      errors: [
        'not_found',
        'endpoint_unknown',
        'end_before_start',
        'meeting_too_long',
        'time_in_past',
        'series_refused',
      ],
      handle: async ({ actor, body }) => planner.check(actor, body),
    }),
    defineRoute({
      method: 'get',
      path: '/planner',
      summary: 'All bookings of the endpoints that the caller may see, in one compact answer',
      access: 'any',
      query: plannerQuery,
      answer: plannerWeek,
      handle: async ({ actor, query }) => planner.week(actor, query),
    }),
    defineRoute({
      method: 'get',
      path: '/series/:id',
      summary: 'The rule of a series and its occurrences',
      access: 'any',
      params: z.strictObject({ id }),
      answer: seriesAnswer,
      errors: ['not_found'],
      handle: async ({ actor, params }) => series.get(actor, params.id),
    }),
  ];
}
