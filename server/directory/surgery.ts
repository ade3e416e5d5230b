import type { EntityManager } from 'typeorm';
import type { UserActor } from '../accounts/actor.ts';
import { audit } from '../audit.ts';
import type { ChangeWork } from '../audit.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { isDuplicateKey } from '../db/dbErrors.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import type { DutyCard } from '../protocol/directory.ts';
import type { Operation, PlanFault, PlanPreview } from '../protocol/surgery.ts';
import type { BookingReader, BookingsAhead } from './bookingsAhead.ts';
import { countsOf, shownChanges } from './changeSet.ts';
import { DayRights } from './dayRights.ts';
import { lockDirectory, putDuty, writeChanges } from './directory.store.ts';
import type { DirectoryRows } from './directory.entity.ts';
import type { DirectoryService } from './directoryService.ts';
import { StepFault } from './draft.ts';
import { planFault, rehearse } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import { operationWord } from './sheetColumns.ts';
import { auditOf, undoOf } from './surgeryRecord.ts';
import { insertSurgery } from './surgery.store.ts';
import type { SurgeryRow } from './surgery.entity.ts';

/** Operations that belong together, and the day from which they hold (null: today). */
export interface WantedPlan {
  title: string;
  effectiveOn: string | null;
  operations: readonly Operation[];
  /** faults of the sheet that the plan was read from: with any of them nothing is carried out */
  sheetFaults?: readonly PlanFault[];
  /** the heading in the sheet of a field of an operation */
  headingOf?: (field: string) => string;
}

/** One change of one unit or endpoint. */
export interface WantedEdit {
  operations: readonly Operation[];
  on: string | null;
  /** the row that must still have the version that the asker saw; null: whatever it has */
  expects: { kind: 'unit' | 'endpoint'; id: string; version: number | null } | null;
}

/** Most faults and changes that an answer lists. */
const LISTED = 500;

/** Changes of the directory: rehearsed in memory first, then written in one transaction, all or nothing. */
export class Surgery {
  private readonly db: Database;
  private readonly directory: DirectoryService;
  private readonly bookings: BookingReader;
  private readonly clock: Clock;
  private work: ChangeWork = async () => undefined;

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, directory: DirectoryService, bookings: BookingReader, clock: Clock) {
    this.db = db;
    this.directory = directory;
    this.bookings = bookings;
    this.clock = clock;
  }

  /** Sets work that is done within every transaction that changes units or endpoints. */
  within(work: ChangeWork): void {
    this.work = work;
  }

  /** Says what a plan would do. Nothing is written. */
  async preview(actor: UserActor, plan: WantedPlan): Promise<PlanPreview> {
    const rows = await this.directory.rows();
    const day = plan.effectiveOn ?? this.directory.today();
    const rehearsal = await this.judge(actor, rows, plan.operations, day);
    const faults = [...(plan.sheetFaults ?? []), ...placed(rehearsal.faults, plan)];
    const { draft, set, orphans } = rehearsal;
    return {
      ok: faults.length === 0,
      effectiveOn: day,
      operations: plan.operations.length,
      counts: countsOf(rows, draft, set, plan.operations.length),
      faults: faults.slice(0, LISTED),
      orphans: orphans.slice(0, LISTED),
      changes: shownChanges(rows, draft, set).slice(0, LISTED),
      bookings: await this.ahead(rehearsal),
    };
  }

  /**
   * Carries out a plan.
   * @throws AppError plan_refused with `faults`
   */
  async apply(actor: UserActor, plan: WantedPlan): Promise<SurgeryRow> {
    const day = plan.effectiveOn ?? this.directory.today();
    if (plan.sheetFaults?.length) throw refusal(plan.sheetFaults);
    const keep = async (m: EntityManager, rows: DirectoryRows, rehearsal: Rehearsal): Promise<SurgeryRow> => {
      const now = this.clock.now();
      const row = rowOf(actor, rows, rehearsal, { title: plan.title, day, now, operations: plan.operations.length });
      await insertSurgery(m, row);
      const subject = `surgery:${row.id}`;
      const after = { title: row.title, effectiveOn: day, operations: plan.operations.length };
      await audit(m, actor, now, [{ action: 'surgery.applied', subject, unitId: null, after }]);
      return row;
    };
    return this.write(actor, plan.operations, day, keep, { refuse: (faults) => refusal(placed(faults, plan)) });
  }

  /**
   * Changes one unit or endpoint, or makes one. It can be taken back within 24 hours, as a plan can.
   * @returns ids of what was made
   * @throws AppError not_found, not_allowed, version_conflict, name_taken, plan_refused
   */
  async edit(actor: UserActor, wanted: WantedEdit): Promise<string[]> {
    const day = wanted.on ?? this.directory.today();
    return this.write(
      actor,
      wanted.operations,
      day,
      async (m, rows, rehearsal) => {
        const { draft, set } = rehearsal;
        const touched = [...set.newUnits, ...set.newEndpoints, ...set.unitEdits, ...set.endpointEdits].at(0);
        if (touched) {
          const { code } = draft.units.get(touched.id) ?? draft.endpoints.get(touched.id) ?? { code: '' };
          const title = `${operationWord(wanted.operations.at(0)?.op)} ${code}`;
          const facts = { title, day, now: this.clock.now(), operations: wanted.operations.length };
          await insertSurgery(m, rowOf(actor, rows, rehearsal, facts));
        }
        return [...set.newUnits, ...set.newEndpoints].map((row) => row.id);
      },
      { expects: wanted.expects, refuse: plainRefusal },
    );
  }

  /**
   * Says who is on duty at an endpoint. It has no date. The caller checks the role.
   * @param version of the endpoint that the asker saw; null: whatever it is
   * @throws AppError version_conflict
   */
  async setDuty(
    actor: UserActor,
    endpoint: { id: string; unitId: string },
    duty: DutyCard | null,
    version: number | null,
  ): Promise<void> {
    const text = duty && JSON.stringify(duty);
    await this.db.transaction(async (m) => {
      const before = await putDuty(m, endpoint.id, text);
      if (version !== null && version !== before?.version) throw changedMeanwhile('endpoint');
      if (before?.duty === text) return;
      const subject = `endpoint:${endpoint.id}`;
      const entry = { before: before?.duty ? (JSON.parse(before.duty) as unknown) : null, after: duty };
      const changes = [{ action: 'endpoint.duty', subject, unitId: endpoint.unitId, ...entry }];
      await audit(m, actor, this.clock.now(), changes);
      await this.work(m, changes);
    });
    this.directory.forget();
  }

  private async write<T>(
    actor: UserActor,
    operations: readonly Operation[],
    day: string,
    finish: (m: EntityManager, rows: DirectoryRows, rehearsal: Rehearsal) => Promise<T>,
    how: { expects?: WantedEdit['expects']; refuse: (faults: readonly PlanFault[]) => AppError },
  ): Promise<T> {
    const known = await this.directory.rows();
    try {
      return await this.db.transaction(async (m) => {
        const rows = await lockDirectory(m, known);
        if (how.expects) assertVersion(rows, how.expects);
        const rehearsal = await this.judge(actor, rows, operations, day, m);
        if (rehearsal.faults.length > 0) throw how.refuse(rehearsal.faults);
        await writeChanges(m, rehearsal.set);
        const changes = auditOf(rehearsal.set, rehearsal.draft);
        await audit(m, actor, this.clock.now(), changes);
        await this.work(m, changes);
        return await finish(m, rows, rehearsal);
      });
    } catch (err) {
      if (isDuplicateKey(err)) throw new AppError('name_taken', 'The code is already in use.', { cause: err });
      throw err;
    } finally {
      this.directory.forget();
    }
  }

  private async judge(
    actor: UserActor,
    rows: DirectoryRows,
    operations: readonly Operation[],
    day: string,
    m?: EntityManager,
  ): Promise<Rehearsal> {
    const rights = new DayRights(actor, rows, this.directory.today(), day);
    const rehearsal = rehearse(rows, operations, day, this.clock.now(), rights.sees());
    const { draft, faults } = rehearsal;
    const refuse = (step: number, fault: StepFault) => faults.push(planFault(fault, step, operations));
    for (const [unitId, step] of draft.needs) {
      if (rights.administers(unitId)) continue;
      const code = unitId === null ? null : (draft.units.get(unitId)?.code ?? null);
      const where = code === null ? 'over the whole organisation' : `over ${code}`;
      refuse(step, new StepFault('not_allowed', null, code, `This needs the role administrator ${where}.`));
    }
    for (const endpointId of draft.ended) {
      const { code } = draft.endpoints.get(endpointId)!;
      const since = Math.max(this.clock.now(), this.directory.startOf(day));
      const ahead = await this.bookings.futureBookings([endpointId], since, m);
      if (ahead.count === 0) continue;
      const message = `${code} is booked for ${ahead.meetings} meetings on or after ${day}: move or cancel them first.`;
      refuse(draft.steps.get(endpointId) ?? 0, new StepFault('endpoint_booked', 'endpoint', code, message));
    }
    faults.sort((a, b) => (a.operation ?? 0) - (b.operation ?? 0));
    return rehearsal;
  }

  private async ahead({ set }: Rehearsal): Promise<BookingsAhead> {
    const ids = set.endpointEdits.map((edit) => edit.id);
    if (ids.length === 0) return { count: 0, meetings: 0, items: [] };
    return this.bookings.futureBookings(ids, this.clock.now());
  }
}

/** @returns what is kept of a change so that it can be listed and taken back */
function rowOf(
  actor: UserActor,
  rows: DirectoryRows,
  { draft, set }: Rehearsal,
  { title, day, now, operations }: { title: string; day: string; now: number; operations: number },
): SurgeryRow {
  return {
    id: newId(now),
    title,
    at: new Date(now),
    actorId: actor.userId,
    actorName: actor.displayName,
    effectiveOn: day,
    counts: JSON.stringify(countsOf(rows, draft, set, operations)),
    undo: JSON.stringify(undoOf(set)),
    unitIds: JSON.stringify([...draft.needs.keys()]),
    undoneAt: null,
  };
}

/** @returns the faults with the headings of the sheet that the plan came from */
function placed(faults: readonly PlanFault[], { headingOf }: WantedPlan): PlanFault[] {
  return faults.map((fault) => (headingOf && fault.column ? { ...fault, column: headingOf(fault.column) } : fault));
}

function assertVersion(rows: DirectoryRows, { kind, id, version }: NonNullable<WantedEdit['expects']>): void {
  const row = (kind === 'unit' ? rows.units : rows.endpoints).find((one) => one.id === id);
  if (!row) throw new AppError('not_found', `There is no such ${kind}.`);
  if (version === null || version === row.version) return;
  throw changedMeanwhile(kind);
}

function changedMeanwhile(kind: 'unit' | 'endpoint'): AppError {
  return new AppError('version_conflict', `The ${kind} was changed by somebody else meanwhile: read it again.`);
}

/** @returns the refusal of a plan, each fault with its place */
export function refusal(faults: readonly PlanFault[]): AppError {
  const errors = faults.slice(0, LISTED).map(({ row, operation, column, message }) => ({
    path: [row === null ? `operations.${operation}` : `row ${row}`, column].filter(Boolean).join('.'),
    message,
  }));
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  const message = `The plan has ${count}: ${faults[0]?.message ?? ''}`;
  return new AppError('plan_refused', message, { details: { errors, faults: faults.slice(0, LISTED) } });
}

/** A single change is refused by the code that says most. */
function plainRefusal(faults: readonly PlanFault[]): AppError {
  const [first] = faults;
  const details = { errors: [{ path: first?.column ?? '', message: first?.message ?? '' }], faults: [...faults] };
  if (faults.some((fault) => fault.code === 'not_allowed')) {
    return new AppError('not_allowed', faults.find((fault) => fault.code === 'not_allowed')?.message ?? '');
  }
  if (first?.code === 'duplicate_name' || first?.code === 'code_taken') {
    return new AppError('name_taken', first.message, { details });
  }
  return refusal(faults);
}
