import { csvOf } from '../../server/directory/sheetWriter.ts';
import { CSV_TYPE } from '../../server/protocol/surgery.ts';
import { ofSides, standing } from './ask.ts';
import type { Ask, Asks } from './ask.ts';
import type { Got } from './wire.ts';
import type { Side, World } from './world.ts';

const line = { downKbps: 2000, upKbps: 1000 };

function newUnit(world: World, side: Side) {
  const code = world.fresh('U');
  return { code, name: `Thôn ${code}`, parentId: world.places[side].unitId, level: 'commune' };
}

function newEndpoint(world: World, side: Side) {
  const code = world.fresh('E');
  return { code, name: `Phòng ${code}`, unitId: world.places[side].unitId, line };
}

function newGroup(world: World, side: Side) {
  const { unitId } = world.places[side];
  return { name: world.fresh('Nhóm'), unitId, endpointIds: world.reach(side) };
}

const groups = (world: World) =>
  standing(world, 'group', async (side) => (await world.admin('post', '/groups', newGroup(world, side))).id);

/** A plan that renames the unit of a side. */
function plan(world: World, side: Side) {
  const operations = [{ op: 'changeUnit', unit: world.places[side].unitId, name: world.fresh('Tên mới') }];
  return { title: world.fresh(`Đổi tên ${side}`), operations };
}

async function applied(world: World, side: Side): Promise<string> {
  return (await world.admin('post', '/directory/surgery/apply', plan(world, side))).id;
}

/** A sheet with the endpoint of a side and another name for it. */
function sheet(world: World, side: Side) {
  const { endpointCode } = world.places[side];
  const rows = csvOf([
    ['Mã', 'Tên'],
    [endpointCode, world.fresh('Phòng họp')],
  ]);
  return { type: CSV_TYPE, bytes: Buffer.from(rows) };
}

/** A plan has many steps, so what one may not do is a fault of the step. */
function planVerdict({ status, body }: Got): string | null {
  const [fault] = body?.faults ?? [];
  if (status === 200) return body.ok === false ? `fault ${fault?.code}` : null;
  return status === 422 ? `${body.code} ${fault?.code}` : null;
}

const units = async (world: World) => ofSides(world, (side) => world.places[side].unitId);
const endpoints = async (world: World) => ofSides(world, (side) => world.places[side].endpointId);
const list = (path: string, shows: Ask['shows']): Ask => ({
  kind: 'list',
  make: () => ({ path }),
  ...(shows && { shows }),
});

/** How the routes of levels, units, endpoints and groups are called. */
export const DIRECTORY_ASKS: Asks = {
  'get /levels': { kind: 'plain', make: () => ({ path: '/levels' }) },
  'put /levels/{code}': {
    kind: 'plain',
    make: () => ({ path: '/levels/hamlet', body: { name: 'Thôn', rank: 77 } }),
  },
  'delete /levels/{code}': {
    kind: 'plain',
    once: true,
    make: async ({ world }) => {
      const code = world.fresh('level').toLowerCase();
      await world.admin('put', `/levels/${code}`, { name: code, rank: 78 });
      return { path: `/levels/${code}` };
    },
  },
  'get /units': list('/units', units),
  'get /units/{id}': { kind: 'one', make: ({ world, side }) => ({ path: `/units/${world.places[side].unitId}` }) },
  'post /units': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => ({ path: '/units', body: newUnit(world, side) }),
  },
  'patch /units/{id}': {
    kind: 'one',
    make: ({ world, side }) => ({ path: `/units/${world.places[side].unitId}`, body: { sort: 5 } }),
  },
  'patch /units/{id} (away to the foreign branch)': {
    kind: 'plain',
    once: true,
    make: async ({ world }) => {
      const { id } = await world.admin('post', '/units', newUnit(world, 'own'));
      return { path: `/units/${id}`, body: { parentId: world.places.foreign.unitId } };
    },
    verdict: planVerdict,
  },
  'post /units/{id}/retire': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => {
      const { id } = await world.admin('post', '/units', newUnit(world, side));
      return { path: `/units/${id}/retire`, body: {} };
    },
  },
  'get /endpoints': list('/endpoints?limit=500', endpoints),
  'get /endpoints/{id}': {
    kind: 'one',
    make: ({ world, side }) => ({ path: `/endpoints/${world.places[side].endpointId}` }),
  },
  'post /endpoints': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => ({ path: '/endpoints', body: newEndpoint(world, side) }),
  },
  'patch /endpoints/{id}': {
    kind: 'one',
    make: ({ world, side }) => ({ path: `/endpoints/${world.places[side].endpointId}`, body: { line } }),
  },
  'patch /endpoints/{id} (into a unit of a side)': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => {
      const { id } = await world.admin('post', '/endpoints', newEndpoint(world, 'own'));
      const unitId = side === 'own' ? world.branchId : world.places[side].unitId;
      return { path: `/endpoints/${id}`, body: { unitId } };
    },
    verdict: planVerdict,
  },
  'post /endpoints/{id}/retire': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => {
      const { id } = await world.admin('post', '/endpoints', newEndpoint(world, side));
      return { path: `/endpoints/${id}/retire`, body: {} };
    },
  },
  'put /endpoints/{id}/duty': {
    kind: 'one',
    make: ({ world, side }) => ({
      path: `/endpoints/${world.places[side].endpointId}/duty`,
      body: { duty: { name: 'Người trực', phone: '0207 3822 222' } },
    }),
  },
  'get /directory/tree': list('/directory/tree', units),
  'get /groups': list('/groups', groups),
  'post /groups': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => ({ path: '/groups', body: newGroup(world, side) }),
  },
  'get /groups/{id}': {
    kind: 'one',
    make: async ({ world, side }) => ({ path: `/groups/${(await groups(world))[side]}` }),
  },
  'patch /groups/{id}': {
    kind: 'one',
    make: async ({ world, side }) => ({ path: `/groups/${(await groups(world))[side]}`, body: { note: 'Ghi chú' } }),
  },
  'patch /groups/{id} (with endpoints of a side)': {
    kind: 'one',
    make: async ({ world, side }) => ({
      path: `/groups/${(await groups(world)).own}`,
      body: { endpointIds: [world.places[side].endpointId] },
    }),
  },
  'delete /groups/{id}': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => {
      return { path: `/groups/${(await world.admin('post', '/groups', newGroup(world, side))).id}` };
    },
  },
};

/** How the routes of plans and sheets are called. */
export const PLAN_ASKS: Asks = {
  'post /directory/surgery/preview': {
    kind: 'one',
    make: ({ world, side }) => ({ path: '/directory/surgery/preview', body: plan(world, side) }),
    verdict: planVerdict,
  },
  'post /directory/surgery/apply': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => ({ path: '/directory/surgery/apply', body: plan(world, side) }),
    verdict: planVerdict,
  },
  'post /directory/surgery/undo': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => ({
      path: '/directory/surgery/undo',
      body: { surgeryId: await applied(world, side) },
    }),
  },
  'get /directory/surgery': list('/directory/surgery?limit=500', (world) =>
    standing(world, 'surgery', (side) => applied(world, side)),
  ),
  'post /directory/import/{kind}/preview': {
    kind: 'one',
    make: ({ world, side }) => ({ path: '/directory/import/endpoints/preview', file: sheet(world, side) }),
    verdict: planVerdict,
  },
  'post /directory/import/{kind}/apply': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => ({ path: '/directory/import/endpoints/apply', file: sheet(world, side) }),
    verdict: planVerdict,
  },
  'get /directory/export/{kind}': list('/directory/export/endpoints?format=csv', async (world) =>
    ofSides(world, (side) => world.places[side].endpointCode),
  ),
  'get /directory/export/{kind} (units)': list('/directory/export/units?format=csv', async (world) =>
    ofSides(world, (side) => `${world.places[side].unitCode},`),
  ),
};
