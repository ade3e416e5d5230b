import type { UserActor } from '../accounts/actor.ts';
import { mayIn, visibleUnits } from '../accounts/rights.ts';
import { AppError } from '../errors.ts';
import type { DirectoryRows } from './directory.entity.ts';
import { unitsAsOf } from './history.ts';
import { UnitTree } from './unitTree.ts';

/** Whose administrator the caller is, today and on the day of a change: rights over a subtree are those of the day. */
export class DayRights {
  readonly today: UnitTree;
  readonly onDay: UnitTree;
  private readonly actor: UserActor;

  /**
   * @param today `YYYY-MM-DD`
   * @param day of the change
   */
  constructor(actor: UserActor, rows: DirectoryRows, today: string, day: string) {
    this.actor = actor;
    this.today = new UnitTree(unitsAsOf(rows.units, rows.unitPasts, today), today);
    this.onDay = day === today ? this.today : new UnitTree(unitsAsOf(rows.units, rows.unitPasts, day), day);
  }

  /** @returns whether the caller may know of a unit */
  sees(): (unitId: string) => boolean {
    const [now, then] = [visibleUnits(this.actor, this.today), visibleUnits(this.actor, this.onDay)];
    return (unitId) => now.has(unitId) || then.has(unitId);
  }

  /** @returns whether the caller administers a unit on every one of the two days on which it is there; null: all of it */
  administers(unitId: string | null): boolean {
    if (unitId === null) {
      const tops = this.today.units().filter((unit) => unit.parentId === null);
      return tops.length > 0 && tops.every((top) => this.holds(top.id, this.today));
    }
    const trees = [this.today, this.onDay].filter((tree) => tree.unit(unitId) !== undefined);
    return trees.length > 0 && trees.every((tree) => this.holds(unitId, tree));
  }

  /** @returns whether the caller administers a unit today; null: all of the organisation */
  administersToday(unitId: string | null): boolean {
    return unitId === null ? this.administers(null) : this.holds(unitId, this.today);
  }

  private holds(unitId: string, tree: UnitTree): boolean {
    return mayIn(this.actor, ['administrator'], unitId, tree);
  }
}

/** @throws AppError not_allowed when the actor administers nothing today */
export function administersAny(actor: UserActor, tree: UnitTree): void {
  if (visibleUnits(actor, tree, ['administrator']).size > 0) return;
  throw new AppError('not_allowed', 'Only administrators may do this.');
}
