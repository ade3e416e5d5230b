import type { EntityManager } from 'typeorm';

/**
 * Locks rows until the end of the transaction, in the order of their ids so that two callers never wait for each other
 * in a circle. On SQLite the transaction holds the write lock from its start, so there is nothing left to lock.
 * @param m manager of the running transaction
 * @param table table name, its key is `id`
 * @param ids rows to lock; doubles are fine
 * @returns the ids of those rows that exist, in order
 */
export async function lockRows(m: EntityManager, table: string, ids: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(ids)].sort();
  if (wanted.length === 0) return [];
  const { driver, options } = m.dataSource;
  const lock = options.type === 'better-sqlite3' ? '' : 'FOR UPDATE';
  const marks = wanted.map(() => '?').join(',');
  const sql = `SELECT t.id AS id FROM ${driver.escape(table)} t WHERE t.id IN (${marks}) ORDER BY t.id ${lock}`;
  const rows: { id: string }[] = await m.query(sql, wanted);
  return rows.map((row) => row.id);
}
