import type { Category, EquipmentItem, EquipmentKind, LineClass } from '../protocol/directory.ts';
import type { EndpointRow, LevelRow } from './directory.entity.ts';
import { validOn } from './unitTree.ts';
import type { UnitTree } from './unitTree.ts';

/** An endpoint of today, as rosters, bookings and sessions need it. */
export interface EndpointInfo {
  id: string;
  code: string;
  name: string;
  shortName: string;
  unitId: string;
  /** code of the level of its unit */
  level: string;
  /** name of the unit above its unit, by which rosters are grouped */
  area: string;
  /** place in rosters and roll calls, from 1 */
  order: number;
  category: Category;
  lineClass: LineClass;
  line: { downKbps: number; upKbps: number };
  /** what kinds of equipment stand there */
  equipmentKinds: EquipmentKind[];
}

/**
 * Puts the endpoints of a day in roster order: by level, then by the sort number, then by code.
 * @param day `YYYY-MM-DD`; endpoints, and endpoints of units, that do not hold on it are left out
 */
export function rosterOf(
  endpoints: readonly EndpointRow[],
  tree: UnitTree,
  levels: readonly LevelRow[],
  day: string,
): EndpointInfo[] {
  const rank = new Map(levels.map((level) => [level.code, level.rank]));
  const placed = endpoints.flatMap((row) => {
    const unit = tree.unit(row.unitId);
    return unit && validOn(row, day) ? [{ row, unit, rank: rank.get(unit.levelCode) ?? Number.MAX_SAFE_INTEGER }] : [];
  });
  placed.sort((a, b) => a.rank - b.rank || a.row.sort - b.row.sort || (a.row.code < b.row.code ? -1 : 1));
  return placed.map(({ row, unit }, i) => ({
    id: row.id,
    code: row.code,
    name: row.name,
    shortName: row.shortName,
    unitId: row.unitId,
    level: unit.levelCode,
    area: tree.parentName(unit.id),
    order: i + 1,
    category: row.category,
    lineClass: row.lineClass,
    line: { downKbps: row.downKbps, upKbps: row.upKbps },
    equipmentKinds: kindsOf(row.equipment),
  }));
}

function kindsOf(text: string | null): EquipmentKind[] {
  const items = text === null ? [] : (JSON.parse(text) as EquipmentItem[]);
  return [...new Set(items.map((item) => item.kind))];
}
