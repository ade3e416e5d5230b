import { expect } from 'chai';
import { toSqlTime, fromSqlTime } from '../../server/db/sqlTime.ts';
import { takenWithin } from '../../server/meetings/booking.store.ts';
import type { Interval } from '../../server/meetings/overlap.ts';
import { overlaps } from '../../server/meetings/overlap.ts';
import type { Meeting } from '../../server/protocol/rest.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';

const HOUR_MS = 3_600_000;
const CODES = ['UBND-TINH', 'SD-UBND', 'SD-TAN-TRAO', 'YS-UBND'];
const RUNS = 40;

interface Stored {
  e: string;
  m: string;
  s: Date | string;
  t: Date | string;
  r: unknown;
}

for (const database of databases()) {
  describe(`what is booked within a time on ${database.name}`, () => {
    let office: Office;
    let planner: Person;
    let ids: string[];

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      planner = await office.person('chairperson', 'TINH-TQ');
      ids = await Promise.all(CODES.map(async (code) => (await office.endpoint(code)).id));
    });
    after(() => office?.close());

    const at = (hours: number) => office.opened + hours * HOUR_MS;
    const booked = async (codes: string[], hours: number, length: number): Promise<Meeting> => {
      const endsAt = new Date(at(hours + length)).toISOString();
      return (await planner.call<Meeting>('post', '/meetings', await office.wish(codes, hours, { endsAt }))).body;
    };
    /** Every row of the table, compared one by one. */
    const byLooking = async (of: readonly string[], windows: readonly Interval[]): Promise<string[]> => {
      const rows: Stored[] = await office.db.dataSource.query(
        'SELECT endpoint_id AS e, meeting_id AS m, starts_at AS s, ends_at AS t, released_at AS r FROM booking',
      );
      const standing = rows.filter((row) => row.r === null && of.includes(row.e));
      const within = standing.filter(({ s, t }) =>
        windows.some((window) => overlaps(window, { start: fromSqlTime(s), end: fromSqlTime(t) })),
      );
      return within.map((row) => `${row.m} ${row.e}`);
    };

    it('is the same as what a look at every row finds: short, whole-day, cancelled and shortened meetings', async () => {
      const made: Meeting[] = [await booked(['SD-UBND'], 30, 24), await booked(['YS-UBND', 'UBND-TINH'], 100, 23.5)];
      for (let i = 0; i < 30; i += 1) {
        const codes = CODES.filter(() => Math.random() < 0.5);
        const one = await booked(
          codes.length > 0 ? codes : ['UBND-TINH'],
          2 + Math.random() * 200,
          0.25 + Math.random() * 3,
        );
        // one that clashes is not made
        if (one.id) made.push(one);
      }
      expect(made).to.have.length.above(10);
      await planner.call('delete', `/meetings/${made[3]!.id}`, { reason: 'không cần nữa' });
      const { manager } = office.db.dataSource;
      const shortened = made[1]!;
      await manager.query('UPDATE booking SET ends_at = ? WHERE meeting_id = ?', [
        toSqlTime(manager, Date.parse(shortened.startsAt) + HOUR_MS),
        shortened.id,
      ]);
      for (let run = 0; run < RUNS; run += 1) {
        const windows = Array.from({ length: 1 + Math.floor(Math.random() * 30) }, () => {
          const start = at(Math.random() * 210);
          return { start, end: start + (0.1 + Math.random() * 5) * HOUR_MS };
        });
        const of = ids.filter(() => Math.random() < 0.7);
        const found = (await takenWithin(manager, of, windows)).map((one) => `${one.meetingId} ${one.endpointId}`);
        expect(found).to.have.members(await byLooking(of, windows));
      }
      // just before the shortened end, at it, and across it
      const end = Date.parse(shortened.startsAt) + HOUR_MS;
      const alone = (start: number, stop: number) => takenWithin(manager, [ids[3]!], [{ start, end: stop }]);
      expect(await alone(end - 1, end)).to.have.length(1);
      expect(await alone(end, end + 1)).to.deep.equal([]);
    }).timeout(30_000);

    it('is the same after meetings were made longer and shorter, one by one, as a series and while they run', async () => {
      const { manager } = office.db.dataSource;
      const found = async (hours: number) => {
        const taken = await takenWithin(manager, ids, [{ start: at(hours), end: at(hours + 0.1) }]);
        expect(taken.map((one) => `${one.meetingId} ${one.endpointId}`)).to.have.members(
          await byLooking(ids, [{ start: at(hours), end: at(hours + 0.1) }]),
        );
        return taken.length;
      };
      const until = (hours: number) => ({ endsAt: new Date(at(hours)).toISOString() });
      const one = await booked(['SD-UBND'], 600, 2);
      expect([await found(600.5), await found(605)]).to.deep.equal([1, 0]);
      await planner.ok('patch', `/meetings/${one.id}`, until(606));
      expect([await found(600.5), await found(605)]).to.deep.equal([1, 1]);
      await planner.ok('patch', `/meetings/${one.id}`, until(603));
      expect([await found(600.5), await found(605)]).to.deep.equal([1, 0]);
      await office.db.transaction((m) => office.runs.extend(m, one.id, at(606)));
      expect(await found(605)).to.equal(1);
      const recurrence = { rrule: 'FREQ=DAILY;COUNT=3' };
      const wish = await office.wish(['SD-TAN-TRAO'], 700, { ...until(702), recurrence });
      const first = await planner.ok<Meeting>('post', '/meetings', wish);
      expect([await found(748.5), await found(755)]).to.deep.equal([1, 0]);
      await planner.ok('patch', `/meetings/${first.id}?scope=all`, until(708));
      expect([await found(748.5), await found(755)]).to.deep.equal([1, 1]);
      const rows: { s: Date | string; t: Date | string; n: number | string }[] = await manager.query(
        'SELECT starts_at AS s, ends_at AS t, is_short AS n FROM meeting',
      );
      for (const { s, t, n } of rows)
        expect(Number(n) === 1, `${s} to ${t}`).to.equal(fromSqlTime(t) - fromSqlTime(s) <= 4 * HOUR_MS);
    }).timeout(30_000);

    it('does not hide that a meeting which was read before has other endpoints now', async () => {
      const meeting = await booked(['SD-UBND', 'SD-TAN-TRAO'], 400, 1);
      const path = `/meetings/${meeting.id}`;
      const read = async () => (await planner.call<Meeting>('get', path)).body.endpointIds;
      const listed = async () => {
        const query = `from=${encodeURIComponent(new Date(at(399)).toISOString())}`;
        const { body } = await planner.call<{ items: Meeting[] }>('get', `/meetings?${query}`);
        return body.items.find((one) => one.id === meeting.id)?.endpointIds;
      };
      expect(await read()).to.deep.equal(meeting.endpointIds);
      expect(await listed()).to.deep.equal(meeting.endpointIds);
      const others = [ids[0]!, ids[1]!, ids[3]!];
      const changed = await planner.call('patch', path, { endpointIds: others, chairEndpointId: others[0] });
      expect(changed.status).to.equal(200);
      expect(await read()).to.have.members(others);
      expect(await listed()).to.have.members(others);
      // a change that was refused leaves nothing behind
      await booked(['SD-TAN-TRAO'], 400, 1);
      const refused = await planner.call('patch', path, { endpointIds: ids, chairEndpointId: ids[0] });
      expect(refused.status).to.equal(409);
      expect(await read()).to.have.members(others);
      expect(await listed()).to.have.members(others);
    });
  });
}
