import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { levelBody, levelCode } from '../protocol/directory.ts';
import { level } from '../protocol/rest.ts';
import type { Levels } from './levels.ts';

const byCode = z.object({ code: levelCode });

/** @returns the routes by which the levels of the organisation are kept */
export function levelRoutes({ levels }: { levels: Levels }): Route[] {
  return [
    defineRoute({
      method: 'put',
      path: '/levels/:code',
      summary: 'Add a level or change its name and rank',
      access: 'user',
      params: byCode,
      body: levelBody,
      answer: level,
      handle: ({ actor, params, body }) => levels.put(actor, { code: params.code, ...body }),
    }),
    defineRoute({
      method: 'delete',
      path: '/levels/:code',
      summary: 'Remove a level that no unit has',
      access: 'user',
      params: byCode,
      errors: ['not_found', 'plan_refused'],
      handle: async ({ actor, params }) => levels.remove(actor, params.code),
    }),
  ];
}
