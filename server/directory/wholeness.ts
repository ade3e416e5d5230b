import type { StoredUnit } from './directory.entity.ts';
import { lasting, StepFault } from './draft.ts';
import type { Draft } from './draft.ts';
import { nameKey } from './fold.ts';

/** A fault of the directory that a plan would leave behind, at the step that caused it. */
export interface WholeFault {
  step: number;
  fault: StepFault;
  /** what would be left without a unit above it */
  orphan?: { kind: 'unit' | 'endpoint'; code: string; name: string };
}

/** Looks at the directory after the last step: nothing without a place, no two siblings of one name. */
export function wholeFaults(draft: Draft): WholeFault[] {
  return [...orphans(draft), ...namesakes(draft)];
}

function orphans(draft: Draft): WholeFault[] {
  const found: WholeFault[] = [];
  const look = (kind: 'unit' | 'endpoint', row: { code: string; name: string }, unitId: string | null): void => {
    const above = unitId === null ? undefined : draft.units.get(unitId);
    // what had no place before the plan is not the plan's fault
    if (!above || above.validTo === null || lasting(above, draft.day) || !draft.steps.has(above.id)) return;
    const message = `The ${kind} ${row.code} would be left in ${above.code}, which ends.`;
    const fault = new StepFault('orphan', 'unit', row.code, message);
    const orphan = { kind, code: row.code, name: row.name };
    found.push({ step: draft.steps.get(above.id) ?? 0, fault, orphan });
  };
  for (const row of draft.units.values()) if (lasting(row, draft.day)) look('unit', row, row.parentId);
  for (const row of draft.endpoints.values()) if (lasting(row, draft.day)) look('endpoint', row, row.unitId);
  return found;
}

function namesakes(draft: Draft): WholeFault[] {
  const found: WholeFault[] = [];
  const first = new Map<string, StoredUnit>();
  for (const row of draft.units.values()) {
    if (!lasting(row, draft.day)) continue;
    const key = `${row.parentId} ${nameKey(row.name)}`;
    const other = first.get(key);
    if (!other) {
      first.set(key, row);
      continue;
    }
    const steps = [draft.steps.get(row.id), draft.steps.get(other.id)].filter((step) => step !== undefined);
    if (steps.length === 0) continue;
    const message = `${row.code} and ${other.code} would both be called "${row.name}" under the same unit.`;
    found.push({ step: Math.max(...steps), fault: new StepFault('duplicate_name', 'name', row.name, message) });
  }
  return found;
}
