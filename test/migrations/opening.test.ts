import BetterSqlite3 from 'better-sqlite3';
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { StartRefused } from '../../server/errors.ts';
import { openDatabase } from '../../server/db/dataSource.ts';
import { isDuplicateKey, isForeignKey } from '../../server/db/dbErrors.ts';
import { allEntities } from '../../server/db/entities.ts';
import { lockRows } from '../../server/db/locks.ts';
import { levelEntity, unitEntity } from '../../server/directory/directory.entity.ts';
import { createLog } from '../../server/log.ts';
import { databases, DATABASE_START_MS } from '../support/database.ts';

const log = createLog('silent');
const open = (url: string) => openDatabase({ url, entities: allEntities, log });
const refusal = async (url: string) => {
  const outcome = await open(url).then(
    () => null,
    (err: unknown) => err,
  );
  expect(outcome).to.be.instanceOf(StartRefused);
  return (outcome as StartRefused).message;
};
const file = (url: string) => url.slice('sqlite:'.length);
const print = (url: string) =>
  createHash('sha256')
    .update(readFileSync(file(url)))
    .digest('hex');

const unit = (id: string, levelCode: string) => ({
  id,
  parentId: null,
  code: id,
  name: id,
  shortName: id,
  nameFold: id,
  levelCode,
  sort: 1,
  validFrom: '2020-01-01',
  validTo: null,
});

for (const kind of databases()) {
  describe(`opening ${kind.name}`, function () {
    this.timeout(DATABASE_START_MS);

    it('refuses a database that a newer program used, and leaves it as it was', async () => {
      const url = await kind.url();
      const first = await openDatabase({ url, entities: allEntities, log });
      await first.dataSource.runMigrations();
      await first.dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (9999, 'Tomorrow0000000009999')`);
      await first.close();
      const before = kind.name === 'sqlite' ? print(url) : '';
      expect(await refusal(url)).to.match(/newer version .*Tomorrow0000000009999/);
      if (kind.name === 'sqlite') expect(print(url)).to.equal(before);
    });

    it('tells duplicates from rows that refer to nothing', async () => {
      const db = await kind.open();
      const m = db.dataSource.manager;
      await m.insert(levelEntity, { code: 'commune', name: 'Cấp xã', rank: 1 });
      await m.insert(unitEntity, unit('u1', 'commune'));
      const twice = await m.insert(unitEntity, unit('u1', 'commune')).catch((err: unknown) => err);
      const nowhere = await m.insert(unitEntity, unit('u2', 'galaxy')).catch((err: unknown) => err);
      expect([isDuplicateKey(twice), isForeignKey(twice)]).to.deep.equal([true, false]);
      expect([isDuplicateKey(nowhere), isForeignKey(nowhere)]).to.deep.equal([false, true]);
      await db.close();
    });

    it('keeps codes apart that differ by an accent alone, whatever the server is set to', async () => {
      const db = await kind.open();
      const m = db.dataSource.manager;
      await m.insert(levelEntity, [
        { code: 'an', name: 'An', rank: 1 },
        { code: 'ân', name: 'Ân', rank: 2 },
        { code: 'AN', name: 'AN', rank: 3 },
      ]);
      expect(await m.countBy(levelEntity, { code: 'an' })).to.equal(1);
      await db.close();
    });

    it('lets the holder of row locks finish before the next one reads', async () => {
      const db = await kind.open();
      await db.dataSource.manager.insert(levelEntity, { code: 'commune', name: 'Cấp xã', rank: 0 });
      await db.dataSource.manager.insert(unitEntity, [unit('u1', 'commune'), unit('u2', 'commune')]);
      await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          db.transaction(async (m) => {
            expect(await lockRows(m, 'unit', i % 2 ? ['u1', 'u2'] : ['u2', 'u1', 'u9'])).to.deep.equal(['u1', 'u2']);
            const { sort } = await m.findOneByOrFail(unitEntity, { id: 'u1' });
            await m.update(unitEntity, { id: 'u1' }, { sort: sort + 1 });
          }),
        ),
      );
      expect((await db.dataSource.manager.findOneByOrFail(unitEntity, { id: 'u1' })).sort).to.equal(41);
      await db.close();
    });
  });
}

describe('opening a SQLite file', () => {
  const [sqlite] = databases();

  it('makes it readable by its owner alone and answers a ping', async () => {
    const url = await sqlite!.url();
    const db = await open(url);
    expect(statSync(file(url)).mode & 0o777).to.equal(0o600);
    await db.ping();
    expect(db.warnings()).to.deep.equal([]);
    expect((await db.dataSource.query('PRAGMA synchronous'))[0].synchronous).to.equal(2);
    await db.close();
  });

  it('takes the write lock when a transaction begins, not at its first change', async () => {
    const url = await sqlite!.url();
    const db = await open(url);
    const other = new BetterSqlite3(file(url), { timeout: 0 });
    const outcome = await db.transaction(async () => {
      try {
        other.exec('BEGIN IMMEDIATE');
        return 'both have it';
      } catch (err) {
        return (err as { code: string }).code;
      }
    });
    expect(outcome).to.equal('SQLITE_BUSY');
    other.close();
    await db.close();
  });

  it('refuses what is no database at all, and leaves it as it was', async () => {
    const url = await sqlite!.url();
    writeFileSync(file(url), 'minutes of the last meeting');
    const before = print(url);
    expect(await refusal(url)).to.match(/is not a SQLite database: put back a backup/);
    expect(print(url)).to.equal(before);
  });

  it('refuses a damaged one, and leaves it as it was', async () => {
    const url = await sqlite!.url();
    const db = await openDatabase({ url, entities: allEntities, log });
    await db.dataSource.runMigrations();
    await db.close();
    const bytes = readFileSync(file(url));
    bytes.fill(0x5a, 4096, 4096 * 6);
    writeFileSync(file(url), bytes);
    const before = print(url);
    expect(await refusal(url)).to.match(/is damaged|cannot be read/);
    expect(print(url)).to.equal(before);
  });

  it('names the setting when the address is unusable', async () => {
    expect(await refusal('sqlite::memory:')).to.match(/DATABASE_URL names no file/);
    expect(await refusal('mysql://nobody')).to.match(/DATABASE_URL must be mysql:/);
    expect(await refusal('mysql://a:b@127.0.0.1:9/x')).to.match(
      /127\.0\.0\.1:9\/x does not let us in \(ECONNREFUSED\)/,
    );
  });
});
