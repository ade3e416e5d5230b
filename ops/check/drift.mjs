// Migration drift: on an empty SQLite database every migration runs up, the entities then ask for no change of the
// schema, and every migration runs down again. (test/migrations does the same on MariaDB.)
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files.mjs';

const folder = mkdtempSync(join(tmpdir(), 'nhip-cau-drift-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

if (!existsSync(join(root, 'server/db/migrate.ts'))) {
  console.error('server/db/migrate.ts is missing: there is nothing to compare.');
  process.exit(1);
}
