import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { newId } from '../db/uuid.ts';
import { StartRefused } from '../errors.ts';
import { CATEGORIES, LINE_CLASSES } from '../protocol/directory.ts';
import type { EndpointRow, StoredUnit } from './directory.entity.ts';
import { insertDirectory, readDirectory } from './directory.store.ts';
import { fold } from './fold.ts';

const FOLDER = new URL('../../ops/seed/', import.meta.url);

const day = z.iso.date();
const code = z
  .string()
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/)
  .max(60);
const named = { code, name: z.string().min(1).max(120), shortName: z.string().min(1).max(60) };
const seedShape = z.strictObject({
  title: z.string(),
  note: z.string(),
  validFrom: day,
  /** first in rosters first; the line in kbit/s of every endpoint of the level */
  levels: z.array(
    z.strictObject({
      code: z.string().max(40),
      name: z.string().max(120),
      nameEn: z.string().max(120).nullable().default(null),
      downKbps: z.int(),
      upKbps: z.int(),
    }),
  ),
  /** a unit stands after the one above it */
  units: z.array(z.strictObject({ ...named, parent: code.nullable(), level: z.string() })),
  /** in roster order */
  endpoints: z.array(
    z.strictObject({
      ...named,
      unit: code,
      category: z.enum(CATEGORIES).default('administrative'),
      lineClass: z.enum(LINE_CLASSES).default('dedicated'),
    }),
  ),
});

/** A directory as data, e.g. the sample province. */
export type Seed = z.infer<typeof seedShape>;

/**
 * Reads a seed of `ops/seed/`.
 * @throws StartRefused when there is none of this name
 */
export function readSeed(name: string): Seed {
  const file = new URL(`${name}.json`, FOLDER);
  if (!/^[\w-]+$/.test(name) || !existsSync(file)) {
    throw new StartRefused(`There is no seed "${name}": see ops/seed/ for the names.`);
  }
  return seedShape.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** @returns whether nothing was ever written into the directory */
export async function directoryIsEmpty(db: Database): Promise<boolean> {
  const rows = await readDirectory(db);
  return rows.units.length === 0 && rows.endpoints.length === 0;
}

/**
 * Writes a seed into an empty directory; the same seed again changes nothing.
 * @returns how many endpoints were written
 * @throws StartRefused when the directory holds something else
 */
export async function loadSeed(db: Database, seed: Seed, clock: Clock): Promise<{ endpoints: number }> {
  const present = await readDirectory(db);
  if (present.units.length > 0 || present.endpoints.length > 0) {
    const units = new Set(present.units.map((unit) => unit.code));
    const endpoints = new Set(present.endpoints.map((endpoint) => endpoint.code));
    const same = seed.units.every((unit) => units.has(unit.code)) && seed.endpoints.every((e) => endpoints.has(e.code));
    if (same && units.size === seed.units.length && endpoints.size === seed.endpoints.length) return { endpoints: 0 };
    throw new StartRefused('The directory is not empty: a seed is only written into an empty one.');
  }
  const rows = rowsOf(seed, clock.now());
  await db.transaction((m) => insertDirectory(m, rows));
  return { endpoints: rows.endpoints.length };
}

function rowsOf(seed: Seed, now: number) {
  const levels = new Map(seed.levels.map((level) => [level.code, level]));
  const unitIds = new Map<string, StoredUnit>();
  const common = (row: { code: string; name: string; shortName: string }, i: number) => ({
    id: newId(now),
    code: row.code,
    name: row.name.normalize('NFC'),
    shortName: row.shortName.normalize('NFC'),
    nameFold: fold(`${row.name} ${row.shortName}`),
    sort: (i + 1) * 10,
    validFrom: seed.validFrom,
    validTo: null,
    since: null,
    version: 1,
  });
  for (const [i, unit] of seed.units.entries()) {
    const parent = unit.parent === null ? null : expected(unitIds.get(unit.parent), unit.parent);
    expected(levels.get(unit.level), unit.level);
    unitIds.set(unit.code, {
      ...common(unit, i),
      parentId: parent?.id ?? null,
      levelCode: unit.level,
      successorId: null,
    });
  }
  const endpoints = seed.endpoints.map((endpoint, i): EndpointRow => {
    const unit = expected(unitIds.get(endpoint.unit), endpoint.unit);
    const { downKbps, upKbps } = expected(levels.get(unit.levelCode), unit.levelCode);
    const card = { equipment: null, contacts: null, duty: null };
    const { category, lineClass } = endpoint;
    return { ...common(endpoint, i), unitId: unit.id, category, lineClass, downKbps, upKbps, ...card };
  });
  return {
    levels: seed.levels.map(({ code, name, nameEn }, i) => ({ code, name, nameEn, rank: i + 1 })),
    units: [...unitIds.values()],
    endpoints,
    unitPasts: [],
    endpointPasts: [],
  };
}

function expected<T>(found: T | undefined, code: string): T {
  if (found === undefined) throw new StartRefused(`The seed refers to "${code}", which it does not describe before.`);
  return found;
}
