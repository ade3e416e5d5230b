import { TableColumn, TableIndex } from 'typeorm';
import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import {
  createTable,
  flagColumn,
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
const NO = { default: '0' };

/** The procedure of meetings, series, templates, documents, giving way, and what the scheduler has done. */
export class Calendar implements MigrationInterface {
  name = 'Calendar0000000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns(
      'meeting',
      meetingColumns(runner).map((one) => new TableColumn(one)),
    );
    await runner.createIndex('meeting', new TableIndex(index('meeting_of_series', ['series_id', 'starts_at'])));
    await runner.createIndex('meeting', new TableIndex(index('meeting_chair_starts', ['chair_user_id', 'starts_at'])));
    await createTable(runner, 'meeting_series', {
      columns: [
        idColumn(),
        textColumn('rrule', 400),
        textColumn('tz', 60),
        longTextColumn(runner, 'except_days'),
        timeColumn('starts_at'),
        intColumn('duration_ms'),
        refColumn('created_by'),
        timeColumn('created_at'),
        intColumn('version'),
      ],
    });
    await this.createForms(runner);
    await this.createGiveWay(runner);
    await createTable(runner, 'meeting_duty', {
      columns: [
        idColumn(),
        refColumn('meeting_id'),
        textColumn('duty', 20),
        timeColumn('due_at'),
        timeColumn('done_at'),
      ],
      indices: [index('meeting_duty_once', ['meeting_id', 'duty', 'due_at'], true)],
      foreignKeys: [foreignKey('meeting_duty_meeting_fk', 'meeting_id', 'meeting', 'CASCADE')],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['meeting_duty', 'give_way', 'meeting_document', 'meeting_template', 'meeting_series']) {
      await runner.dropTable(table);
    }
    await runner.dropIndex('meeting', 'meeting_chair_starts');
    await runner.dropIndex('meeting', 'meeting_of_series');
    await runner.dropColumns(
      'meeting',
      meetingColumns(runner).map((one) => one.name),
    );
  }

  private async createForms(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'meeting_template', {
      columns: [
        idColumn(),
        textColumn('name', 120),
        textColumn('name_key', 240),
        refColumn('unit_id'),
        longTextColumn(runner, 'form'),
        intColumn('version'),
      ],
      indices: [index('meeting_template_unit', ['unit_id', 'name_key'], true)],
      foreignKeys: [foreignKey('meeting_template_unit_fk', 'unit_id', 'unit', 'RESTRICT')],
    });
    await createTable(runner, 'meeting_document', {
      columns: [
        idColumn(),
        refColumn('meeting_id'),
        textColumn('name', 200),
        textColumn('type', 120),
        intColumn('bytes'),
        textColumn('file', 60),
        timeColumn('uploaded_at'),
        textColumn('uploaded_by', 120),
      ],
      indices: [index('meeting_document_meeting', ['meeting_id'])],
      foreignKeys: [foreignKey('meeting_document_meeting_fk', 'meeting_id', 'meeting', 'CASCADE')],
    });
  }

  private async createGiveWay(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'give_way', {
      columns: [
        idColumn(),
        refColumn('meeting_id'),
        textColumn('meeting_title', 200),
        refColumn('host_unit_id'),
        refColumn('asking_unit_id'),
        textColumn('title', 200),
        timeColumn('starts_at'),
        timeColumn('ends_at'),
        textColumn('reason', 300),
        textColumn('state', 20),
        timeColumn('asked_at'),
        refColumn('asked_by'),
        textColumn('asked_by_name', 120),
        textColumn('answer', 300, NULLABLE),
        timeColumn('answered_at', NULLABLE),
      ],
      indices: [
        index('give_way_meeting', ['meeting_id']),
        index('give_way_host', ['host_unit_id', 'asked_at']),
        index('give_way_asker', ['asked_by', 'asked_at']),
      ],
      foreignKeys: [foreignKey('give_way_meeting_fk', 'meeting_id', 'meeting', 'CASCADE')],
    });
  }
}

function meetingColumns(runner: QueryRunner): TableColumnOptions[] {
  return [
    textColumn('classification', 20, { default: "'open'" }),
    refColumn('deputy_user_id', NULLABLE),
    refColumn('secretary_user_id', NULLABLE),
    longTextColumn(runner, 'agenda', NULLABLE),
    flagColumn('is_public', NO),
    flagColumn('auto_open', NO),
    refColumn('series_id', NULLABLE),
    timeColumn('original_at', NULLABLE),
    flagColumn('detached', NO),
    timeColumn('invited_at', NULLABLE),
    timeColumn('answered_at', NULLABLE),
  ];
}
