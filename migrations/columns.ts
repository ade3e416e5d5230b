import { Table, TableForeignKey, TableIndex } from 'typeorm';
import type { QueryRunner, TableColumnOptions, TableForeignKeyOptions, TableIndexOptions } from 'typeorm';

/** Columns of migrations; the same names and meanings as in `server/db/columns.ts`. */

/** What a column may say beyond its type. */
export interface ColumnExtra {
  isNullable?: boolean;
  isPrimary?: boolean;
  default?: string;
}

/** Primary key: UUIDv7 text. */
export const idColumn = (name = 'id'): TableColumnOptions => ({ name, type: 'varchar', length: '36', isPrimary: true });

/** Reference to a row by its id. */
export const refColumn = (name: string, extra: ColumnExtra = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: '36',
  ...extra,
});

/** Text of at most `length` characters. */
export const textColumn = (name: string, length: number, extra: ColumnExtra = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...extra,
});

/** Text or JSON of up to 16 MB; the type differs by database. */
export const longTextColumn = (runner: QueryRunner, name: string, extra: ColumnExtra = {}): TableColumnOptions => ({
  name,
  type: runner.dataSource.options.type === 'better-sqlite3' ? 'text' : 'mediumtext',
  ...extra,
});

/** Whole number of 32 bits. */
export const intColumn = (name: string, extra: ColumnExtra = {}): TableColumnOptions => ({
  name,
  type: 'integer',
  ...extra,
});

/** Yes or no. */
export const flagColumn = (name: string, extra: ColumnExtra = {}): TableColumnOptions => ({
  name,
  type: 'boolean',
  ...extra,
});

/** A moment, UTC to the millisecond. */
export const timeColumn = (name: string, extra: ColumnExtra = {}): TableColumnOptions => ({
  name,
  type: 'datetime',
  precision: 3,
  ...extra,
});

/** A calendar day. */
export const dayColumn = (name: string, extra: ColumnExtra = {}): TableColumnOptions => ({
  name,
  type: 'date',
  ...extra,
});

/** Named foreign key of one column to another table's `id` (or the named column). */
export const foreignKey = (
  name: string,
  column: string,
  target: string,
  onDelete: 'CASCADE' | 'RESTRICT' | 'SET NULL',
): TableForeignKeyOptions => ({
  name,
  columnNames: [column],
  referencedTableName: target,
  referencedColumnNames: ['id'],
  onDelete,
  onUpdate: 'CASCADE',
});

/** Named index over column names. */
export const index = (name: string, columnNames: string[], isUnique = false): TableIndexOptions => ({
  name,
  columnNames,
  isUnique,
});

/** Makes a table with its indexes and foreign keys. */
export async function createTable(
  runner: QueryRunner,
  name: string,
  parts: { columns: TableColumnOptions[]; indices?: TableIndexOptions[]; foreignKeys?: TableForeignKeyOptions[] },
): Promise<void> {
  await runner.createTable(
    new Table({
      name,
      columns: parts.columns,
      indices: (parts.indices ?? []).map((i) => new TableIndex(i)),
      foreignKeys: (parts.foreignKeys ?? []).map((f) => new TableForeignKey(f)),
    }),
  );
}
