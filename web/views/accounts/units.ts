import type { User } from '../../../server/protocol/rest.ts';
import type { Option } from '../../components/fields.tsx';
import { useRead } from '../../lib/api.ts';
import type { Tree, TreeUnit } from '../../lib/directoryCalls.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';

/** What the order of the tree needs of a unit. */
type UnitRow = Pick<TreeUnit, 'id' | 'parentId' | 'sort' | 'name'>;

/** A blank that the browser's list does not swallow, twice a level. */
const INDENT = '\u2003';

/** Today's organisation as far as it may be seen; null until it was read. */
export function useTree(): Tree | null {
  return useRead((signal) => directoryCalls.tree('', signal), 'today').data;
}

/**
 * @param units today's units
 * @param user who asks
 * @returns the units that the user administers, as choices in the order of the tree, each indented below the one above
 */
export function unitOptions(units: readonly UnitRow[], user: Pick<User, 'grants'>): Option[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const tops = new Set(user.grants.filter((g) => g.role === 'administrator').map((g) => g.unitId));
  const isMine = (unit: UnitRow | undefined): boolean =>
    unit !== undefined && (tops.has(unit.id) || (unit.parentId !== null && isMine(byId.get(unit.parentId))));
  const mine = units.filter(isMine);
  const below = new Map<string | null, UnitRow[]>();
  for (const unit of mine) {
    const parent = unit.parentId !== null && mine.some((one) => one.id === unit.parentId) ? unit.parentId : null;
    below.set(parent, [...(below.get(parent) ?? []), unit]);
  }
  const list = (parent: string | null, depth: number): Option[] =>
    (below.get(parent) ?? [])
      .sort((a, b) => a.sort - b.sort)
      .flatMap((unit) => [{ value: unit.id, label: INDENT.repeat(depth) + unit.name }, ...list(unit.id, depth + 1)]);
  return list(null, 0);
}

/** @returns the name of a unit; of one that is gone or may not be seen, `unknown` */
export function unitName(tree: Tree | null, unitId: string, unknown: string): string {
  return tree?.units.find((unit) => unit.id === unitId)?.name ?? unknown;
}
