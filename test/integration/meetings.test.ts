import { expect } from 'chai';
import { putDuty } from '../../server/directory/directory.store.ts';
import { ROLES } from '../../server/protocol/rest.ts';
import type { Meeting, Role, RoomDay } from '../../server/protocol/rest.ts';
import type { Api } from '../support/api.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';

type Listed = { items: Meeting[]; nextCursor: string | null };

for (const database of databases()) {
  describe(`meetings on ${database.name}`, () => {
    let office: Office;
    let planner: Person;
    let hours = 10;

    /** every meeting of these tests has a time of its own */
    const plan = async (codes: string[], extra: Record<string, unknown> = {}) =>
      planner.ok<Meeting>('post', '/meetings', await office.wish(codes, (hours += 2), extra));

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      planner = await office.person('chairperson', 'TINH-TQ');
    });
    after(() => office?.close());

    it('are answered as they were planned, without doubles, with a version as ETag', async () => {
      const wish = await office.wish(['UBND-TINH', 'SD-UBND', 'SD-UBND'], 5, {
        title: '  Họp giao ban Sơn Dương ',
        kind: 'conference',
        chairUserId: planner.id,
        floorMode: 'lecture',
        note: 'Mang theo báo cáo',
      });
      const made = await planner.call<Meeting>('post', '/meetings', wish);
      expect(made.status).to.equal(201);
      expect(made.headers.get('etag')).to.equal('"1"');
      const [first, second] = wish['endpointIds'] as string[];
      expect(made.body).to.deep.equal({
        ...wish,
        id: made.body.id,
        title: 'Họp giao ban Sơn Dương',
        status: 'scheduled',
        endpointIds: [first, second],
        cancelReason: null,
        sessionId: null,
        version: 1,
        step: 'scheduled',
        classification: 'open',
        hostUnitId: (await office.endpoint('UBND-TINH')).unitId,
        deputyUserId: null,
        secretaryUserId: null,
        agenda: [],
        public: false,
        autoOpen: false,
        series: null,
        may: { start: true, change: true, submit: false, approve: false, postpone: true },
      });
      const read = await planner.call<Meeting>('get', `/meetings/${made.body.id}`);
      expect(read.body).to.deep.equal(made.body);
      expect(read.headers.get('etag')).to.equal('"1"');
    });

    it('are refused by name when they cannot be', async () => {
      const unknown = '01a00000-0000-7000-8000-000000000000';
      const at = (h: number) => new Date(office.opened + h * 3_600_000).toISOString();
      const cases: [Record<string, unknown>, string][] = [
        [{ startsAt: at(3), endsAt: at(3) }, 'end_before_start'],
        [{ startsAt: at(-3), endsAt: at(-2) }, 'time_in_past'],
        [{ startsAt: at(-2), endsAt: at(2) }, 'time_in_past'],
        [{ startsAt: at(3), endsAt: at(28) }, 'meeting_too_long'],
        [{ chairEndpointId: unknown }, 'chair_not_invited'],
        [{ chairEndpointId: unknown, endpointIds: [unknown] }, 'endpoint_unknown'],
        [{ chairUserId: unknown }, 'bad_request'],
        [{ startsAt: 'mai' }, 'bad_request'],
        [{ title: 'x'.repeat(5000) }, 'bad_request'],
        [{ endpointIds: [] }, 'bad_request'],
        [{ hostUnitId: unknown }, 'bad_request'],
      ];
      for (const [extra, code] of cases) {
        const { body } = await planner.call<object>('post', '/meetings', await office.wish(['SD-UBND'], 3, extra));
        expect(body, JSON.stringify(extra).slice(0, 100)).to.include({ code });
      }
    });

    it('are planned, seen, changed and cancelled by whom their role and unit allow, and nobody else', async () => {
      const meeting = await plan(['SD-UBND', 'SD-TAN-TRAO']);
      const places = { above: 'TINH-TQ', own: 'SD', invited: 'SD-TAN-TRAO', foreign: 'YS' };
      for (const role of [...ROLES, null] as (Role | null)[]) {
        for (const [place, unit] of Object.entries(places)) {
          const who = await office.person(role, unit);
          const label = `${role ?? 'no role'} ${place}`;
          const sees = role !== null && place !== 'foreign';
          const plans = (role === 'administrator' || role === 'chairperson') && (place === 'above' || place === 'own');
          const status = async (...call: Parameters<Api['call']>) => (await who.call(...call)).status;
          const path = `/meetings/${meeting.id}`;
          expect(await status('get', path), label).to.equal(sees ? 200 : 404);
          const { items } = await who.ok<Listed>('get', '/meetings?limit=500');
          expect(
            items.some((item) => item.id === meeting.id),
            label,
          ).to.equal(sees);
          if (sees) {
            expect((await who.ok<Meeting>('get', path)).may, label).to.deep.include({ start: plans, change: plans });
          }
          const refused = sees ? 403 : 404;
          expect(await status('patch', path, { note: label }), label).to.equal(plans ? 200 : refused);
          // a reason that is refused shows that the caller got as far as the shape, and nothing is cancelled
          if (!plans) expect(await status('delete', path, { reason: 'không được' }), label).to.equal(refused);
          const wish = await office.wish(['SD-UBND', 'SD-TAN-TRAO'], (hours += 2));
          expect(await status('post', '/meetings', wish), label).to.equal(plans ? 201 : 403);
          const startable = await office.runs.startable(meeting.id, await actorOf(who)).then(
            () => 'yes',
            (err: { code: string }) => err.code,
          );
          expect(startable, label).to.equal(plans ? 'yes' : sees ? 'not_allowed' : 'not_found');
        }
      }
    }).timeout(20_000);

    const actorOf = async (who: Person) => {
      const actor = await office.signIns.byToken(who.token);
      if (!actor) throw new Error('not signed in');
      return actor;
    };

    it('take no endpoint from outside of the units that the planner plans for', async () => {
      const district = await office.person('chairperson', 'SD');
      const foreign = await office.wish(['SD-UBND', 'YS-UBND'], (hours += 2));
      const { body } = await district.call<{ code: string; endpointIds: string[] }>('post', '/meetings', foreign);
      expect(body).to.deep.include({ code: 'not_allowed', endpointIds: [(await office.endpoint('YS-UBND')).id] });
      // what somebody above has invited stays, what is added must be the own
      const mixed = await plan(['SD-UBND', 'YS-UBND']);
      await district.ok('patch', `/meetings/${mixed.id}`, { note: 'Bổ sung' });
      const more = [...mixed.endpointIds, (await office.endpoint('YS-KIM-QUAN')).id];
      expect((await district.call('patch', `/meetings/${mixed.id}`, { endpointIds: more })).status).to.equal(403);
    });

    it('can be started by the person who is named as chair, who needs no role', async () => {
      const chair = await office.person(null, 'YS');
      const meeting = await plan(['SD-UBND'], { chairUserId: chair.id });
      expect((await chair.ok<Meeting>('get', `/meetings/${meeting.id}`)).may).to.deep.include({
        start: true,
        change: false,
      });
      const startPlan = await office.runs.startable(meeting.id, await actorOf(chair));
      expect(startPlan).to.deep.include({ id: meeting.id, chairUserId: chair.id, endpointIds: meeting.endpointIds });
      expect(startPlan.endsAt).to.equal(Date.parse(meeting.endsAt));
      await office.users.change(await actorOf(await office.person('administrator', 'TINH-TQ')), chair.id, {
        disabled: true,
      });
      const named = await office.wish(['SD-UBND'], (hours += 2), { chairUserId: chair.id });
      expect((await planner.call('post', '/meetings', named)).status).to.equal(400);
    });

    it('can be started while they are planned or run, not after', async () => {
      const meeting = await plan(['SD-UBND']);
      const actor = await actorOf(planner);
      const run = (work: 'run' | 'end') =>
        office.db.transaction((m) =>
          work === 'run'
            ? office.runs.markRunning(m, meeting.id)
            : office.runs.markEnded(m, meeting.id, office.clock.now()),
        );
      await run('run');
      expect(await run('run').catch((err: unknown) => err)).to.include({ code: 'meeting_not_startable' });
      await office.runs.startable(meeting.id, actor);
      await run('end');
      await run('end');
      const refused = await office.runs.startable(meeting.id, actor).catch((err: unknown) => err);
      expect(refused).to.include({ code: 'meeting_not_startable' });
      const gone = await plan(['SD-UBND']);
      await planner.ok('delete', `/meetings/${gone.id}`, { reason: 'Không cần nữa' });
      expect(await office.runs.startable(gone.id, actor).catch((err: unknown) => err)).to.include({
        code: 'meeting_not_startable',
      });
    });

    it('keep a change of another person from being overwritten', async () => {
      const meeting = await plan(['SD-UBND']);
      const path = `/meetings/${meeting.id}`;
      const changed = await planner.call<Meeting>('patch', path, { title: 'Tên mới' }, { 'If-Match': '"1"' });
      expect(changed.body).to.deep.include({
        title: 'Tên mới',
        version: 2,
        startsAt: meeting.startsAt,
        note: meeting.note,
      });
      expect(changed.headers.get('etag')).to.equal('"2"');
      const late = await planner.call('patch', path, { title: 'Tên khác' }, { 'If-Match': '"1"' });
      expect(late).to.deep.include({ status: 412 });
      expect((await planner.call('delete', path, {})).status).to.equal(400);
    });

    it('are listed by time, endpoint and status, in pages that miss and double nothing', async () => {
      const first = await plan(['LB-UBND']);
      const second = await plan(['LB-UBND', 'HY-UBND']);
      const third = await plan(['LB-UBND']);
      await planner.ok('delete', `/meetings/${third.id}`, { reason: 'Trùng lịch' });
      const lb = (await office.endpoint('LB-UBND')).id;
      const ids = async (query: string) =>
        (await planner.ok<Listed>('get', `/meetings?${query}`)).items.map((item) => item.id);
      expect(await ids(`endpointId=${lb}`)).to.deep.equal([first.id, second.id, third.id]);
      expect(await ids(`endpointId=${lb}&status=scheduled`)).to.deep.equal([first.id, second.id]);
      expect(await ids(`endpointId=${lb}&from=${first.endsAt}&to=${third.startsAt}`)).to.deep.equal([second.id]);
      expect(await ids(`endpointId=${lb}&from=${second.startsAt}&to=${second.startsAt}`)).to.deep.equal([]);
      const all = await ids('limit=500');
      const paged: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Listed = await planner.ok('get', `/meetings?limit=4${cursor && `&cursor=${cursor}`}`);
        paged.push(...page.items.map((item) => item.id));
        cursor = page.nextCursor;
      }
      expect(paged).to.deep.equal(all);
      expect((await planner.call('get', '/meetings?cursor=xyz')).body).to.include({ code: 'bad_request' });
      expect((await planner.call('get', `/meetings/${lb}`)).status).to.equal(404);
    });

    it('tell a room whom to call: the duty of the chair first, then its own, deputies too, else contacts', async () => {
      const [main, own] = [await office.endpoint('UBND-TINH'), await office.endpoint('TPTQ-UBND')];
      const room = await office.device('TPTQ-UBND');
      const help = async () => (await room.ok<RoomDay>('get', '/room/day')).help.map((one) => [one.place, one.phone]);
      expect(await help()).to.deep.equal([]);
      const { manager } = office.db.dataSource;
      const contacts = [
        { name: 'Văn phòng', title: '', phone: null, email: null },
        { name: 'Hà', phone: '0219 3' },
      ];
      await manager.update('endpoint', { id: own.id }, { contacts: JSON.stringify(contacts) });
      const duty = { name: 'Nam', phone: '0207 1', deputyName: 'Lan', deputyPhone: '0207 2', note: '' };
      await putDuty(manager, main.id, JSON.stringify(duty));
      expect(await help()).to.deep.equal([[own.shortName, '0219 3']]);
      await plan(['UBND-TINH', 'TPTQ-UBND'], { chairEndpointId: main.id });
      const [first, second] = [main.shortName, own.shortName];
      expect(await help()).to.deep.equal([
        [first, '0207 1'],
        [first, '0207 2'],
        [second, '0219 3'],
      ]);
    });

    it('show a room its own day and nothing of others', async () => {
      const meeting = await plan(['CH-UBND', 'NH-UBND']);
      const other = await plan(['NH-UBND']);
      const room = await office.device('CH-UBND');
      const day = await room.ok<RoomDay>('get', '/room/day');
      expect(day.endpoint.code).to.equal('CH-UBND');
      expect(day.meetings.map((item) => item.id)).to.deep.equal([meeting.id]);
      expect((await room.call('get', `/meetings/${other.id}`)).status).to.equal(404);
      expect((await room.ok<Meeting>('get', `/meetings/${meeting.id}`)).may).to.deep.include({
        start: false,
        change: false,
      });
      expect((await room.ok<Listed>('get', '/meetings')).items.map((item) => item.id)).to.deep.equal([meeting.id]);
      const nh = (await office.endpoint('NH-UBND')).id;
      expect((await room.call('get', `/room/day?endpointId=${nh}`)).status).to.equal(404);
      expect((await planner.ok<RoomDay>('get', `/room/day?endpointId=${nh}`)).meetings).to.have.length(2);
      expect((await planner.call('get', '/room/day')).status).to.equal(400);
      const foreign = await office.person('operator', 'YS');
      expect((await foreign.call('get', `/room/day?endpointId=${nh}`)).status).to.equal(404);
      expect((await room.call('post', '/meetings', await office.wish(['CH-UBND']))).status).to.equal(403);
    });

    it('tell who listens of every change and of every endpoint that it concerns', async () => {
      const told: { meetingId: string; endpointIds: string[] }[] = [];
      office.meetings.onChanged((changed) => told.push(changed));
      const meeting = await plan(['SD-UBND', 'YS-UBND']);
      const [sd, ys] = meeting.endpointIds;
      await planner.ok('patch', `/meetings/${meeting.id}`, { endpointIds: [sd] });
      await planner.ok('delete', `/meetings/${meeting.id}`, { reason: 'Hết việc' });
      expect(told.map((changed) => changed.endpointIds)).to.deep.equal([[sd, ys], [sd, ys], [sd]]);
    });
  });
}
