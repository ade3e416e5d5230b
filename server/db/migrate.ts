import type { DataSource } from 'typeorm';
import type { Database } from './dataSource.ts';

/** One migration of the program and whether the database went through it. */
export interface MigrationStatus {
  name: string;
  applied: boolean;
}

/** @returns all migrations of the program, oldest first */
export async function status(db: Database): Promise<MigrationStatus[]> {
  const known = db.dataSource.migrations.map((m) => m.name ?? m.constructor.name);
  const runner = db.dataSource.createQueryRunner();
  try {
    const applied = (await runner.hasTable('migrations'))
      ? ((await runner.query('SELECT name FROM migrations')) as { name: string }[]).map((row) => row.name)
      : [];
    return known.map((name) => ({ name, applied: applied.includes(name) }));
  } finally {
    await runner.release();
  }
}

/**
 * Runs all migrations that are still to come, or takes back the last `steps`.
 * @param steps how many to take back; up always runs all
 * @returns names of the migrations that were run or taken back, in that order
 */
export async function migrate(db: Database, direction: 'up' | 'down', steps = 1): Promise<string[]> {
  const ds = db.dataSource;
  if (db.dialect === 'sqlite') return withoutForeignKeys(ds, () => run(db, direction, steps));
  await chooseCollation(ds);
  return withServerLock(ds, () => run(db, direction, steps));
}

async function run(db: Database, direction: 'up' | 'down', steps: number): Promise<string[]> {
  if (direction === 'up') {
    const done = await db.dataSource.runMigrations({ transaction: 'each' });
    return done.map((m) => m.name);
  }
  const undone: string[] = [];
  while (undone.length < steps) {
    const last = (await status(db)).findLast((m) => m.applied);
    if (!last) break;
    await db.dataSource.undoLastMigration({ transaction: 'each' });
    undone.push(last.name);
  }
  return undone;
}

/**
 * A migration that rebuilds a table drops the old one; with foreign keys on, SQLite would delete the rows that refer to
 * it. The pragma has no effect inside a transaction, so it stands around them.
 */
async function withoutForeignKeys<T>(ds: DataSource, fn: () => Promise<T>): Promise<T> {
  await ds.query('PRAGMA foreign_keys = OFF');
  try {
    const result = await fn();
    const broken = (await ds.query('PRAGMA foreign_key_check')) as unknown[];
    if (broken.length > 0) throw new Error(`Migrations left ${broken.length} rows that refer to nothing.`);
    return result;
  } finally {
    await ds.query('PRAGMA foreign_keys = ON');
  }
}

/** Two programs that start at once migrate one after the other. */
async function withServerLock<T>(ds: DataSource, fn: () => Promise<T>): Promise<T> {
  const runner = ds.createQueryRunner();
  try {
    const [row] = (await runner.query(`SELECT GET_LOCK('nhipcau.migrate', 60) AS got`)) as { got: unknown }[];
    if (Number(row?.got) !== 1) throw new Error('Another program has been migrating this database for a minute.');
    try {
      return await fn();
    } finally {
      await runner.query(`SELECT RELEASE_LOCK('nhipcau.migrate')`);
    }
  } finally {
    await runner.release();
  }
}

/**
 * An empty database gets a byte-exact collation, as SQLite has: the usual ones hold `dung` and `Dũng` for equal, also in
 * unique indexes. Without the right to do so the database keeps its own.
 */
async function chooseCollation(ds: DataSource): Promise<void> {
  const tables = (await ds.query('SHOW TABLES')) as unknown[];
  if (tables.length > 0) return;
  const collation = ds.options.type === 'mariadb' ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  await ds.query(`ALTER DATABASE CHARACTER SET utf8mb4 COLLATE ${collation}`).catch(() => undefined);
}
