import { openDatabase } from '../server/db/dataSource.ts';
import type { Database } from '../server/db/dataSource.ts';
import { allEntities } from '../server/db/entities.ts';
import { migrate, status } from '../server/db/migrate.ts';
import { loadSeed, readSeed } from '../server/directory/seed.ts';
import { systemClock } from '../server/clock.ts';
import { readConfig } from '../server/config.ts';
import { StartRefused } from '../server/errors.ts';
import { createLog } from '../server/log.ts';

/** `npm run db -- up | down [steps] | status | seed <name>`: migrations and seeds by hand. */

const USAGE = 'npm run db -- up | down [steps] | status | seed <name>';

const actions: Record<string, (db: Database, argument?: string) => Promise<void>> = {
  async up(db) {
    const done = await migrate(db, 'up');
    console.log(done.length ? `applied: ${done.join(', ')}` : 'nothing to do: every migration is applied');
  },
  async down(db, steps = '1') {
    if (!/^[1-9]\d{0,3}$/.test(steps)) throw new StartRefused(`"${steps}" is no number of steps: ${USAGE}.`);
    const done = await migrate(db, 'down', Number(steps));
    console.log(done.length ? `taken back: ${done.join(', ')}` : 'nothing to do: no migration is applied');
  },
  async status(db) {
    for (const { name, applied } of await status(db)) console.log(`${applied ? 'applied' : 'pending'}  ${name}`);
    for (const warning of db.warnings()) console.log(`warning  ${warning}`);
  },
  async seed(db, name) {
    if (!name) throw new StartRefused(`Which seed? ${USAGE}.`);
    const seed = readSeed(name);
    await migrate(db, 'up');
    const { endpoints } = await loadSeed(db, seed, systemClock);
    console.log(endpoints ? `${name}: ${endpoints} endpoints written` : `${name}: already there, nothing written`);
  },
};

async function main([name = '', argument]: string[]): Promise<void> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new StartRefused(`Usage: ${USAGE}.`);
  const { databaseUrl } = readConfig();
  const db = await openDatabase({ url: databaseUrl, entities: allEntities, log: createLog('error') });
  try {
    await action(db, argument);
  } finally {
    await db.close();
  }
}

await main(process.argv.slice(2)).catch((err: unknown) => {
  console.error(err instanceof StartRefused ? err.message : err);
  process.exitCode = 1;
});
