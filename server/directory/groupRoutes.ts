import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { changeGroupBody, createGroupBody, group } from '../protocol/directory.ts';
import { id } from '../protocol/ids.ts';
import { listOf } from '../protocol/rest.ts';
import type { Groups } from './groups.ts';
import { versioned } from './unitRoutes.ts';

const byId = z.object({ id });

/** @returns the routes of endpoint groups */
export function groupRoutes(groups: Groups): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/groups',
      paged: true,
      summary: 'Groups of the caller’s units and of those above, with today’s members that the caller may see',
      access: 'user',
      answer: listOf(group),
      handle: async ({ actor }) => ({ items: await groups.list(actor), nextCursor: null }),
    }),
    defineRoute({
      method: 'post',
      path: '/groups',
      etag: true,
      summary: 'Make a group of endpoints, named one by one, by a rule, or both',
      access: 'user',
      body: createGroupBody,
      answer: group,
      status: 201,
      errors: ['not_found', 'name_taken', 'endpoint_unknown'],
      handle: async ({ actor, body }) => versioned(await groups.create(actor, body), 201),
    }),
    defineRoute({
      method: 'get',
      path: '/groups/:id',
      etag: true,
      summary: 'One group',
      access: 'user',
      params: byId,
      answer: group,
      errors: ['not_found'],
      handle: async ({ actor, params }) => versioned(await groups.get(actor, params.id)),
    }),
    defineRoute({
      method: 'patch',
      path: '/groups/:id',
      etag: true,
      ifMatch: true,
      summary: 'Change a group; honours If-Match',
      access: 'user',
      params: byId,
      body: changeGroupBody,
      answer: group,
      errors: ['not_found', 'name_taken', 'version_conflict', 'endpoint_unknown'],
      handle: async ({ actor, params, body, headers }) =>
        versioned(await groups.change(actor, params.id, body, headers.ifMatch)),
    }),
    defineRoute({
      method: 'delete',
      path: '/groups/:id',
      ifMatch: true,
      summary: 'Remove a group; its endpoints stay',
      access: 'user',
      params: byId,
      errors: ['not_found'],
      handle: async ({ actor, params, headers }) => groups.remove(actor, params.id, headers.ifMatch),
    }),
  ];
}
