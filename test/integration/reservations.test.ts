import { expect } from 'chai';
import type { UserActor } from '../../server/accounts/actor.ts';
import { directoryWork } from '../../server/directory/directoryWork.ts';
import type { DirectoryWork } from '../../server/directory/directoryWork.ts';
import { bookingsAhead } from '../../server/meetings/bookingsAhead.store.ts';
import type { Checked, GiveWay, PlannedMeeting, PlannerWeek } from '../../server/protocol/meetings.ts';
import type { Operation } from '../../server/protocol/surgery.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';

type Refused = { code: string; detail: string };
const HOUR = 3_600_000;

for (const database of databases()) {
  describe(`reservations at their edges on ${database.name}`, () => {
    let office: Office;
    let work: DirectoryWork;
    let province: Person;
    let district: Person;
    let clerk: Person;
    let root: UserActor;
    let hours = 24;

    const plan = async (who: Person, codes: string[], extra: Record<string, unknown> = {}) =>
      who.ok<PlannedMeeting>('post', '/meetings', await office.wish(codes, (hours += 3), extra));
    const week = async (who: Person, meeting: PlannedMeeting) => {
      const to = new Date(Date.parse(meeting.startsAt) + 24 * HOUR).toISOString();
      const read = await who.ok<PlannerWeek>('get', `/planner?from=${meeting.startsAt}&to=${to}`);
      const block = read.blocks.find(([id]) => id === meeting.id);
      return block && { status: read.statuses[block[2]], may: block[7] };
    };
    const surgery = async (operations: Operation[]) =>
      work.surgery.apply(root, { title: 'Sắp xếp', effectiveOn: null, operations });
    /** lets every write of a kind into the table of requests fail in the database itself */
    const breaking = async <T>(write: 'INSERT' | 'UPDATE', act: () => Promise<T>): Promise<T> => {
      const { dataSource } = office.db;
      const body =
        dataSource.options.type === 'better-sqlite3'
          ? "BEGIN SELECT RAISE(ABORT, 'no'); END"
          : "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'";
      await dataSource.query(`CREATE TRIGGER no_requests BEFORE ${write} ON give_way ${body}`);
      try {
        return await act();
      } finally {
        await dataSource.query('DROP TRIGGER no_requests');
      }
    };

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      const bookings = { futureBookings: bookingsAhead.bind(null, office.db) };
      work = directoryWork(office.db, office.directory, bookings, office.clock);
      province = await office.person('administrator', 'TINH-TQ');
      district = await office.person('administrator', 'SD');
      clerk = await office.person('operator', 'SD-TAN-TRAO');
      const grants = [{ role: 'administrator' as const, unitId: await office.unitId('TINH-TQ') }];
      root = { kind: 'user', userId: province.id, displayName: 'Quản trị', signInId: province.id, grants };
    });
    after(() => office?.close());

    it('displace a meeting and keep the reason together, or neither', async () => {
      const made = await plan(district, ['SD-UBND']);
      const { startsAt, endsAt } = made;
      const unitId = await office.unitId('TINH-TQ');
      const wanted = { unitId, title: 'Họp khẩn', startsAt, endsAt, reason: 'Chỉ đạo', displace: true };
      const ask = () => province.call('post', `/meetings/${made.id}/give-way`, wanted);
      expect((await breaking('INSERT', ask)).status).to.be.at.least(500);
      expect(await district.ok('get', `/meetings/${made.id}`)).to.include({ status: 'scheduled', version: 1 });
      expect((await ask()).status).to.equal(201);
    });

    it('move for another meeting and note the answer together, or neither', async () => {
      const made = await plan(district, ['SD-UBND']);
      const { startsAt, endsAt } = made;
      const wanted = { unitId: await office.unitId('TINH-TQ'), title: 'Họp khẩn', startsAt, endsAt, reason: 'Chỉ đạo' };
      const { id } = await province.ok<GiveWay>('post', `/meetings/${made.id}/give-way`, wanted);
      const answer = () => district.call('post', `/give-ways/${id}/answer`, { consent: true, note: 'Đồng ý' });
      expect((await breaking('UPDATE', answer)).status).to.be.at.least(500);
      expect(await district.ok('get', `/meetings/${made.id}`)).to.include({ status: 'scheduled', version: 1 });
      expect((await answer()).status).to.equal(200);
      expect(await district.ok('get', `/meetings/${made.id}`)).to.include({ status: 'postponed' });
      expect((await answer()).status).to.equal(412);
    });

    it('are offered a later time than the wanted one, and an earlier one only when asked', async () => {
      const start = Date.parse('2031-03-04T03:00:00Z');
      const span = (from: number) => ({
        startsAt: new Date(from).toISOString(),
        endsAt: new Date(from + HOUR).toISOString(),
      });
      const made = await plan(province, ['LB-UBND'], span(start));
      const body = { endpointIds: made.endpointIds, ...span(start + HOUR / 4) };
      const later = await province.ok<Checked>('post', '/meetings/check', body);
      expect(later.nearestFree).to.deep.equal(span(start + HOUR));
      const sooner = { ...body, ...span(start - HOUR / 4) };
      const earlier = await province.ok<Checked>('post', '/meetings/check', { ...sooner, earlier: true });
      expect(earlier.nearestFree).to.deep.equal(span(start - HOUR));
      expect((await province.ok<Checked>('post', '/meetings/check', sooner)).nearestFree).to.deep.equal(
        span(start + HOUR),
      );
    });

    it('tell in the planner which of them the caller may change', async () => {
      const made = await plan(province, ['UBND-TINH', 'SD-TAN-TRAO']);
      expect(await week(province, made)).to.deep.equal({ status: 'scheduled', may: 1 });
      expect(await week(district, made)).to.deep.equal({ status: 'scheduled', may: 0 });
      expect(await week(clerk, made)).to.deep.equal({ status: 'scheduled', may: 0 });
    });

    it('show a draft to its host and its writer alone, and it takes nobody’s time', async () => {
      const draft = await plan(clerk, ['SD-TAN-TRAO'], { status: 'draft' });
      expect(await week(clerk, draft)).to.deep.equal({ status: 'draft', may: 1 });
      expect(await week(district, draft)).to.deep.equal({ status: 'draft', may: 1 });
      await clerk.ok('post', `/meetings/${draft.id}/submit`);
      expect(await week(clerk, draft)).to.deep.equal({ status: 'submitted', may: 0 });
      const other = await plan(district, ['SD-UBND', 'SD-TAN-TRAO'], { status: 'draft' });
      expect(await week(clerk, other)).to.equal(undefined);
      const { endpointIds, startsAt, endsAt } = draft;
      const check = await district.ok<Checked>('post', '/meetings/check', { endpointIds, startsAt, endsAt });
      expect(check.conflictCount).to.equal(0);
    });

    it('never stand at an endpoint that somebody retires in the same moment', async () => {
      for (const code of ['SD-HONG-LAC', 'SD-SON-NAM', 'SD-DAI-PHU']) {
        const wish = await office.wish([code], (hours += 3));
        const [booked, retired] = await Promise.all([
          province.call<PlannedMeeting & Refused>('post', '/meetings', wish),
          surgery([{ op: 'retireEndpoint', endpoint: code }]).then(
            () => true,
            () => false,
          ),
        ]);
        expect([201, 422], booked.body.detail).to.include(booked.status);
        expect(retired).to.equal(booked.status !== 201);
        if (retired) expect(booked.body.code).to.equal('endpoint_unknown');
      }
    });

    it('are refused at an endpoint that ends before the meeting, which is named', async () => {
      const day = office.directory.dayAt(office.clock.now() + 10 * 24 * HOUR);
      const operations = [{ op: 'retireEndpoint' as const, endpoint: 'SD-DONG-QUY' }];
      await work.surgery.apply(root, { title: 'Giải thể', effectiveOn: day, operations });
      await province.ok('post', '/meetings', await office.wish(['SD-DONG-QUY'], 8 * 24));
      const late = await province.call<Refused>('post', '/meetings', await office.wish(['SD-DONG-QUY'], 12 * 24));
      expect([late.status, late.body.code]).to.deep.equal([422, 'endpoint_unknown']);
      expect(late.body.detail).to.contain('will have ended');
    });

    it('stay in the hands of those who merged: rights follow the successor from its day on', async () => {
      const chair = await office.person('chairperson', 'SD-PHUC-UNG');
      const own = await plan(chair, ['SD-PHUC-UNG']);
      expect((await chair.call('post', '/meetings', await office.wish(['SD-TU-THINH'], 900))).status).to.equal(403);
      const made = { op: 'createUnit' as const, code: 'X-SD', to: 'SD', name: 'Xã Sơn Dương', level: 'commune' };
      await surgery([made, { op: 'mergeUnits', units: ['SD-PHUC-UNG', 'SD-TU-THINH'], to: 'X-SD' }]);
      const kept = await chair.ok<PlannedMeeting>('get', `/meetings/${own.id}`);
      expect(kept.may).to.include({ change: true, start: true });
      expect(await week(chair, kept)).to.deep.equal({ status: 'scheduled', may: 1 });
      const changed = await chair.ok<PlannedMeeting>('patch', `/meetings/${own.id}`, { note: 'Sau sáp nhập' });
      expect(changed.hostUnitId).to.equal(await office.unitId('X-SD'));
      await chair.ok('post', '/meetings', await office.wish(['SD-TU-THINH'], 903));
      expect((await chair.call('post', '/meetings', await office.wish(['SD-TAN-TRAO'], 906))).status).to.equal(403);
      const { items } = await district.ok<{ items: { id: string }[] }>('get', '/users');
      expect(items.map((user) => user.id)).to.include(chair.id);
    });

    it('do not rise: rights over a unit that was given back to the one above end with it', async () => {
      const chair = await office.person('chairperson', 'SD-MINH-THANH');
      await surgery([{ op: 'retireUnit', unit: 'SD-MINH-THANH', to: 'SD' }]);
      expect((await chair.call('post', '/meetings', await office.wish(['SD-UBND'], 950))).status).to.equal(403);
    });
  });
}
