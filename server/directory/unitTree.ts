/** A unit as the tree needs it; days are `YYYY-MM-DD`, the interval is half-open. */
export interface UnitRow {
  id: string;
  parentId: string | null;
  code: string;
  name: string;
  shortName: string;
  levelCode: string;
  sort: number;
  validFrom: string;
  validTo: string | null;
}

/** @returns whether a dated row holds on a day (`YYYY-MM-DD`) */
export function validOn(row: { validFrom: string; validTo: string | null }, day: string): boolean {
  return row.validFrom <= day && (row.validTo === null || day < row.validTo);
}

/** The organisation on one day: who is above whom. Depth is free; unknown ids are simply nowhere. */
export class UnitTree {
  private readonly byId: ReadonlyMap<string, UnitRow>;
  private readonly children = new Map<string, UnitRow[]>();

  /**
   * @param rows all units, of any time
   * @param day the day whose tree is wanted, `YYYY-MM-DD`
   */
  constructor(rows: readonly UnitRow[], day: string) {
    this.byId = new Map(rows.filter((row) => validOn(row, day)).map((row) => [row.id, row]));
    for (const row of this.byId.values()) {
      if (row.parentId === null) continue;
      const siblings = this.children.get(row.parentId);
      if (siblings) siblings.push(row);
      else this.children.set(row.parentId, [row]);
    }
  }

  /** @returns the unit, or undefined when it is unknown or does not hold on this day */
  unit(unitId: string): UnitRow | undefined {
    return this.byId.get(unitId);
  }

  /** @returns all units of this day */
  units(): UnitRow[] {
    return [...this.byId.values()];
  }

  /** @returns the units above, nearest first, without the unit itself */
  ancestors(unitId: string): UnitRow[] {
    const above: UnitRow[] = [];
    const seen = new Set([unitId]);
    let row = this.byId.get(unitId);
    while (row?.parentId && !seen.has(row.parentId)) {
      seen.add(row.parentId);
      row = this.byId.get(row.parentId);
      if (row) above.push(row);
    }
    return above;
  }

  /** @returns whether the unit is `ancestorId` itself or stands somewhere below it */
  isWithin(unitId: string, ancestorId: string): boolean {
    if (!this.byId.has(unitId) || !this.byId.has(ancestorId)) return false;
    return unitId === ancestorId || this.ancestors(unitId).some((row) => row.id === ancestorId);
  }

  /** @returns whether `unitId` is `topId` or lies below it: `isWithin` in the order of words that rights use */
  within(topId: string, unitId: string): boolean {
    return this.isWithin(unitId, topId);
  }

  /** @returns ids of the unit and of everything below it; none when it does not hold on this day */
  subtree(topId: string): readonly string[] {
    return [...this.subtreeIds(topId)];
  }

  /** @returns the same as `subtree`, for looking up */
  subtreeIds(topId: string): Set<string> {
    const ids = new Set<string>();
    const open = this.byId.has(topId) ? [topId] : [];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (ids.has(next)) continue;
      ids.add(next);
      for (const child of this.children.get(next) ?? []) open.push(child.id);
    }
    return ids;
  }

  /** @returns name of the unit above, the own name at the top, empty when unknown */
  parentName(unitId: string): string {
    const row = this.byId.get(unitId);
    if (!row) return '';
    return (row.parentId === null ? undefined : this.byId.get(row.parentId)?.name) ?? row.name;
  }
}
