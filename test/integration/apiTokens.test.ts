import { expect } from 'chai';
import type { ApiToken, ApiTokenMade, OwnedApiToken, Scope } from '../../server/protocol/integrations.ts';
import { apiTokenEntity } from '../../server/accounts/apiToken.entity.ts';
import { newId } from '../../server/db/uuid.ts';
import type { Problem } from '../../server/protocol/errors.ts';
import type { Method } from '../support/api.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { startProgram } from '../support/program.ts';
import type { ControlPlane, Signed } from '../support/program.ts';
import { connectSocket } from '../support/socket.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Operation {
  security: Record<string, string[]>[];
  'x-api-token'?: string;
  responses: Record<string, { description: string }>;
}
interface Walked extends Operation {
  method: Method;
  path: string;
}

for (const database of databases()) {
  describe(`API tokens on ${database.name}`, () => {
    let plane: ControlPlane;
    let operations: Walked[];

    before(async function () {
      this.timeout(DATABASE_START_MS);
      plane = await startProgram(await database.url());
      const { paths } = await plane
        .api()
        .ok<{ paths: Record<string, Record<string, Operation>> }>('get', '/openapi.json');
      operations = Object.entries(paths).flatMap(([path, of]) =>
        Object.entries(of).map(([method, one]) => ({ ...one, method: method as Method, path })),
      );
    });
    after(() => plane?.close());

    const make = (who: Signed, scopes: Scope[], extra: Record<string, unknown> = {}) =>
      who.ok<ApiTokenMade>('post', '/me/api-tokens', {
        name: 'Đồng bộ lịch',
        scopes,
        password: who.password,
        ...extra,
      });
    const statusOf = async (token: string, path = '/me') => (await plane.api(token).call('get', path)).status;
    const turn = (id: string, column: string, at: number) =>
      plane.db.dataSource.query(`UPDATE api_token SET ${column} = ? WHERE id = ?`, [
        new Date(at).toISOString().replace('T', ' ').slice(0, 23),
        id,
      ]);

    it('have a scope, or are refused on purpose, at every route of the interface', () => {
      const undecided = operations.filter(({ security, ...one }) => {
        const byToken = security.some((way) => 'apiToken' in way);
        return security.length > 0 && !byToken && one['x-api-token'] !== 'closed';
      });
      expect(undecided.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([]);
      expect(operations.length).to.be.greaterThan(85);
      const of = (method: string, path: string) =>
        operations
          .find((one) => one.method === method && one.path === path)
          ?.security.find((way) => 'apiToken' in way)?.['apiToken'];
      expect(of('patch', '/units/{id}')).to.deep.equal(['directory:write']);
      expect(of('get', '/meetings')).to.deep.equal(['meetings:read']);
      expect(of('put', '/meetings/{id}/registrations/{endpointId}')).to.deep.equal(['invitations:write']);
      expect(of('post', '/meetings/{id}/start')).to.deep.equal(['sessions:write']);
      expect(of('get', '/audit')).to.deep.equal(['audit:read']);
      expect(of('get', '/me')).to.deep.equal([]);
      const closed = ['/me/password', '/me/api-tokens', '/users', '/api-tokens', '/webhooks', '/devices', '/feeds'];
      for (const path of closed) expect(of('post', path), path).to.equal(undefined);
    });

    it('open what their scopes name and nothing else, at every route', async () => {
      const { token } = await make(plane.admin, ['directory:read']);
      const speaker = plane.api(token);
      const wrong: string[] = [];
      for (const { method, path, security } of operations) {
        if (security.length === 0) continue;
        const ways = security.find((way) => 'apiToken' in way)?.['apiToken'];
        const real = path.replace(/\{\w+\}/g, '0190a000-0000-7000-8000-000000000000');
        const { status, body } = await speaker.call<Problem>(method, real);
        const code = status === 403 ? body.code : String(status);
        // a read of the directory goes through to its own answer, whatever that is for an id of nothing
        const own = ways?.length === 0 || ways?.[0] === 'directory:read';
        const refusal = ways === undefined ? 'not_allowed' : 'scope_missing';
        const expected = own ? /^[24]\d\d$/.test(code) : code === refusal;
        if (!expected) wrong.push(`${method} ${path}: ${code}`);
      }
      expect(wrong).to.deep.equal([]);
    });

    it('act as their user, and never beyond the user’s rights', async () => {
      const clerk = await plane.person('technician', 'SD');
      const { token } = await make(clerk, ['audit:read', 'directory:read', 'directory:write', 'meetings:write']);
      const speaker = plane.api(token);
      const me = await speaker.ok<{ user: { id: string } }>('get', '/me');
      expect(me.user.id).to.equal(clerk.id);
      expect((await speaker.call('get', '/audit')).status).to.equal(403);
      const rename = { name: 'Đổi tên' };
      const foreign = await plane.unitId('YS');
      const asPerson = await clerk.call('patch', `/units/${foreign}`, rename, { 'if-match': '"1"' });
      expect((await speaker.call('patch', `/units/${foreign}`, rename, { 'if-match': '"1"' })).status).to.equal(
        asPerson.status,
      );
      expect(asPerson.status).to.be.within(403, 404);
    });

    it('stand in the log of changes beside the person', async () => {
      const { token } = await make(plane.admin, ['directory:write']);
      const unitId = await plane.unitId('SD');
      await plane.api(token).ok('post', '/groups', { name: 'Nhóm do chương trình lập', unitId });
      const { items } = await plane.admin.ok<{ items: { action: string; actorName: string }[] }>(
        'get',
        '/audit?limit=1',
      );
      expect(items[0]?.actorName).to.match(/\(API: Đồng bộ lịch\)$/);
    });

    it('are shown once, listed by their beginning, and dead at once when revoked', async () => {
      const { token, ...made } = await make(plane.admin, ['directory:read']);
      expect(token)
        .to.match(/^nca_[\w-]{43}$/)
        .and.satisfy((text: string) => text.startsWith(made.hint));
      const listed = (await plane.admin.ok<{ items: ApiToken[] }>('get', '/me/api-tokens')).items[0];
      expect(listed).to.deep.equal({ ...made, lastUsedAt: null });
      const [row] = (await plane.db.dataSource.query('SELECT * FROM api_token WHERE id = ?', [made.id])) as object[];
      expect(JSON.stringify(row)).not.to.contain(token.slice(8));
      expect(await statusOf(token)).to.equal(200);
      await plane.admin.ok('delete', `/me/api-tokens/${made.id}`);
      expect(await statusOf(token)).to.equal(401);
      expect((await plane.admin.call('delete', `/me/api-tokens/${made.id}`)).status).to.equal(404);
    });

    it('last a year, at most two, and not a moment longer', async () => {
      const usual = await make(plane.admin, ['directory:read']);
      expect(Date.parse(usual.expiresAt) - Date.now()).to.be.within(364 * DAY, 366 * DAY);
      const at = (ms: number) => ({ expiresAt: new Date(Date.now() + ms).toISOString() });
      const body = (extra: object) => ({
        name: 'x',
        scopes: ['directory:read'],
        password: plane.admin.password,
        ...extra,
      });
      for (const ms of [-HOUR, 3 * 365 * DAY]) {
        const { status } = await plane.admin.call('post', '/me/api-tokens', body(at(ms)));
        expect(status).to.equal(400);
      }
      const long = await make(plane.admin, ['directory:read'], at(2 * 365 * DAY));
      await turn(long.id, 'expires_at', Date.now() - 1);
      expect(await statusOf(long.token)).to.equal(401);
    });

    it('die at once with the account of their user', async () => {
      const clerk = await plane.person('operator', 'SD');
      const { token } = await make(clerk, ['directory:read']);
      expect(await statusOf(token)).to.equal(200);
      await plane.admin.ok('patch', `/users/${clerk.id}`, { disabled: true });
      expect(await statusOf(token)).to.equal(401);
    });

    it('are made only by who knows the password too, not by who found a sign-in', async () => {
      const clerk = await plane.person('operator', 'SD');
      const body = { name: 'x', scopes: ['meetings:read'] };
      const without = await clerk.call<Problem>('post', '/me/api-tokens', body);
      expect([without.status, without.body.code]).to.deep.equal([400, 'bad_request']);
      const guessed = await clerk.call<Problem>('post', '/me/api-tokens', { ...body, password: 'doan-mo-thoi' });
      expect([guessed.status, guessed.body.code]).to.deep.equal([401, 'wrong_credentials']);
      expect(await clerk.ok('get', '/me/api-tokens')).to.deep.equal({ items: [], nextCursor: null });
    });

    it('die at once with the password of their user, each with an entry in the log of changes', async () => {
      const clerk = await plane.person('operator', 'SD');
      const other = await make(plane.admin, ['directory:read']);
      const made = [await make(clerk, ['directory:read']), await make(clerk, ['meetings:read'])];
      for (const { token } of made) expect(await statusOf(token)).to.equal(200);
      await clerk.ok('post', '/me/password', { current: clerk.password, next: 'la-tre-xanh-ben-suoi' });
      for (const { id, token } of made) {
        expect(await statusOf(token)).to.equal(401);
        const { items } = await plane.admin.ok<{ items: object[] }>('get', `/audit?subject=api_token:${id}&limit=1`);
        expect(items[0]).to.include({ action: 'api_token.revoked', actor: `user:${clerk.id}` });
      }
      expect(await clerk.ok('get', '/me/api-tokens')).to.deep.equal({ items: [], nextCursor: null });
      expect(await statusOf(other.token)).to.equal(200);
    });

    it('lose at once the role that their user loses', async () => {
      const clerk = await plane.person('administrator', 'SD');
      const { token } = await make(clerk, ['audit:read']);
      expect(await statusOf(token, '/audit')).to.equal(200);
      await plane.admin.ok('patch', `/users/${clerk.id}`, { grants: [] });
      expect(await statusOf(token, '/audit')).to.equal(403);
    });

    it('are seen and revoked by administrators of the whole province alone', async () => {
      const [branch, clerk] = [await plane.person('administrator', 'SD'), await plane.person('operator', 'SD')];
      const { id, token } = await make(clerk, ['directory:read']);
      expect((await branch.call('get', '/api-tokens')).status).to.equal(403);
      expect((await branch.call('delete', `/api-tokens/${id}`)).status).to.equal(403);
      expect((await branch.call('delete', `/me/api-tokens/${id}`)).status).to.equal(404);
      const { items, nextCursor } = await plane.admin.ok<{ items: OwnedApiToken[]; nextCursor: string }>(
        'get',
        '/api-tokens?limit=1',
      );
      expect(items.map((one) => [one.id, one.user.id])).to.deep.equal([[id, clerk.id]]);
      const next = await plane.admin.ok<{ items: OwnedApiToken[] }>('get', `/api-tokens?limit=1&cursor=${nextCursor}`);
      expect(next.items[0]?.id).to.be.a('string').and.not.equal(id);
      await plane.admin.ok('delete', `/api-tokens/${id}`);
      expect(await statusOf(token)).to.equal(401);
    });

    it('are at most fifty of one user', async () => {
      const clerk = await plane.person('operator', 'SD');
      const [soon, later] = [new Date(), new Date(Date.now() + DAY)];
      const rows = Array.from({ length: 49 }, () => {
        const id = newId();
        const text = { name: 'x', scopes: 'meetings:read', tokenHash: id, hint: 'nca_xxxx' };
        return { id, userId: clerk.id, ...text, createdAt: soon, expiresAt: later, lastUsedAt: null, revokedAt: null };
      });
      await plane.db.dataSource.manager.insert(apiTokenEntity, rows);
      const { id } = await make(clerk, ['meetings:read']);
      const body = { name: 'x', scopes: ['meetings:read'], password: clerk.password };
      const more = await clerk.call<Problem>('post', '/me/api-tokens', body);
      expect([more.status, more.body.code]).to.deep.equal([409, 'limit_reached']);
      await clerk.ok('delete', `/me/api-tokens/${id}`);
      await make(clerk, ['meetings:read']);
    });

    it('note their use at most once an hour', async () => {
      for (const [hours, written] of [
        [0.5, false],
        [2, true],
      ] as const) {
        const { id, token } = await make(plane.admin, ['directory:read']);
        const before = Math.floor((Date.now() - hours * HOUR) / 1000) * 1000;
        await turn(id, 'last_used_at', before);
        expect(await statusOf(token)).to.equal(200);
        const { items } = await plane.admin.ok<{ items: ApiToken[] }>('get', '/me/api-tokens');
        const used = Date.parse(items.find((one) => one.id === id)?.lastUsedAt ?? '');
        expect(used > before, `after ${hours} hours`).to.equal(written);
      }
    });

    it('open no realtime connection', async () => {
      const { token } = await make(plane.admin, ['sessions:read', 'sessions:write']);
      const opened = connectSocket(plane.url, token).then(
        () => 'open',
        (err: Error) => err.message,
      );
      expect(await opened).to.equal('not_allowed');
    });
  });
}
