import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../server/db/dataSource.ts';
import { levelEntity } from '../../server/directory/directory.entity.ts';
import { databases, DATABASE_START_MS } from '../support/database.ts';

const level = (code: string) => ({ code, name: code, rank: 1 });

for (const kind of databases()) {
  describe(`concurrent transactions on ${kind.name}`, () => {
    let db: Database;
    const codes = async () =>
      (await db.dataSource.manager.find(levelEntity, { order: { code: 'ASC' } })).map((l) => l.code);

    before(async function () {
      this.timeout(DATABASE_START_MS);
      db = await kind.open({ gateTimeoutMs: 300 });
    });
    beforeEach(() => db.dataSource.manager.deleteAll(levelEntity));
    after(() => db.close());

    it('keep what B and a plain insert wrote while A rolls back', async () => {
      const a = db
        .transaction(async (m) => {
          await m.insert(levelEntity, level('A'));
          await sleep(30);
          throw new Error('A gives up');
        })
        .catch((err: Error) => err.message);
      const b = db.transaction(async (m) => {
        await sleep(5);
        await m.insert(levelEntity, level('B'));
      });
      const plain = db.dataSource.manager.insert(levelEntity, level('P'));
      expect(await a).to.equal('A gives up');
      await Promise.all([b, plain]);
      expect(await codes()).to.deep.equal(['B', 'P']);
    });

    it('never show a row before it is committed', async () => {
      const writing = db.transaction(async (m) => {
        await m.insert(levelEntity, level('A'));
        await sleep(30);
        throw new Error('no');
      });
      const [seen] = await Promise.all([sleep(10).then(codes), writing.catch(() => undefined)]);
      expect(seen).to.deep.equal([]);
    });

    it('keep exactly the committed rows of 200 with nested savepoints and random failures', async function () {
      this.timeout(20_000);
      const wanted = new Set<string>();
      await Promise.all(
        Array.from({ length: 200 }, async (_, i) => {
          const code = `T${String(i).padStart(3, '0')}`;
          const nestedFails = i % 3 === 0;
          const fails = i % 4 === 0;
          const run = db.transaction(async (m) => {
            await m.insert(levelEntity, level(code));
            const nested = m.transaction(async (inner) => {
              await inner.insert(levelEntity, level(`${code}N`));
              if (i % 7 === 0) await sleep(1);
              if (nestedFails) throw new Error('nested');
            });
            await nested.catch(() => undefined);
            if (fails) throw new Error('outer');
          });
          await run.catch(() => undefined);
          if (fails) return;
          wanted.add(code);
          if (!nestedFails) wanted.add(`${code}N`);
        }),
      );
      expect(await codes()).to.deep.equal([...wanted].sort());
    });

    it('wait in a queue that moves for as long as it takes', async () => {
      const slow = Array.from({ length: 5 }, () => db.transaction(() => sleep(100)));
      await db.dataSource.manager.insert(levelEntity, level('last'));
      await Promise.all(slow);
      expect(await codes()).to.deep.equal(['last']);
    });

    it('go on after one whose commit was refused', async () => {
      const broken = db.transaction(async (m) => {
        await m.insert(levelEntity, level('A'));
        await m.insert(levelEntity, level('A'));
      });
      expect(await broken.catch((err: Error) => err.name)).to.equal('QueryFailedError');
      await db.transaction((m) => m.insert(levelEntity, level('B')));
      expect(await codes()).to.deep.equal(['B']);
    });

    it('refuse a query of a manager whose transaction is over', async () => {
      let late: Promise<unknown> | null = null;
      await db.transaction(async (m) => {
        late = sleep(20).then(() => m.insert(levelEntity, level('late')));
        late.catch(() => undefined);
      });
      const outcome = await late!.then(
        () => 'written',
        () => 'refused',
      );
      expect(outcome).to.equal('refused');
      expect(await codes()).to.deep.equal([]);
    });

    if (kind.name !== 'sqlite') return;

    it('fail at once when a query goes past its own transaction', async () => {
      const begun = Date.now();
      const misuse = db.transaction(() => db.dataSource.manager.find(levelEntity));
      expect(await misuse.catch((err: Error) => err.message)).to.match(/outside of its own transaction/);
      expect(Date.now() - begun).to.be.below(290);
      expect(await codes()).to.deep.equal([]);
    });

    it('name the cause when somebody else keeps the database too long', async () => {
      const slow = db.transaction(() => sleep(450));
      const waiting = sleep(5).then(() => codes());
      expect(await waiting.catch((err: Error) => err.message)).to.match(/kept the database for 300 ms/);
      await slow;
      expect(await codes()).to.deep.equal([]);
    });
  });
}
