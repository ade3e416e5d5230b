import { In } from 'typeorm';
import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';
import type { Database } from '../db/dataSource.ts';
import { asAppError } from '../db/dbErrors.ts';
import { lockRows } from '../db/locks.ts';
import type { ChangeSet, Edit } from './changeSet.ts';
import { endpointEntity, endpointPastEntity, levelEntity, unitEntity, unitPastEntity } from './directory.entity.ts';
import type { DirectoryRows, EndpointRow, LevelRow, StoredUnit } from './directory.entity.ts';

/** MySQL's packet and SQLite's count of parameters both allow far more. */
const CHUNK = 500;

/** @throws AppError database_unavailable */
export async function readDirectory(db: Database): Promise<DirectoryRows> {
  try {
    return await readRows(db.dataSource.manager);
  } catch (err) {
    throw asAppError(err);
  }
}

/** Reads all rows through the manager that it is given, inside or outside of a transaction. */
export async function readRows(m: EntityManager): Promise<DirectoryRows> {
  return {
    levels: await m.find(levelEntity),
    units: await m.find(unitEntity),
    endpoints: await m.find(endpointEntity),
    unitPasts: await m.find(unitPastEntity, { order: { validFrom: 'ASC', id: 'ASC' } }),
    endpointPasts: await m.find(endpointPastEntity, { order: { validFrom: 'ASC', id: 'ASC' } }),
  };
}

/**
 * Locks the directory until the end of the transaction and reads it: of two who change it one waits, and no endpoint is
 * booked meanwhile. Endpoints come first, as in a booking, so that the two never wait for each other in a circle.
 * @param known rows that were read before the transaction
 */
export async function lockDirectory(m: EntityManager, known: DirectoryRows): Promise<DirectoryRows> {
  const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id);
  await lockRows(m, 'endpoint', ids(known.endpoints));
  await lockRows(m, 'unit', ids(known.units));
  return readRows(m);
}

/** Writes new rows in one go; units must stand after the unit above them. */
export async function insertDirectory(m: EntityManager, rows: DirectoryRows): Promise<void> {
  await insert(m, levelEntity, rows.levels);
  await insert(m, unitEntity, rows.units);
  await insert(m, endpointEntity, rows.endpoints);
  await insert(m, unitPastEntity, rows.unitPasts);
  await insert(m, endpointPastEntity, rows.endpointPasts);
}

/** Writes what a plan changes; every changed row gets its next version. */
export async function writeChanges(m: EntityManager, set: ChangeSet): Promise<void> {
  await insert(m, unitEntity, set.newUnits);
  await insert(m, endpointEntity, set.newEndpoints);
  await update(m, unitEntity, set.unitEdits);
  await update(m, endpointEntity, set.endpointEdits);
  await insert(m, unitPastEntity, set.unitPasts);
  await insert(m, endpointPastEntity, set.endpointPasts);
}

/** What an undo takes out again, by id. */
export interface Removal {
  unitPasts: readonly string[];
  endpointPasts: readonly string[];
  endpoints: readonly string[];
  /** the unit above stands first */
  units: readonly string[];
}

/** Sets rows back and removes what a plan had made. @throws the driver's foreign-key error when something refers to it */
export async function takeBack(
  m: EntityManager,
  edits: { units: Edit<StoredUnit>[]; endpoints: Edit<EndpointRow>[] },
  removal: Removal,
): Promise<void> {
  await update(m, unitEntity, edits.units);
  await update(m, endpointEntity, edits.endpoints);
  for (const id of removal.unitPasts) await m.delete(unitPastEntity, { id });
  for (const id of removal.endpointPasts) await m.delete(endpointPastEntity, { id });
  for (const id of removal.endpoints) await m.delete(endpointEntity, { id });
  for (const id of removal.units.toReversed()) await m.delete(unitEntity, { id });
}

/** A level as it is asked for; an English name that is left out stays as it is. */
export type WantedLevel = Omit<LevelRow, 'nameEn'> & { nameEn?: string | null | undefined };

/** Adds a level or changes it; an English name that is left out stays. @returns the level before, or null, and after */
export async function putLevel(
  m: EntityManager,
  { code, name, nameEn, rank }: WantedLevel,
): Promise<{ before: LevelRow | null; after: LevelRow }> {
  const before = await m.findOneBy(levelEntity, { code });
  const after = { code, name, nameEn: nameEn === undefined ? (before?.nameEn ?? null) : nameEn, rank };
  if (before) await m.update(levelEntity, { code }, { name, nameEn: after.nameEn, rank });
  else await m.insert(levelEntity, after);
  return { before, after };
}

/** Removes a level. @returns the level as it was, or null @throws the driver's foreign-key error while a unit has it */
export async function removeLevel(m: EntityManager, code: string): Promise<LevelRow | null> {
  const before = await m.findOneBy(levelEntity, { code });
  if (before) await m.delete(levelEntity, { code });
  return before;
}

/**
 * Changes the duty card, and so the version of the endpoint that it belongs to; the same card again changes nothing.
 * @returns the endpoint before, or null
 */
export async function putDuty(
  m: EntityManager,
  endpointId: string,
  duty: string | null,
): Promise<Pick<EndpointRow, 'duty' | 'version'> | null> {
  await lockRows(m, 'endpoint', [endpointId]);
  const before = await m.findOneBy(endpointEntity, { id: endpointId });
  if (before && before.duty !== duty) {
    await update(m, endpointEntity, [{ id: endpointId, before: {}, after: { duty } }]);
  }
  return before;
}

/** @returns duty cards and contacts of some endpoints as they are stored */
export async function readCards(
  db: Database,
  ids: readonly string[],
): Promise<Pick<EndpointRow, 'id' | 'duty' | 'contacts'>[]> {
  try {
    const select = { id: true, duty: true, contacts: true } as const;
    return await db.dataSource.manager.find(endpointEntity, { select, where: { id: In([...ids]) } });
  } catch (err) {
    throw asAppError(err);
  }
}

/** @returns code and name of those of the endpoints that exist, by id, as the transaction sees them */
export async function namesOfEndpoints(
  m: EntityManager,
  ids: readonly string[],
): Promise<Map<string, Pick<EndpointRow, 'id' | 'code' | 'name'>>> {
  const select = { id: true, code: true, name: true } as const;
  const rows = await m.find(endpointEntity, { select, where: { id: In([...ids]) } });
  return new Map(rows.map((row) => [row.id, row]));
}

async function insert<T extends ObjectLiteral>(m: EntityManager, entity: EntitySchema<T>, rows: T[]): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    await m.createQueryBuilder().insert().into(entity).values(chunk).updateEntity(false).execute();
  }
}

async function update<T extends { id: string; version: number }>(
  m: EntityManager,
  entity: EntitySchema<T>,
  edits: readonly Edit<T>[],
): Promise<void> {
  for (const { id, after } of edits) {
    const query = m.createQueryBuilder().update(entity as unknown as EntitySchema<StoredUnit | EndpointRow>);
    await query
      .set({ ...(after as Partial<StoredUnit>), version: () => 'version + 1' })
      .where('id = :id', { id })
      .execute();
  }
}
