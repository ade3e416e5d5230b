import { expect } from 'chai';
import { figure } from '../support/assembly.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';

const ROUNDS = 50;
const AT_ONCE = 6;

/** Numbers that a failed run can be repeated with. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

for (const database of databases()) {
  describe(`rounds of bookings on ${database.name} (F11)`, () => {
    let office: Office;
    let people: Person[];

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      people = await Promise.all([1, 2, 3].map(() => office.person('chairperson', 'TINH-TQ')));
    });
    after(() => office?.close());

    it('never take an endpoint twice, with series, changes and cancellations of 1 to 87 endpoints at once', async () => {
      const random = numbers(20_261_122);
      const codes = (await office.directory.allEndpoints()).map((endpoint) => endpoint.code);
      const took: number[] = [];
      const statuses = new Map<number, number>();
      const made: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const calls = Array.from({ length: AT_ONCE }, async (_, i) => {
          const set = codes.toSorted(() => random() - 0.5).slice(0, 1 + Math.floor(random() * codes.length));
          const repeat =
            random() < 0.5 ? { recurrence: { rrule: `FREQ=DAILY;COUNT=${1 + Math.floor(random() * 8)}` } } : {};
          const hours = 24 + 4 * round + Math.floor(random() * 3);
          const victim = random() < 0.3 ? made[Math.floor(random() * made.length)] : undefined;
          const scope = random() < 0.5 ? 'all' : 'following';
          const person = people[i % people.length]!;
          const wish = await office.wish(set, hours, repeat);
          const { startsAt, endsAt } = wish;
          const from = performance.now();
          const answer =
            victim === undefined
              ? await person.call<{ id: string }>('post', '/meetings', wish)
              : random() < 0.5
                ? await person.call('patch', `/meetings/${victim}`, { startsAt, endsAt })
                : await person.call('delete', `/meetings/${victim}?scope=${scope}`, { reason: 'đổi lịch' });
          took.push(performance.now() - from);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          if (answer.status === 201) made.push((answer.body as { id: string }).id);
        });
        await Promise.all(calls);
      }
      expect([...statuses.keys()].filter((status) => status >= 500)).to.deep.equal([]);
      expect(statuses.get(201)).to.be.greaterThan(ROUNDS / 2);
      expect(await overlapsInTables(office)).to.deep.equal([]);
      took.sort((a, b) => a - b);
      const p95 = took[Math.floor(took.length * 0.95)] ?? 0;
      figure('F11', `${database.name}: p95 of ${took.length} requests ${p95.toFixed(0)} ms`);
      expect(p95).to.be.below(1_000);
    }).timeout(60_000);

    it('takes a daily series of all 87 over two years at once, and refuses the second one with its clashes', async () => {
      const codes = (await office.directory.allEndpoints()).map((endpoint) => endpoint.code);
      const wish = await office.wish(codes, 3_000, { recurrence: { rrule: 'FREQ=DAILY;COUNT=700' } });
      const from = performance.now();
      const first = await people[0]!.call('post', '/meetings', wish);
      expect(first.status).to.equal(201);
      expect(performance.now() - from).to.be.below(9_000);
      const second = await people[1]!.call<{ conflictCount: number }>('post', '/meetings', wish);
      expect(second.body.conflictCount).to.equal(700 * 87);
      expect(await overlapsInTables(office)).to.deep.equal([]);
    }).timeout(60_000);
  });
}

/** Looks at the tables alone: every booking that stands, of a meeting that takes time, against the next of its endpoint. */
async function overlapsInTables(office: Office): Promise<unknown[]> {
  const rows = (await office.db.dataSource.query(
    `SELECT b.endpoint_id AS e, b.meeting_id AS m, b.starts_at AS s, b.ends_at AS t, x.status AS status
    FROM booking b JOIN meeting x ON x.id = b.meeting_id WHERE b.released_at IS NULL
    ORDER BY b.endpoint_id, b.starts_at, b.ends_at`,
  )) as { e: string; m: string; s: string | Date; t: string | Date; status: string }[];
  const moment = (at: string | Date) => (typeof at === 'string' ? Date.parse(`${at}Z`) : at.getTime());
  const wrong: unknown[] = [];
  for (const [i, row] of rows.entries()) {
    const before = rows[i - 1];
    if (before?.e === row.e && moment(before.t) > moment(row.s)) wrong.push([before, row]);
    if (row.status !== 'scheduled') wrong.push(row);
  }
  expect(rows.length).to.be.greaterThan(100);
  return wrong;
}
