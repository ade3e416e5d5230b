import type { Database } from './dataSource.ts';

/** @returns the time of the database's own clock, epoch milliseconds */
export async function databaseNow(db: Database): Promise<number> {
  const sql = {
    sqlite: `SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) AS ms`,
    mysql: 'SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED) AS ms',
  };
  const [row] = (await db.dataSource.query(sql[db.dialect])) as { ms: number | string }[];
  return Number(row?.ms);
}
