import type { EntityManager } from 'typeorm';

/**
 * @returns the word that joins the table after it to the one before it, in this order: with few rows, or with old
 * statistics, each database would now and then begin at the wrong end
 */
export function thenJoin(m: EntityManager): string {
  return m.dataSource.options.type === 'better-sqlite3' ? 'CROSS JOIN' : 'STRAIGHT_JOIN';
}
