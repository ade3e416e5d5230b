import { z } from 'zod';
import type { UserActor } from '../accounts/actor.ts';
import { assertMayIn, visibleUnits } from '../accounts/rights.ts';
import { AppError } from '../errors.ts';
import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { id } from '../protocol/ids.ts';
import {
  approveDeviceBody,
  device,
  enrolDeviceBody,
  enrolled,
  listOf,
  pairBody,
  paired,
  pairingAskBody,
  pairingBody,
  pairingStarted,
} from '../protocol/rest.ts';
import type { Device } from '../protocol/rest.ts';
import type { DeviceInfo, DeviceService } from './deviceService.ts';
import type { DirectoryService } from './directoryService.ts';

/** What the routes of devices need. */
export interface DeviceRouteServices {
  directory: DirectoryService;
  devices: DeviceService;
  /** makes the address that carries a one-time token to the PC */
  pairUrl: (token: string) => string;
}

const byId = z.object({ id });
const deviceQuery = z.strictObject({ endpointId: id.optional(), state: device.shape.state.optional() });

/** Many rooms may stand behind one address. Secrets and tokens are beyond guessing: this only bounds the work. */
const ASKING = { points: 600, seconds: 60, by: 'address' } as const;

function shown(info: DeviceInfo): Device {
  return { ...info, createdAt: info.createdAt.toISOString(), lastSeenAt: info.lastSeenAt?.toISOString() ?? null };
}

/** @returns the routes by which a PC comes to speak for an endpoint, and an administrator's hand on it */
export function deviceRoutes(services: DeviceRouteServices): Route[] {
  return [...pairingRoutes(services), ...admissionRoutes(services), ...oversightRoutes(services)];
}

function pairingRoutes({ devices }: DeviceRouteServices): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/devices/pairing',
      summary: 'A PC asks to be paired: it shows the code and keeps the secret',
      access: 'public',
      limit: { points: 10, seconds: 60, by: 'address' },
      body: pairingBody,
      answer: pairingStarted,
      status: 201,
      errors: ['too_many_requests'],
      handle: async ({ body }) => {
        const started = await devices.startPairing(body);
        return { ...started, expiresAt: started.expiresAt.toISOString() };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/devices/pairing/:id',
      summary: 'The PC asks whether it was approved; the credential is given once',
      access: 'public',
      limit: ASKING,
      params: byId,
      body: pairingAskBody,
      answer: paired,
      errors: ['pairing_pending', 'pairing_unknown'],
      handle: ({ params, body }) => devices.ask(params.id, body.secret),
    }),
    defineRoute({
      method: 'post',
      path: '/devices/pair',
      summary: 'A PC exchanges the token of its one-time link for the credential',
      access: 'public',
      limit: ASKING,
      body: pairBody,
      answer: paired,
      errors: ['pairing_unknown'],
      handle: ({ body }) => devices.pair(body.token),
    }),
  ];
}

/** An administrator lets a device in. */
function admissionRoutes({ directory, devices, pairUrl }: DeviceRouteServices): Route[] {
  /** @throws AppError endpoint_unknown, not_allowed */
  const assertAdministers = async (actor: UserActor, endpointId: string): Promise<void> => {
    const tree = await directory.tree();
    const [info] = await directory.endpointsByIds([endpointId]);
    // one that the actor cannot see is answered as one that does not exist
    if (!info || !visibleUnits(actor, tree).has(info.unitId)) {
      throw new AppError('endpoint_unknown', 'There is no such endpoint.');
    }
    assertMayIn(actor, ['administrator'], info.unitId, tree);
  };

  return [
    defineRoute({
      method: 'post',
      path: '/devices/approve',
      summary: 'Give the PC that shows this code to an endpoint',
      access: 'user',
      limit: { points: 30, seconds: 60, by: 'actor' },
      body: approveDeviceBody,
      answer: device,
      errors: ['pairing_unknown', 'endpoint_unknown'],
      handle: async ({ actor, body }) => {
        await assertAdministers(actor, body.endpointId);
        return shown(await devices.approve(body, actor.userId));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/devices',
      summary: 'Enrol a device by a one-time link',
      access: 'user',
      body: enrolDeviceBody,
      answer: enrolled,
      status: 201,
      errors: ['endpoint_unknown'],
      handle: async ({ actor, body }) => {
        await assertAdministers(actor, body.endpointId);
        const { deviceId, token, expiresAt } = await devices.enrol(body, actor.userId);
        return { deviceId, pairUrl: pairUrl(token), expiresAt: expiresAt.toISOString() };
      },
    }),
  ];
}

/** Who looks after endpoints sees their devices, and ends them. */
function oversightRoutes({ directory, devices }: DeviceRouteServices): Route[] {
  /** Devices without an endpoint belong to nobody yet: every administrator may see and end them. */
  const overseen = async (actor: UserActor, roles: ('administrator' | 'technician')[]) => {
    const units = visibleUnits(actor, await directory.tree(), roles);
    const endpoints = new Set((await directory.allEndpoints()).filter((e) => units.has(e.unitId)).map((e) => e.id));
    return (info: DeviceInfo) => (info.endpointId === null ? units.size > 0 : endpoints.has(info.endpointId));
  };

  return [
    defineRoute({
      method: 'get',
      path: '/devices',
      paged: true,
      summary: 'Devices of the endpoints that the caller looks after, newest first',
      access: 'user',
      query: deviceQuery,
      answer: listOf(device),
      handle: async ({ actor, query }) => {
        const mine = await overseen(actor, ['administrator', 'technician']);
        return { items: (await devices.list(query)).filter(mine).map(shown), nextCursor: null };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/devices/:id',
      summary: 'End a device: its credential opens nothing any more',
      access: 'user',
      params: byId,
      errors: ['not_found'],
      handle: async ({ actor, params }) => {
        const mine = await overseen(actor, ['administrator']);
        if (!mine(await devices.device(params.id))) throw new AppError('not_found', 'There is no such device.');
        await devices.revoke(params.id);
      },
    }),
  ];
}
