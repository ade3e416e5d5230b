import type { Operation, PlanFault } from '../protocol/surgery.ts';
import { changeSetOf } from './changeSet.ts';
import type { ChangeSet } from './changeSet.ts';
import type { DirectoryRows } from './directory.entity.ts';
import { Draft, StepFault } from './draft.ts';
import { takeStep } from './steps.ts';
import { wholeFaults } from './wholeness.ts';

/** A plan that was carried out in memory. */
export interface Rehearsal {
  draft: Draft;
  set: ChangeSet;
  faults: PlanFault[];
  orphans: { kind: 'unit' | 'endpoint'; code: string; name: string }[];
}

/**
 * Carries out a plan in memory; a step that cannot be taken is a fault and the rest goes on, so that all faults are seen.
 * @param day from which the plan holds
 * @param now epoch milliseconds, for new ids
 * @param visible whether the actor may know of a unit
 */
export function rehearse(
  rows: DirectoryRows,
  operations: readonly Operation[],
  day: string,
  now: number,
  visible: (unitId: string) => boolean,
): Rehearsal {
  const draft = new Draft(rows, day, now, visible);
  const faults: PlanFault[] = [];
  for (const [index, operation] of operations.entries()) {
    draft.step = index;
    try {
      takeStep(draft, operation);
    } catch (err) {
      if (!(err instanceof StepFault)) throw err;
      faults.push(planFault(err, index, operations));
    }
  }
  const whole = wholeFaults(draft);
  faults.push(...whole.map(({ fault, step }) => planFault(fault, step, operations)));
  const orphans = whole.flatMap(({ orphan }) => (orphan ? [orphan] : []));
  return { draft, set: changeSetOf(rows, draft, now), faults, orphans };
}

/** @returns a fault of a step as the interface shows it */
export function planFault(fault: StepFault, step: number, operations: readonly Operation[]): PlanFault {
  const { code, column, value, message } = fault;
  return { code, operation: step, row: operations[step]?.row ?? null, column, value, message };
}
