import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { DataSourceOptions } from 'typeorm';
import { StartRefused } from '../errors.ts';

const HEADER = 'SQLite format 3\0';

function headerOf(file: string): string {
  const bytes = Buffer.alloc(HEADER.length);
  const fd = openSync(file, 'r');
  try {
    return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}

/**
 * Looks into a database file without changing it.
 * @returns names of the migrations that it went through; none when it is new
 * @throws StartRefused when it is no SQLite database or is damaged
 */
export function inspectSqlite(file: string): string[] {
  if (!existsSync(file) || statSync(file).size === 0) return [];
  const refuse = (what: string, cause?: unknown) => {
    const words = `The database file ${file} ${what}: put back a backup, or move it away to begin with an empty one.`;
    return Object.assign(new StartRefused(words), { cause });
  };
  if (headerOf(file) !== HEADER) throw refuse('is not a SQLite database');
  let db: BetterSqlite3.Database | undefined;
  try {
    db = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
    const verdict = db.pragma('quick_check(1)', { simple: true });
    if (verdict !== 'ok') throw refuse('is damaged', verdict);
    const table = db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'`).get();
    return table ? db.prepare('SELECT name FROM migrations ORDER BY id').pluck().all().map(String) : [];
  } catch (err) {
    if (err instanceof StartRefused) throw err;
    throw refuse('cannot be read', err);
  } finally {
    db?.close();
  }
}

/** @returns path of the file in a `sqlite:` URL, absolute */
export function sqliteFile(url: string): string {
  const path = url.replace(/^sqlite:(\/\/(?=\/))?/, '');
  if (path === '' || path === ':memory:') {
    throw new StartRefused('DATABASE_URL names no file: write sqlite:/path/to/nhipcau.db.');
  }
  return resolve(path);
}

/** Prepares file and options of a SQLite data source; a new file can be read by its owner alone. */
export function sqliteOptions(file: string): DataSourceOptions & { type: 'better-sqlite3' } {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  } catch (err) {
    const { code, message } = err as NodeJS.ErrnoException;
    throw new StartRefused(
      `The database file ${file} cannot be written (${code ?? message}): check DATA_DIR or DATABASE_URL.`,
    );
  }
  return {
    type: 'better-sqlite3',
    database: file,
    enableWAL: true,
    // an acknowledged roll call survives a power cut
    prepareDatabase: (db: BetterSqlite3.Database) => void db.pragma('synchronous = FULL'),
  };
}
