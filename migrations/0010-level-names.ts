import { TableColumn } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { textColumn } from './columns.ts';

/** Levels may have an English name beside their own. */
export class LevelNames implements MigrationInterface {
  name = 'LevelNames0000000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('level', new TableColumn(textColumn('name_en', 120, { isNullable: true })));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('level', 'name_en');
  }
}
