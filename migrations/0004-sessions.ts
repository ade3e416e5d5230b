import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  foreignKey,
  idColumn,
  index,
  intColumn,
  longTextColumn,
  refColumn,
  textColumn,
  timeColumn,
} from './columns.ts';

const NULLABLE = { isNullable: true };

/** Sessions and their append-only events. */
export class Sessions implements MigrationInterface {
  name = 'Sessions0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'session', {
      columns: [
        idColumn(),
        refColumn('meeting_id'),
        textColumn('phase', 20),
        intColumn('last_seq'),
        timeColumn('opened_at'),
        timeColumn('closed_at', NULLABLE),
      ],
      indices: [index('session_meeting', ['meeting_id'], true), index('session_phase', ['phase'])],
      foreignKeys: [foreignKey('session_meeting_fk', 'meeting_id', 'meeting', 'RESTRICT')],
    });
    await createTable(runner, 'session_event', {
      columns: [
        refColumn('session_id', { isPrimary: true }),
        intColumn('seq', { isPrimary: true }),
        timeColumn('at'),
        refColumn('by_endpoint_id', NULLABLE),
        refColumn('by_user_id', NULLABLE),
        textColumn('command_key', 150, NULLABLE),
        intColumn('command_events'),
        textColumn('type', 40),
        longTextColumn(runner, 'fact'),
      ],
      foreignKeys: [foreignKey('session_event_session_fk', 'session_id', 'session', 'RESTRICT')],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('session_event');
    await runner.dropTable('session');
  }
}
