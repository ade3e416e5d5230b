import type { EntityManager, EntitySchema } from 'typeorm';
import { fromSqlTime } from './sqlTime.ts';

type Cell = 'plain' | 'time' | 'flag';

interface Plan {
  /** columns of the alias `m`, as a select lists them */
  list: string;
  cells: { from: string; to: string; cell: Cell }[];
}

const plans = new WeakMap<object, Plan>();

function cellOf(type: unknown): Cell {
  if (type === 'datetime') return 'time';
  return type === 'boolean' ? 'flag' : 'plain';
}

function planOf(m: EntityManager, entity: EntitySchema<object>): Plan {
  const metadata = m.dataSource.getMetadata(entity);
  const known = plans.get(metadata);
  if (known) return known;
  const columns = metadata.columns.filter((column) => column.isSelect);
  const plan = {
    list: columns.map((column) => `m.${m.dataSource.driver.escape(column.databaseName)}`).join(','),
    cells: columns.map(({ databaseName: from, propertyName: to, type }) => ({ from, to, cell: cellOf(type) })),
  };
  plans.set(metadata, plan);
  return plan;
}

function read(value: unknown, cell: Cell): unknown {
  if (value === null || cell === 'plain') return value;
  return cell === 'time' ? new Date(fromSqlTime(value as Date | string)) : Number(value) === 1;
}

/**
 * Reads whole rows by a statement that is written by hand: a list is read often, and building the statement and turning
 * its rows cost TypeORM several times what they cost the database. For tables of texts, whole numbers, moments, and flags.
 * @param rest of the statement after the columns: `FROM table m WHERE ...`; the table's alias is `m`
 */
export async function readRows<T extends object>(
  m: EntityManager,
  entity: EntitySchema<T>,
  rest: string,
  parameters: readonly unknown[],
): Promise<T[]> {
  const { list, cells } = planOf(m, entity as unknown as EntitySchema<object>);
  const rows: Record<string, unknown>[] = await m.query(`SELECT ${list} ${rest}`, [...parameters]);
  return rows.map((row) => {
    const out: Record<string, unknown> = {};
    for (const { from, to, cell } of cells) out[to] = read(row[from], cell);
    return out as T;
  });
}
