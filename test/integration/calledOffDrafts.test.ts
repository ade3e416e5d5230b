import { expect } from 'chai';
import type { PlannedMeeting } from '../../server/protocol/meetings.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';

for (const database of databases()) {
  describe(`what was called off, on ${database.name}`, () => {
    let office: Office;
    let province: Person;
    let clerk: Person;
    let hours = 24;

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      province = await office.person('chairperson', 'TINH-TQ');
      clerk = await office.person('operator', 'SD');
    });
    after(() => office?.close());

    const plan = async (who: Person, codes: string[], extra: Record<string, unknown>) =>
      who.ok<PlannedMeeting>('post', '/meetings', await office.wish(codes, (hours += 2), extra));

    it('stays with its host if it was a draft, and is shown to its endpoints if it was planned', async () => {
      const extra = { public: true, hostUnitId: await office.unitId('TINH-TQ') };
      const draft = await plan(province, ['SD-UBND'], { ...extra, status: 'draft', title: 'Họp nhân sự' });
      const planned = await plan(province, ['SD-UBND'], extra);
      const approved = await plan(province, ['SD-UBND'], { ...extra, status: 'draft' });
      await province.ok('post', `/meetings/${approved.id}/approve`);
      for (const { id } of [draft, planned, approved])
        await province.ok('delete', `/meetings/${id}`, { reason: 'không họp nữa' });
      const made = [draft, planned, approved].map(({ id }) => id);
      const window = `from=${encodeURIComponent(draft.startsAt)}&to=${encodeURIComponent(approved.endsAt)}`;
      const of = <T extends { id: string }>(items: T[]) => items.map(({ id }) => id).filter((id) => made.includes(id));
      const listed = async (who: Person) =>
        of((await who.ok<{ items: PlannedMeeting[] }>('get', `/meetings?status=cancelled&${window}`)).items);
      const inPlanner = async (who: Person) => {
        const { blocks } = await who.ok<{ blocks: [string, ...unknown[]][] }>(
          'get',
          `/planner?${window}&calledOff=true`,
        );
        return made.filter((id) => JSON.stringify(blocks).includes(id));
      };
      const [, ...rest] = made;
      expect([await listed(province), await inPlanner(province)]).to.deep.equal([made, made]);
      expect([await listed(clerk), await inPlanner(clerk)]).to.deep.equal([rest, rest]);
      expect((await clerk.call('get', `/meetings/${draft.id}`)).status).to.equal(404);
      expect((await clerk.call('get', `/meetings/${planned.id}`)).status).to.equal(200);
      const { items } = await province.ok<{ items: { id: string }[] }>('get', `/public/meetings?${window}`);
      expect(of(items)).to.deep.equal(rest);
    });
  });
}
