import type { UserActor } from '../accounts/actor.ts';
import { audit } from '../audit.ts';
import type { ChangeWork } from '../audit.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { asAppError, isForeignKey } from '../db/dbErrors.ts';
import { lockRows } from '../db/locks.ts';
import { AppError } from '../errors.ts';
import type { PlanCounts, SurgeryView } from '../protocol/surgery.ts';
import { DayRights } from './dayRights.ts';
import { lockDirectory, takeBack } from './directory.store.ts';
import type { DirectoryRows } from './directory.entity.ts';
import type { DirectoryService, Page } from './directoryService.ts';
import { Draft } from './draft.ts';
import { findSurgery, listSurgeries, markUndone } from './surgery.store.ts';
import type { SurgeryRow } from './surgery.entity.ts';
import { auditOfUndo, changedSince, reversed, rowsAfterUndo } from './surgeryRecord.ts';
import type { UndoPlan } from './surgeryRecord.ts';
import { wholeFaults } from './wholeness.ts';

/** How long a plan can be taken back, in milliseconds. */
const UNDO_MS = 24 * 3_600_000;

/** Plans that were carried out: shown, and taken back within a day. */
export class SurgeryUndo {
  private readonly db: Database;
  private readonly directory: DirectoryService;
  private readonly clock: Clock;
  private work: ChangeWork = async () => undefined;

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, directory: DirectoryService, clock: Clock) {
    this.db = db;
    this.directory = directory;
    this.clock = clock;
  }

  /** Sets work that is done within the transaction that takes a plan back. */
  within(work: ChangeWork): void {
    this.work = work;
  }

  /** @returns plans of units that the actor administers, newest first */
  async list(actor: UserActor, page: { limit: number; cursor?: string | undefined }): Promise<Page<SurgeryView>> {
    const rows = await this.directory.rows();
    const m = this.db.dataSource.manager;
    const found: SurgeryRow[] = [];
    let before = page.cursor;
    // plans of others stand between: read on until the page is full
    for (;;) {
      const batch = await listSurgeries(m, { limit: 100, before }).catch((err: unknown) => {
        throw asAppError(err);
      });
      found.push(...batch.filter((row) => this.administers(actor, rows, row)));
      before = batch.at(-1)?.id;
      if (batch.length < 100 || found.length > page.limit) break;
    }
    const items = found.slice(0, page.limit);
    return {
      items: items.map((row) => this.view(row)),
      nextCursor: found.length > page.limit ? (items.at(-1)?.id ?? null) : null,
    };
  }

  /** @returns the plan as the interface shows it */
  view(row: SurgeryRow): SurgeryView {
    const until = row.at.getTime() + UNDO_MS;
    const open = row.undoneAt === null && until > this.clock.now();
    return {
      id: row.id,
      title: row.title,
      at: row.at.toISOString(),
      by: row.actorName,
      effectiveOn: row.effectiveOn,
      counts: JSON.parse(row.counts) as PlanCounts,
      undoUntil: row.undoneAt === null ? new Date(until).toISOString() : null,
      undoneAt: row.undoneAt?.toISOString() ?? null,
      may: { undo: open },
    };
  }

  /**
   * Takes a plan back, in one transaction.
   * @throws AppError not_found, undo_refused (too late, done already, or something later depends on the plan)
   */
  async undo(actor: UserActor, surgeryId: string): Promise<SurgeryView> {
    const known = await this.directory.rows();
    const now = new Date(this.clock.now());
    try {
      const undone = await this.db.transaction(async (m) => {
        const rows = await lockDirectory(m, known);
        await lockRows(m, 'directory_surgery', [surgeryId]);
        const row = await findSurgery(m, surgeryId);
        if (!row || !this.administers(actor, rows, row)) throw new AppError('not_found', 'There is no such plan.');
        if (row.undoneAt) throw new AppError('undo_refused', 'The plan was taken back already.');
        if (row.at.getTime() + UNDO_MS <= now.getTime()) {
          throw new AppError('undo_refused', 'A plan can be taken back within 24 hours.');
        }
        const plan = JSON.parse(row.undo) as UndoPlan;
        assertUntouched(rows, plan, row.effectiveOn, now.getTime());
        const edits = { units: reversed(plan.unitEdits), endpoints: reversed(plan.endpointEdits) };
        await takeBack(m, edits, { ...plan, endpoints: plan.newEndpoints, units: plan.newUnits });
        await markUndone(m, surgeryId, now);
        const subject = `surgery:${surgeryId}`;
        const changes = [
          { action: 'surgery.undone', subject, unitId: null, before: { title: row.title } },
          ...auditOfUndo(plan, rows),
        ];
        await audit(m, actor, now.getTime(), changes);
        await this.work(m, changes);
        return { ...row, undoneAt: now };
      });
      return this.view(undone);
    } catch (err) {
      if (!isForeignKey(err)) throw err;
      throw new AppError('undo_refused', 'Meetings, devices, people or groups depend on what the plan made.', {
        cause: err,
      });
    } finally {
      this.directory.forget();
    }
  }

  private administers(actor: UserActor, rows: DirectoryRows, row: SurgeryRow): boolean {
    const rights = new DayRights(actor, rows, this.directory.today(), row.effectiveOn);
    const ids = JSON.parse(row.unitIds) as (string | null)[];
    const there = ids.filter((id) => id === null || rights.today.unit(id) !== undefined);
    // when nothing is left of the units of the plan, it is the business of the whole organisation
    if (there.length === 0) return rights.administers(null);
    return there.every((id) => rights.administersToday(id));
  }
}

/** @throws AppError undo_refused when the directory has gone on from where the plan left it */
function assertUntouched(rows: DirectoryRows, plan: UndoPlan, day: string, now: number): void {
  const changed = changedSince(rows, plan);
  if (changed !== null) {
    throw new AppError('undo_refused', `${changed} was changed after the plan: take that change back first.`);
  }
  const draft = new Draft(rowsAfterUndo(rows, plan), day, now, () => true);
  for (const { id } of [...plan.unitEdits, ...plan.endpointEdits]) draft.steps.set(id, 0);
  const [first] = wholeFaults(draft);
  if (first) throw new AppError('undo_refused', first.fault.message);
}
