import { z } from 'zod';
import type { UserActor } from '../accounts/actor.ts';
import { AppError } from '../errors.ts';
import { defineRoute } from '../http/route.ts';
import type { Reply, Route } from '../http/route.ts';
import {
  changeEndpointBody,
  createEndpointBody,
  dutyBody,
  endpointDetail,
  retireEndpointBody,
} from '../protocol/directory.ts';
import type { EndpointDetail } from '../protocol/directory.ts';
import type { Operation } from '../protocol/surgery.ts';
import { id } from '../protocol/ids.ts';
import type { ErrorCode } from '../protocol/refusal.ts';
import type { Cards } from './cards.ts';
import type { Surgery } from './surgery.ts';
import { versioned } from './unitRoutes.ts';

/** What the routes of endpoints need. */
export interface EndpointRouteServices {
  cards: Cards;
  surgery: Surgery;
  online: (endpointId: string) => boolean;
}

const byId = z.object({ id });
const ERRORS: ErrorCode[] = ['not_found', 'name_taken', 'version_conflict', 'plan_refused'];

/** @returns the routes of single endpoints */
export function endpointRoutes(services: EndpointRouteServices): Route[] {
  const { surgery } = services;
  const card = cardReader(services);
  return [
    defineRoute({
      method: 'get',
      path: '/endpoints/:id',
      etag: true,
      summary: 'One endpoint with its line, equipment, contacts, duty card, and all names and units that it had',
      access: 'user',
      params: byId,
      answer: endpointDetail,
      errors: ['not_found'],
      handle: async ({ actor, params }) => versioned(await card(actor, params.id)),
    }),
    defineRoute({
      method: 'post',
      path: '/endpoints',
      etag: true,
      summary: 'Make an endpoint of a unit, from a day on',
      access: 'user',
      body: createEndpointBody,
      answer: endpointDetail,
      status: 201,
      errors: ERRORS,
      handle: async ({ actor, body: { on, unitId, ...rest } }) => {
        const operations: Operation[] = [{ op: 'createEndpoint', ...rest, to: unitId }];
        const [made] = await surgery.edit(actor, { operations, on: on ?? null, expects: null });
        return versioned(await card(actor, made ?? ''), 201);
      },
    }),
    ...changeRoutes(services),
    defineRoute({
      method: 'put',
      path: '/endpoints/:id/duty',
      etag: true,
      ifMatch: true,
      summary: 'Say who is on duty at the endpoint and who stands in; null: nobody',
      access: 'user',
      params: byId,
      body: dutyBody,
      answer: endpointDetail,
      errors: ['not_found'],
      handle: async ({ actor, params, body, headers }): Promise<Reply> => {
        const before = await card(actor, params.id);
        if (!before.may.changeDuty) {
          throw new AppError('not_allowed', 'This needs the role administrator, operator or technician over the unit.');
        }
        await surgery.setDuty(actor, before, body.duty, headers.ifMatch);
        return versioned(await card(actor, params.id));
      },
    }),
  ];
}

function changeRoutes(services: EndpointRouteServices): Route[] {
  const { surgery } = services;
  const card = cardReader(services);
  return [
    defineRoute({
      method: 'patch',
      path: '/endpoints/:id',
      etag: true,
      ifMatch: true,
      summary: 'Change an endpoint; a new name or unit holds from a day on; honours If-Match',
      access: 'user',
      params: byId,
      body: changeEndpointBody,
      answer: endpointDetail,
      errors: ERRORS,
      handle: async ({ actor, params, body: { on, unitId, ...rest }, headers }) => {
        const before = await card(actor, params.id);
        assertChangeable(before, headers.ifMatch);
        const operations: Operation[] = [];
        if (Object.keys(rest).length > 0) operations.push({ op: 'changeEndpoint', endpoint: params.id, ...rest });
        if (unitId !== undefined && unitId !== before.unitId) {
          operations.push({ op: 'moveEndpoint', endpoint: params.id, to: unitId });
        }
        const expects = { kind: 'endpoint', id: params.id, version: headers.ifMatch } as const;
        if (operations.length > 0) await surgery.edit(actor, { operations, on: on ?? null, expects });
        return versioned(await card(actor, params.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/endpoints/:id/retire',
      etag: true,
      ifMatch: true,
      summary: 'End an endpoint from a day on; refused while it is booked on or after that day; honours If-Match',
      access: 'user',
      params: byId,
      body: retireEndpointBody,
      answer: endpointDetail,
      errors: ERRORS,
      handle: async ({ actor, params, body, headers }) => {
        assertChangeable(await card(actor, params.id), headers.ifMatch);
        const operations: Operation[] = [{ op: 'retireEndpoint', endpoint: params.id }];
        const expects = { kind: 'endpoint', id: params.id, version: headers.ifMatch } as const;
        await surgery.edit(actor, { operations, on: body.on ?? null, expects });
        return versioned(await card(actor, params.id));
      },
    }),
  ];
}

function cardReader({ cards, online }: EndpointRouteServices) {
  return (actor: UserActor, endpointId: string): Promise<EndpointDetail> =>
    cards.endpoint(actor, endpointId, online(endpointId));
}

/** Said before the plan is tried, so that a plain lack of the role is not hidden behind another fault. */
function assertChangeable(before: EndpointDetail, ifMatch: number | null): void {
  if (!before.may.change) throw new AppError('not_allowed', 'This needs the role administrator over the unit.');
  assertUnchanged(before, ifMatch);
}

function assertUnchanged({ version }: EndpointDetail, ifMatch: number | null): void {
  if (ifMatch === null || ifMatch === version) return;
  throw new AppError('version_conflict', 'The endpoint was changed by somebody else meanwhile: read it again.');
}
