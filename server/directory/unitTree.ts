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
  /** the unit that took over when it ended */
  successorId?: string | null;
}

/** @returns whether a dated row holds on a day (`YYYY-MM-DD`) */
export function validOn(row: { validFrom: string; validTo: string | null }, day: string): boolean {
  return row.validFrom <= day && (row.validTo === null || day < row.validTo);
}

/** @returns the unit that took over from one that has ended, as far as there is one; itself while it lasts */
export function successorOf(unitId: string, units: ReadonlyMap<string, UnitRow>, day: string): string {
  const seen = new Set<string>();
  let row = units.get(unitId);
  while (row && row.validTo !== null && row.validTo <= day && row.successorId && !seen.has(row.id)) {
    seen.add(row.id);
    row = units.get(row.successorId);
  }
  return row?.id ?? unitId;
}

/**
 * The organisation on one day: who is above whom. Depth is free; unknown ids are simply nowhere. A unit that has ended is
 * looked for where its successor stands: what was hosted by it, and who held rights over it, went there with it. Rights do
 * not rise: who held them over a unit that was given back to one above it holds none there.
 */
export class UnitTree {
  private readonly byId: ReadonlyMap<string, UnitRow>;
  private readonly children = new Map<string, UnitRow[]>();
  /** units that have ended, by the unit of this day that took over */
  private readonly forerunners = new Map<string, string[]>();
  private readonly heirs = new Map<string, string>();
  /** those of the ended units whose successor stood above them */
  private readonly absorbed = new Set<string>();

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
    const all = new Map(rows.map((row) => [row.id, row]));
    for (const row of rows) {
      const heir = row.successorId ? successorOf(row.id, all, day) : row.id;
      if (heir === row.id || !this.byId.has(heir)) continue;
      this.heirs.set(row.id, heir);
      if (stoodBelow(row, heir, all)) this.absorbed.add(row.id);
      this.forerunners.set(heir, [...(this.forerunners.get(heir) ?? []), row.id]);
    }
  }

  /** @returns the unit that stands for this one on this day: itself, or its successor */
  heir(unitId: string): string {
    return this.heirs.get(unitId) ?? unitId;
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

  /** @returns whether the unit, or its successor, is `ancestorId` or its successor, or stands somewhere below it */
  isWithin(lowerId: string, upperId: string): boolean {
    const [unitId, ancestorId] = [this.heir(lowerId), this.seatOf(upperId)];
    if (!this.byId.has(unitId) || !this.byId.has(ancestorId)) return false;
    return unitId === ancestorId || this.ancestors(unitId).some((row) => row.id === ancestorId);
  }

  /** @returns whether `unitId` is `topId` or lies below it: `isWithin` in the order of words that rights use */
  within(topId: string, unitId: string): boolean {
    return this.isWithin(unitId, topId);
  }

  /** @returns ids of the unit and of everything below it; none when neither it nor its successor holds on this day */
  subtree(topId: string): readonly string[] {
    return [...this.subtreeIds(topId)];
  }

  /** @returns the same as `subtree`, for looking up; with the ended units whose successors are among them */
  subtreeIds(upperId: string): Set<string> {
    const topId = this.seatOf(upperId);
    const ids = new Set<string>();
    const open = this.byId.has(topId) ? [topId] : [];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (ids.has(next)) continue;
      ids.add(next);
      for (const child of this.children.get(next) ?? []) open.push(child.id);
    }
    for (const id of [...ids]) for (const ended of this.forerunners.get(id) ?? []) ids.add(ended);
    return ids;
  }

  /** @returns the unit of this day over which rights over `unitId` hold */
  private seatOf(unitId: string): string {
    return this.absorbed.has(unitId) ? unitId : this.heir(unitId);
  }

  /** @returns name of the unit above, the own name at the top, empty when unknown */
  parentName(unitId: string): string {
    const row = this.byId.get(unitId);
    if (!row) return '';
    return (row.parentId === null ? undefined : this.byId.get(row.parentId)?.name) ?? row.name;
  }
}

function stoodBelow(row: UnitRow, upperId: string, all: ReadonlyMap<string, UnitRow>): boolean {
  const seen = new Set<string>();
  let above = row.parentId;
  while (above !== null && !seen.has(above)) {
    if (above === upperId) return true;
    seen.add(above);
    above = all.get(above)?.parentId ?? null;
  }
  return false;
}
