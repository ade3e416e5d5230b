import type { EntityManager } from 'typeorm';

/** Moments in statements that are written by hand; everywhere else TypeORM turns them. */

/** @returns a moment (epoch milliseconds) as a parameter of this database */
export function toSqlTime(m: EntityManager, ms: number): Date | string {
  const at = new Date(ms);
  return m.dataSource.options.type === 'better-sqlite3' ? at.toISOString().replace('T', ' ').slice(0, 23) : at;
}

/** @returns epoch milliseconds of a moment that such a statement answered */
export function fromSqlTime(value: Date | string): number {
  return typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}Z`) : value.getTime();
}
