import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { openDatabase } from '../../server/db/dataSource.ts';
import type { Database, OpenOptions } from '../../server/db/dataSource.ts';
import { allEntities } from '../../server/db/entities.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createLog } from '../../server/log.ts';
import { hasMariadb, mariadb } from './mariadb.ts';

/** A kind of database that the tests run on. */
export interface TestDatabase {
  name: 'sqlite' | 'mariadb';
  /** makes an empty database of its own; removed when the tests end */
  url(): Promise<string>;
  /** opens a database of its own with all migrations run; options replace the usual ones */
  open(options?: Partial<OpenOptions> & { migrated?: boolean }): Promise<Database>;
}

/** How long the first use of MariaDB in a run may take: it makes a server. For `this.timeout(...)` in hooks. */
export const DATABASE_START_MS = 60_000;

let folder: string | null = null;
let told = false;

function sqliteUrl(): Promise<string> {
  if (folder === null) {
    const made = (folder = mkdtempSync(join(tmpdir(), 'nhipcau-sqlite-')));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  return Promise.resolve(`sqlite:${join(folder, `${randomBytes(6).toString('hex')}.db`)}`);
}

async function mariadbUrl(): Promise<string> {
  const server = await mariadb();
  const name = `t_${randomBytes(6).toString('hex')}`;
  const connection = await mysql.createConnection({ ...server });
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.end();
  return `mysql://${server.user}:${server.password}@${server.host}:${server.port}/${name}`;
}

function kind(name: TestDatabase['name'], url: () => Promise<string>): TestDatabase {
  return {
    name,
    url,
    open: async ({ migrated = true, ...options } = {}) => {
      const db = await openDatabase({ url: await url(), entities: allEntities, log: createLog('silent'), ...options });
      if (migrated) await migrate(db, 'up');
      return db;
    },
  };
}

/** The databases that this machine can test on: SQLite always, MariaDB when its server is installed; says so loudly if not. */
export function databases(): TestDatabase[] {
  const sqlite = kind('sqlite', sqliteUrl);
  if (hasMariadb()) return [sqlite, kind('mariadb', mariadbUrl)];
  if (!told)
    console.error('TESTS ON MARIADB ARE LEFT OUT: mariadbd is not installed (apt-get install mariadb-server).');
  told = true;
  return [sqlite];
}
