import { z } from 'zod';
import { AppError } from '../errors.ts';
import { defineRoute, Reply } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { changeUnitBody, createUnitBody, retireUnitBody, unitDetail } from '../protocol/directory.ts';
import type { UnitDetail } from '../protocol/directory.ts';
import type { Operation } from '../protocol/surgery.ts';
import type { ErrorCode } from '../protocol/refusal.ts';
import { id } from '../protocol/ids.ts';
import type { Cards } from './cards.ts';
import type { Surgery } from './surgery.ts';

/** What the routes of units need. */
export interface UnitRouteServices {
  cards: Cards;
  surgery: Surgery;
}

const byId = z.object({ id });
const ERRORS: ErrorCode[] = ['not_found', 'name_taken', 'version_conflict', 'plan_refused'];

/** @returns an answer that carries its version for `If-Match` */
export function versioned<T extends { version: number }>(body: T, status = 200): Reply {
  return new Reply(body, { status, headers: { ETag: `"${body.version}"` } });
}

/** @returns the routes of single units */
export function unitRoutes({ cards, surgery }: UnitRouteServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/units/:id',
      etag: true,
      summary: 'One unit with all names and places that it had',
      access: 'user',
      params: byId,
      answer: unitDetail,
      errors: ['not_found'],
      handle: async ({ actor, params }) => versioned(await cards.unit(actor, params.id)),
    }),
    defineRoute({
      method: 'post',
      path: '/units',
      etag: true,
      summary: 'Make a unit, from a day on',
      access: 'user',
      body: createUnitBody,
      answer: unitDetail,
      status: 201,
      errors: ERRORS,
      handle: async ({ actor, body: { on, parentId, ...rest } }) => {
        const operations: Operation[] = [{ op: 'createUnit', ...rest, to: parentId }];
        const [made] = await surgery.edit(actor, { operations, on: on ?? null, expects: null });
        return versioned(await cards.unit(actor, made ?? ''), 201);
      },
    }),
    ...changeRoutes({ cards, surgery }),
  ];
}

function changeRoutes({ cards, surgery }: UnitRouteServices): Route[] {
  return [
    defineRoute({
      method: 'patch',
      path: '/units/:id',
      etag: true,
      ifMatch: true,
      summary: 'Rename a unit, give it another level or place it elsewhere, from a day on; honours If-Match',
      access: 'user',
      params: byId,
      body: changeUnitBody,
      answer: unitDetail,
      errors: ERRORS,
      handle: async ({ actor, params, body: { on, parentId, ...names }, headers }) => {
        const before = await cards.unit(actor, params.id);
        const operations: Operation[] = [];
        if (Object.keys(names).length > 0) operations.push({ op: 'changeUnit', unit: params.id, ...names });
        if (parentId !== undefined && parentId !== before.parentId) {
          operations.push({ op: 'moveUnit', unit: params.id, to: parentId });
        }
        assertChangeable(before, headers.ifMatch);
        const expects = { kind: 'unit', id: params.id, version: headers.ifMatch } as const;
        if (operations.length > 0) await surgery.edit(actor, { operations, on: on ?? null, expects });
        return versioned(await cards.unit(actor, params.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/units/:id/retire',
      etag: true,
      ifMatch: true,
      summary: 'End a unit from a day on; an heir takes over its units and endpoints; honours If-Match',
      access: 'user',
      params: byId,
      body: retireUnitBody,
      answer: unitDetail,
      errors: ERRORS,
      handle: async ({ actor, params, body: { on, heirId }, headers }) => {
        const before = await cards.unit(actor, params.id);
        assertChangeable(before, headers.ifMatch);
        const operations: Operation[] = [{ op: 'retireUnit', unit: params.id, ...(heirId && { to: heirId }) }];
        const expects = { kind: 'unit', id: params.id, version: headers.ifMatch } as const;
        await surgery.edit(actor, { operations, on: on ?? null, expects });
        return versioned(await cards.unit(actor, params.id));
      },
    }),
  ];
}

/** Said before the plan is tried, so that a plain lack of the role is not hidden behind another fault. */
function assertChangeable({ may, version }: UnitDetail, ifMatch: number | null): void {
  if (!may.change) throw new AppError('not_allowed', 'This needs the role administrator over the unit.');
  if (ifMatch === null || ifMatch === version) return;
  throw new AppError('version_conflict', 'The unit was changed by somebody else meanwhile: read it again.');
}
