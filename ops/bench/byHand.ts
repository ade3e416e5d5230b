import BetterSqlite3 from 'better-sqlite3';
import mysql from 'mysql2/promise';

type Value = string | number | null;

/** A prepared statement. */
export interface Prepared {
  all(values: readonly Value[]): Promise<unknown[]>;
  run(values: readonly Value[]): Promise<void>;
}

/** A database without any mapper: prepared statements on one connection. */
export interface ByHand {
  sqlite: boolean;
  statement(sql: string): Prepared;
  /** one transaction; it has the write lock from its start */
  transaction(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

function sqliteByHand(file: string): ByHand {
  const db = new BetterSqlite3(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  return {
    sqlite: true,
    statement(sql) {
      const prepared = db.prepare(sql);
      return {
        all: async (values) => prepared.all(...values),
        run: async (values) => void prepared.run(...values),
      };
    },
    async transaction(work) {
      db.exec('BEGIN IMMEDIATE');
      await work();
      db.exec('COMMIT');
    },
    close: async () => void db.close(),
  };
}

/** @param url as the program is given it */
export async function openByHand(url: string): Promise<ByHand> {
  if (url.startsWith('sqlite:')) return sqliteByHand(url.slice('sqlite:'.length));
  const connection = await mysql.createConnection({ uri: url, timezone: 'Z' });
  return {
    sqlite: false,
    statement: (sql) => ({
      all: async (values) => (await connection.execute<mysql.RowDataPacket[]>(sql, [...values]))[0],
      run: async (values) => void (await connection.execute(sql, [...values])),
    }),
    async transaction(work) {
      await connection.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
      await connection.query('START TRANSACTION');
      await work();
      await connection.query('COMMIT');
    },
    close: () => connection.end(),
  };
}
