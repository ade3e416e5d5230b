import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import { listAudit } from '../../server/audit.store.ts';
import { SESSION_COOKIE } from '../../server/http/route.ts';
import type { ListedUser, Me, User } from '../../server/protocol/rest.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office, PASSWORD } from '../support/office.ts';
import type { Person } from '../support/office.ts';

const HOUR = 3_600_000;

for (const database of databases()) {
  describe(`accounts on ${database.name}`, () => {
    let office: Office;
    let chief: Person;
    let district: Person;

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      chief = await office.person('administrator', 'TINH-TQ');
      district = await office.person('administrator', 'SD');
    });
    after(() => office?.close());
    afterEach(() => (office.clock.ahead = 0));

    const newUser = async (username: string, unitCode: string, grants: unknown[] = []) => ({
      username,
      displayName: 'Nguyễn Văn A',
      unitId: await office.unitId(unitCode),
      password: PASSWORD,
      grants,
    });

    describe('signing in', () => {
      it('gives the token for scripts and the cookie for browsers, once for both', async () => {
        const body = { username: chief.username.toUpperCase(), password: PASSWORD };
        const answer = await office.api().call<{ token: string; user: User }>('post', '/sign-in', body);
        expect(answer.status).to.equal(200);
        expect(answer.body.user).to.deep.include({ id: chief.id, disabled: false, mustChangePassword: true });
        expect(JSON.stringify(answer.body)).to.not.contain('argon2');
        const cookie = answer.headers.get('set-cookie') ?? '';
        expect(cookie).to.contain(`${SESSION_COOKIE}=${answer.body.token}`).and.contain('HttpOnly');
        const headers = { cookie: cookie.split(';')[0] ?? '' };
        const me = await office.api().call<Me>('get', '/me', undefined, headers);
        expect(me.body.user?.id).to.equal(chief.id);
        const out = await office.api().call('post', '/sign-out', undefined, headers);
        expect(out.status).to.equal(204);
        expect(out.headers.get('set-cookie')).to.contain(`${SESSION_COOKIE}=;`);
        expect((await office.api(answer.body.token).call('get', '/me')).status).to.equal(401);
      });

      it('answers a wrong password, an unknown and a disabled user in the same words', async () => {
        const gone = await office.person(null, 'SD');
        await chief.ok('patch', `/users/${gone.id}`, { disabled: true });
        const answers = [];
        for (const username of [chief.username, 'khong.co.ai', gone.username]) {
          const password = username === gone.username ? PASSWORD : 'mat-khau-sai-roi';
          const { status, body } = await office.api().call<object>('post', '/sign-in', { username, password });
          answers.push({ ...body, ref: '', status });
        }
        expect(answers[1]).to.deep.equal(answers[0]);
        expect(answers[2]).to.deep.equal(answers[0]);
        expect(answers[0]).to.include({ status: 401, code: 'wrong_credentials' });
      });

      it('makes guessers wait, whether the account exists or not, and the wait holds for the right password', async () => {
        const victim = await office.person(null, 'YS');
        for (const username of [victim.username, 'ten.khong.co']) {
          const guess = (password: string) => office.api().call('post', '/sign-in', { username, password });
          const burst = await Promise.all(Array.from({ length: 20 }, () => guess('mat-khau-doan-mo')));
          const tried = burst.filter((answer) => answer.status === 401).length;
          expect(tried).to.be.within(5, 5 + availableParallelism());
          expect(burst.filter((answer) => answer.status === 429)).to.have.length(20 - tried);
          const right = await guess(PASSWORD);
          expect(right.status).to.equal(429);
          expect(Number(right.headers.get('retry-after'))).to.be.within(1, 300);
        }
        expect((await victim.call('get', '/me')).status, 'who is signed in goes on').to.equal(200);
      });
    });

    describe('the own account', () => {
      it('shows where it is signed in and ends one of them, at once', async () => {
        const person = await office.person('operator', 'SD');
        const login = { username: person.username, password: PASSWORD };
        const { token } = await office.api().ok<{ token: string }>('post', '/sign-in', login);
        expect((await office.api(token).call('get', '/me')).status).to.equal(200);
        type Listed = { items: { id: string; current: boolean }[] };
        const { items } = await person.ok<Listed>('get', '/me/sign-ins');
        expect(items.map((item) => item.current)).to.have.members([true, false]);
        const other = items.find((item) => !item.current);
        expect((await chief.call('delete', `/me/sign-ins/${other?.id}`)).status, 'of somebody else').to.equal(404);
        await person.ok('delete', `/me/sign-ins/${other?.id}`);
        expect((await office.api(token).call('get', '/me')).status).to.equal(401);
        expect((await person.call('get', '/me')).status).to.equal(200);
      });

      it('ends all its other sign-ins in one call, and this one goes on', async () => {
        const person = await office.person('operator', 'SD');
        const login = { username: person.username, password: PASSWORD };
        const tokens = [];
        for (let i = 0; i < 2; i++) {
          tokens.push((await office.api().ok<{ token: string }>('post', '/sign-in', login)).token);
        }
        expect((await person.call('delete', '/me/sign-ins')).status).to.equal(204);
        for (const token of tokens) expect((await office.api(token).call('get', '/me')).status).to.equal(401);
        expect((await person.ok<{ items: object[] }>('get', '/me/sign-ins')).items).to.have.length(1);
      });

      it('changes its password only with the current one, and ends its other sign-ins', async () => {
        const person = await office.person('operator', 'SD');
        const { token } = await office.api().ok<{ token: string }>('post', '/sign-in', {
          username: person.username,
          password: PASSWORD,
        });
        const change = (current: string, next: string) => person.call('post', '/me/password', { current, next });
        expect((await change('khong-phai-the', 'mat khau moi dai')).body).to.include({ code: 'wrong_credentials' });
        expect((await change(PASSWORD, `${person.username}12345`)).body).to.include({ code: 'password_too_weak' });
        expect((await change(PASSWORD, PASSWORD)).body).to.include({ code: 'password_too_weak' });
        expect((await change(PASSWORD, 'mat khau moi dai')).status).to.equal(204);
        expect((await office.api(token).call('get', '/me')).status).to.equal(401);
        expect((await person.ok<Me>('get', '/me')).user?.mustChangePassword).to.equal(false);
      });

      it('is an endpoint for a device, which may not do what is for users', async () => {
        const device = await office.device('SD-TAN-TRAO');
        const me = await device.ok<Me>('get', '/me');
        expect(me.user).to.equal(null);
        expect(me.device?.endpoint.code).to.equal('SD-TAN-TRAO');
        expect((await device.call('get', '/users')).body).to.include({ code: 'not_allowed' });
      });
    });

    describe('users', () => {
      it('are made and seen only within the units that one administers', async () => {
        const made = await district.ok<User>('post', '/users', await newUser('xa.tan.trao', 'SD-TAN-TRAO'));
        expect(made).to.include({ mustChangePassword: true, displayName: 'Nguyễn Văn A' });
        const twice = await district.call('post', '/users', await newUser('xa.tan.trao', 'SD-TAN-TRAO'));
        expect(twice.body).to.include({ code: 'name_taken' });
        const outside = await district.call('post', '/users', await newUser('tinh.uy', 'TINH-TQ'));
        expect(outside.body).to.include({ code: 'not_allowed' });
        const own = await district.ok<{ items: User[] }>('get', '/users');
        expect(own.items.map((user) => user.id))
          .to.include(made.id)
          .and.not.include(chief.id);
        const chair = await office.person('chairperson', 'TINH-TQ');
        expect((await chair.call('get', '/users')).status).to.equal(403);
      });

      it('come in pages that miss and double nobody', async () => {
        const all = await chief.ok<{ items: User[] }>('get', '/users?limit=500');
        const paged: string[] = [];
        for (let cursor: string | null = ''; cursor !== null;) {
          const page: { items: User[]; nextCursor: string | null } = await chief.ok(
            'get',
            `/users?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
          );
          paged.push(...page.items.map((user) => user.id));
          cursor = page.nextCursor;
        }
        expect(paged).to.deep.equal(all.items.map((user) => user.id));
      });

      it('are found by name without accents and by username, page by page', async () => {
        for (const username of ['tim.1', 'tim.2', 'tim.3']) {
          const displayName = 'Đỗ Thị Phượng Ước';
          await chief.ok('post', '/users', { ...(await newUser(username, 'YS')), displayName });
        }
        type Page = { items: User[]; nextCursor: string | null };
        const found = (query: string) => chief.ok<Page>('get', `/users?${query}`);
        const names = (page: Page) => page.items.map((user) => user.username);
        expect(names(await found('q=do%20thi%20phuong%20uoc'))).to.deep.equal(['tim.1', 'tim.2', 'tim.3']);
        expect(names(await found('q=tim.2'))).to.deep.equal(['tim.2']);
        expect(names(await found('q=khong%20co%20ai'))).to.deep.equal([]);
        const first = await found('q=phuong&limit=2');
        expect(names(first)).to.deep.equal(['tim.1', 'tim.2']);
        expect(names(await found(`q=phuong&limit=2&cursor=${first.nextCursor}`))).to.deep.equal(['tim.3']);
      });

      it('are listed with their last sign-in and with whether the asker may change them', async () => {
        const made = await chief.ok<User>('post', '/users', await newUser('chua.vao', 'SD'));
        const find = async (asker: Person) => {
          const { items } = await asker.ok<{ items: ListedUser[] }>('get', '/users?q=chua.vao');
          return items[0];
        };
        expect(await find(district)).to.deep.include({ lastSignInAt: null, may: { change: true } });
        const login = { username: 'chua.vao', password: PASSWORD };
        office.clock.ahead = 1_000;
        await office.api().ok('post', '/sign-in', login);
        office.clock.ahead = 60_000;
        const before = office.clock.now();
        await office.api().ok('post', '/sign-in', login);
        expect(Date.parse((await find(district))?.lastSignInAt ?? '')).to.be.within(before, office.clock.now());
        const grants = [{ role: 'technician', unitId: await office.unitId('TINH-TQ') }];
        await chief.ok('patch', `/users/${made.id}`, { grants });
        expect(await find(district)).to.deep.include({ may: { change: false } });
        expect(await find(chief)).to.deep.include({ may: { change: true } });
      });

      it('get a new password from their administrators, which ends what they had open', async () => {
        const person = await office.person('operator', 'SD');
        const reset = (who: Person, id: string, password: string) =>
          who.call('post', `/users/${id}/password`, { password });
        expect((await reset(district, person.id, 'aaaaaaaaaaaaaa')).body).to.include({ code: 'password_too_weak' });
        expect((await reset(district, chief.id, 'mat khau moi tinh')).status).to.equal(404);
        expect((await reset(district, district.id, 'mat khau moi tinh')).status, 'the own').to.equal(403);
        const wide = await office.person('administrator', 'SD');
        await chief.ok('patch', `/users/${wide.id}`, {
          grants: [{ role: 'chairperson', unitId: await office.unitId('TINH-TQ') }],
        });
        expect((await reset(district, wide.id, 'mat khau moi tinh')).status, 'whose roles reach beyond').to.equal(403);
        expect((await person.call('get', '/me')).status).to.equal(200);
        expect((await reset(district, person.id, 'mat khau moi tinh')).status).to.equal(204);
        expect((await person.call('get', '/me')).status).to.equal(401);
        const login = (password: string) =>
          office.api().call<{ user: User }>('post', '/sign-in', { username: person.username, password });
        expect((await login(PASSWORD)).status).to.equal(401);
        expect((await login('mat khau moi tinh')).body.user.mustChangePassword).to.equal(true);
      });

      it('leave what was done to them in the log of changes, without a word of passwords', async () => {
        const made = await district.ok<User>('post', '/users', await newUser('co.dau.vet', 'SD-TAN-TRAO'));
        const change = (body: object) => district.ok('patch', `/users/${made.id}`, body);
        await change({ displayName: made.displayName });
        await change({ displayName: 'Hoàng Văn B', grants: [{ role: 'operator', unitId: made.unitId }] });
        await district.ok('post', `/users/${made.id}/password`, { password: 'mat khau moi tinh' });
        await change({ disabled: true });
        await change({ disabled: true });
        await change({ disabled: false });
        const rows = await listAudit(office.db.dataSource.manager, {
          unitIds: [made.unitId],
          subject: `user:${made.id}`,
          limit: 20,
        });
        expect(rows.map((row) => row.action)).to.deep.equal([
          'user.enabled',
          'user.disabled',
          'user.password_reset',
          'user.changed',
          'user.created',
        ]);
        expect(rows.map((row) => row.actor)).to.deep.equal(Array.from({ length: 5 }, () => `user:${district.id}`));
        expect(JSON.parse(rows[3]?.before ?? '')).to.deep.equal({
          username: 'co.dau.vet',
          displayName: 'Nguyễn Văn A',
          grants: [],
        });
        await chief.ok('patch', `/users/${made.id}`, {
          grants: [{ role: 'technician', unitId: await office.unitId('YS') }],
        });
        const inYs = await listAudit(office.db.dataSource.manager, {
          unitIds: null,
          subject: `user:${made.id}`,
          limit: 1,
        });
        expect(inYs[0]?.unitId, 'a role elsewhere is read by who administers both').to.equal(
          await office.unitId('TINH-TQ'),
        );
        expect(JSON.stringify(rows)).to.not.match(/argon2|mat khau|passwordHash/);
      });

      it('get no roles beyond those that the giver administers', async () => {
        const above = [{ role: 'operator', unitId: await office.unitId('TINH-TQ') }];
        const refused = await district.call('post', '/users', await newUser('leo.thang', 'SD', above));
        expect(refused.body).to.include({ code: 'not_allowed' });
        const mine = await office.person('operator', 'SD');
        expect((await district.call('patch', `/users/${mine.id}`, { grants: above })).body).to.include({
          code: 'not_allowed',
        });
        const own = [{ role: 'administrator', unitId: await office.unitId('SD') }];
        expect((await district.call('patch', `/users/${district.id}`, { grants: own })).body).to.include({
          code: 'not_allowed',
        });
        expect((await district.call('patch', `/users/${district.id}`, { disabled: true })).status).to.equal(403);
      });

      it('cannot be touched by who administers less than their roles reach', async () => {
        const mighty = await office.person('administrator', 'SD');
        const wide = [{ role: 'chairperson', unitId: await office.unitId('TINH-TQ') }];
        await chief.ok('patch', `/users/${mighty.id}`, { grants: wide });
        expect((await district.call('patch', `/users/${mighty.id}`, { disabled: true })).status).to.equal(403);
        expect((await district.call('patch', `/users/${chief.id}`, { disabled: true })).status).to.equal(404);
      });

      it('are out at once when they are disabled, and cannot come back until they are not', async () => {
        const person = await office.person('operator', 'SD');
        expect((await person.call('get', '/me')).status).to.equal(200);
        expect(await district.ok('patch', `/users/${person.id}`, { disabled: true })).to.include({ disabled: true });
        expect((await person.call('get', '/me')).status).to.equal(401);
        const login = { username: person.username, password: PASSWORD };
        expect((await office.api().call('post', '/sign-in', login)).status).to.equal(401);
        await district.ok('patch', `/users/${person.id}`, { disabled: false });
        expect((await office.api().call('post', '/sign-in', login)).status).to.equal(200);
      });

      it('have changed roles from the next call on', async () => {
        const person = await office.person('administrator', 'SD');
        expect((await person.call('get', '/users')).status).to.equal(200);
        const changed: string[] = [];
        office.users.onGrantsChanged(({ userId }) => changed.push(userId));
        await chief.ok('patch', `/users/${person.id}`, { grants: [] });
        expect((await person.call('get', '/users')).status).to.equal(403);
        expect(changed).to.deep.equal([person.id]);
      });
    });

    // these move the clock, which ends the sign-ins of the others: they stand last
    describe('a sign-in', () => {
      it('ends after 12 hours, and for idle administrators after 2', async () => {
        const plain = await office.person('operator', 'SD');
        const boss = await office.person('administrator', 'SD');
        office.clock.ahead = 2 * HOUR + 60_000;
        expect((await plain.call('get', '/me')).status).to.equal(200);
        expect((await boss.call('get', '/me')).status).to.equal(401);
        office.clock.ahead = 12 * HOUR + 60_000;
        expect((await plain.call('get', '/me')).status).to.equal(401);
      });

      it('tells who listens of every sign-in that ends, also by time', async () => {
        const ended: string[] = [];
        office.signIns.onEnded(({ userId }) => ended.push(userId));
        const person = await office.person('operator', 'SD');
        await office.signIns.endExpired();
        expect(ended).to.not.include(person.id);
        office.clock.ahead = 12 * HOUR + 60_000;
        await office.signIns.endExpired();
        expect(ended).to.include(person.id);
      });
    });
  });
}
