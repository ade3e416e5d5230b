// Migration drift: on an empty SQLite database every migration runs up, the entities then ask for no change of the
// schema, and every migration runs down again. (test/migrations does the same on MariaDB.)
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../server/db/dataSource.ts';
import { allEntities } from '../../server/db/entities.ts';
import { migrate, status } from '../../server/db/migrate.ts';
import { createLog } from '../../server/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-cau-drift-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const url = `sqlite:${join(folder, 'drift.db')}`;
const db = await openDatabase({ url, entities: allEntities, log: createLog('silent') });
const faults = [];
try {
  const done = await migrate(db, 'up');
  const { upQueries } = await db.dataSource.driver.createSchemaBuilder().log();
  for (const { query } of upQueries) faults.push(`entities and migrations differ; missing is: ${query}`);
  await migrate(db, 'down', done.length);
  for (const { name } of (await status(db)).filter(({ applied }) => applied)) faults.push(`${name} does not go down`);
  const tables = await db.dataSource.query("SELECT name FROM sqlite_master WHERE type = 'table'");
  const left = tables.map(({ name }) => name).filter((name) => name !== 'migrations' && !name.startsWith('sqlite_'));
  if (left.length) faults.push(`after all migrations went down these tables are left: ${left.join(', ')}`);
} finally {
  await db.close();
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
