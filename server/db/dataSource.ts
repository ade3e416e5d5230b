import { DataSource } from 'typeorm';
import type { EntityManager, EntitySchema, MigrationInterface } from 'typeorm';
import { allMigrations } from '../../migrations/all.ts';
import { StartRefused } from '../errors.ts';
import type { Log } from '../log.ts';
import { asAppError, isDeadlock } from './dbErrors.ts';
import { gateSqlite } from './gate.ts';
import { inspectMysql, mysqlOptions, mysqlPlace } from './mysql.ts';
import { OrmLog } from './ormLog.ts';
import { inspectSqlite, sqliteFile, sqliteOptions } from './sqlite.ts';

/** An open database. */
export interface Database {
  readonly dataSource: DataSource;
  readonly dialect: 'sqlite' | 'mysql';
  /**
   * Runs `fn` in one transaction; everything inside must go through its manager. On MySQL and MariaDB `fn` is run again
   * when the database chose it as the victim of a deadlock, so it must not change anything but rows.
   * @throws AppError `database_unavailable` when the database does not answer
   */
  transaction<T>(fn: (m: EntityManager) => Promise<T>): Promise<T>;
  /** @throws AppError `database_unavailable` when the database does not answer */
  ping(): Promise<void>;
  /** @returns settings of the database server that put data at risk, in sentences; empty when all is well */
  warnings(): string[];
  close(): Promise<void>;
}

/** What is needed to open a database. */
export interface OpenOptions {
  /** `sqlite:/path/file.db` or `mysql://user:password@host:port/database` */
  url: string;
  entities: EntitySchema[];
  log: Log;
  /** for tests; default: all of this program */
  migrations?: (new () => MigrationInterface)[];
  /** milliseconds that one transaction on SQLite may keep others waiting */
  gateTimeoutMs?: number;
}

/** A class name of a migration is what the database remembers of it. */
function nameOf(migration: new () => MigrationInterface): string {
  return new migration().name ?? migration.name;
}

function refuseNewer(applied: string[], known: (new () => MigrationInterface)[]): void {
  const names = new Set(known.map(nameOf));
  const unknown = applied.find((name) => !names.has(name));
  if (unknown === undefined) return;
  throw new StartRefused(
    `The database was used by a newer version of this program (it knows ${unknown}): start that version, or put back a backup.`,
  );
}

const ATTEMPTS = 5;

async function retried<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (err) {
      if (!isDeadlock(err) || attempt === ATTEMPTS) throw asAppError(err);
    }
  }
}

/**
 * Looks at the database first and opens it only when this program can work with it. Migrations are not run: see `migrate`.
 * @throws StartRefused when it is damaged, newer than the program or out of reach; it is untouched then
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const migrations = options.migrations ?? allMigrations;
  const shared = { entities: options.entities, migrations, synchronize: false, logger: new OrmLog(options.log) };
  if (options.url.startsWith('sqlite:')) {
    const file = sqliteFile(options.url);
    refuseNewer(inspectSqlite(file), migrations);
    const dataSource = new DataSource({ ...sqliteOptions(file), ...shared });
    const inside = gateSqlite(dataSource, options.gateTimeoutMs ?? 10_000);
    await dataSource.initialize();
    return databaseOn(dataSource, 'sqlite', [], (fn) => dataSource.transaction((m) => inside(() => fn(m))));
  }
  const place = mysqlPlace(options.url);
  const facts = await inspectMysql(place);
  refuseNewer(facts.migrations, migrations);
  for (const warning of facts.warnings) options.log.warn({ warning }, 'database setting puts data at risk');
  const dataSource = new DataSource({ ...mysqlOptions(place, facts.mariadb), ...shared });
  await dataSource.initialize();
  return databaseOn(dataSource, 'mysql', facts.warnings, (fn) => dataSource.transaction(fn));
}

function databaseOn(
  dataSource: DataSource,
  dialect: Database['dialect'],
  warnings: string[],
  run: Database['transaction'],
): Database {
  return {
    dataSource,
    dialect,
    transaction: (fn) => retried(() => run(fn)),
    ping: async () => {
      await dataSource.query('SELECT 1').catch((err: unknown) => Promise.reject(asAppError(err)));
    },
    warnings: () => [...warnings],
    close: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
    },
  };
}
