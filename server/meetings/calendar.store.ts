import { In } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { documentEntity, giveWayEntity, templateEntity } from './calendar.entity.ts';
import type { DocumentRow, GiveWayRow, TemplateRow } from './calendar.entity.ts';

/** @returns templates of these units by name */
export async function listTemplates(m: EntityManager, unitIds: readonly string[]): Promise<TemplateRow[]> {
  return m.find(templateEntity, { where: { unitId: In([...unitIds]) }, order: { nameKey: 'ASC', id: 'ASC' } });
}

/** @returns the template, or null */
export async function readTemplate(m: EntityManager, id: string): Promise<TemplateRow | null> {
  return m.findOneBy(templateEntity, { id });
}

/** Stores a new template; fails by a unique index when the unit has one of that name. */
export async function insertTemplate(m: EntityManager, row: TemplateRow): Promise<void> {
  await m.insert(templateEntity, row);
}

/** @returns false when it has another version by now */
export async function replaceTemplate(m: EntityManager, { id, version, ...row }: TemplateRow): Promise<boolean> {
  const { affected } = await m.update(templateEntity, { id, version }, { ...row, version: version + 1 });
  return affected === 1;
}

/** Forgets a template; the meetings that were made from it stay. @returns false when it has another version by now */
export async function deleteTemplate(m: EntityManager, { id, version }: TemplateRow): Promise<boolean> {
  const { affected } = await m.delete(templateEntity, { id, version });
  return affected === 1;
}

/** @returns papers of a meeting, oldest first */
export async function listDocuments(m: EntityManager, meetingId: string): Promise<DocumentRow[]> {
  return m.find(documentEntity, { where: { meetingId }, order: { id: 'ASC' } });
}

/** Keeps what is known of a file. */
export async function insertDocument(m: EntityManager, row: DocumentRow): Promise<void> {
  await m.insert(documentEntity, row);
}

/** @returns whether it was there */
export async function deleteDocument(m: EntityManager, meetingId: string, id: string): Promise<boolean> {
  const { affected } = await m.delete(documentEntity, { id, meetingId });
  return affected === 1;
}

/** Keeps a request to make way. */
export async function insertGiveWay(m: EntityManager, row: GiveWayRow): Promise<void> {
  await m.insert(giveWayEntity, row);
}

/** @returns the request, or null */
export async function readGiveWay(m: EntityManager, id: string): Promise<GiveWayRow | null> {
  return m.findOneBy(giveWayEntity, { id });
}

/** Notes what became of a request. @returns false when it was answered meanwhile */
export async function answerGiveWay(
  m: EntityManager,
  id: string,
  fields: Pick<GiveWayRow, 'state' | 'answer' | 'answeredAt'>,
): Promise<boolean> {
  const { affected } = await m.update(giveWayEntity, { id, state: 'asked' }, fields);
  return affected === 1;
}

/** @returns requests that a person made or that concern meetings which these units host, newest first */
export async function listGiveWays(
  m: EntityManager,
  seenFrom: { unitIds: readonly string[]; userId: string },
  page: { state?: GiveWayRow['state'] | undefined; before?: string | undefined; limit: number },
): Promise<GiveWayRow[]> {
  const query = m.createQueryBuilder(giveWayEntity, 'g').orderBy('g.id', 'DESC').take(page.limit);
  const mine: FindOptionsWhere<GiveWayRow>[] = [
    { askedBy: seenFrom.userId },
    { hostUnitId: In([...seenFrom.unitIds]) },
  ];
  query.where(mine);
  if (page.state) query.andWhere('g.state = :state', { state: page.state });
  if (page.before) query.andWhere('g.id < :before', { before: page.before });
  return query.getMany();
}
