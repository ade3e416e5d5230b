import { mayIn, visibleUnits } from '../accounts/rights.ts';
import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { directoryTree, listedEndpoint, listedEndpointsQuery, treeQuery } from '../protocol/directory.ts';
import { level, listOf, unit } from '../protocol/rest.ts';
import type { DirectoryService } from './directoryService.ts';
import type { DirectoryWork } from './directoryWork.ts';
import { endpointRoutes } from './endpointRoutes.ts';
import { groupRoutes } from './groupRoutes.ts';
import { levelRoutes } from './levelRoutes.ts';
import { sheetRoutes } from './sheetRoutes.ts';
import { surgeryRoutes } from './surgeryRoutes.ts';
import { unitRoutes } from './unitRoutes.ts';

/** What the routes of the directory need. */
export interface DirectoryRouteServices extends DirectoryWork {
  directory: DirectoryService;
  /** whether a device of this endpoint is connected now */
  online: (endpointId: string) => boolean;
}

/** @returns the routes of levels, units, endpoints, groups, plans and sheets */
export function directoryRoutes(services: DirectoryRouteServices): Route[] {
  return [
    ...listRoutes(services),
    ...levelRoutes(services),
    ...unitRoutes(services),
    ...endpointRoutes(services),
    ...groupRoutes(services.groups),
    ...surgeryRoutes(services),
    ...sheetRoutes(services),
  ];
}

function listRoutes({ directory, online }: DirectoryRouteServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/levels',
      paged: true,
      summary: 'Levels of the organisation, first in rosters first',
      access: 'user',
      answer: listOf(level),
      handle: async () => ({ items: await directory.levels(), nextCursor: null }),
    }),
    defineRoute({
      method: 'get',
      path: '/units',
      paged: true,
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
    defineRoute({
      method: 'get',
      path: '/endpoints',
      summary: 'Endpoints that the caller may see, in roster order',
      access: 'user',
      query: listedEndpointsQuery,
      answer: listOf(listedEndpoint),
      handle: async ({ actor, query }) => {
        const page = await directory.listEndpoints({ ...query, within: visibleUnits(actor, await directory.tree()) });
        return { items: page.items.map((e) => ({ ...e, online: online(e.id) })), nextCursor: page.nextCursor };
      },
    }),
    treeRoute(directory),
  ];
}

function treeRoute(directory: DirectoryService): Route {
  return defineRoute({
    method: 'get',
    path: '/directory/tree',
    summary: 'Units and endpoints of a day with the names of that day, as far as the caller may see them',
    access: 'user',
    query: treeQuery,
    answer: directoryTree,
    handle: async ({ actor, query }) => {
      const today = directory.today();
      const { day: on, tree, roster, levels } = await directory.on(query.on ?? today);
      const seen = visibleUnits(actor, tree);
      const rows = await directory.rows();
      const stored = new Map([...rows.units, ...rows.endpoints].map((row) => [row.id, row]));
      const life = (id: string) => {
        const { validFrom, validTo, version } = stored.get(id)!;
        return { validFrom, validTo, version };
      };
      const rank = new Map(levels.map((one) => [one.code, one.rank]));
      const units = tree
        .units()
        .filter((row) => seen.has(row.id))
        .sort((a, b) => (rank.get(a.levelCode) ?? 0) - (rank.get(b.levelCode) ?? 0) || a.sort - b.sort);
      return {
        on,
        today,
        units: units.map((row) => ({
          ...row,
          ...life(row.id),
          level: row.levelCode,
          may: { change: mayIn(actor, ['administrator'], row.id, tree) },
        })),
        endpoints: roster.filter((row) => seen.has(row.unitId)).map((row) => ({ ...row, ...life(row.id) })),
      };
    },
  });
}
