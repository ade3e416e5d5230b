import { In, LessThan, MoreThanOrEqual } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { auditEntity } from './audit.entity.ts';
import type { AuditRow } from './audit.entity.ts';

/** Which entries are wanted, newest first. */
export interface AuditFilter {
  /** only entries of these units; null: all */
  unitIds: readonly string[] | null;
  subject?: string | undefined;
  action?: string | undefined;
  actor?: string | undefined;
  /** half-open, epoch milliseconds */
  from?: number | undefined;
  to?: number | undefined;
  /** id of the last entry of the page before */
  before?: string | undefined;
  limit: number;
}

/** MySQL's packet and SQLite's count of parameters both allow far more. */
const CHUNK = 500;

/** Adds entries; nothing changes or removes them. */
export async function insertAudit(m: EntityManager, rows: readonly AuditRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    const values = rows.slice(from, from + CHUNK);
    await m.createQueryBuilder().insert().into(auditEntity).values(values).updateEntity(false).execute();
  }
}

/** @returns entries, newest first; ids are made in order, so they sort like moments */
export async function listAudit(m: EntityManager, filter: AuditFilter): Promise<AuditRow[]> {
  const where: FindOptionsWhere<AuditRow> = {};
  if (filter.unitIds) where.unitId = In([...filter.unitIds]);
  if (filter.subject !== undefined) where.subject = filter.subject;
  if (filter.action !== undefined) where.action = filter.action;
  if (filter.actor !== undefined) where.actor = filter.actor;
  if (filter.before !== undefined) where.id = LessThan(filter.before);
  const query = m.createQueryBuilder(auditEntity, 'a').where(where);
  if (filter.from !== undefined) query.andWhere({ at: MoreThanOrEqual(new Date(filter.from)) });
  if (filter.to !== undefined) query.andWhere({ at: LessThan(new Date(filter.to)) });
  return query.orderBy('a.id', 'DESC').take(filter.limit).getMany();
}
