import { TableColumn } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { timeColumn } from './columns.ts';

/** When a meeting was first put into the calendar: a draft that is called off stays the affair of its host. */
export class PlannedMeetings implements MigrationInterface {
  name = 'PlannedMeetings0000000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('meeting', new TableColumn(timeColumn('planned_at', { isNullable: true })));
    // what was called off before nobody can tell apart any more: it stays seen as it was
    await runner.query(`UPDATE meeting SET planned_at = created_at WHERE status NOT IN ('draft', 'submitted')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('meeting', 'planned_at');
  }
}
