import { expect } from 'chai';
import type {
  Checked,
  PlannedAnswer,
  PlannedMeeting,
  PlannerWeek,
  SeriesView,
} from '../../server/protocol/meetings.ts';
import type { Conflict } from '../../server/protocol/rest.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';

const DAY = 24 * 3_600_000;
type Refused = { code: string; detail: string; conflicts: Conflict[]; conflictCount: number };

for (const database of databases()) {
  describe(`series on ${database.name}`, () => {
    let office: Office;
    let planner: Person;

    /** body of a series that begins on a day of its own, at 08:00 in Hà Nội */
    const wish = async (codes: string[], day: number, rrule: string, extra: Record<string, unknown> = {}) => {
      const date = new Date(office.opened + day * DAY).toISOString().slice(0, 10);
      const times = { startsAt: `${date}T08:00:00+07:00`, endsAt: `${date}T09:00:00+07:00` };
      return office.wish(codes, 1, { ...times, recurrence: { rrule }, ...extra });
    };
    const plan = async (...given: Parameters<typeof wish>) =>
      planner.ok<PlannedAnswer>('post', '/meetings', await wish(...given));
    const seriesOf = (meeting: PlannedMeeting) => planner.ok<SeriesView>('get', `/series/${meeting.series?.id}`);
    const at = (iso: string, shiftMs: number) => new Date(Date.parse(iso) + shiftMs).toISOString();

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      planner = await office.person('chairperson', 'TINH-TQ');
    });
    after(() => office?.close());

    it('book every occurrence at once, each a meeting of its own at the same wall time', async () => {
      const made = await plan(['SD-UBND', 'YS-UBND'], 2, 'FREQ=WEEKLY;COUNT=10');
      expect(made.occurrences).to.equal(10);
      const { occurrences, rrule, tz } = await seriesOf(made);
      expect({ rrule, tz }).to.deep.equal({ rrule: 'FREQ=WEEKLY;COUNT=10', tz: 'Asia/Ho_Chi_Minh' });
      expect(occurrences).to.have.length(10);
      for (const [i, one] of occurrences.entries()) {
        expect(one).to.deep.include({ startsAt: at(made.startsAt, i * 7 * DAY), status: 'scheduled', detached: false });
        const meeting = await planner.ok<PlannedMeeting>('get', `/meetings/${one.meetingId}`);
        expect(meeting).to.deep.include({ title: made.title, endpointIds: made.endpointIds });
      }
    });

    it('are refused whole when one occurrence clashes, with all that stands in the way', async () => {
      const single = await office.wish(['LB-UBND'], 1, { ...(await times(24)), title: 'Đã có trước' });
      await planner.ok('post', '/meetings', single);
      const refused = await planner.call<Refused>(
        'post',
        '/meetings',
        await wish(['LB-UBND'], 3, 'FREQ=WEEKLY;COUNT=10'),
      );
      expect(refused.status).to.equal(409);
      expect(refused.body.conflicts).to.have.length(1);
      expect(refused.body.conflicts[0]).to.include({ title: 'Đã có trước' });
      expect(refused.body.conflictCount).to.equal(1);
      // nothing of it stayed
      await plan(['LB-UBND'], 3, 'FREQ=WEEKLY;COUNT=3');
    });

    it('list two hundred clashes and count them all', async () => {
      await plan(['HY-UBND'], 5, 'FREQ=DAILY;COUNT=300');
      const again = await planner.call<Refused>(
        'post',
        '/meetings',
        await wish(['HY-UBND'], 5, 'FREQ=DAILY;COUNT=250'),
      );
      expect(again.body.conflicts).to.have.length(200);
      expect(again.body.conflictCount).to.equal(250);
    });

    it('are refused with the sentence that says why', async () => {
      const cases: [string, Record<string, unknown>, string][] = [
        ['FREQ=WEEKLY', {}, 'needs an end'],
        ['FREQ=WEEKLY;COUNT=200', {}, 'no further'],
        ['FREQ=WEEKLY;COUNT=2', { status: 'draft' }, 'stands alone'],
      ];
      for (const [rrule, extra, words] of cases) {
        const { body } = await planner.call<Refused>('post', '/meetings', await wish(['SD-UBND'], 400, rrule, extra));
        expect(body.code, rrule).to.equal('series_refused');
        expect(body.detail).to.contain(words);
      }
      const zone = { recurrence: { rrule: 'FREQ=DAILY;COUNT=2', tz: 'Asia/Ha_Noi' } };
      const { body } = await planner.call<Refused>('post', '/meetings', await office.wish(['SD-UBND'], 1, zone));
      expect(body.detail).to.contain('no time zone Asia/Ha_Noi');
    });

    it('are refused for an endpoint that will have ended', async () => {
      const { id } = await office.endpoint('CH-UBND');
      const day = new Date(office.opened + 30 * DAY).toISOString().slice(0, 10);
      await office.db.dataSource.query('UPDATE endpoint SET valid_to = ? WHERE id = ?', [day, id]);
      const late = await planner.call<Refused>('post', '/meetings', await wish(['CH-UBND'], 20, 'FREQ=WEEKLY;COUNT=3'));
      expect(late.body).to.include({ code: 'endpoint_unknown' });
      expect(late.body.detail).to.contain('will have ended');
      await plan(['CH-UBND'], 20, 'FREQ=WEEKLY;COUNT=2');
      await office.db.dataSource.query('UPDATE endpoint SET valid_to = NULL WHERE id = ?', [id]);
    });

    it('change one occurrence alone, which a later shift of all leaves where it is', async () => {
      const made = await plan(['NH-UBND'], 2, 'FREQ=WEEKLY;COUNT=5');
      const { occurrences } = await seriesOf(made);
      const third = occurrences[2]!;
      const moved = { startsAt: at(third.startsAt, 5 * 3_600_000), endsAt: at(third.endsAt, 5 * 3_600_000) };
      const alone = await planner.ok<PlannedMeeting>('patch', `/meetings/${third.meetingId}`, moved);
      expect(alone.series).to.deep.include({ original: third.startsAt, detached: true });
      const shift = {
        startsAt: at(made.startsAt, 1_800_000),
        endsAt: at(made.endsAt, 1_800_000),
        title: 'Giao ban mới',
      };
      await planner.ok('patch', `/meetings/${made.id}?scope=all`, shift);
      const after = await seriesOf(made);
      expect(after.occurrences.map((one) => one.startsAt)).to.deep.equal(
        occurrences.map((one, i) => (i === 2 ? moved.startsAt : at(one.startsAt, 1_800_000))),
      );
      for (const one of after.occurrences) {
        expect(await planner.ok('get', `/meetings/${one.meetingId}`)).to.include({ title: 'Giao ban mới' });
      }
    });

    it('change this and the following ones: a series of its own with other endpoints, the earlier ones untouched', async () => {
      const made = await plan(['CH-UBND', 'NH-UBND'], 70, 'FREQ=WEEKLY;COUNT=6');
      const { occurrences } = await seriesOf(made);
      const fourth = occurrences[3]!;
      const { id: added } = await office.endpoint('SD-UBND');
      const [chair] = made.endpointIds;
      const shift = { startsAt: at(fourth.startsAt, 3_600_000), endsAt: at(fourth.endsAt, 5_400_000) };
      const change = { ...shift, endpointIds: [chair, added] };
      const next = await planner.ok<PlannedMeeting>('patch', `/meetings/${fourth.meetingId}?scope=following`, change);
      expect(next).to.deep.include({ ...shift, endpointIds: [chair, added] });
      expect(next.series?.id).to.not.equal(made.series?.id);
      const [old, fresh] = [await seriesOf(made), await seriesOf(next)];
      expect(old.occurrences.map((one) => one.startsAt)).to.deep.equal(
        occurrences.slice(0, 3).map((one) => one.startsAt),
      );
      expect(fresh.occurrences).to.have.length(3);
      expect(old.rrule).to.match(/UNTIL=/);
      // the endpoint that was left out is free from there on
      const free = await office.wish(['NH-UBND'], 1, shift);
      await planner.ok('post', '/meetings', free);
      const taken = await office.wish(['SD-UBND'], 1, shift);
      expect((await planner.call('post', '/meetings', taken)).status).to.equal(409);
    });

    it('take a new rule: its days are kept, the others are cancelled, new ones are booked', async () => {
      const made = await plan(['SD-TAN-TRAO'], 2, 'FREQ=DAILY;COUNT=6');
      const rule = { recurrence: { rrule: 'FREQ=DAILY;INTERVAL=2;COUNT=5' } };
      await planner.ok('patch', `/meetings/${made.id}?scope=all`, rule);
      const { occurrences } = await seriesOf(made);
      const standing = occurrences.filter((one) => one.status === 'scheduled');
      expect(standing.map((one) => (Date.parse(one.startsAt) - Date.parse(made.startsAt)) / DAY)).to.deep.equal([
        0, 2, 4, 6, 8,
      ]);
      expect(occurrences.filter((one) => one.status === 'cancelled')).to.have.length(3);
    });

    it('are moved to another day only with the rule that goes with it', async () => {
      const made = await plan(['SD-TAN-TRAO'], 40, 'FREQ=WEEKLY;COUNT=3');
      const shift = { startsAt: at(made.startsAt, DAY), endsAt: at(made.endsAt, DAY) };
      const refused = await planner.call<Refused>('patch', `/meetings/${made.id}?scope=all`, shift);
      expect(refused.body).to.include({ code: 'series_refused' });
      const recurrence = { rrule: 'FREQ=WEEKLY;COUNT=3' };
      await planner.ok('patch', `/meetings/${made.id}?scope=all`, { ...shift, recurrence });
      const standing = (await seriesOf(made)).occurrences.filter((one) => one.status === 'scheduled');
      expect(standing.map((one) => one.startsAt)).to.deep.equal([0, 7, 14].map((d) => at(shift.startsAt, d * DAY)));
    });

    it('let no shift through that would clash, and change nothing then', async () => {
      const made = await plan(['YS-UBND'], 100, 'FREQ=WEEKLY;COUNT=4');
      const before = await seriesOf(made);
      const blocker = {
        startsAt: at(made.startsAt, 14 * DAY + 3_600_000),
        endsAt: at(made.endsAt, 14 * DAY + 3_600_000),
      };
      await planner.ok('post', '/meetings', await office.wish(['YS-UBND'], 1, blocker));
      const shift = { startsAt: at(made.startsAt, 1_800_000), endsAt: at(made.endsAt, 1_800_000) };
      const refused = await planner.call<Refused>('patch', `/meetings/${made.id}?scope=all`, shift);
      expect(refused.body).to.include({ code: 'schedule_conflict', conflictCount: 1 });
      expect(await seriesOf(made)).to.deep.equal(before);
    });

    it('are cancelled from one occurrence on, or whole, and their endpoints are free', async () => {
      const made = await plan(['YS-UBND'], 200, 'FREQ=DAILY;COUNT=5');
      const { occurrences } = await seriesOf(made);
      const reason = { reason: 'Nghỉ lễ' };
      await planner.ok('delete', `/meetings/${occurrences[3]!.meetingId}?scope=following`, reason);
      const statuses = async () => (await seriesOf(made)).occurrences.map((one) => one.status);
      expect(await statuses()).to.deep.equal(['scheduled', 'scheduled', 'scheduled', 'cancelled', 'cancelled']);
      await planner.ok('delete', `/meetings/${made.id}?scope=all`, reason);
      expect(new Set(await statuses())).to.deep.equal(new Set(['cancelled']));
      await plan(['YS-UBND'], 200, 'FREQ=DAILY;COUNT=5');
    });

    it('are carried out once for one Idempotency-Key', async () => {
      const body = await wish(['YS-UBND'], 300, 'FREQ=DAILY;COUNT=5');
      const keyed = () => planner.ok<PlannedAnswer>('post', '/meetings', body, { 'Idempotency-Key': 'mot-chuoi-thoi' });
      const answers = await Promise.all([keyed(), keyed(), keyed()]);
      expect(new Set(answers.map((one) => one.id)).size).to.equal(1);
    });

    describe('before they are saved', () => {
      it('show every clash and the nearest time at which all are free', async () => {
        const made = await plan(['SD-UBND', 'YS-UBND'], 500, 'FREQ=WEEKLY;COUNT=3');
        const one = await office.wish(['YS-UBND'], 1, {
          startsAt: at(made.startsAt, 7 * DAY - 3_600_000),
          endsAt: at(made.startsAt, 7 * DAY),
        });
        await planner.ok('post', '/meetings', one);
        const { endpointIds, startsAt, endsAt } = made;
        const body = {
          endpointIds,
          startsAt,
          endsAt,
          recurrence: { rrule: 'FREQ=WEEKLY;COUNT=3' },
          chairUserId: planner.id,
        };
        const checked = await planner.ok<Checked>('post', '/meetings/check', body);
        expect(checked).to.deep.include({ occurrences: 3, conflictCount: 6 });
        expect(checked.endpoints.map((e) => e.clashes)).to.deep.equal([3, 3]);
        const dates = [0, 7, 14].map((days) => ({ startsAt: at(startsAt, days * DAY), busy: 2, chair: false }));
        expect(checked.dates).to.deep.equal(dates);
        const except = [dates[1]!.startsAt.slice(0, 10)];
        const recurrence = { ...body.recurrence, except };
        const without = await planner.ok<Checked>('post', '/meetings/check', { ...body, recurrence });
        expect(without.dates).to.deep.equal([dates[0], dates[2]]);
        // an hour earlier clashes with the single meeting, an hour later does not
        expect(checked.nearestFree?.startsAt).to.equal(at(startsAt, 3_600_000));
        const own = await planner.ok<Checked>('post', '/meetings/check', { ...body, meetingId: made.id, scope: 'all' });
        expect(own).to.deep.include({ conflictCount: 0, nearestFree: null });
        expect(own.capacity).to.deep.include({ endpoints: 2, fits: true });
      });

      it('tell where the chair is expected at the same time', async () => {
        const person = { chairUserId: planner.id };
        const made = await planner.ok<PlannedMeeting>(
          'post',
          '/meetings',
          await office.wish(['SD-UBND'], 9000, person),
        );
        const { id } = await office.endpoint('LB-UBND');
        const { startsAt, endsAt } = made;
        const checked = await planner.ok<Checked>('post', '/meetings/check', {
          ...person,
          endpointIds: [id],
          startsAt,
          endsAt,
        });
        expect(checked.conflictCount).to.equal(0);
        expect(checked.chair.map((one) => one.meetingId)).to.deep.equal([made.id]);
        expect(checked.nearestFree).to.not.equal(null);
      });
    });

    it('are shown in the planner: each meeting once, under each of its endpoints', async () => {
      const made = await plan(['SD-UBND', 'YS-UBND'], 600, 'FREQ=DAILY;COUNT=3');
      const query = `from=${encodeURIComponent(at(made.startsAt, -3_600_000))}&to=${encodeURIComponent(at(made.startsAt, 2 * DAY))}`;
      const week = await planner.ok<PlannerWeek>('get', `/planner?${query}`);
      expect(week.rows).to.have.length(87);
      expect(week.blocks).to.have.length(2);
      const [meetingId, kind, status, title, start, end, inSeries] = week.blocks[0]!;
      expect({ meetingId, start, end, inSeries }).to.deep.equal({
        meetingId: made.id,
        start: 60,
        end: 120,
        inSeries: 1,
      });
      expect([week.kinds[kind], week.statuses[status], week.titles[title]]).to.deep.equal([
        'briefing',
        'scheduled',
        made.title,
      ]);
      const rows = new Map(week.rows);
      for (const endpointId of made.endpointIds) expect(rows.get(endpointId)).to.deep.equal([0, 1]);
      const local = await office.person('operator', 'SD-TAN-TRAO');
      expect((await local.ok<PlannerWeek>('get', `/planner?${query}`)).rows).to.have.length(1);
    });

    it('are shown in the planner after they were called off only to who asks, with a mark where a title is cut', async () => {
      const title = `${'Hội nghị trực tuyến toàn tỉnh '.repeat(3)}và các xã`;
      const made = await planner.ok<PlannedMeeting>(
        'post',
        '/meetings',
        await wish(['SD-UBND'], 640, 'FREQ=DAILY;COUNT=2', { title }),
      );
      const query = new URLSearchParams({ from: at(made.startsAt, -3_600_000), to: at(made.startsAt, 2 * DAY) });
      const read = async (also: string) => {
        const week = await planner.ok<PlannerWeek>('get', `/planner?${query}${also}`);
        return week.blocks.map(([, , status, place, , , , may]) => [week.statuses[status], week.titles[place], may]);
      };
      const short = `${title.slice(0, 79)}…`;
      const standing = ['scheduled', short, 1];
      expect(await read('')).to.deep.equal([standing, standing]);
      await planner.ok('delete', `/meetings/${made.id}`, { reason: 'Trùng lịch' });
      expect(await read('')).to.deep.equal([standing]);
      expect(await read('&calledOff=true')).to.deep.equal([['cancelled', short, 0], standing]);
      const bad = await planner.call('get', `/planner?${query}&calledOff=yes`);
      expect(bad.status).to.equal(400);
    });

    const times = async (days: number) => {
      const body = await wish(['LB-UBND'], days, 'FREQ=DAILY;COUNT=1');
      return { startsAt: body['startsAt'], endsAt: body['endsAt'] };
    };
  });
}
