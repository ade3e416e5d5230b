import { newId } from '../db/uuid.ts';
import type { PlanChange, PlanCounts } from '../protocol/surgery.ts';
import type { DirectoryRows, EndpointPastRow, EndpointRow, StoredUnit, UnitPastRow } from './directory.entity.ts';
import type { Draft } from './draft.ts';
import { sinceOf } from './history.ts';
import { validOn } from './unitTree.ts';

/** Fields of one row as they were and as they became. */
export interface Edit<T> {
  id: string;
  before: Partial<T>;
  after: Partial<T>;
}

/** What a plan writes: nothing but the difference. */
export interface ChangeSet {
  /** the unit above stands first */
  newUnits: StoredUnit[];
  newEndpoints: EndpointRow[];
  unitEdits: Edit<StoredUnit>[];
  endpointEdits: Edit<EndpointRow>[];
  unitPasts: UnitPastRow[];
  endpointPasts: EndpointPastRow[];
}

const DATED_OF_UNIT = ['parentId', 'name', 'shortName', 'levelCode'] as const;
const DATED_OF_ENDPOINT = ['unitId', 'name', 'shortName'] as const;

/** Compares a draft with what it was made from. Names and places that end become rows of the past. */
export function changeSetOf(rows: DirectoryRows, draft: Draft, now: number): ChangeSet {
  const made = { units: [] as StoredUnit[], endpoints: [] as EndpointRow[] };
  const set: ChangeSet = {
    newUnits: [],
    newEndpoints: made.endpoints,
    unitEdits: [],
    endpointEdits: [],
    unitPasts: [],
    endpointPasts: [],
  };
  const units = new Map(rows.units.map((row) => [row.id, row]));
  const endpoints = new Map(rows.endpoints.map((row) => [row.id, row]));
  for (const id of draft.steps.keys()) {
    const unit = draft.units.get(id);
    const endpoint = draft.endpoints.get(id);
    if (draft.made.has(id)) {
      if (unit) made.units.push(unit);
      if (endpoint) made.endpoints.push(endpoint);
      continue;
    }
    if (unit) {
      const before = units.get(id)!;
      if (turned(before, unit, DATED_OF_UNIT, draft.day)) set.unitPasts.push(pastOfUnit(before, draft.day, now));
      keep(set.unitEdits, before, unit);
    }
    if (endpoint) {
      const before = endpoints.get(id)!;
      if (turned(before, endpoint, DATED_OF_ENDPOINT, draft.day))
        set.endpointPasts.push(pastOfEndpoint(before, draft.day, now));
      keep(set.endpointEdits, before, endpoint);
    }
  }
  set.newUnits = parentsFirst(made.units);
  return set;
}

/** Sets `since` when a dated field changed. @returns whether the state before has to be kept as a row of the past */
function turned<T extends StoredUnit | EndpointRow>(
  before: T,
  after: T,
  dated: readonly (keyof T)[],
  day: string,
): boolean {
  if (!dated.some((field) => before[field] !== after[field])) return false;
  // a change of the day on which the state began is a correction: nobody ever went by the old one
  if (sinceOf(before) === day) return false;
  after.since = day;
  return true;
}

function keep<T extends StoredUnit | EndpointRow>(edits: Edit<T>[], before: T, after: T): void {
  const fields = (Object.keys(after) as (keyof T)[]).filter((field) => before[field] !== after[field]);
  if (fields.length === 0) return;
  const pick = (row: T): Partial<T> =>
    Object.fromEntries(fields.map((field) => [field, row[field]])) as unknown as Partial<T>;
  edits.push({ id: before.id, before: pick(before), after: pick(after) });
}

function pastOfUnit(row: StoredUnit, day: string, now: number): UnitPastRow {
  const { parentId, name, shortName, levelCode } = row;
  const dates = { validFrom: sinceOf(row), validTo: day };
  return { id: newId(now), unitId: row.id, parentId, name, shortName, levelCode, ...dates };
}

function pastOfEndpoint(row: EndpointRow, day: string, now: number): EndpointPastRow {
  const { unitId, name, shortName } = row;
  return { id: newId(now), endpointId: row.id, unitId, name, shortName, validFrom: sinceOf(row), validTo: day };
}

function parentsFirst(units: readonly StoredUnit[]): StoredUnit[] {
  const waiting = new Map(units.map((row) => [row.id, row]));
  const sorted: StoredUnit[] = [];
  const add = (row: StoredUnit): void => {
    if (!waiting.delete(row.id)) return;
    const parent = row.parentId === null ? undefined : waiting.get(row.parentId);
    if (parent) add(parent);
    sorted.push(row);
  };
  for (const row of units) add(row);
  return sorted;
}

/** @returns how many units and endpoints become what */
export function countsOf(rows: DirectoryRows, draft: Draft, set: ChangeSet, steps: number): PlanCounts {
  const ended = (edit: Edit<{ validTo: string | null }>) => edit.after.validTo != null;
  const has = (edit: Edit<StoredUnit> | Edit<EndpointRow>, ...fields: string[]) =>
    fields.some((field) => field in edit.after);
  const on = (list: Iterable<{ validFrom: string; validTo: string | null }>) =>
    [...list].filter((row) => validOn(row, draft.day)).length;
  const working = new Set([...draft.made, ...set.unitEdits.map((e) => e.id), ...set.endpointEdits.map((e) => e.id)]);
  const busy = new Set(draft.busy.filter(({ id }) => working.has(id)).map(({ step }) => step));
  return {
    unitsCreated: set.newUnits.length,
    unitsRenamed: set.unitEdits.filter((edit) => has(edit, 'name', 'shortName', 'levelCode')).length,
    unitsMoved: set.unitEdits.filter((edit) => has(edit, 'parentId')).length,
    unitsRetired: set.unitEdits.filter(ended).length,
    endpointsCreated: set.newEndpoints.length,
    endpointsChanged: set.endpointEdits.filter((edit) => !has(edit, 'unitId') && !ended(edit)).length,
    endpointsMoved: set.endpointEdits.filter((edit) => has(edit, 'unitId')).length,
    endpointsRetired: set.endpointEdits.filter(ended).length,
    unchanged: steps - busy.size,
    unitsBefore: on(rows.units),
    unitsAfter: on(draft.units.values()),
    endpointsBefore: on(rows.endpoints),
    endpointsAfter: on(draft.endpoints.values()),
  };
}

/** @returns the changes as a person reads them, units first */
export function shownChanges(rows: DirectoryRows, draft: Draft, set: ChangeSet): PlanChange[] {
  const code = (unitId: string | null) => (unitId === null ? null : (draft.units.get(unitId)?.code ?? null));
  const unit = ({ name, shortName, parentId, levelCode, validTo }: StoredUnit) => {
    return { name, shortName, place: code(parentId), level: levelCode, validTo };
  };
  const endpoint = ({ name, shortName, unitId, validTo }: EndpointRow) => {
    return { name, shortName, place: code(unitId), level: null, validTo };
  };
  const units = new Map(rows.units.map((row) => [row.id, row]));
  const endpoints = new Map(rows.endpoints.map((row) => [row.id, row]));
  const touched = (edits: Edit<unknown>[], made: { id: string }[]) => [...made, ...edits].map((one) => one.id);
  const changes: PlanChange[] = [];
  for (const id of touched(set.unitEdits, set.newUnits)) {
    const [was, is] = [units.get(id), draft.units.get(id)!];
    changes.push({ kind: 'unit', code: is.code, before: was ? unit(was) : null, after: unit(is) });
  }
  for (const id of touched(set.endpointEdits, set.newEndpoints)) {
    const [was, is] = [endpoints.get(id), draft.endpoints.get(id)!];
    changes.push({ kind: 'endpoint', code: is.code, before: was ? endpoint(was) : null, after: endpoint(is) });
  }
  return changes;
}
