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
  const query = m.createQueryBuilder().select('t.id', 'id').from(table, 't').where('t.id IN (:...wanted)', { wanted });
  query.orderBy('t.id', 'ASC');
  if (m.dataSource.options.type !== 'better-sqlite3') query.setLock('pessimistic_write');
  const rows = await query.getRawMany<{ id: string }>();
  return rows.map((row) => row.id);
}
