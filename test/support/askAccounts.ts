import { ofSides, standing } from './ask.ts';
import type { Ask, Asks } from './ask.ts';
import { PEOPLE } from './world.ts';
import type { Caller, Side, World } from './world.ts';

const plain = (path: string): Ask => ({ kind: 'plain', make: () => ({ path }) });
const isPerson = (caller: Caller) => PEOPLE.includes(caller);
/** Own things of somebody, and of somebody else. */
const MINE = ['own', 'foreign'] as const;

const users = (world: World) =>
  standing(world, 'user', async (side: Side) => (await world.user(world.places[side].unitId, [])).id);
const devices = (world: World) =>
  standing(world, 'device', async (side: Side) => {
    const { deviceId } = await world.admin('post', '/devices', {
      endpointId: world.places[side].endpointId,
      label: side,
    });
    return deviceId;
  });

/** A PC that waits for its approval. */
async function waiting(world: World): Promise<{ deviceId: string; code: string; secret: string }> {
  const body = { label: 'PC' };
  const sent = { method: 'post', path: '/devices/pairing', body, from: world.address() };
  return (await world.wire.send(sent)).body;
}

/** How the routes of sign-in, users and devices are called. */
export const ACCOUNT_ASKS: Asks = {
  'get /about': plain('/about'),
  'post /sign-in': {
    kind: 'plain',
    make: ({ world }) => {
      const { username, password } = world.callers.technician;
      return { path: '/sign-in', body: { username, password } };
    },
  },
  'post /sign-out': {
    kind: 'plain',
    personal: true,
    // the caller himself stays signed in
    make: async ({ world, caller }) =>
      isPerson(caller)
        ? { path: '/sign-out', token: await world.signIn(world.callers[caller]) }
        : { path: '/sign-out' },
  },
  'get /me': plain('/me'),
  'post /me/password': {
    kind: 'plain',
    personal: true,
    make: ({ world, caller }) => {
      const { password } = world.callers[caller];
      const next = `la-tre-xanh-${world.fresh('ben-suoi')}`;
      return { path: '/me/password', body: { current: password || 'khong-co', next } };
    },
    done: ({ world, caller }, { body }) => {
      world.callers[caller].password = (body as { next: string }).next;
    },
  },
  'get /me/sign-ins': plain('/me/sign-ins'),
  'delete /me/sign-ins': plain('/me/sign-ins'),
  'delete /me/sign-ins/{id}': {
    kind: 'one',
    sides: MINE,
    personal: true,
    make: async ({ world, caller, side }) => {
      const whose = side === 'own' && isPerson(caller) ? caller : caller === 'operator' ? 'technician' : 'operator';
      await world.signIn(world.callers[whose]);
      const { items } = await world.good(whose, { method: 'get', path: '/me/sign-ins' });
      const other = items.find((one: { current: boolean }) => !one.current);
      return { path: `/me/sign-ins/${other.id}` };
    },
  },
  'get /users': { kind: 'list', make: () => ({ path: '/users?limit=500' }), shows: users },
  'post /users': {
    kind: 'one',
    make: ({ world, side }) => {
      const username = world.fresh('moi');
      const { unitId } = world.places[side];
      const password = `mat-khau-cua-${username}`;
      const grants = [{ role: 'operator', unitId }];
      return { path: '/users', body: { username, displayName: username, unitId, password, grants } };
    },
    once: true,
  },
  'post /users (a role over what lies above)': {
    kind: 'plain',
    make: ({ world }) => {
      const username = world.fresh('moi');
      const grants = [{ role: 'technician', unitId: world.places.above.unitId }];
      const body = {
        username,
        displayName: username,
        unitId: world.branchId,
        password: `mat-khau-cua-${username}`,
        grants,
      };
      return { path: '/users', body };
    },
    once: true,
  },
  'patch /users/{id}': {
    kind: 'one',
    make: async ({ world, side }) => ({
      path: `/users/${(await users(world))[side]}`,
      body: { displayName: 'Tên mới' },
    }),
  },
  'patch /users/{id} (roles over a side)': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => ({
      path: `/users/${(await world.user(world.places.own.unitId, [])).id}`,
      body: { grants: [{ role: 'operator', unitId: world.places[side].unitId }] },
    }),
  },
  'patch /users/{id} (who administers all)': {
    kind: 'plain',
    make: ({ world }) => ({
      path: `/users/${world.callers.administratorOfAll.userId}`,
      body: { displayName: 'Quản trị' },
    }),
  },
  'post /users/{id}/password': {
    kind: 'one',
    make: async ({ world, side }) => ({
      path: `/users/${(await users(world))[side]}/password`,
      body: { password: 'la-tre-xanh-ben-suoi' },
    }),
  },
  'post /users/{id}/password (who administers all)': {
    kind: 'plain',
    make: ({ world }) => ({
      path: `/users/${world.callers.administratorOfAll.userId}/password`,
      body: { password: 'la-tre-xanh-ben-suoi' },
    }),
  },
  'post /devices/pairing': { kind: 'plain', make: () => ({ path: '/devices/pairing', body: { label: 'PC' } }) },
  'post /devices/pairing/{id}': {
    kind: 'plain',
    once: true,
    make: async ({ world }) => {
      const { deviceId, code, secret } = await waiting(world);
      await world.admin('post', '/devices/approve', { code, endpointId: world.places.own.endpointId });
      return { path: `/devices/pairing/${deviceId}`, body: { secret } };
    },
  },
  'post /devices/pair': {
    kind: 'plain',
    once: true,
    make: async ({ world }) => {
      const { endpointId } = world.places.own;
      const { pairUrl } = await world.admin('post', '/devices', { endpointId, label: 'PC' });
      return { path: '/devices/pair', body: { token: new URL(pairUrl).searchParams.get('pair') } };
    },
  },
  'post /devices/approve': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => {
      const { code } = await waiting(world);
      return { path: '/devices/approve', body: { code, endpointId: world.places[side].endpointId } };
    },
  },
  'post /devices': {
    kind: 'one',
    make: ({ world, side }) => ({ path: '/devices', body: { endpointId: world.places[side].endpointId, label: 'PC' } }),
  },
  'get /devices': { kind: 'list', make: () => ({ path: '/devices' }), shows: devices },
  'delete /devices/{id}': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => {
      const body = { endpointId: world.places[side].endpointId, label: 'PC' };
      return { path: `/devices/${(await world.admin('post', '/devices', body)).deviceId}` };
    },
  },
  'get /audit': {
    kind: 'list',
    make: () => ({ path: '/audit?limit=500' }),
    shows: async (world) => {
      const { above, own, foreign } = world.places;
      for (const { unitId } of [above, own, foreign]) await world.admin('patch', `/units/${unitId}`, { sort: 3 });
      return ofSides(world, (side) => `unit:${world.places[side].unitId}`);
    },
  },
};
