import { takenWithin } from '../../server/meetings/booking.store.ts';
import type { Calendar } from './bookings.ts';
import { freeTime } from './calendarFill.ts';
import type { Bench } from './harness.ts';
import { exponentOf, median } from './statistics.ts';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const WEEK_MS = 7 * 86_400_000;
const WEEKS = 52;
const PAGE = 20;
const ROUNDS = 5;
const ROUND_MS = 100;
const WARM_MS = 200;
const CREATES = 12;
const EXPONENT = 0.1;
const TRIAL = 'Họp thử';

type Work = (turn: number) => Promise<unknown>;

/** What is done at each size, by what the table calls it. Each asks for times that no meeting takes: hits cost extra. */
function worksOf(c: Calendar, ids: string[]): Record<string, Work> {
  const { manager } = c.db.dataSource;
  const iso = (ms: number) => new Date(ms).toISOString();
  const weekly = (turn: number) => {
    const { start, end } = freeTime(c.from, turn);
    return Array.from({ length: WEEKS }, (_, week) => ({ start: start + week * WEEK_MS, end: end + week * WEEK_MS }));
  };
  return {
    'conflict check': (turn) => takenWithin(manager, ids, [freeTime(c.from, turn)]),
    'conflict check of a weekly series': (turn) => takenWithin(manager, ids, weekly(turn)),
    'page of the calendar': (turn) => {
      const from = iso(c.from + ((turn * 0.618) % 1) * WEEKS * WEEK_MS * 7);
      return c.forgetful().list(c.administrator, { from, limit: PAGE });
    },
    create: async (turn) => {
      const { start, end } = freeTime(c.from, turn);
      const times = { startsAt: iso(start), endsAt: iso(end) };
      const about = { title: TRIAL, kind: 'briefing' as const, floorMode: 'broadcast' as const };
      const body = { ...about, ...times, endpointIds: ids, chairEndpointId: ids[0] ?? '' };
      await c.meetings.create(c.administrator, body, null);
    },
  };
}

/** What one turn costs: CPU of this process and of the database, microseconds; the median of some rounds. */
async function costOf(c: Calendar, name: string, work: Work): Promise<number> {
  const creates = name === 'create';
  let turn = 0;
  // a table that has just grown is cold, and so is what the compiler knows of the work
  for (const end = performance.now() + WARM_MS; performance.now() < end; turn += 1) await work(turn);
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) {
    const [end, first, before] = [performance.now() + ROUND_MS, turn, c.cpu()];
    while (creates ? turns(first) < CREATES : performance.now() < end || turns(first) < 5) {
      await work(turn);
      turn += 1;
    }
    rounds.push(((c.cpu() - before) / turns(first)) * 1_000);
  }
  // what was made for trial would be a tenth of a small calendar
  if (creates) {
    await c.db.dataSource.query(`DELETE FROM meeting WHERE title = '${TRIAL}'`);
    await c.settle();
  }
  return median(rounds);

  function turns(since: number): number {
    return turn - since;
  }
}

/** Statements that a work sends. */
async function statementsOf(c: Calendar, work: () => Promise<unknown>): Promise<number> {
  const { logger } = c.db.dataSource;
  const before = logger.logQuery;
  let sent = 0;
  logger.logQuery = () => void (sent += 1);
  try {
    await work();
  } finally {
    logger.logQuery = before;
  }
  return sent;
}

/** Rows that the database looked at for one check; MariaDB alone tells. */
async function rowsExamined(c: Calendar, ids: string[]): Promise<number> {
  const runner = c.db.dataSource.createQueryRunner();
  const read = async (): Promise<number> => {
    const rows = (await runner.query(`SHOW SESSION STATUS LIKE 'Handler_read%'`)) as { Value: string }[];
    return rows.reduce((sum, row) => sum + Number(row.Value), 0);
  };
  try {
    await runner.connect();
    const idle = await read();
    const before = await read();
    const turns = 40;
    for (let turn = 0; turn < turns; turn += 1) await takenWithin(runner.manager, ids, [freeTime(c.from, turn)]);
    return ((await read()) - before - (before - idle)) / turns;
  } finally {
    await runner.release();
  }
}

/** Fills the calendar size by size and reports how the cost of each work grows with it. */
export async function costsAtSizes(bench: Bench, c: Calendar, ids: string[]): Promise<void> {
  const works = worksOf(c, ids);
  const names = Object.keys(works);
  const costs = new Map<string, number[]>(names.map((name) => [name, []]));
  const statements = new Map<string, number[]>(names.map((name) => [name, []]));
  const rows: number[] = [];
  for (const size of SIZES) {
    bench.say(`${c.name}: ${size} bookings`);
    await c.grow(size);
    await c.settle();
    if (rows.length === 0) bench.measuring();
    for (const [name, work] of Object.entries(works)) {
      costs.get(name)?.push(await costOf(c, name, work));
      // at a turn that nothing was remembered of
      statements.get(name)?.push(await statementsOf(c, () => work(4_321)));
    }
    await c.db.dataSource.query(`DELETE FROM meeting WHERE title = '${TRIAL}'`);
    rows.push(c.name === 'mariadb' ? await rowsExamined(c, ids) : 0);
  }
  const load = `${c.name}, ${SIZES[0]}..${SIZES.at(-1)} bookings, ${ids.length} endpoints`;
  for (const [name, of] of costs) {
    const value = exponentOf(SIZES, of);
    const detail = { sizes: SIZES, microseconds: of };
    bench.report({ load, metric: `${name}: exponent of the CPU`, value, goal: { atMost: EXPONENT }, detail });
  }
  for (const [name, of] of statements) {
    const value = Math.max(...of) - Math.min(...of);
    const metric = `${name}: statements more for more bookings`;
    bench.report({
      load,
      metric,
      value,
      goal: { exactly: 0 },
      detail: { sizes: SIZES, statements: of },
      counted: true,
    });
  }
  if (c.name !== 'mariadb') return;
  const detail = { sizes: SIZES, rows };
  bench.report({ load, metric: 'conflict check: rows examined', value: rows.at(-1) ?? 0, counted: true, detail });
}
