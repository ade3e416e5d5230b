import { TableIndex } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { index } from './columns.ts';

/** The few meetings that wait for an approval are found among all that ever were: the planner asks for them when it opens. */
export class WaitingMeetings implements MigrationInterface {
  name = 'WaitingMeetings0000000000011';

  async up(runner: QueryRunner): Promise<void> {
    const columns = ['status', 'starts_at', 'id', 'ends_at'];
    await runner.createIndex('meeting', new TableIndex(index('meeting_waiting', columns)));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('meeting', 'meeting_waiting');
  }
}
