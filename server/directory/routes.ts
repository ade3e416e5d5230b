import { z } from 'zod';
import type { UserActor } from '../accounts/actor.ts';
import { assertMayIn, visibleUnits } from '../accounts/rights.ts';
import { AppError } from '../errors.ts';
import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { id } from '../protocol/ids.ts';
import { changeEndpointBody, endpoint, endpointsQuery, level, listOf, unit } from '../protocol/rest.ts';
import type { Endpoint } from '../protocol/rest.ts';
import type { DirectoryService } from './directoryService.ts';
import type { EndpointInfo } from './roster.ts';

/** What the routes of the directory need. */
export interface DirectoryRouteServices {
  directory: DirectoryService;
  /** whether a device of this endpoint is connected now */
  online: (endpointId: string) => boolean;
}

const byId = z.object({ id });

/** @returns the routes of levels, units and endpoints */
export function directoryRoutes(services: DirectoryRouteServices): Route[] {
  return [...organisationRoutes(services.directory), ...endpointRoutes(services)];
}

function organisationRoutes(directory: DirectoryService): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/levels',
      summary: 'Levels of the organisation, first in rosters first',
      access: 'user',
      answer: listOf(level),
      handle: async () => ({ items: await directory.levels(), nextCursor: null }),
    }),
    defineRoute({
      method: 'get',
      path: '/units',
      summary: 'Units that the caller may see, and those above them',
      access: 'user',
      answer: listOf(unit),
      handle: async ({ actor }) => {
        const tree = await directory.tree();
        const ids = visibleUnits(actor, tree);
        for (const { unitId } of actor.grants) for (const above of tree.ancestors(unitId)) ids.add(above.id);
        const units = (await directory.units()).filter((row) => ids.has(row.id));
        return { items: units.map((row) => ({ ...row, level: row.levelCode })), nextCursor: null };
      },
    }),
  ];
}

function endpointRoutes({ directory, online }: DirectoryRouteServices): Route[] {
  const shown = (info: EndpointInfo): Endpoint => ({ ...info, online: online(info.id) });

  /** An endpoint that the actor may not see is as unknown as one that does not exist. */
  const seen = async (actor: UserActor, endpointId: string): Promise<EndpointInfo> => {
    const info = await directory.endpoint(endpointId);
    if (!visibleUnits(actor, await directory.tree()).has(info.unitId)) {
      throw new AppError('not_found', 'There is no such endpoint.');
    }
    return info;
  };

  return [
    defineRoute({
      method: 'get',
      path: '/endpoints',
      summary: 'Endpoints that the caller may see, in roster order',
      access: 'user',
      query: endpointsQuery,
      answer: listOf(endpoint),
      handle: async ({ actor, query }) => {
        const page = await directory.listEndpoints({ ...query, within: visibleUnits(actor, await directory.tree()) });
        return { items: page.items.map(shown), nextCursor: page.nextCursor };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/endpoints/:id',
      summary: 'One endpoint',
      access: 'user',
      params: byId,
      answer: endpoint,
      errors: ['not_found'],
      handle: async ({ actor, params }) => shown(await seen(actor, params.id)),
    }),
    defineRoute({
      method: 'patch',
      path: '/endpoints/:id',
      summary: 'Change the names or the line of an endpoint',
      access: 'user',
      params: byId,
      body: changeEndpointBody,
      answer: endpoint,
      errors: ['not_found'],
      handle: async ({ actor, params, body }) => {
        const { unitId } = await seen(actor, params.id);
        assertMayIn(actor, ['administrator'], unitId, await directory.tree());
        return shown(await directory.changeEndpoint(params.id, body));
      },
    }),
  ];
}
