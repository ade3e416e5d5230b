import { expect } from 'chai';
import { csvOf } from '../../server/directory/sheetWriter.ts';
import { openApi } from '../../server/http/openapi.ts';
import { CSV_TYPE, XLSX_TYPE } from '../../server/protocol/surgery.ts';
import { ROLES } from '../../server/protocol/rest.ts';
import type { Role } from '../../server/protocol/rest.ts';
import { databases } from '../support/database.ts';
import { DirectoryDesk } from '../support/directoryDesk.ts';
import type { Told } from '../support/directoryDesk.ts';

/** Where a call is aimed at: the subtree of who calls, or one beside it. */
type Side = 'own' | 'foreign';
interface Call {
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A branch and one unit in it, for each side. */
const PLACE = { own: { branch: 'SD', unit: 'SD-TAN-TRAO' }, foreign: { branch: 'YS', unit: 'YS-TRUNG-MON' } };
const ADMIN: Role[] = ['administrator'];
const EVERY: Role[] = [...ROLES];
const CSV = { 'content-type': CSV_TYPE };
const line = { downKbps: 2000, upKbps: 1000 };

describe('who may do what in the directory, for every role, route and subtree', function () {
  this.timeout(60_000);
  let desk: DirectoryDesk;
  let count = 0;
  const fresh = (prefix: string) => `${prefix}-${(count += 1)}`;
  const unit = async (side: Side) => desk.unitId(PLACE[side].unit);
  const endpoint = async (side: Side) => desk.endpointId(PLACE[side].unit);
  const ok = async (path: string, body: unknown): Promise<string> => {
    const { body: made, status } = await desk.call('admin', 'POST', path, body);
    expect(status, `${path} ${JSON.stringify(made)}`).to.equal(201);
    return made.id;
  };
  const newUnit = async (side: Side) => {
    const code = fresh('U');
    return { code, name: `Thôn ${code}`, parentId: await unit(side), level: 'commune' };
  };
  const newEndpoint = async (side: Side) => {
    const code = fresh('E');
    return { code, name: `Phòng ${code}`, unitId: await unit(side), line };
  };
  const newGroup = async (side: Side) => ({ name: fresh('Nhóm'), unitId: await desk.unitId(PLACE[side].branch) });
  const plan = (side: Side) => {
    return { operations: [{ op: 'changeUnit', unit: PLACE[side].unit, name: fresh('Xã') }] };
  };
  const sheet = (side: Side) =>
    csvOf([
      ['Mã', 'Tên'],
      [PLACE[side].unit, fresh('Xã')],
    ]);

  /**
   * Every route: the roles that may call it over a unit, and how. `list`: it is answered to each of these roles, but never
   * with anything of a foreign subtree. `top`: only over the whole organisation.
   */
  const MATRIX: Record<
    string,
    { roles: Role[]; kind: 'object' | 'list' | 'top'; call: (side: Side) => Promise<Call> | Call }
  > = {
    'get /levels': { roles: EVERY, kind: 'list', call: () => ({ path: '/levels' }) },
    'get /units': { roles: EVERY, kind: 'list', call: () => ({ path: '/units' }) },
    'get /endpoints': {
      roles: EVERY,
      kind: 'list',
      call: async (side) => ({ path: `/endpoints?unitId=${await desk.unitId(PLACE[side].branch)}` }),
    },
    'get /directory/tree': { roles: EVERY, kind: 'list', call: () => ({ path: '/directory/tree?on=2026-11-24' }) },
    'put /levels/:code': {
      roles: ADMIN,
      kind: 'top',
      call: () => ({ path: '/levels/x', body: { name: 'X', rank: 7 } }),
    },
    'delete /levels/:code': { roles: ADMIN, kind: 'top', call: () => ({ path: '/levels/x' }) },
    'get /units/:id': { roles: EVERY, kind: 'object', call: async (side) => ({ path: `/units/${await unit(side)}` }) },
    'post /units': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => ({ path: '/units', body: await newUnit(side) }),
    },
    'patch /units/:id': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => ({ path: `/units/${await unit(side)}`, body: { name: fresh('Xã') } }),
    },
    'post /units/:id/retire': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => ({ path: `/units/${await ok('/units', await newUnit(side))}/retire`, body: {} }),
    },
    'get /endpoints/:id': {
      roles: EVERY,
      kind: 'object',
      call: async (side) => ({ path: `/endpoints/${await endpoint(side)}` }),
    },
    'post /endpoints': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => ({ path: '/endpoints', body: await newEndpoint(side) }),
    },
    'patch /endpoints/:id': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => ({ path: `/endpoints/${await endpoint(side)}`, body: { line } }),
    },
    'post /endpoints/:id/retire': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => ({
        path: `/endpoints/${await ok('/endpoints', await newEndpoint(side))}/retire`,
        body: {},
      }),
    },
    'put /endpoints/:id/duty': {
      roles: ['administrator', 'operator', 'technician'],
      kind: 'object',
      call: async (side) => ({ path: `/endpoints/${await endpoint(side)}/duty`, body: { duty: null } }),
    },
    'get /groups': { roles: EVERY, kind: 'list', call: () => ({ path: '/groups' }) },
    'post /groups': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => ({ path: '/groups', body: await newGroup(side) }),
    },
    'get /groups/:id': {
      roles: EVERY,
      kind: 'object',
      call: async (side) => ({ path: `/groups/${await ok('/groups', await newGroup(side))}` }),
    },
    'patch /groups/:id': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => ({ path: `/groups/${await ok('/groups', await newGroup(side))}`, body: { note: 'x' } }),
    },
    'delete /groups/:id': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => ({ path: `/groups/${await ok('/groups', await newGroup(side))}` }),
    },
    // a dry run of what one may not do says so among its faults, and shows nothing
    'post /directory/surgery/preview': {
      roles: ADMIN,
      kind: 'list',
      call: (side) => ({ path: '/directory/surgery/preview', body: plan(side) }),
    },
    'post /directory/surgery/apply': {
      roles: ADMIN,
      kind: 'object',
      call: (side) => ({ path: '/directory/surgery/apply', body: plan(side) }),
    },
    'post /directory/surgery/undo': {
      roles: ADMIN,
      kind: 'object',
      call: async (side) => {
        const surgeryId = await ok('/directory/surgery/apply', plan(side));
        return { path: '/directory/surgery/undo', body: { surgeryId } };
      },
    },
    'get /directory/surgery': { roles: ADMIN, kind: 'list', call: () => ({ path: '/directory/surgery' }) },
    'post /directory/import/:kind/preview': {
      roles: ADMIN,
      kind: 'list',
      call: (side) => ({ path: '/directory/import/units/preview', body: sheet(side), headers: CSV }),
    },
    'post /directory/import/:kind/apply': {
      roles: ADMIN,
      kind: 'object',
      call: (side) => ({ path: '/directory/import/units/apply', body: sheet(side), headers: CSV }),
    },
    'get /directory/export/:kind': {
      roles: EVERY,
      kind: 'list',
      call: () => ({ path: '/directory/export/endpoints?format=csv' }),
    },
    'get /audit': { roles: ADMIN, kind: 'list', call: () => ({ path: '/audit?limit=500' }) },
  };

  const send = async (who: string | null, key: string, side: Side): Promise<Told & { asked: string }> => {
    const { path, body, headers } = await MATRIX[key]!.call(side);
    const told = await desk.call(who, key.split(' ')[0]!, path, body, headers);
    return { ...told, asked: `${path} ${Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body)}` };
  };
  const good = ({ status }: Told) => status >= 200 && status < 300;
  const nothingDone = ({ status, body }: Told) =>
    [401, 403, 404].includes(status) || (status === 422 && body.code === 'plan_refused');

  before(async () => {
    desk = await new DirectoryDesk(await databases()[0]!.open()).open();
    for (const role of ROLES) await desk.person(role, role, 'SD');
    await desk.person('nobody', null, 'SD');
    const endpointId = await endpoint('own');
    desk.actors.set('device', { kind: 'device', deviceId: endpointId, endpointId });
  });
  // every call of this test comes from a few people within seconds
  beforeEach(() => {
    for (const route of desk.routes) delete route.limit;
  });
  after(() => desk.close());

  it('is said for every route', () => {
    const routes = desk.routes.map((route) => `${route.method} ${route.path}`);
    expect(Object.keys(MATRIX)).to.have.members(routes);
  });

  it('stands in the description of the interface, files and all', () => {
    const { paths } = openApi(desk.routes) as { paths: Record<string, Record<string, { requestBody?: unknown }>> };
    const upload = paths['/directory/import/{kind}/preview']?.['post']?.requestBody as { content: object };
    expect(Object.keys(upload.content)).to.deep.equal([XLSX_TYPE, CSV_TYPE]);
    expect(Object.values(paths).flatMap((path) => Object.keys(path)).length).to.equal(desk.routes.length);
  });

  for (const key of Object.keys(MATRIX)) {
    it(`${key}`, async () => {
      const { roles, kind } = MATRIX[key]!;
      expect((await send(null, key, 'own')).status, 'without a credential').to.equal(401);
      expect((await send('device', key, 'own')).status, 'a device').to.equal(403);
      for (const side of ['own', 'foreign'] as const) {
        for (const who of [...ROLES, 'nobody'] as const) {
          const told = await send(who, key, side);
          const what = `${who} ${side}: ${told.status} ${JSON.stringify(told.body)?.slice(0, 200)}`;
          const holds = who !== 'nobody' && roles.includes(who);
          if (kind === 'list' && (holds || roles.length === ROLES.length)) expect(good(told), what).to.equal(true);
          else if (kind === 'object' && holds && side === 'own') expect(good(told), what).to.equal(true);
          else expect(nothingDone(told), what).to.equal(true);
          const said = told.bytes.toString();
          for (const secret of [await unit('foreign'), await endpoint('foreign'), PLACE.foreign.unit]) {
            // what the caller wrote himself may be said back to him
            if (!told.asked.includes(secret)) expect(said.includes(secret), `${what} says ${secret}`).to.equal(false);
          }
        }
      }
      if (kind === 'top') expect(good(await send('admin', key, 'own')), 'the administrator of all').to.equal(true);
    });
  }
});

describe('the rights of a branch administrator', () => {
  it('are those of the day: what a unit became is his from then on, what left is no longer his', async () => {
    const desk = await new DirectoryDesk(await databases()[0]!.open()).open();
    await desk.person('yenSon', 'administrator', 'YS');
    await desk.person('sonDuong', 'administrator', 'SD');
    const operations = [{ op: 'moveUnit', unit: 'SD-TAN-TRAO', to: 'YS' }];
    const plan = { operations, effectiveOn: '2026-12-01' };
    expect((await desk.call('yenSon', 'POST', '/directory/surgery/apply', plan)).status).to.equal(422);
    expect((await desk.call('admin', 'POST', '/directory/surgery/apply', plan)).status).to.equal(201);
    const path = `/endpoints/${await desk.endpointId('SD-TAN-TRAO')}`;
    expect((await desk.call('yenSon', 'GET', path)).status).to.equal(404);
    const early = { operations: [{ op: 'changeUnit', unit: 'SD-TAN-TRAO', name: 'Của tôi' }] };
    const refusal = await desk.call('yenSon', 'POST', '/directory/surgery/apply', early);
    expect(refusal.body.faults[0].code).to.equal('unknown_unit');
    const late = {
      operations: [{ op: 'changeUnit', unit: 'SD-TAN-TRAO', name: 'Còn của tôi' }],
      effectiveOn: '2026-12-05',
    };
    const gone = await desk.call('sonDuong', 'POST', '/directory/surgery/apply', late);
    expect(gone.body.faults[0].code).to.equal('not_allowed');
    desk.clock.ms = Date.parse('2026-12-01T08:00:00+07:00');
    expect((await desk.call('yenSon', 'GET', path)).status).to.equal(200);
    await desk.close();
  });
});
