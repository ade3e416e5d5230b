import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import type { UserActor } from '../accounts/actor.ts';
import { assertMayIn, mayIn, visibleUnits } from '../accounts/rights.ts';
import { audit } from '../audit.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { asAppError } from '../db/dbErrors.ts';
import { lockRows } from '../db/locks.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import type { changeGroupBody, createGroupBody, Group, GroupRule } from '../protocol/directory.ts';
import type { DirectoryService } from './directoryService.ts';
import { nameKey, tidyName } from './fold.ts';
import type { EndpointInfo } from './roster.ts';
import { findGroup, groupNameTaken, listGroups, putGroup, removeGroup } from './surgery.store.ts';
import type { GroupRow } from './surgery.entity.ts';
import { successorOf } from './unitTree.ts';
import type { UnitTree } from './unitTree.ts';

/** Who may see and keep groups. */
const KEEPERS = ['administrator'] as const;

/** What is needed to show groups. */
interface View {
  tree: UnitTree;
  roster: EndpointInfo[];
  /** the unit of today that a unit became */
  unitNow: (unitId: string) => string;
}

/**
 * Named sets of endpoints. They name endpoints, which stay when units merge; a rule follows a unit to the one that took
 * over.
 */
export class Groups {
  private readonly db: Database;
  private readonly directory: DirectoryService;
  private readonly clock: Clock;

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, directory: DirectoryService, clock: Clock) {
    this.db = db;
    this.directory = directory;
    this.clock = clock;
  }

  /** @returns groups of the actor's units and of those above, by name */
  async list(actor: UserActor): Promise<Group[]> {
    const view = await this.view();
    const rows = await this.read((m) => listGroups(m));
    return rows.filter((row) => sees(actor, row, view)).map((row) => shown(actor, row, view));
  }

  /** @throws AppError not_found, also for groups that the actor may not see */
  async get(actor: UserActor, id: string): Promise<Group> {
    const view = await this.view();
    const row = await this.read((m) => findGroup(m, id));
    if (!row || !sees(actor, row, view)) throw unknownGroup();
    return shown(actor, row, view);
  }

  /** @throws AppError not_found (the unit), not_allowed, name_taken, endpoint_unknown */
  async create(actor: UserActor, body: z.output<typeof createGroupBody>): Promise<Group> {
    const view = await this.view();
    if (!visibleUnits(actor, view.tree).has(body.unitId)) throw new AppError('not_found', 'There is no such unit.');
    assertMayIn(actor, KEEPERS, body.unitId, view.tree);
    const row = rowOf({ ...body, id: newId(this.clock.now()), version: 1 });
    assertKnown(actor, body.endpointIds, body.rule, view);
    await this.write(actor, row, null);
    return shown(actor, row, view);
  }

  /** @throws AppError not_found, not_allowed, version_conflict, name_taken, endpoint_unknown */
  async change(
    actor: UserActor,
    id: string,
    body: z.output<typeof changeGroupBody>,
    version: number | null,
  ): Promise<Group> {
    const before = await this.changeable(actor, id);
    if (version !== null && version !== before.version) throw changedMeanwhile();
    const view = await this.view();
    const old = { endpointIds: idsOf(before), rule: ruleOf(before) };
    const fields = { name: before.name, note: before.note, ...old, ...body };
    const fresh = fields.endpointIds.filter((one) => !old.endpointIds.includes(one));
    assertKnown(actor, fresh, body.rule ?? null, view);
    const row = rowOf({ ...fields, id, unitId: before.unitId, version: before.version + 1 });
    await this.write(actor, row, before);
    return shown(actor, row, view);
  }

  /**
   * @param version that the asker saw; null: whatever it is
   * @throws AppError not_found, not_allowed, version_conflict
   */
  async remove(actor: UserActor, id: string, version: number | null): Promise<void> {
    const before = await this.changeable(actor, id);
    if (version !== null && version !== before.version) throw changedMeanwhile();
    await this.db.transaction(async (m) => {
      // a change that is being written holds this row
      await lockRows(m, 'unit', [before.unitId]);
      if (!(await removeGroup(m, before))) throw changedMeanwhile();
      const entry = { action: 'group.removed', subject: `group:${id}`, unitId: before.unitId, before };
      await audit(m, actor, this.clock.now(), [entry]);
    });
  }

  private async changeable(actor: UserActor, id: string): Promise<GroupRow> {
    const view = await this.view();
    const row = await this.read((m) => findGroup(m, id));
    if (!row || !sees(actor, row, view)) throw unknownGroup();
    assertMayIn(actor, KEEPERS, view.unitNow(row.unitId), view.tree);
    return row;
  }

  private async write(actor: UserActor, row: GroupRow, before: GroupRow | null): Promise<void> {
    await this.db.transaction(async (m) => {
      // of two with the same name the second one waits here
      await lockRows(m, 'unit', [row.unitId]);
      const now = before && (await findGroup(m, row.id));
      if (before && now?.version !== before.version) throw changedMeanwhile();
      if (await groupNameTaken(m, row)) throw new AppError('name_taken', 'The unit has a group of this name already.');
      await putGroup(m, row, before === null);
      const action = before ? 'group.changed' : 'group.created';
      const entry = { action, subject: `group:${row.id}`, unitId: row.unitId, before, after: row };
      await audit(m, actor, this.clock.now(), [entry]);
    });
  }

  private async view(): Promise<View> {
    const [tree, roster, rows] = [
      await this.directory.tree(),
      await this.directory.allEndpoints(),
      await this.directory.rows(),
    ];
    const units = new Map(rows.units.map((row) => [row.id, row]));
    const today = this.directory.today();
    return { tree, roster, unitNow: (unitId) => successorOf(unitId, units, today) };
  }

  private async read<T>(query: (m: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await query(this.db.dataSource.manager);
    } catch (err) {
      throw asAppError(err);
    }
  }
}

function rowOf(group: {
  id: string;
  name: string;
  unitId: string;
  note: string;
  endpointIds: readonly string[];
  rule: GroupRule | null;
  version: number;
}): GroupRow {
  const { endpointIds, rule, ...rest } = group;
  return {
    ...rest,
    name: tidyName(group.name),
    nameKey: nameKey(group.name),
    endpointIds: JSON.stringify([...new Set(endpointIds)]),
    rule: rule && JSON.stringify(rule),
  };
}

function idsOf(row: GroupRow): string[] {
  return JSON.parse(row.endpointIds) as string[];
}

function ruleOf(row: GroupRow): GroupRule | null {
  return row.rule === null ? null : (JSON.parse(row.rule) as GroupRule);
}

/** A group belongs to a unit; who works in that unit or below it may use it, for the endpoints that he may see. */
function sees(actor: UserActor, row: GroupRow, { tree, unitNow }: View): boolean {
  const unitId = unitNow(row.unitId);
  return actor.grants.some((grant) => tree.isWithin(unitId, grant.unitId) || tree.isWithin(grant.unitId, unitId));
}

function shown(actor: UserActor, row: GroupRow, view: View): Group {
  const visible = visibleUnits(actor, view.tree);
  const unitId = view.unitNow(row.unitId);
  const rule = ruleOf(row);
  const named = new Set(idsOf(row));
  const byRule = rule ? matcher(rule, unitId, view) : () => false;
  const seen = view.roster.filter((endpoint) => visible.has(endpoint.unitId));
  return {
    id: row.id,
    name: row.name,
    unitId,
    note: row.note,
    endpointIds: seen.filter((endpoint) => named.has(endpoint.id)).map((endpoint) => endpoint.id),
    rule,
    members: seen.filter((endpoint) => named.has(endpoint.id) || byRule(endpoint)).map((endpoint) => endpoint.id),
    version: row.version,
    may: { change: mayIn(actor, KEEPERS, unitId, view.tree) },
  };
}

function matcher(rule: GroupRule, ownUnitId: string, { tree, unitNow }: View): (endpoint: EndpointInfo) => boolean {
  const units = tree.subtreeIds(rule.unitId === undefined ? ownUnitId : unitNow(rule.unitId));
  return (endpoint) =>
    units.has(endpoint.unitId) &&
    (rule.level === undefined || endpoint.level === rule.level) &&
    (rule.category === undefined || endpoint.category === rule.category);
}

/** @throws AppError endpoint_unknown, not_found for what the actor may not see */
function assertKnown(actor: UserActor, endpointIds: readonly string[], rule: GroupRule | null, view: View): void {
  const visible = visibleUnits(actor, view.tree);
  const known = new Set(view.roster.filter((one) => visible.has(one.unitId)).map((one) => one.id));
  if (!endpointIds.every((id) => known.has(id))) {
    throw new AppError('endpoint_unknown', 'Some of the endpoints do not exist.');
  }
  if (rule?.unitId !== undefined && !visible.has(rule.unitId)) {
    throw new AppError('not_found', 'The unit of the rule does not exist.');
  }
}

function unknownGroup(): AppError {
  return new AppError('not_found', 'There is no such group.');
}

function changedMeanwhile(): AppError {
  return new AppError('version_conflict', 'The group was changed by somebody else meanwhile: read it again.');
}
