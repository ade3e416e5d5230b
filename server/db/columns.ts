import type { EntitySchemaColumnOptions, EntitySchemaIndexOptions } from 'typeorm';

/**
 * Columns that mean the same on SQLite, MySQL and MariaDB. `migrations/columns.ts` has the same names for migrations;
 * an entity and its migration that use the same name do not drift.
 */

/** What a column may say beyond its type. */
export interface ColumnExtra {
  nullable?: boolean;
  default?: string | number | boolean;
  /** false: only for conditions, rows are read without it */
  select?: false;
}

/** Primary key: UUIDv7 text. */
export function idColumn(name = 'id'): EntitySchemaColumnOptions {
  return { name, type: 'varchar', length: 36, primary: true };
}

/** Reference to a row by its id; name the foreign key with `foreignKey()`. */
export function refColumn(name: string, extra: ColumnExtra & { primary?: boolean } = {}): EntitySchemaColumnOptions {
  return { name, type: 'varchar', length: 36, ...extra };
}

/** Text of at most `length` characters; SQLite does not check the length, so the edge must. */
export function textColumn(
  name: string,
  length: number,
  extra: ColumnExtra & { primary?: boolean } = {},
): EntitySchemaColumnOptions {
  return { name, type: 'varchar', length, ...extra };
}

/** Text or JSON of up to 16 MB. */
export function longTextColumn(name: string, extra: ColumnExtra = {}): EntitySchemaColumnOptions {
  return { name, type: 'mediumtext', ...extra };
}

/** Whole number of 32 bits. Larger ones go into text: SQLite's driver rounds them. */
export function intColumn(name: string, extra: ColumnExtra & { primary?: boolean } = {}): EntitySchemaColumnOptions {
  return { name, type: 'integer', ...extra };
}

/** Yes or no. */
export function flagColumn(name: string, extra: ColumnExtra = {}): EntitySchemaColumnOptions {
  return { name, type: 'boolean', ...extra };
}

/** A moment, UTC to the millisecond; a `Date` in the entity. The program always sets it, never the database. */
export function timeColumn(name: string, extra: ColumnExtra = {}): EntitySchemaColumnOptions {
  return { name, type: 'datetime', precision: 3, ...extra };
}

/** A calendar day, `YYYY-MM-DD` in the entity. */
export function dayColumn(name: string, extra: ColumnExtra = {}): EntitySchemaColumnOptions {
  return { name, type: 'date', ...extra };
}

/** What follows when the row that is referred to goes away. */
export type OnDelete = 'CASCADE' | 'RESTRICT' | 'SET NULL';

/**
 * Foreign key of one column to another table's `id`. The target is a table name and not an entity, so that a feature
 * can refer to another feature's table without importing it.
 */
export function foreignKey(name: string, column: string, target: string, onDelete: OnDelete) {
  return {
    name,
    target,
    columnNames: [column],
    referencedColumnNames: ['id'],
    onDelete,
    // stated because MariaDB reports RESTRICT for a default
    onUpdate: 'CASCADE' as const,
  };
}

/** Named index over property names of the entity; unique ones are indexes too, never constraints. */
export function index(name: string, columns: string[], unique = false): EntitySchemaIndexOptions {
  return { name, columns, unique };
}
