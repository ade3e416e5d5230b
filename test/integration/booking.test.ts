import { expect } from 'chai';
import { isDeadlock } from '../../server/db/dbErrors.ts';
import type { Conflict, Meeting } from '../../server/protocol/rest.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';

const THREE = ['UBND-TINH', 'SD-UBND', 'SD-TAN-TRAO'];

for (const database of databases()) {
  describe(`booking on ${database.name}`, () => {
    let office: Office;
    let planner: Person;

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      planner = await office.person('chairperson', 'TINH-TQ');
    });
    after(() => office?.close());

    it('lets exactly one of 200 win who book the same endpoints at the same moment', async () => {
      const wishes = await Promise.all(
        Array.from({ length: 200 }, (_, i) => office.wish(THREE, 24, { title: `Phiên ${i}` })),
      );
      const answers = await Promise.all(wishes.map((wish) => planner.call<Meeting>('post', '/meetings', wish)));
      const won = answers.filter((answer) => answer.status === 201);
      expect(won).to.have.length(1);
      const lost = answers.filter((answer) => answer.status === 409);
      expect(lost).to.have.length(199);
      const winner = won[0]!.body;
      for (const { body, headers } of lost) {
        expect(headers.get('content-type')).to.match(/^application\/problem\+json/);
        const problem = body as unknown as { code: string; conflicts: Conflict[] };
        expect(problem.code).to.equal('schedule_conflict');
        expect(problem.conflicts.map((c) => c.endpointId)).to.have.members(winner.endpointIds);
        expect(problem.conflicts[0]).to.deep.include({
          meetingId: winner.id,
          title: winner.title,
          startsAt: winner.startsAt,
          endsAt: winner.endsAt,
        });
      }
    }).timeout(30_000);

    it('never books an endpoint twice in rounds of random sets that cross each other', async () => {
      const codes = (await office.directory.allEndpoints()).map((endpoint) => endpoint.code);
      const booked: { endpointId: string; round: number }[] = [];
      for (let round = 0; round < 10; round += 1) {
        const wishes = await Promise.all(
          Array.from({ length: 12 }, () => {
            const set = codes.toSorted(() => Math.random() - 0.5).slice(0, 1 + Math.floor(Math.random() * 30));
            return office.wish(set, 100 + 2 * round);
          }),
        );
        const answers = await Promise.all(wishes.map((wish) => planner.call<Meeting>('post', '/meetings', wish)));
        expect(answers.map((answer) => answer.status)).to.satisfy((all: number[]) =>
          all.every((s) => s === 201 || s === 409),
        );
        expect(answers.some((answer) => answer.status === 201)).to.equal(true);
        for (const { status, body } of answers) {
          if (status === 201) booked.push(...body.endpointIds.map((endpointId) => ({ endpointId, round })));
        }
      }
      expect(new Set(booked.map((b) => `${b.endpointId} ${b.round}`)).size).to.equal(booked.length);
    }).timeout(30_000);

    it('carries a repeated request out once, also when both arrive at the same moment', async () => {
      const wish = await office.wish(THREE, 48);
      const keyed = () => planner.call<Meeting>('post', '/meetings', wish, { 'Idempotency-Key': 'mot-lan-thoi' });
      const answers = await Promise.all(Array.from({ length: 20 }, keyed));
      expect(new Set(answers.map((answer) => answer.status))).to.deep.equal(new Set([201]));
      expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).to.equal(1);
      expect((await keyed()).body).to.deep.equal(answers[0]!.body);
      const other = await planner.call('post', '/meetings', await office.wish(['SD-UBND'], 72), {
        'Idempotency-Key': 'mot-lan-thoi',
      });
      expect(other.status).to.equal(422);
      expect(other.body).to.include({ code: 'idempotency_reuse' });
    });

    it('refuses one key with two bodies at the same moment, without a 5xx', async () => {
      const wishes = await Promise.all(
        [...Array(10).keys()].map((i) => office.wish([['SD-UBND', 'YS-UBND'][i % 2]!], 200 + i)),
      );
      const answers = await Promise.all(
        wishes.map((wish) => planner.call('post', '/meetings', wish, { 'Idempotency-Key': 'mot-khoa-hai-viec' })),
      );
      expect(answers.filter((answer) => answer.status === 201)).to.have.length(1);
      expect(answers.filter((answer) => answer.status === 422)).to.have.length(9);
    });

    it('gives the same key of another person a meeting of its own', async () => {
      const other = await office.person('chairperson', 'TINH-TQ');
      const key = { 'Idempotency-Key': 'khoa-cua-hai-nguoi' };
      const first = await planner.ok<Meeting>('post', '/meetings', await office.wish(['SD-UBND'], 300), key);
      const second = await other.ok<Meeting>('post', '/meetings', await office.wish(['YS-UBND'], 300), key);
      expect(second.id).to.not.equal(first.id);
    });

    it('holds meetings that only touch for no clash', async () => {
      await planner.ok('post', '/meetings', await office.wish(['SD-UBND'], 400));
      await planner.ok('post', '/meetings', await office.wish(['SD-UBND'], 401));
      await planner.ok('post', '/meetings', await office.wish(['SD-UBND'], 399));
    });

    it('sees a clash with a meeting of 24 hours that began almost a day before', async () => {
      const long = await office.wish(['SD-UBND'], 500);
      const endsAt = new Date(Date.parse(long['startsAt'] as string) + 24 * 3_600_000).toISOString();
      await planner.ok('post', '/meetings', { ...long, endsAt });
      const late = await planner.call('post', '/meetings', await office.wish(['SD-UBND'], 523.5));
      expect(late.body).to.include({ code: 'schedule_conflict' });
      await planner.ok('post', '/meetings', await office.wish(['SD-UBND'], 524));
    });

    it('books changed times and endpoints anew, and never against itself', async () => {
      const made = await planner.ok<Meeting>('post', '/meetings', await office.wish(['SD-UBND', 'YS-UBND'], 600));
      const other = await planner.ok<Meeting>('post', '/meetings', await office.wish(['SD-UBND'], 603));
      const half = (iso: string, minutes: number) => new Date(Date.parse(iso) + minutes * 60_000).toISOString();
      const moved = { startsAt: half(made.startsAt, 30), endsAt: half(made.endsAt, 30) };
      expect(await planner.ok('patch', `/meetings/${made.id}`, moved)).to.deep.include({ ...moved, version: 2 });
      const into = { startsAt: other.startsAt, endsAt: other.endsAt };
      const refused = await planner.call('patch', `/meetings/${made.id}`, into);
      expect(refused.body).to.include({ code: 'schedule_conflict' });
      const [, ys] = made.endpointIds;
      const alone = await planner.ok<Meeting>('patch', `/meetings/${made.id}`, {
        ...into,
        endpointIds: [ys],
        chairEndpointId: ys,
      });
      expect(alone.endpointIds).to.deep.equal([ys]);
      // what it left is free again
      await planner.ok('post', '/meetings', await office.wish(['SD-UBND', 'UBND-TINH'], 600.5));
    });

    it('frees the endpoints of a cancelled meeting', async () => {
      const wish = await office.wish(['SD-UBND', 'YS-UBND'], 700);
      const made = await planner.ok<Meeting>('post', '/meetings', wish);
      const gone = await planner.ok<Meeting>('delete', `/meetings/${made.id}`, { reason: 'Hoãn do mưa lũ' });
      expect(gone).to.deep.include({
        status: 'cancelled',
        cancelReason: 'Hoãn do mưa lũ',
        endpointIds: made.endpointIds,
      });
      await planner.ok('post', '/meetings', wish);
      const again = await planner.call('delete', `/meetings/${made.id}`, { reason: 'lần nữa' });
      expect(again.body).to.include({ code: 'meeting_not_changeable' });
    });

    it('lets one of many concurrent changes of one version win', async () => {
      const made = await planner.ok<Meeting>('post', '/meetings', await office.wish(['SD-UBND'], 800));
      const answers = await Promise.all(
        [...Array(20).keys()].map((i) =>
          planner.call('patch', `/meetings/${made.id}`, { title: `Tên ${i}` }, { 'If-Match': '"1"' }),
        ),
      );
      expect(answers.filter((answer) => answer.status === 200)).to.have.length(1);
      expect(answers.filter((answer) => answer.status === 412)).to.have.length(19);
    });

    it('frees the rest of the time when a session ends early, and books an extension', async () => {
      const made = await planner.ok<Meeting>('post', '/meetings', await office.wish(['LB-UBND', 'HY-UBND'], 0));
      const next = await planner.ok<Meeting>('post', '/meetings', await office.wish(['LB-UBND'], 1.5));
      await office.db.transaction((m) => office.runs.markRunning(m, made.id));
      expect(await planner.ok('get', `/meetings/${made.id}`)).to.include({ status: 'running' });
      const refused = await planner.call('delete', `/meetings/${made.id}`, { reason: 'đang họp' });
      expect(refused.body).to.include({ code: 'meeting_not_changeable' });
      const extend = (to: number) => office.db.transaction((m) => office.runs.extend(m, made.id, to));
      const clash = await extend(Date.parse(next.startsAt) + 1).catch((err: unknown) => err);
      expect(clash).to.include({ code: 'schedule_conflict' });
      expect(isDeadlock(clash)).to.equal(false);
      await extend(Date.parse(next.startsAt));
      expect(await planner.ok('get', `/meetings/${made.id}`)).to.include({ endsAt: next.startsAt });
      const taken = await planner.call('post', '/meetings', await office.wish(['HY-UBND'], 0.5));
      expect(taken.status).to.equal(409);
      office.clock.ahead += 600_000;
      await office.db.transaction((m) => office.runs.markEnded(m, made.id, office.clock.now()));
      office.clock.ahead -= 600_000;
      await planner.ok('post', '/meetings', await office.wish(['HY-UBND'], 0.5));
    });
  });
}
