import type { Change } from '../audit.ts';
import type { ChangeSet, Edit } from './changeSet.ts';
import type { DirectoryRows, EndpointRow, StoredUnit } from './directory.entity.ts';
import type { Draft } from './draft.ts';

/** What it takes to take a plan back: the changed fields before and after, and the ids of what was added. */
export interface UndoPlan {
  unitEdits: Edit<StoredUnit>[];
  endpointEdits: Edit<EndpointRow>[];
  /** the unit above stands first */
  newUnits: string[];
  newEndpoints: string[];
  unitPasts: string[];
  endpointPasts: string[];
}

/** @returns what is kept of a plan so that it can be undone */
export function undoOf(set: ChangeSet): UndoPlan {
  const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id);
  return {
    unitEdits: set.unitEdits,
    endpointEdits: set.endpointEdits,
    newUnits: ids(set.newUnits),
    newEndpoints: ids(set.newEndpoints),
    unitPasts: ids(set.unitPasts),
    endpointPasts: ids(set.endpointPasts),
  };
}

/** @returns the same edits the other way round */
export function reversed<T>(edits: readonly Edit<T>[]): Edit<T>[] {
  return edits.map(({ id, before, after }) => ({ id, before: after, after: before }));
}

/** @returns code of a row that is not as the plan left it, or null: then nothing was built upon the plan */
export function changedSince(rows: DirectoryRows, undo: UndoPlan): string | null {
  return firstChanged(rows.units, undo.unitEdits) ?? firstChanged(rows.endpoints, undo.endpointEdits);
}

function firstChanged<T extends { id: string; code: string }>(
  rows: readonly T[],
  edits: readonly Edit<T>[],
): string | null {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { id, after } of edits) {
    const row = byId.get(id);
    if (!row) return id;
    if ((Object.keys(after) as (keyof T)[]).some((field) => row[field] !== after[field])) return row.code;
  }
  return null;
}

/** @returns the rows as they are after the undo, for a look at the whole */
export function rowsAfterUndo(rows: DirectoryRows, undo: UndoPlan): DirectoryRows {
  const made = new Set([...undo.newUnits, ...undo.newEndpoints]);
  const back = <T extends { id: string }>(list: readonly T[], edits: readonly Edit<T>[]): T[] => {
    const before = new Map(edits.map((edit) => [edit.id, edit.before]));
    return list.filter((row) => !made.has(row.id)).map((row) => ({ ...row, ...before.get(row.id) }));
  };
  return { ...rows, units: back(rows.units, undo.unitEdits), endpoints: back(rows.endpoints, undo.endpointEdits) };
}

/** @returns the entries of the audit log for what a plan changes */
export function auditOf(set: ChangeSet, draft: Draft): Change[] {
  const unitOf = (id: string) => draft.endpoints.get(id)?.unitId ?? null;
  return [
    ...set.newUnits.map((row) => ({ action: 'unit.created', subject: `unit:${row.id}`, unitId: row.id, after: row })),
    ...set.unitEdits.map(({ id, before, after }) => {
      const action = after.validTo == null ? 'unit.changed' : 'unit.retired';
      // an ended unit is read by who administers what took its place in the tree
      const unitId = after.validTo == null ? id : (draft.units.get(id)?.successorId ?? draft.units.get(id)?.parentId);
      return { action, subject: `unit:${id}`, unitId: unitId ?? null, before, after };
    }),
    ...set.newEndpoints.map((row) => {
      return { action: 'endpoint.created', subject: `endpoint:${row.id}`, unitId: row.unitId, after: row };
    }),
    ...set.endpointEdits.map(({ id, before, after }) => {
      const action = after.validTo == null ? 'endpoint.changed' : 'endpoint.retired';
      return { action, subject: `endpoint:${id}`, unitId: unitOf(id), before, after };
    }),
  ];
}

/** @returns the entries of the audit log for what an undo sets back; `rows` as they are before it */
export function auditOfUndo(undo: UndoPlan, rows: DirectoryRows): Change[] {
  const unitOf = new Map(rows.endpoints.map((row) => [row.id, row.unitId]));
  const entry = (kind: string, what: string, id: string, unitId: string | null, state: Partial<Change>): Change => {
    return { action: `${kind}.${what}`, subject: `${kind}:${id}`, unitId, ...state };
  };
  return [
    ...reversed(undo.unitEdits).map(({ id, ...state }) => entry('unit', 'restored', id, id, state)),
    ...reversed(undo.endpointEdits).map(({ id, ...state }) =>
      entry('endpoint', 'restored', id, state.after.unitId ?? unitOf.get(id) ?? null, state),
    ),
    ...undo.newEndpoints.map((id) => entry('endpoint', 'removed', id, null, {})),
    ...undo.newUnits.map((id) => entry('unit', 'removed', id, null, {})),
  ];
}
