import { takenWithin } from '../../server/meetings/booking.store.ts';
import { openCalendar, temporarySqlite } from './bookings.ts';
import type { Calendar } from './bookings.ts';
import { openByHand } from './byHand.ts';
import { costsAtSizes } from './calendarCosts.ts';
import { FILLED_MS, freeTime } from './calendarFill.ts';
import type { Bench, Benchmark } from './harness.ts';
import { hasMariadb, NO_MARIADB, startMariadb } from './mariadb.ts';
import { plannerPaint } from './plannerPaint.ts';
import { clashByHand } from './preparedClash.ts';
import { creatorByHand } from './preparedCreate.ts';

const ENDPOINTS = 350;
const PROVINCE = 87;
const HOUR_MS = 3_600_000;
const ASKED_AT_ONCE = 50;
const CREATES = 12;
const CHECKS = 200;
const WEEK_MS = 7 * 24 * HOUR_MS;
const ANSWER_BYTES = 200 * 1_024;

const province = (c: Calendar) => c.endpoints.slice(0, PROVINCE).map((endpoint) => endpoint.id);

/** Fifty people book the same hour of the same endpoints at the same moment. */
async function race(c: Calendar): Promise<{ won: number; refused: number }> {
  const startsAt = Date.now() + 40 * 60_000;
  const endpointIds = province(c);
  const body = {
    title: 'Họp khẩn',
    kind: 'emergency' as const,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + HOUR_MS).toISOString(),
    endpointIds,
    chairEndpointId: endpointIds[0] ?? '',
    floorMode: 'broadcast' as const,
  };
  const all = Array.from({ length: ASKED_AT_ONCE }, () => c.meetings.create(c.administrator, body, null));
  const done = await Promise.allSettled(all);
  const conflict = (one: PromiseSettledResult<unknown>) =>
    one.status === 'rejected' && (one.reason as { code?: string }).code === 'schedule_conflict';
  return { won: done.filter((one) => one.status === 'fulfilled').length, refused: done.filter(conflict).length };
}

async function measure(bench: Bench, c: Calendar, url: string): Promise<void> {
  await costsAtSizes(bench, c, province(c));
  await weekOfAll(bench, c);
  await againstPrepared(bench, c, url);
  const { won, refused } = await race(c);
  const conflict = { load: `${c.name}, ${ASKED_AT_ONCE} conflicting creates at once`, counted: true };
  bench.report({ ...conflict, metric: 'creates that won', value: won, goal: { exactly: 1 } });
  bench.report({ ...conflict, metric: 'refused as schedule_conflict', value: refused, goal: { exactly: 49 } });
}

/** The planner's week of all endpoints in the midst of the ten years. */
async function weekOfAll(bench: Bench, c: Calendar): Promise<void> {
  const start = c.from + FILLED_MS / 2;
  const wish = { from: new Date(start).toISOString(), to: new Date(start + WEEK_MS).toISOString() };
  const week = await c.planner.week(c.administrator, wish);
  const value = Buffer.byteLength(JSON.stringify(week));
  const blocks = week.rows.reduce((sum, [, places]) => sum + places.length, 0);
  bench.report({
    load: `${c.name}, ${c.bookings} bookings`,
    metric: `planner's week of ${week.rows.length} endpoints: bytes of the one answer`,
    value,
    goal: { atMost: ANSWER_BYTES },
    detail: { endpoints: week.rows.length, meetings: week.blocks.length, blocks },
    counted: true,
  });
}

/** CPU of one turn of this process and of the database, microseconds. */
async function each(c: Calendar, turns: number, work: (turn: number) => Promise<unknown>): Promise<number> {
  const before = c.cpu();
  for (let turn = 0; turn < turns; turn += 1) await work(turn);
  return ((c.cpu() - before) / turns) * 1_000;
}

async function againstPrepared(bench: Bench, c: Calendar, url: string): Promise<void> {
  const hand = await openByHand(url);
  const ids = province(c);
  const load = `${c.name}, ${c.bookings} bookings, ${ids.length} endpoints`;
  const { manager } = c.db.dataSource;
  const ask = clashByHand(hand, ids.length);
  const checks = await bench.pairs({
    a: () => each(c, CHECKS, (turn) => takenWithin(manager, ids, [freeTime(c.from, turn)])),
    b: () => each(c, CHECKS, (turn) => ask(ids, freeTime(c.from, turn).start, freeTime(c.from, turn).end)),
  });
  const book = creatorByHand(hand, c);
  // behind all that is stored, an hour each, no two at the same time
  let created = 0;
  const next = () => c.from + FILLED_MS + 2 * HOUR_MS * (created += 1);
  const creates = await bench.pairs({
    a: () =>
      each(c, CREATES, () => {
        const start = next();
        const [startsAt, endsAt] = [new Date(start).toISOString(), new Date(start + HOUR_MS).toISOString()];
        const body = { title: 'Giao ban', kind: 'briefing' as const, startsAt, endsAt, endpointIds: ids };
        const more = { chairEndpointId: ids[0] ?? '', floorMode: 'broadcast' as const };
        return c.meetings.create(c.administrator, { ...body, ...more }, null);
      }),
    b: () =>
      each(c, CREATES, () => {
        const start = next();
        return book(start, start + HOUR_MS);
      }),
  });
  await hand.close();
  for (const [metric, { ratio, medianA, medianB }] of [
    ['CPU of a create', creates],
    ['CPU of a conflict check', checks],
  ] as const) {
    // a check is so short that one microsecond of calling it shows; what is promised is what a person does
    const goal = metric === 'CPU of a create' ? { goal: { atMost: 1.6, of: 'x prepared SQL' } } : {};
    const detail = { microseconds: medianA, preparedMicroseconds: medianB };
    bench.report({ load, metric, value: ratio.median, unit: 'x', ...goal, ratio, detail });
  }
}

/** B11: what the calendar costs when it grows. */
export const benchmark: Benchmark = {
  id: 'B11',
  title: 'bookings of ten years on both databases',
  async run(bench) {
    const { url, remove } = temporarySqlite();
    const sqlite = await openCalendar('sqlite', url, null, ENDPOINTS);
    try {
      try {
        await measure(bench, sqlite, url);
      } finally {
        await sqlite.close();
      }
      const load = `${sqlite.name}, ${sqlite.bookings} bookings, ${sqlite.endpoints.length} endpoints`;
      await plannerPaint(bench, { url, load, at: sqlite.from + FILLED_MS / 2 });
    } finally {
      remove();
    }
    if (!hasMariadb()) {
      bench.report({ load: 'mariadb', metric: 'CPU of a conflict check', value: null, note: NO_MARIADB });
      return;
    }
    const server = await startMariadb();
    try {
      const place = await server.newDatabase('bench');
      const calendar = await openCalendar('mariadb', place, server.pid, ENDPOINTS);
      try {
        await measure(bench, calendar, place);
      } finally {
        await calendar.close();
      }
    } finally {
      await server.stop();
    }
  },
};
