import { expect } from 'chai';
import { Table, TableColumn, TableForeignKey } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allMigrations } from '../../migrations/all.ts';
import { systemClock } from '../../server/clock.ts';
import type { Database } from '../../server/db/dataSource.ts';
import { migrate, status } from '../../server/db/migrate.ts';
import { loadSeed, readSeed } from '../../server/directory/seed.ts';
import { databases, DATABASE_START_MS } from '../support/database.ts';

/** Two tables that refer to one another, and a later change that SQLite can only make by rebuilding the parent. */
class Families implements MigrationInterface {
  name = 'Families0000000000001';
  async up(runner: QueryRunner): Promise<void> {
    const id = { name: 'id', type: 'varchar', length: '36', isPrimary: true };
    await runner.createTable(new Table({ name: 'parent', columns: [id] }));
    await runner.createTable(
      new Table({
        name: 'child',
        columns: [id, { name: 'parent_id', type: 'varchar', length: '36' }],
        foreignKeys: [
          new TableForeignKey({
            name: 'child_parent_fk',
            columnNames: ['parent_id'],
            referencedTableName: 'parent',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          }),
        ],
      }),
    );
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('child');
    await runner.dropTable('parent');
  }
}

class ParentsHaveNames implements MigrationInterface {
  name = 'ParentsHaveNames0000000000002';
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('parent', new TableColumn({ name: 'name', type: 'varchar', length: '20', default: "'?'" }));
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('parent', 'name');
  }
}

class Breaks implements MigrationInterface {
  name = 'Breaks0000000000003';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT * FROM no_such_table');
  }
  async down(): Promise<void> {}
}

const names = allMigrations.map((migration) => new migration().name);

async function drift(db: Database): Promise<string[]> {
  const sql = await db.dataSource.driver.createSchemaBuilder().log();
  return sql.upQueries.map((query) => query.query);
}

async function tables(db: Database): Promise<string[]> {
  const sql = {
    sqlite: `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    mysql: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  };
  const rows = (await db.dataSource.query(sql[db.dialect])) as { name: string }[];
  return rows.map((row) => row.name);
}

for (const kind of databases()) {
  describe(`migrations on ${kind.name}`, function () {
    this.timeout(DATABASE_START_MS);
    let db: Database;
    afterEach(() => db.close());

    it('go up, leave no difference to the entities, go down to nothing and up again', async () => {
      db = await kind.open({ migrated: false });
      expect((await status(db)).every((migration) => !migration.applied)).to.equal(true);
      expect(await migrate(db, 'up')).to.deep.equal(names);
      expect(await drift(db)).to.deep.equal([]);
      expect(await migrate(db, 'up')).to.deep.equal([]);
      expect(await migrate(db, 'down', Infinity)).to.deep.equal(names.toReversed());
      expect(await tables(db)).to.deep.equal(['migrations']);
      expect(await migrate(db, 'up')).to.deep.equal(names);
      expect(await drift(db)).to.deep.equal([]);
    });

    it('take back one step when nothing else is said', async () => {
      db = await kind.open({ migrations: [Families, ParentsHaveNames] });
      expect(await migrate(db, 'down')).to.deep.equal(['ParentsHaveNames0000000000002']);
      expect((await status(db)).map((migration) => migration.applied)).to.deep.equal([true, false]);
    });

    it('tell of stored meetings how long they are, and whether they were ever planned', async () => {
      db = await kind.open();
      await loadSeed(db, readSeed('2020-87'), systemClock);
      await migrate(db, 'down', names.length - names.indexOf('ShortMeetings0000000000012'));
      const { dataSource } = db;
      const [place] = (await dataSource.query('SELECT id, unit_id AS unit FROM endpoint')) as {
        id: string;
        unit: string;
      }[];
      const meetings: [string, string, string, number, boolean][] = [
        ['09:00:00.000', '13:00:00.000', 'scheduled', 1, true],
        ['09:00:00.000', '13:00:00.001', 'running', 0, true],
        ['09:00:00.500', '09:30:00.000', 'draft', 1, false],
        ['00:00:00.000', '23:59:59.999', 'submitted', 0, false],
        ['21:00:00.001', '23:59:59.999', 'cancelled', 1, true],
      ];
      for (const [i, [from, to, status]] of meetings.entries()) {
        const day = '2026-03-02';
        await dataSource.query(
          `INSERT INTO meeting (id, title, title_fold, kind, status, starts_at, ends_at, chair_endpoint_id, host_unit_id,
            floor_mode, note, created_by, version, created_at, updated_at)
          VALUES (?, 'Họp', 'hop', 'briefing', ?, ?, ?, ?, ?, 'lecture', '', ?, 1, ?, ?)`,
          [`m${i}`, status, `${day} ${from}`, `${day} ${to}`, place?.id, place?.unit, place?.id, day, day],
        );
      }
      await migrate(db, 'up');
      const rows: { short: number; planned: unknown }[] = await dataSource.query(
        'SELECT is_short AS short, planned_at AS planned FROM meeting ORDER BY id',
      );
      expect(rows.map((row) => [Number(row.short), row.planned !== null])).to.deep.equal(
        meetings.map(([, , , short, planned]) => [short, planned]),
      );
    });

    it('keep the rows that refer to a table which is rebuilt', async () => {
      db = await kind.open({ migrations: [Families, ParentsHaveNames], migrated: false });
      await migrate(db, 'up');
      await db.dataSource.query(`INSERT INTO parent (id, name) VALUES ('p', 'P')`);
      await db.dataSource.query(`INSERT INTO child (id, parent_id) VALUES ('c', 'p')`);
      const children = async () => Number((await db.dataSource.query('SELECT COUNT(*) AS n FROM child'))[0].n);
      await migrate(db, 'down');
      expect(await children()).to.equal(1);
      await migrate(db, 'up');
      expect(await children()).to.equal(1);
      await db.dataSource.query('DELETE FROM parent');
      expect(await children()).to.equal(0);
    });

    it('stop at one that fails, keep what went before and leave foreign keys on', async () => {
      db = await kind.open({ migrations: [Families, ParentsHaveNames, Breaks], migrated: false });
      expect(await migrate(db, 'up').catch((err: Error) => err.name)).to.equal('QueryFailedError');
      expect((await status(db)).map((migration) => migration.applied)).to.deep.equal([true, true, false]);
      const orphan = db.dataSource.query(`INSERT INTO child (id, parent_id) VALUES ('c', 'nobody')`);
      expect(await orphan.catch((err: Error) => err.name)).to.equal('QueryFailedError');
    });
  });
}
