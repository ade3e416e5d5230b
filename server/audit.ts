import type { EntityManager } from 'typeorm';
import { actorKey } from './accounts/actor.ts';
import type { Actor } from './accounts/actor.ts';
import { visibleUnits } from './accounts/rights.ts';
import { insertAudit, listAudit } from './audit.store.ts';
import type { AuditFilter } from './audit.store.ts';
import type { Database } from './db/dataSource.ts';
import { asAppError } from './db/dbErrors.ts';
import { newId } from './db/uuid.ts';
import type { UnitTree } from './directory/unitTree.ts';
import { AppError } from './errors.ts';
import { defineRoute } from './http/route.ts';
import type { Route } from './http/route.ts';
import { auditEntry, auditQuery } from './protocol/directory.ts';
import { listOf } from './protocol/rest.ts';

/** A change to be remembered. */
export interface Change {
  /** e.g. `unit.changed` */
  action: string;
  /** e.g. `unit:<id>` */
  subject: string;
  /** whose administrators may read it; null: only those of the whole organisation */
  unitId: string | null;
  before?: unknown;
  after?: unknown;
}

/**
 * Remembers changes, in the transaction that makes them: a change without its entry cannot be.
 * @param m manager of the running transaction
 * @param at epoch milliseconds
 */
export async function audit(m: EntityManager, actor: Actor, at: number, changes: readonly Change[]): Promise<void> {
  const text = (state: unknown): string | null => (state == null ? null : JSON.stringify(state));
  const who = { actor: actorKey(actor), actorName: actor.kind === 'user' ? actor.displayName : actor.endpointId };
  const rows = changes.map((change) => ({
    id: newId(at),
    at: new Date(at),
    ...who,
    action: change.action,
    subject: change.subject,
    unitId: change.unitId,
    before: text(change.before),
    after: text(change.after),
  }));
  await insertAudit(m, rows);
}

/** Works within the transaction that makes changes, so that they and their consequence are stored or lost together. */
export type ChangeWork = (m: EntityManager, changes: readonly Change[]) => Promise<void>;

/** What the route of the audit log needs. */
export interface AuditRouteServices {
  db: Database;
  /** today's organisation */
  tree: () => Promise<UnitTree>;
}

/** @returns the route by which administrators read what was changed in their units */
export function auditRoutes({ db, tree }: AuditRouteServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/audit',
      summary: 'Who changed what in the units that the caller administers, newest first',
      access: 'user',
      query: auditQuery,
      answer: listOf(auditEntry),
      errors: ['not_allowed'],
      handle: async ({ actor, query }) => {
        const today = await tree();
        const mine = visibleUnits(actor, today, ['administrator']);
        if (mine.size === 0) throw new AppError('not_allowed', 'Only administrators may read what was changed.');
        const all = today.units().every((unit) => mine.has(unit.id));
        const filter: AuditFilter = {
          unitIds: all ? null : [...mine],
          subject: query.subject,
          action: query.action,
          actor: query.actor,
          from: query.from === undefined ? undefined : Date.parse(query.from),
          to: query.to === undefined ? undefined : Date.parse(query.to),
          before: query.cursor,
          limit: query.limit + 1,
        };
        const rows = await listAudit(db.dataSource.manager, filter).catch((err: unknown) => {
          throw asAppError(err);
        });
        const page = rows.slice(0, query.limit);
        const state = (text: string | null): unknown => (text === null ? null : (JSON.parse(text) as unknown));
        const items = page.map((row) => ({
          ...row,
          at: row.at.toISOString(),
          before: state(row.before),
          after: state(row.after),
        }));
        return { items, nextCursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null };
      },
    }),
  ];
}
