import mysql from 'mysql2/promise';
import type { DataSourceOptions } from 'typeorm';
import { StartRefused } from '../errors.ts';

/** Where a MySQL or MariaDB database is. */
interface Place {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** What was learnt of a server before it is used. */
export interface ServerFacts {
  mariadb: boolean;
  /** names of the migrations that the database went through */
  migrations: string[];
  /** what an administrator of the database should mend; nothing is refused for it */
  warnings: string[];
}

/** @throws StartRefused when the URL names no database */
export function mysqlPlace(url: string): Place {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const database = decodeURIComponent(parsed?.pathname.slice(1) ?? '');
  if (!parsed || !parsed.hostname || !/^[\w-]+$/.test(database)) {
    throw new StartRefused('DATABASE_URL must be mysql://user:password@host:port/database.');
  }
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port || 3306),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database,
  };
}

function warningsFrom(row: Record<string, unknown>): string[] {
  const warnings: string[] = [];
  if (String(row.flush) !== '1') {
    warnings.push(
      `innodb_flush_log_at_trx_commit is ${String(row.flush)}: acknowledged rows are lost when the database stops hard; set it to 1.`,
    );
  }
  if (!/STRICT_(TRANS|ALL)_TABLES/.test(String(row.mode))) {
    warnings.push('sql_mode is not strict: the database would cut long texts silently; add STRICT_TRANS_TABLES.');
  }
  return warnings;
}

/**
 * Connects once, looks, changes nothing.
 * @throws StartRefused when the server cannot be reached or refuses the user
 */
export async function inspectMysql(place: Place): Promise<ServerFacts> {
  let connection: mysql.Connection | undefined;
  try {
    connection = await mysql.createConnection({ ...place, connectTimeout: 5000 });
    const [[row]] = await connection.query<mysql.RowDataPacket[]>(
      'SELECT VERSION() AS version, @@GLOBAL.innodb_flush_log_at_trx_commit AS flush, @@SESSION.sql_mode AS mode',
    );
    const [tables] = await connection.query<mysql.RowDataPacket[]>(`SHOW TABLES LIKE 'migrations'`);
    const [names] = tables.length
      ? await connection.query<mysql.RowDataPacket[]>('SELECT name FROM migrations ORDER BY id')
      : [[]];
    return {
      mariadb: /mariadb/i.test(String(row?.version)),
      migrations: names.map((n) => String(n.name)),
      warnings: warningsFrom(row ?? {}),
    };
  } catch (err) {
    const { code, message } = err as NodeJS.ErrnoException;
    const where = `${place.host}:${place.port}/${place.database}`;
    throw Object.assign(
      new StartRefused(
        `The database at ${where} does not let us in (${code ?? message}): check DATABASE_URL and the server.`,
      ),
      { cause: err },
    );
  } finally {
    await connection?.end().catch(() => undefined);
  }
}

/** Options of the data source; MariaDB and MySQL differ in how TypeORM reads their schema. */
export function mysqlOptions(place: Place, mariadb: boolean): DataSourceOptions & { type: 'mysql' | 'mariadb' } {
  return {
    type: mariadb ? 'mariadb' : 'mysql',
    host: place.host,
    port: place.port,
    username: place.user,
    password: place.password,
    database: place.database,
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: true,
    poolSize: 10,
    connectTimeout: 5000,
    // after a row lock was waited for, the rows that the other one wrote must be seen
    isolationLevel: 'READ COMMITTED',
    extra: { enableKeepAlive: true },
  };
}
