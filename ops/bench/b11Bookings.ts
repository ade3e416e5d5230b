import { clashes } from '../../server/meetings/meeting.store.ts';
import { openCalendar, temporarySqlite } from './bookings.ts';
import type { Calendar } from './bookings.ts';
import type { Bench, Benchmark } from './harness.ts';
import { hasMariadb, NO_MARIADB, startMariadb } from './mariadb.ts';
import { preparedClash } from './preparedClash.ts';
import { exponentOf } from './statistics.ts';

const SIZES = [1_000, 5_000, 25_000, 100_000];
const FULL_SIZES = [1_000, 10_000, 100_000, 1_000_000];
const YEARS_MS = 10 * 365 * 86_400_000;
const HOUR_MS = 3_600_000;
const ROUND_MS = 400;
const ASKED_AT_ONCE = 50;
const PAGE = 20;

/** What one operation costs: CPU of this process and of the database, microseconds. */
async function costOf(c: Calendar, work: (turn: number) => Promise<unknown>, roundMs = ROUND_MS): Promise<number> {
  for (let turn = 0; turn < 20; turn += 1) await work(turn);
  const end = performance.now() + roundMs;
  const before = c.cpu();
  let turns = 0;
  while (performance.now() < end) await work((turns += 1));
  return ((c.cpu() - before) / turns) * 1_000;
}

/** Moments all over the ten years, the same ones in every round. */
const momentOf = (c: Calendar, turn: number): number => c.from + ((turn * 0.618_033_988_7) % 1) * YEARS_MS;

const check = (c: Calendar, endpoints: number) => {
  const ids = c.endpoints.slice(0, endpoints).map((e) => e.id);
  return (turn: number) => {
    const start = momentOf(c, turn);
    return clashes(c.db.dataSource.manager, ids, { start, end: start + HOUR_MS });
  };
};

/** One page from a moment on: as many meetings however full the calendar is. */
const list = (c: Calendar) => (turn: number) => {
  const from = c.from + ((turn * 0.618_033_988_7) % 1) * YEARS_MS * 0.7;
  return c.meetings.list(c.administrator, { from: new Date(from).toISOString(), limit: PAGE });
};

/** Rows that the database looked at for one check of 87 endpoints; MariaDB alone tells. */
async function rowsExamined(c: Calendar): Promise<number> {
  const runner = c.db.dataSource.createQueryRunner();
  const ids = c.endpoints.map((e) => e.id);
  const read = async (): Promise<number> => {
    const rows = (await runner.query(`SHOW SESSION STATUS LIKE 'Handler_read%'`)) as { Value: string }[];
    return rows.reduce((sum, row) => sum + Number(row.Value), 0);
  };
  try {
    await runner.connect();
    const idle = await read();
    const before = await read();
    const turns = 40;
    for (let turn = 0; turn < turns; turn += 1) {
      const start = momentOf(c, turn);
      await clashes(runner.manager, ids, { start, end: start + HOUR_MS });
    }
    return ((await read()) - before - (before - idle)) / turns;
  } finally {
    await runner.release();
  }
}

/** Fifty people book the same hour of the same endpoints at the same moment. */
async function race(c: Calendar): Promise<{ won: number; refused: number }> {
  const startsAt = Date.now() + 40 * 60_000;
  const body = {
    title: 'Họp khẩn',
    kind: 'emergency' as const,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + HOUR_MS).toISOString(),
    endpointIds: c.endpoints.map((e) => e.id),
    chairEndpointId: c.endpoints[0]?.id ?? '',
    floorMode: 'broadcast' as const,
  };
  const all = Array.from({ length: ASKED_AT_ONCE }, () => c.meetings.create(c.administrator, body, null));
  const done = await Promise.allSettled(all);
  const conflict = (one: PromiseSettledResult<unknown>) =>
    one.status === 'rejected' && (one.reason as { code?: string }).code === 'schedule_conflict';
  return { won: done.filter((one) => one.status === 'fulfilled').length, refused: done.filter(conflict).length };
}

async function measure(bench: Bench, c: Calendar, url: string): Promise<void> {
  const sizes = bench.full ? FULL_SIZES : SIZES;
  const costs: Record<'check' | 'list' | 'rows', number[]> = { check: [], list: [], rows: [] };
  for (const size of sizes) {
    bench.say(`${c.name}: ${size} bookings`);
    await c.grow(size);
    if (costs.check.length === 0) bench.measuring();
    costs.check.push(await costOf(c, check(c, 1)));
    costs.list.push(await costOf(c, list(c)));
    if (c.name === 'mariadb') costs.rows.push(await rowsExamined(c));
  }
  const load = `${c.name}, ${sizes[0]}..${sizes.at(-1)} bookings`;
  const goal = { atMost: 0.1 };
  const grown = (metric: string, of: number[], unit: string) =>
    bench.report({ load, metric, value: exponentOf(sizes, of), goal, detail: { sizes, [unit]: of } });
  grown('exponent of the CPU of a conflict check', costs.check, 'microseconds');
  grown('exponent of the CPU of a page of the calendar', costs.list, 'microseconds');
  if (costs.rows.length > 0) {
    const value = costs.rows.at(-1) ?? 0;
    const metric = 'rows examined by a check of 87 endpoints';
    bench.report({ load, metric, value, counted: true, detail: { sizes, rows: costs.rows } });
  }
  await againstPrepared(bench, c, url);
  const { won, refused } = await race(c);
  const conflict = { load: `${c.name}, ${ASKED_AT_ONCE} conflicting creates at once`, counted: true };
  bench.report({ ...conflict, metric: 'creates that won', value: won, goal: { exactly: 1 } });
  bench.report({ ...conflict, metric: 'refused as schedule_conflict', value: refused, goal: { exactly: 49 } });
}

async function againstPrepared(bench: Bench, c: Calendar, url: string): Promise<void> {
  for (const endpoints of [1, c.endpoints.length]) {
    const prepared = await preparedClash(url, endpoints);
    const ids = c.endpoints.slice(0, endpoints).map((e) => e.id);
    const byHand = (turn: number) => prepared.ask(ids, momentOf(c, turn), momentOf(c, turn) + HOUR_MS);
    const { ratio, medianA, medianB } = await bench.pairs({
      a: () => costOf(c, check(c, endpoints), 150),
      b: () => costOf(c, byHand, 150),
    });
    await prepared.close();
    bench.report({
      load: `${c.name}, ${c.bookings} bookings, ${endpoints} endpoints`,
      metric: 'CPU of a conflict check',
      value: ratio.median,
      unit: 'x',
      // a meeting is booked for all its endpoints at once; one endpoint shows what the object mapper costs
      ...(endpoints > 1 ? { goal: { atMost: 1.6, of: 'x prepared SQL' } } : {}),
      ratio,
      detail: { microseconds: medianA, preparedMicroseconds: medianB },
    });
  }
}

/** B11: what the calendar costs when it grows. */
export const benchmark: Benchmark = {
  id: 'B11',
  title: 'bookings of ten years on both databases',
  async run(bench) {
    const { url, remove } = temporarySqlite();
    const sqlite = await openCalendar('sqlite', url, null);
    try {
      await measure(bench, sqlite, url);
    } finally {
      await sqlite.close();
      remove();
    }
    if (!hasMariadb()) {
      bench.report({ load: 'mariadb', metric: 'CPU of a conflict check', value: null, note: NO_MARIADB });
      return;
    }
    const server = await startMariadb();
    try {
      const place = await server.newDatabase('bench');
      const calendar = await openCalendar('mariadb', place, server.pid);
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
