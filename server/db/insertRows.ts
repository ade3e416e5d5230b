import type { EntityManager, EntitySchema } from 'typeorm';

/** Most parameters of one statement, far below what either database takes. */
const PARAMETERS = 12_000;

/**
 * Stores new rows, as many as fit into one statement at a time. It does what the insert builder of TypeORM does, without
 * its work for generated values and relations, which a thousand rows of a meeting feel.
 * @param rows all with a value, or null, for every column of the table
 */
export async function insertRows<T extends object>(
  m: EntityManager,
  entity: EntitySchema<T>,
  rows: readonly T[],
): Promise<void> {
  const { columns, tableName } = m.dataSource.getMetadata(entity);
  const { driver } = m.dataSource;
  const names = columns.map((column) => driver.escape(column.databaseName)).join(',');
  const one = `(${columns.map(() => '?').join(',')})`;
  const size = Math.floor(PARAMETERS / columns.length);
  for (let from = 0; from < rows.length; from += size) {
    const some = rows.slice(from, from + size);
    const values: unknown[] = [];
    // the bookings of a meeting share its moments: each is written out once
    const moments = new Map<unknown, unknown>();
    for (const row of some) {
      for (const column of columns) {
        const value: unknown = row[column.propertyName as keyof T];
        if (!(value instanceof Date)) values.push(driver.preparePersistentValue(value, column));
        else if (moments.has(value)) values.push(moments.get(value));
        else {
          const stored: unknown = driver.preparePersistentValue(value, column);
          moments.set(value, stored);
          values.push(stored);
        }
      }
    }
    const marks = some.map(() => one).join(',');
    await m.query(`INSERT INTO ${driver.escape(tableName)} (${names}) VALUES ${marks}`, values);
  }
}
