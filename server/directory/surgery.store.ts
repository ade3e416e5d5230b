import { LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { groupEntity, surgeryEntity } from './surgery.entity.ts';
import type { GroupRow, SurgeryRow } from './surgery.entity.ts';

/** Keeps a plan that was carried out. */
export async function insertSurgery(m: EntityManager, row: SurgeryRow): Promise<void> {
  await m.insert(surgeryEntity, row);
}

/** @returns the plan, or null */
export async function findSurgery(m: EntityManager, id: string): Promise<SurgeryRow | null> {
  return m.findOneBy(surgeryEntity, { id });
}

/** @returns plans, newest first; `before`: id of the last one of the page before */
export async function listSurgeries(
  m: EntityManager,
  page: { limit: number; before?: string | undefined },
): Promise<SurgeryRow[]> {
  const where = page.before === undefined ? {} : { id: LessThan(page.before) };
  return m.find(surgeryEntity, { where, order: { id: 'DESC' }, take: page.limit });
}

/** Marks a plan as taken back. */
export async function markUndone(m: EntityManager, id: string, at: Date): Promise<void> {
  await m.update(surgeryEntity, { id }, { undoneAt: at });
}

/** @returns all groups by name */
export async function listGroups(m: EntityManager): Promise<GroupRow[]> {
  return m.find(groupEntity, { order: { nameKey: 'ASC', id: 'ASC' } });
}

/** @returns the group, or null */
export async function findGroup(m: EntityManager, id: string): Promise<GroupRow | null> {
  return m.findOneBy(groupEntity, { id });
}

/** @returns whether another group of the unit has the name */
export async function groupNameTaken(m: EntityManager, row: GroupRow): Promise<boolean> {
  const others = await m.findBy(groupEntity, { unitId: row.unitId, nameKey: row.nameKey });
  return others.some((other) => other.id !== row.id);
}

/** Adds a group or writes it anew. */
export async function putGroup(m: EntityManager, row: GroupRow, isNew: boolean): Promise<void> {
  if (isNew) await m.insert(groupEntity, row);
  else await m.update(groupEntity, { id: row.id }, row);
}

/** Removes a group. @returns false when it has another version by now */
export async function removeGroup(m: EntityManager, { id, version }: GroupRow): Promise<boolean> {
  const { affected } = await m.delete(groupEntity, { id, version });
  return affected === 1;
}
