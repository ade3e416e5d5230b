import { TableIndex } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { index } from './columns.ts';

/** The index along which meetings of a time are found also knows their ends, so that those that are over are not read. */
export class BookingIndices implements MigrationInterface {
  name = 'BookingIndices0000000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndex('meeting', new TableIndex(index('meeting_times', ['starts_at', 'id', 'ends_at'])));
    await runner.dropIndex('meeting', 'meeting_starts');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.createIndex('meeting', new TableIndex(index('meeting_starts', ['starts_at', 'id'])));
    await runner.dropIndex('meeting', 'meeting_times');
  }
}
