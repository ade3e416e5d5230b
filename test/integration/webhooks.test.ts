import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { systemClock } from '../../server/clock.ts';
import { openDatabase } from '../../server/db/dataSource.ts';
import type { Database } from '../../server/db/dataSource.ts';
import { allEntities } from '../../server/db/entities.ts';
import { createLog } from '../../server/log.ts';
import type { Delivery, WebhookMade, WebhookView } from '../../server/protocol/integrations.ts';
import { AddressGuard } from '../../server/webhooks/address.ts';
import { insertDeliveries } from '../../server/webhooks/delivery.store.ts';
import { newDelivery, NoticeBoard } from '../../server/webhooks/noticeBoard.ts';
import { WebhookSender } from '../../server/webhooks/sender.ts';
import type { ApiRefused } from '../support/api.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { until } from '../support/processes.ts';
import { startProgram } from '../support/program.ts';
import type { ControlPlane } from '../support/program.ts';
import { Receiver } from '../support/receiver.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const EVENTS = [
  'meeting.created',
  'meeting.changed',
  'meeting.cancelled',
  'session.started',
  'session.ended',
  'endpoint.changed',
  'registration.changed',
];

for (const database of databases()) {
  describe(`webhooks on ${database.name}`, function () {
    this.timeout(30_000);
    let plane: ControlPlane;
    let other: Database;
    let receiver: Receiver;
    let hook: WebhookMade;
    let endpoints: { id: string; code: string; unitId: string }[];
    let hours = 1;

    before(async function () {
      this.timeout(DATABASE_START_MS);
      const url = await database.url();
      plane = await startProgram(url);
      other = await openDatabase({ url, entities: allEntities, log: createLog('silent') });
      endpoints = (await plane.admin.ok<{ items: typeof endpoints }>('get', '/endpoints?limit=3')).items;
    });
    after(async () => {
      await other?.close();
      await plane?.close();
    });
    beforeEach(async () => {
      receiver = await new Receiver().open();
      hook = await make();
      receiver.secret = hook.secret;
    });
    afterEach(async () => {
      for (const { id } of (await plane.admin.ok<{ items: WebhookView[] }>('get', '/webhooks')).items) {
        await plane.admin.ok('delete', `/webhooks/${id}`);
      }
      receiver.close();
    });

    const make = () =>
      plane.admin.ok<WebhookMade>('post', '/webhooks', { name: 'Cổng dữ liệu', url: receiver.url, events: EVENTS });
    const plan = (extra: Record<string, unknown> = {}) => {
      const start = Date.now() + (hours += 2) * HOUR;
      return plane.admin.ok<{ id: string; title: string }>('post', '/meetings', {
        title: 'Giao ban tuần',
        startsAt: new Date(start).toISOString(),
        endsAt: new Date(start + HOUR).toISOString(),
        endpointIds: endpoints.map((one) => one.id),
        chairEndpointId: endpoints[0]!.id,
        ...extra,
      });
    };
    const told = async (count = 1) =>
      (await receiver.take(count)).map(({ read }) => [read?.type, read?.data['id'] ?? read?.data['meetingId']]);
    const deliveries = async (query = '') =>
      (await plane.admin.ok<{ items: Delivery[] }>('get', `/webhooks/${hook.id}/deliveries${query}`)).items;
    const view = async () =>
      (await plane.admin.ok<{ items: WebhookView[] }>('get', '/webhooks')).items.find((one) => one.id === hook.id)!;
    const ping = () => plane.admin.ok<Delivery>('post', `/webhooks/${hook.id}/ping`);
    const settled = (state: Delivery['state'], count = 1) =>
      until(`${count} deliveries ${state}`, async () => (await deliveries(`?state=${state}`)).length === count, 12_000);
    const turn = (table: string, fields: Record<string, string | number>) => {
      const set = Object.entries(fields).map(([column, value]) => {
        const text = typeof value === 'number' ? new Date(value).toISOString().replace('T', ' ').slice(0, 23) : value;
        return [`${column} = ?`, text] as const;
      });
      const sql = `UPDATE ${table} SET ${set.map(([part]) => part).join(', ')}`;
      return plane.db.dataSource.query(
        sql,
        set.map(([, text]) => text),
      );
    };

    it('tell of a meeting that is planned, changed and cancelled, signed by the standard', async () => {
      const made = await plan();
      const [first] = await receiver.take(1);
      expect(first?.read).to.include({ type: 'meeting.created' });
      expect(first?.read?.data).to.include({ id: made.id, title: 'Giao ban tuần', status: 'scheduled', endpoints: 3 });
      expect(first?.headers).to.include({ 'content-type': 'application/json' });
      await plane.admin.ok('patch', `/meetings/${made.id}`, { title: 'Giao ban tháng' });
      expect(await told()).to.deep.equal([['meeting.changed', made.id]]);
      await plane.admin.ok('delete', `/meetings/${made.id}`, { reason: 'Hoãn họp vì bão' });
      expect(await told()).to.deep.equal([['meeting.cancelled', made.id]]);
      await settled('delivered', 3);
      expect(JSON.stringify(await deliveries())).not.to.contain(hook.secret);
    });

    it('tell nothing of what was refused', async () => {
      const { id } = await plan();
      hours -= 2;
      const clash = await plan().catch((err: ApiRefused) => err);
      expect(clash).to.include({ status: 409 });
      await ping();
      expect((await told(2)).map(([type, of]) => [type, type === 'ping' ? hook.id : of])).to.deep.equal([
        ['meeting.created', id],
        ['ping', hook.id],
      ]);
      expect(await deliveries()).to.have.length(2);
    });

    it('tell of a session that begins and ends', async () => {
      const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
      const { id } = await plan({ startsAt: at(1), endsAt: at(31) });
      const { sessionId } = await plane.admin.ok<{ sessionId: string }>('post', `/meetings/${id}/start`);
      await plane.admin.ok('post', `/sessions/${sessionId}/commands`, { name: 'session.end', input: {} });
      const calls = await receiver.take(3);
      const news = calls.flatMap(({ read }) => (read?.type.startsWith('session.') ? [read] : []));
      expect(news.map((one) => one.type)).to.deep.equal(['session.started', 'session.ended']);
      for (const { data } of news) {
        expect(data).to.deep.equal({ id: sessionId, meetingId: id, title: 'Giao ban tuần' });
      }
    });

    it('tell of endpoints that change and of answers to invitations, without people’s names', async () => {
      const second = endpoints[1]!;
      const line = { line: { downKbps: 4096 + hours, upKbps: 2048 } };
      await plane.admin.ok('patch', `/endpoints/${second.id}`, line, { 'if-match': '*' });
      const [changed] = await receiver.take(1);
      expect(changed?.read).to.include({ type: 'endpoint.changed' });
      expect(changed?.read?.data).to.include({ id: second.id });
      const { id } = await plan();
      const delegates = [{ name: 'Nguyễn Thị Bí Mật', title: 'Chuyên viên' }];
      const answer = { answer: 'registered', headCount: 4, delegates };
      await plane.admin.ok('put', `/meetings/${id}/registrations/${second.id}`, answer);
      const calls = await receiver.take(2);
      const news = calls.find(({ read }) => read?.type === 'registration.changed');
      expect(news?.read?.data).to.deep.equal({
        meetingId: id,
        title: 'Giao ban tuần',
        endpointId: second.id,
        answer: 'registered',
        headCount: 4,
      });
      expect(news?.body).not.to.contain('Bí Mật');
    });

    it('try again with the same id until the receiver is back', async () => {
      receiver.status = 503;
      receiver.answer = `bảo trì ${'x'.repeat(10_000)}`;
      await ping();
      const [failed] = await receiver.take(1);
      await until('a failure in the log', async () => (await deliveries())[0]?.attempts === 1);
      const [row] = await deliveries();
      expect(row).to.include({ state: 'waiting', status: 503, fault: 'HTTP 503: only 2xx counts as taken' });
      expect(row?.answer)
        .to.match(/^bảo trì x+$/)
        .and.have.length(500);
      expect(Date.parse(row?.nextAt ?? '') - Date.parse(row?.triedAt ?? '')).to.equal(5_000);
      expect((await view()).failingSince).to.be.a('string');
      receiver.status = 200;
      await turn('webhook_delivery', { next_at: Date.now() - 1 });
      // whatever else is told makes the sender look at once
      await ping();
      const again = (await receiver.take(2)).find(({ headers }) => headers['webhook-id'] === row?.id);
      expect(again?.headers['webhook-id']).to.equal(failed?.headers['webhook-id']);
      expect(again?.read).to.deep.equal(failed?.read);
      await settled('delivered', 2);
      expect((await view()).failingSince).to.equal(null);
    });

    it('follow no redirect', async () => {
      const elsewhere = await new Receiver().open();
      receiver.status = 307;
      receiver.headers = { location: elsewhere.url };
      await ping();
      await until('a failure in the log', async () => (await deliveries())[0]?.attempts === 1);
      expect((await deliveries())[0]?.fault).to.equal('HTTP 307: redirects are not followed');
      expect(elsewhere.calls).to.have.length(0);
      elsewhere.close();
    });

    it('are replayed one by one, or all that failed since a moment', async () => {
      for (let i = 0; i < 3; i++) await ping();
      await receiver.take(3);
      await settled('delivered', 3);
      const [newest, middle, oldest] = (await deliveries()) as [Delivery, Delivery, Delivery];
      await plane.admin.ok('post', `/webhooks/${hook.id}/deliveries/${oldest.id}/replay`);
      expect((await receiver.take(1))[0]?.headers['webhook-id']).to.equal(oldest.id);
      await settled('delivered', 3);
      await turn('webhook_delivery', { state: 'failed' });
      const replay = (since: string) =>
        plane.admin.ok<{ deliveries: number }>('post', `/webhooks/${hook.id}/replay`, { since });
      expect(await replay(new Date(Date.now() + HOUR).toISOString())).to.deep.equal({ deliveries: 0 });
      expect(await replay(middle.createdAt)).to.deep.equal({ deliveries: 2 });
      const ids = (await receiver.take(2)).map(({ headers }) => headers['webhook-id']);
      expect(ids).to.have.members([middle.id, newest.id]);
      const page = await plane.admin.ok<{ items: Delivery[]; nextCursor: string }>(
        'get',
        `/webhooks/${hook.id}/deliveries?limit=2`,
      );
      expect(page.items.map((one) => one.id)).to.deep.equal([newest.id, middle.id]);
      expect((await deliveries(`?limit=2&cursor=${page.nextCursor}`)).map((one) => one.id)).to.deep.equal([oldest.id]);
    });

    it('are sent once by control planes that share the work', async () => {
      receiver.slow = 5;
      const rows = Array.from({ length: 16 }, (_, n) => newDelivery(hook.id, 'ping', { n }, Date.now()));
      const senders = [plane.db, other].map((db) => {
        const [clock, log] = [systemClock, createLog('silent')];
        const [guard, board] = [new AddressGuard(['127.0.0.1']), new NoticeBoard(db, clock)];
        return new WebhookSender({ db, clock, log, guard, board });
      });
      await plane.db.transaction((m) => insertDeliveries(m, rows));
      await Promise.all(senders.map((sender) => sender.work()));
      await settled('delivered', 16);
      const ids = receiver.calls.map(({ headers }) => headers['webhook-id']);
      expect(ids).to.have.length(16);
      expect(new Set(ids).size).to.equal(16);
    });

    it('are broken off by a stop without counting as tried', async () => {
      receiver.slow = 60_000;
      const [clock, log] = [{ now: () => Date.now() + 30_000 }, createLog('silent')];
      const [guard, board] = [new AddressGuard(['127.0.0.1']), new NoticeBoard(other, clock)];
      // due for a clock that is ahead alone, or the sender of the control plane would take it
      const sent = new WebhookSender({ db: other, clock, log, guard, board });
      const ahead = newDelivery(hook.id, 'ping', {}, Date.now() + 20_000);
      await plane.db.transaction((m) => insertDeliveries(m, [ahead]));
      void sent.work();
      await until('the call', () => receiver.calls.length === 1);
      await sent.stop();
      expect((await deliveries())[0]).to.include({ state: 'waiting', attempts: 0, fault: null });
    });

    // elsewhere the look finds nothing before the commit, and the next one does
    const onSqlite = database.name === 'sqlite' ? it : () => undefined;
    onSqlite('are sent soon also when the transaction that made them takes its time', async () => {
      const [clock, log] = [systemClock, createLog('silent')];
      const [guard, board] = [new AddressGuard(['127.0.0.1']), new NoticeBoard(other, clock)];
      const sender = new WebhookSender({ db: other, clock, log, guard, board });
      await board.refresh();
      sender.start();
      await sender.work();
      await other.transaction(async (m) => {
        await board.post(m, [{ event: 'meeting.created', data: {} }]);
        await pause(400);
      });
      const calls = await receiver.take(1, 3_000).catch(() => []);
      await sender.stop();
      expect(calls).to.have.length(1);
    });

    it('are signed by the old secret too for a day after a new one', async () => {
      const old = hook.secret;
      const rotated = await plane.admin.ok<WebhookMade>('post', `/webhooks/${hook.id}/secret`);
      expect(rotated.secret)
        .to.match(/^whsec_/)
        .and.not.equal(old);
      expect(Date.parse(rotated.oldSecretUntil ?? '') - Date.now()).to.be.within(23 * HOUR, 24 * HOUR);
      const reads = async () => {
        await ping();
        const [call] = await receiver.take(1);
        return [old, rotated.secret].map((secret) => {
          try {
            return new Webhook(secret).verify(call!.body, call!.headers as Record<string, string>) !== null;
          } catch {
            return false;
          }
        });
      };
      expect(await reads()).to.deep.equal([true, true]);
      await turn('webhook', { old_secret_until: Date.now() - 1 });
      expect(await reads()).to.deep.equal([false, true]);
    });

    it('are switched off after five days of failures, with an entry in the log of changes', async () => {
      receiver.status = 500;
      await turn('webhook', { failing_since: Date.now() - 5 * DAY + HOUR });
      await ping();
      await until('a failure', async () => (await deliveries())[0]?.attempts === 1);
      expect((await view()).enabled).to.equal(true);
      await turn('webhook', { failing_since: Date.now() - 5 * DAY - HOUR });
      await ping();
      await until('the end', async () => !(await view()).enabled);
      expect(await view()).to.include({ disabledWhy: 'failing' });
      expect((await deliveries()).map((one) => one.state)).to.deep.equal(['failed', 'failed']);
      const path = `/audit?subject=webhook:${hook.id}&limit=1`;
      const { items } = await plane.admin.ok<{ items: { action: string; actor: string }[] }>('get', path);
      expect(items[0]).to.include({ action: 'webhook.disabled', actor: 'system' });
      expect((await plane.admin.call('post', `/webhooks/${hook.id}/ping`)).status).to.equal(409);
      await plan();
      expect(await deliveries()).to.have.length(2);
      receiver.status = 200;
      expect(await plane.admin.ok('patch', `/webhooks/${hook.id}`, { enabled: true })).to.include({
        enabled: true,
        disabledWhy: null,
        failingSince: null,
      });
      receiver.calls.length = 0;
      await plane.admin.ok('post', `/webhooks/${hook.id}/replay`, { since: hook.createdAt });
      await receiver.take(2);
    });

    it('end at once for a receiver that answers that it is gone', async () => {
      receiver.status = 410;
      await ping();
      await until('the end', async () => (await view()).disabledWhy === 'gone');
    });

    it('go on at a new address, though an answer of the old one ends it', async () => {
      const next = await new Receiver().open();
      [receiver.status, receiver.slow] = [410, 2_000];
      await ping();
      await until('the call', () => receiver.calls.length === 1);
      await plane.admin.ok('patch', `/webhooks/${hook.id}`, { url: next.url });
      await until('the answer', async () => (await deliveries())[0]?.attempts === 1);
      expect(await view()).to.include({ enabled: true, disabledWhy: null });
      next.close();
    });

    it('leave the log after thirty days, unless they still wait', async () => {
      const at = Date.now() - 31 * DAY;
      const hex = at.toString(16).padStart(12, '0');
      const rows = Array.from({ length: 452 }, (_, n) => {
        const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(n).padStart(12, '0')}`;
        const state: Delivery['state'] = n === 0 ? 'waiting' : n % 2 ? 'delivered' : 'failed';
        return { ...newDelivery(hook.id, 'ping', { n }, at), id, state, nextAt: new Date(Date.now() + DAY) };
      });
      const young = { ...newDelivery(hook.id, 'ping', {}, Date.now()), state: 'delivered' as const };
      await plane.db.transaction((m) => insertDeliveries(m, [...rows, young]));
      const [clock, log] = [systemClock, createLog('silent')];
      const [guard, board] = [new AddressGuard([]), new NoticeBoard(other, clock)];
      await new WebhookSender({ db: other, clock, log, guard, board }).work();
      expect((await deliveries('?limit=500')).map((one) => one.id)).to.deep.equal([young.id, rows[0]!.id]);
    });

    it('are kept by administrators of the whole province alone', async () => {
      const branch = await plane.person('administrator', 'SD');
      for (const who of [branch, plane.chair]) {
        for (const path of ['/webhooks', `/webhooks/${hook.id}/deliveries`]) {
          expect((await who.call('get', path)).status, path).to.equal(403);
        }
        expect((await who.call('post', `/webhooks/${hook.id}/secret`)).status).to.equal(403);
        expect((await who.call('delete', `/webhooks/${hook.id}`)).status).to.equal(403);
      }
    });

    it('are refused for addresses of the machine itself and of its neighbours on the wire', async () => {
      const addresses = [
        'https://localhost/',
        'https://169.254.169.254/latest/meta-data/',
        'https://[::1]/',
        'https://2130706434/',
        'http://receiver.example/',
        'ftp://receiver.example/',
        'https://user:pass@receiver.example/',
      ];
      for (const url of addresses) {
        const body = { name: 'Xấu', url, events: EVENTS };
        const { status, body: problem } = await plane.admin.call<{ code: string }>('post', '/webhooks', body);
        expect([status, problem.code], url).to.deep.equal([422, 'webhook_refused']);
      }
      // one that came to mean such an address later is refused when it is used
      await turn('webhook', { url: 'https://localhost:1/' });
      await ping();
      await until('a failure', async () => (await deliveries())[0]?.attempts === 1);
      expect((await deliveries())[0]?.fault).to.contain('neighbour on the wire');
    });
  });
}
