import type { EntityManager } from 'typeorm';
import type { Database } from '../db/dataSource.ts';
import { asAppError } from '../db/dbErrors.ts';
import { endpointEntity, levelEntity, unitEntity } from './directory.entity.ts';
import type { EndpointRow, LevelRow, StoredUnit } from './directory.entity.ts';

/** Rows of the whole directory, of any time. */
export interface DirectoryRows {
  levels: LevelRow[];
  units: StoredUnit[];
  endpoints: EndpointRow[];
}

/** MySQL's packet and SQLite's count of parameters both allow far more. */
const CHUNK = 500;

/** @throws AppError database_unavailable */
export async function readDirectory(db: Database): Promise<DirectoryRows> {
  const m = db.dataSource.manager;
  try {
    const [levels, units, endpoints] = await Promise.all([
      m.find(levelEntity),
      m.find(unitEntity),
      m.find(endpointEntity),
    ]);
    return { levels, units, endpoints };
  } catch (err) {
    throw asAppError(err);
  }
}

/** Writes new rows in one go; units must stand after the unit above them. */
export async function insertDirectory(m: EntityManager, rows: DirectoryRows): Promise<void> {
  for (const [entity, list] of [
    [levelEntity, rows.levels],
    [unitEntity, rows.units],
    [endpointEntity, rows.endpoints],
  ] as const) {
    for (let from = 0; from < list.length; from += CHUNK) {
      await m
        .createQueryBuilder()
        .insert()
        .into(entity)
        .values(list.slice(from, from + CHUNK))
        .updateEntity(false)
        .execute();
    }
  }
}

/** What may change of an endpoint. */
export type EndpointChange = Partial<Pick<EndpointRow, 'name' | 'shortName' | 'nameFold' | 'downKbps' | 'upKbps'>>;

/**
 * Changes an endpoint under its row lock.
 * @param change gets the row as it is and says what becomes different
 * @returns false when there is no such endpoint
 */
export async function updateEndpoint(
  db: Database,
  id: string,
  change: (row: EndpointRow) => EndpointChange,
): Promise<boolean> {
  return db.transaction(async (m) => {
    const lock = db.dialect === 'mysql' ? { lock: { mode: 'pessimistic_write' as const } } : {};
    const row = await m.findOne(endpointEntity, { where: { id }, ...lock });
    if (!row) return false;
    await m.update(endpointEntity, { id }, change(row));
    return true;
  });
}
