import { AppError } from '../errors.ts';
import type { UnitTree } from '../directory/unitTree.ts';
import { ROLES } from '../protocol/rest.ts';
import type { Role } from '../protocol/rest.ts';
import type { Actor, Grant } from './actor.ts';

/** What rights need to know of the organisation of the day. */
export type Tree = Pick<UnitTree, 'isWithin' | 'subtreeIds'>;

/** Reads the tree of today. */
export type TreeReader = () => Promise<Tree>;

/** Reads the tree of today with a list of its units. */
export type WholeTreeReader = () => Promise<Tree & Pick<UnitTree, 'units'>>;

/** Roles that plan and run meetings. */
export const MEETING_ROLES: readonly Role[] = ['administrator', 'chairperson'];

/** @returns whether one of the grants gives one of the roles over a unit */
export function grantsCover(grants: readonly Grant[], roles: readonly Role[], unitId: string, tree: Tree): boolean {
  return grants.some((grant) => roles.includes(grant.role) && tree.isWithin(unitId, grant.unitId));
}

/** @returns whether the actor holds one of the roles over a unit; a device holds none */
export function mayIn(actor: Actor, roles: readonly Role[], unitId: string, tree: Tree): boolean {
  return actor.kind === 'user' && grantsCover(actor.grants, roles, unitId, tree);
}

/** @throws AppError not_allowed when the actor holds none of the roles over a unit */
export function assertMayIn(actor: Actor, roles: readonly Role[], unitId: string, tree: Tree): void {
  if (mayIn(actor, roles, unitId, tree)) return;
  throw new AppError('not_allowed', `This needs the role ${roles.join(' or ')} over the unit.`);
}

/**
 * @param roles only grants of these roles count; default: every role
 * @returns ids of the units that the actor may see; none for a device, which sees its endpoint alone
 */
export function visibleUnits(actor: Actor, tree: Tree, roles: readonly Role[] = ROLES): Set<string> {
  const units = new Set<string>();
  if (actor.kind === 'device') return units;
  for (const grant of actor.grants) {
    if (!roles.includes(grant.role)) continue;
    for (const id of tree.subtreeIds(grant.unitId)) units.add(id);
  }
  return units;
}

/** @throws AppError not_allowed unless the actor administers every unit of today: the whole organisation */
export function assertAdministersAll(actor: Actor, tree: Awaited<ReturnType<WholeTreeReader>>): void {
  const mine = visibleUnits(actor, tree, ['administrator']);
  if (mine.size > 0 && tree.units().every((unit) => mine.has(unit.id))) return;
  throw new AppError('not_allowed', 'Only administrators of the whole organisation may do this.');
}
