import BetterSqlite3 from 'better-sqlite3';
import mysql from 'mysql2/promise';
import { MAX_MEETING_MS } from '../../server/meetings/overlap.ts';

/** What the conflict check costs when it is written by hand: one prepared statement on the same index. */
export interface PreparedClash {
  /** @returns how many bookings are in the way */
  ask(endpointIds: readonly string[], start: number, end: number): Promise<number>;
  close(): Promise<void>;
}

const sql = (endpoints: number): string =>
  `SELECT id, meeting_id, endpoint_id, starts_at, ends_at, released_at FROM booking WHERE endpoint_id IN (${Array.from({ length: endpoints }, () => '?').join(', ')}) ` +
  'AND starts_at > ? AND starts_at < ? AND ends_at > ? AND released_at IS NULL ORDER BY starts_at, endpoint_id';

const stored = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

const valuesOf = (endpointIds: readonly string[], start: number, end: number): string[] => [
  ...endpointIds,
  stored(start - MAX_MEETING_MS),
  stored(end),
  stored(start),
];

/** @param url as the program is given it @param endpoints how many are asked for at a time */
export async function preparedClash(url: string, endpoints: number): Promise<PreparedClash> {
  if (url.startsWith('sqlite:')) {
    const db = new BetterSqlite3(url.slice('sqlite:'.length), { readonly: true });
    const statement = db.prepare(sql(endpoints));
    return {
      ask: async (ids, start, end) => statement.all(...valuesOf(ids, start, end)).length,
      close: async () => void db.close(),
    };
  }
  const connection = await mysql.createConnection({ uri: url, timezone: 'Z' });
  const text = sql(endpoints);
  return {
    ask: async (ids, start, end) => {
      const [rows] = await connection.execute<mysql.RowDataPacket[]>(text, valuesOf(ids, start, end));
      return rows.length;
    },
    close: () => connection.end(),
  };
}
