import type { EntityManager } from 'typeorm';
import type { EndpointInfo } from '../../server/directory/roster.ts';

/** Ten years are cut into so many slots of forty minutes; each holds a meeting of thirty at most. */
const SLOTS = 2 ** 17;
const SLOT_S = 2_400;
const MEETING_S = 1_800;
/** Length of all the slots together, milliseconds. */
export const FILLED_MS = SLOTS * SLOT_S * 1_000;
/** Endpoints of one stored meeting. */
export const INVITED = 10;
/** A weekly series is written down as so many meetings. */
const SERIES = 52;
/** Odd, and close to the golden ratio's part of `SLOTS`: any number of meetings in a row lies even over the years. */
const STRIDE = 81_007;

/** What the rows of a filled calendar have in common. */
export interface Filling {
  /** begin of the ten years, epoch milliseconds */
  from: number;
  endpoints: readonly Pick<EndpointInfo, 'id' | 'unitId'>[];
  createdBy: string;
}

/** @returns a time of ten minutes that no stored meeting takes, however full the calendar is; different for each turn */
export function freeTime(from: number, turn: number): { start: number; end: number } {
  const start = from + ((turn * STRIDE) % SLOTS) * SLOT_S * 1_000 + MEETING_S * 1_000;
  return { start, end: start + (SLOT_S - MEETING_S) * 1_000 };
}

/** The few words in which the databases differ. */
interface Words {
  /** a row for each whole number from `first` to `last`, as `v` */
  numbers(first: number, last: number): string;
  /** time that lies so many seconds after the begin of the ten years */
  time(seconds: string, from: number): string;
  /** hexadecimal digits of a whole number, twelve of them */
  hex(number: string): string;
  div(a: string, b: number): string;
  join(...parts: string[]): string;
}

const stored = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

const SQLITE: Words = {
  numbers: (first, last) =>
    `(WITH RECURSIVE n(v) AS (VALUES(${first}) UNION ALL SELECT v + 1 FROM n WHERE v < ${last}) SELECT v FROM n)`,
  time: (seconds, from) => `strftime('%Y-%m-%d %H:%M:%f', ${from / 1_000} + ${seconds}, 'unixepoch')`,
  hex: (number) => `printf('%012x', ${number})`,
  div: (a, b) => `(${a} / ${b})`,
  join: (...parts) => `(${parts.join(' || ')})`,
};

const MARIADB: Words = {
  numbers: (first, last) => `(SELECT seq AS v FROM seq_${first}_to_${last})`,
  time: (seconds, from) => `('${stored(from)}' + INTERVAL (${seconds}) SECOND)`,
  hex: (number) => `LPAD(LOWER(HEX(${number})), 12, '0')`,
  div: (a, b) => `(${a} DIV ${b})`,
  join: (...parts) => `CONCAT(${parts.join(', ')})`,
};

/** Ids that grow in the order in which the rows are written, as those of the program do. */
const idOf = (words: Words, number: string, kind: string): string =>
  words.join(`'01900000-0000-7000-8${kind}-'`, words.hex(number));

/**
 * Writes meetings number `first` to `last` - 1 with their bookings in two statements. They are made in the order of their
 * numbers and lie all over the ten years, so that the tables are as scattered as those that years of use leave behind.
 * @param m of a transaction
 */
export async function fillCalendar(m: EntityManager, filling: Filling, first: number, last: number): Promise<void> {
  if (last <= first) return;
  const sqlite = m.dataSource.options.type === 'better-sqlite3';
  const words = sqlite ? SQLITE : MARIADB;
  const { endpoints, createdBy, from } = filling;
  await m.query(
    'CREATE TEMPORARY TABLE IF NOT EXISTS bench_place (place INTEGER PRIMARY KEY, id VARCHAR(36), unit VARCHAR(36))',
  );
  await m.query('DELETE FROM bench_place');
  const places = endpoints.flatMap((endpoint, place) => [place, endpoint.id, endpoint.unitId]);
  await m.query(`INSERT INTO bench_place VALUES ${endpoints.map(() => '(?, ?, ?)').join(', ')}`, places);
  const slot = (number: string) => `(${number} * ${STRIDE}) % ${SLOTS} * ${SLOT_S}`;
  const place = (meeting: string, invited: string) => `(${meeting} * 11 + ${invited} * 8) % ${endpoints.length}`;
  const title = (capital: string) =>
    words.join(`'${capital}iao ban tuần '`, words.div('v', SERIES), `', kỳ '`, `(v % ${SERIES} + 1)`);
  const now = `'${stored(from)}'`;
  await m.query(
    `INSERT INTO meeting (id, title, title_fold, kind, status, starts_at, ends_at, chair_endpoint_id, host_unit_id, floor_mode,
      note, created_by, version, created_at, updated_at, is_short, planned_at)
    SELECT ${idOf(words, 'v', '000')}, ${title('G')}, ${title('g')}, 'briefing', 'scheduled', ${words.time(slot('v'), from)},
      ${words.time(`${slot('v')} + ${MEETING_S}`, from)}, p.id, p.unit, 'lecture', '', '${createdBy}', 1, ${now}, ${now}, 1, ${now}
    FROM ${words.numbers(first, last - 1)} n CROSS JOIN bench_place p ON p.place = ${place('v', '0')}`,
  );
  const [meeting, invited] = [words.div('v', INVITED), `v % ${INVITED}`];
  await m.query(
    `INSERT INTO booking (id, meeting_id, endpoint_id, starts_at, ends_at)
    SELECT ${idOf(words, 'v', '001')}, ${idOf(words, meeting, '000')}, p.id, ${words.time(slot(meeting), from)},
      ${words.time(`${slot(meeting)} + ${MEETING_S}`, from)}
    FROM ${words.numbers(first * INVITED, last * INVITED - 1)} n CROSS JOIN bench_place p ON p.place = ${place(meeting, invited)}`,
  );
}
