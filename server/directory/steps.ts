import type { Operation } from '../protocol/surgery.ts';
import type { EndpointRow, StoredUnit } from './directory.entity.ts';
import { namesOf, StepFault } from './draft.ts';
import type { Draft } from './draft.ts';

type Step<K extends Operation['op']> = Extract<Operation, { op: K }>;

/** What each operation does to the draft; all of them throw `StepFault`. */
const STEPS: { [K in Operation['op']]: (draft: Draft, step: Step<K>) => void } = {
  createUnit(draft, step) {
    const parentId = placeOf(draft, step.to);
    draft.need(parentId);
    draft.addUnit(step, parentId, draft.level(step.level));
  },
  changeUnit(draft, step) {
    const row = draft.unit(step.unit, 'unit');
    draft.need(row.id);
    const levelCode = step.level === undefined ? row.levelCode : draft.level(step.level);
    const copy = draft.editUnit(row);
    Object.assign(copy, namesOf(step.name ?? row.name, step.shortName ?? row.shortName), { levelCode });
    if (step.sort !== undefined) copy.sort = step.sort;
  },
  moveUnit(draft, step) {
    const row = draft.unit(step.unit, 'unit');
    const parentId = placeOf(draft, step.to);
    if (parentId !== null) refuseCycle(draft, row, parentId, step.to);
    needAbove(draft, row);
    draft.need(parentId);
    if (row.parentId !== parentId) draft.editUnit(row).parentId = parentId;
  },
  mergeUnits(draft, step) {
    const into = draft.place(step.to, 'to');
    const sources = step.units.map((ref) => draft.unit(ref, 'units')).filter((row) => row.id !== into.id);
    if (sources.length === 0) throw new StepFault('same_unit', 'units', step.to, 'A unit cannot merge with itself.');
    for (const row of sources) handOver(draft, row, into, step.to);
  },
  splitUnit(draft, step) {
    const row = draft.unit(step.unit, 'unit');
    needAbove(draft, row);
    for (const part of step.into) {
      const made = draft.addUnit(part, row.parentId, draft.level(part.level ?? row.levelCode));
      for (const ref of part.endpoints) moveEndpoint(draft, ownEndpoint(draft, row, ref), made.id);
      for (const ref of part.units) draft.editUnit(ownChild(draft, row, ref)).parentId = made.id;
    }
    if (!step.keep) draft.editUnit(row).validTo = draft.day;
  },
  retireUnit(draft, step) {
    const row = draft.unit(step.unit, 'unit');
    if (step.to !== undefined) {
      handOver(draft, row, draft.place(step.to, 'to'), step.to);
      return;
    }
    needAbove(draft, row);
    draft.editUnit(row).validTo = draft.day;
  },
  createEndpoint(draft, step) {
    const unit = draft.place(step.to, 'to');
    draft.need(unit.id);
    if (!step.line)
      throw new StepFault('missing_value', 'line', null, 'A new endpoint needs the capacity of its line.');
    draft.addEndpoint(step, unit.id, {
      category: step.category ?? 'administrative',
      lineClass: step.lineClass ?? 'dedicated',
      ...step.line,
      equipment: listText(step.equipment),
      contacts: listText(step.contacts),
      duty: step.duty ? JSON.stringify(step.duty) : null,
    });
  },
  changeEndpoint(draft, step) {
    const row = draft.endpoint(step.endpoint, 'endpoint');
    draft.need(row.unitId);
    const copy = draft.editEndpoint(row);
    Object.assign(copy, namesOf(step.name ?? row.name, step.shortName ?? row.shortName), step.line);
    if (step.category !== undefined) copy.category = step.category;
    if (step.lineClass !== undefined) copy.lineClass = step.lineClass;
    if (step.equipment !== undefined) copy.equipment = listText(step.equipment);
    if (step.contacts !== undefined) copy.contacts = listText(step.contacts);
    if (step.duty !== undefined) copy.duty = step.duty && JSON.stringify(step.duty);
    if (step.sort !== undefined) copy.sort = step.sort;
  },
  moveEndpoint(draft, step) {
    const row = draft.endpoint(step.endpoint, 'endpoint');
    const unit = draft.place(step.to, 'to');
    draft.need(row.unitId);
    draft.need(unit.id);
    moveEndpoint(draft, row, unit.id);
  },
  retireEndpoint(draft, step) {
    const row = draft.endpoint(step.endpoint, 'endpoint');
    draft.need(row.unitId);
    draft.editEndpoint(row).validTo = draft.day;
    draft.ended.add(row.id);
  },
};

/** Carries out one operation in the draft. @throws StepFault */
export function takeStep(draft: Draft, step: Operation): void {
  // the key and the operation belong together, which the compiler cannot see through the table
  (STEPS[step.op] as (draft: Draft, step: Operation) => void)(draft, step);
}

function listText(list: unknown[] | undefined): string | null {
  return list === undefined || list.length === 0 ? null : JSON.stringify(list);
}

function placeOf(draft: Draft, ref: string | null): string | null {
  return ref === null ? null : draft.place(ref, 'to').id;
}

/** To end or move a unit is the business of whoever administers what is above it. */
function needAbove(draft: Draft, row: StoredUnit): void {
  draft.need(draft.made.has(row.id) ? row.id : row.parentId);
  draft.need(row.id);
}

/** Everything of a unit goes to another one, and the unit ends. */
function handOver(draft: Draft, row: StoredUnit, into: StoredUnit, ref: string): void {
  if (row.id === into.id) throw new StepFault('same_unit', 'to', ref, 'A unit cannot take over from itself.');
  refuseCycle(draft, row, into.id, ref);
  needAbove(draft, row);
  draft.need(into.id);
  for (const child of draft.children(row.id)) draft.editUnit(child).parentId = into.id;
  for (const endpoint of draft.endpointsOf(row.id)) moveEndpoint(draft, endpoint, into.id);
  const copy = draft.editUnit(row);
  copy.validTo = draft.day;
  copy.successorId = into.id;
}

function moveEndpoint(draft: Draft, row: EndpointRow, unitId: string): void {
  if (row.unitId !== unitId) draft.editEndpoint(row).unitId = unitId;
}

function refuseCycle(draft: Draft, row: StoredUnit, underId: string, ref: string | null): void {
  if (!draft.isWithin(underId, row.id)) return;
  throw new StepFault('cycle', 'to', ref, `${ref} stands below ${row.code}: the two would stand in a circle.`);
}

function ownEndpoint(draft: Draft, unit: StoredUnit, ref: string): EndpointRow {
  const row = draft.endpoint(ref, 'endpoints');
  if (row.unitId === unit.id) return row;
  throw new StepFault('unknown_endpoint', 'endpoints', ref, `The endpoint ${ref} does not belong to ${unit.code}.`);
}

function ownChild(draft: Draft, unit: StoredUnit, ref: string): StoredUnit {
  const row = draft.unit(ref, 'units');
  if (row.parentId === unit.id) return row;
  throw new StepFault('unknown_unit', 'units', ref, `The unit ${ref} does not stand directly below ${unit.code}.`);
}
