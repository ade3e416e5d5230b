import { expect } from 'chai';
import { createLog } from '../../server/log.ts';
import { MeetingDesk } from '../../server/meetings/meetingDesk.ts';
import { Scheduler } from '../../server/meetings/scheduler.ts';
import type { PlannedMeeting } from '../../server/protocol/meetings.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';

const MINUTE = 60_000;

for (const database of databases()) {
  describe(`the scheduler on ${database.name}`, () => {
    let office: Office;
    let planner: Person;
    let slot = 0;

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      planner = await office.person('chairperson', 'TINH-TQ');
    });
    after(() => office?.close());

    /** a control plane of its own on the same database; its clock agrees with the database's unless it is moved */
    const controlPlane = (now: () => number = () => Date.now()) => {
      const readers = {
        directory: office.directory,
        isUsableUser: async () => true,
        sessionIdsOf: async () => new Map<string, string>(),
      };
      const scheduler = new Scheduler(new MeetingDesk(office.db, readers, { now }), createLog('silent'));
      const done: string[] = [];
      scheduler.onReminder(({ duty, meeting }) => done.push(`${duty} ${meeting.id}`));
      return { scheduler, done };
    };
    const plan = async (minutes: number, length = 60) => {
      slot += 1;
      const codes = (await office.directory.allEndpoints()).map((endpoint) => endpoint.code);
      const startsAt = new Date(Date.now() + minutes * MINUTE);
      const endsAt = new Date(startsAt.getTime() + length * MINUTE);
      const times = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
      return planner.ok<PlannedMeeting>('post', '/meetings', await office.wish([codes[slot]!], 1, times));
    };
    const about = (done: string[], { id }: { id: string }) =>
      done.filter((one) => one.endsWith(id)).map((one) => one.split(' ')[0]);

    it('opens rooms half an hour before and calls endpoints a quarter before, each once', async () => {
      const [later, open, call] = [await plan(31), await plan(29), await plan(14)];
      const { scheduler, done } = controlPlane();
      await scheduler.look();
      expect(about(done, later!)).to.deep.equal([]);
      expect(about(done, open!)).to.deep.equal(['open']);
      expect(about(done, call!)).to.deep.equal(['open', 'call']);
      await scheduler.look();
      expect(done.length).to.equal(new Set(done).size);
      expect(await planner.ok('get', `/meetings/${open!.id}`)).to.include({ step: 'opened' });
      expect(await planner.ok('get', `/meetings/${call!.id}`)).to.include({ step: 'gathering' });
    });

    it('does nothing twice, though three control planes look at once and again after a restart', async () => {
      const meetings = [await plan(10), await plan(11), await plan(12)];
      const planes = [controlPlane(), controlPlane(), controlPlane()];
      await Promise.all(planes.map((one) => one.scheduler.look()));
      const after = controlPlane();
      await after.scheduler.look();
      const done = [...planes, after].flatMap((one) => one.done);
      for (const meeting of meetings) expect(about(done, meeting)).to.have.members(['call', 'open']);
    });

    it('serves a meeting that was moved again, and one that was called off no more', async () => {
      const { scheduler, done } = controlPlane();
      const [moved, gone] = [await plan(20), await plan(25)];
      await planner.ok('delete', `/meetings/${gone!.id}`, { reason: 'không họp' });
      await scheduler.look();
      const at = (iso: string) => new Date(Date.parse(iso) + 2 * MINUTE).toISOString();
      await planner.ok('patch', `/meetings/${moved!.id}`, { startsAt: at(moved!.startsAt), endsAt: at(moved!.endsAt) });
      await scheduler.look();
      expect(about(done, moved!)).to.deep.equal(['open', 'open']);
      expect(about(done, gone!)).to.deep.equal([]);
    });

    it('warns ten minutes before the end of what runs, and again after an extension, and ends nothing', async () => {
      const { scheduler, done } = controlPlane();
      const made = await plan(0, 9);
      await office.db.transaction((m) => office.runs.markRunning(m, made.id));
      await scheduler.look();
      expect(about(done, made)).to.deep.equal(['warn']);
      await office.db.transaction((m) => office.runs.extend(m, made.id, Date.parse(made.endsAt) + 30 * MINUTE));
      await scheduler.look();
      expect(about(done, made)).to.deep.equal(['warn']);
      await office.db.transaction((m) => office.runs.extend(m, made.id, Date.parse(made.startsAt) + 9.5 * MINUTE));
      await scheduler.look();
      expect(about(done, made)).to.deep.equal(['warn', 'warn']);
      expect(await planner.ok('get', `/meetings/${made.id}`)).to.include({ status: 'running' });
    });

    it('does nothing while its clock is wrong by more than a minute, and says so', async () => {
      const made = await plan(28);
      for (const off of [-1, 1]) {
        const wrong = controlPlane(() => Date.now() + off * 61_000);
        await wrong.scheduler.look();
        expect(wrong.done).to.deep.equal([]);
        expect(wrong.scheduler.fault).to.match(/-?6[012] seconds off the database/);
      }
      let ahead = 0;
      const stepped = controlPlane(() => Date.now() + ahead);
      await stepped.scheduler.look();
      expect(stepped.scheduler.fault).to.equal(null);
      expect(about(stepped.done, made)).to.deep.equal(['open']);
      ahead = -24 * 60 * MINUTE;
      await stepped.scheduler.look();
      expect(stepped.scheduler.fault).to.not.equal(null);
      ahead = 0;
      await stepped.scheduler.look();
      expect(stepped.scheduler.fault).to.match(/jumped/);
      await stepped.scheduler.look();
      expect(stepped.scheduler.fault).to.equal(null);
      expect(about(stepped.done, made)).to.deep.equal(['open']);
    });
  });
}
