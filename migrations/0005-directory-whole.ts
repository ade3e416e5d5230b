import { TableColumn } from 'typeorm';
import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import {
  createTable,
  dayColumn,
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

/** Dates of names and places, cards of endpoints, groups, plans that can be undone, and the audit log. */
export class DirectoryWhole implements MigrationInterface {
  name = 'DirectoryWhole0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns('unit', columns(unitColumns()));
    await runner.addColumns('endpoint', columns(endpointColumns(runner)));
    await this.createPasts(runner);
    await this.createPlans(runner);
    await createTable(runner, 'audit', {
      columns: [
        idColumn(),
        timeColumn('at'),
        textColumn('actor', 60),
        textColumn('actor_name', 120),
        textColumn('action', 60),
        textColumn('subject', 80),
        refColumn('unit_id', NULLABLE),
        longTextColumn(runner, 'state_before', NULLABLE),
        longTextColumn(runner, 'state_after', NULLABLE),
      ],
      indices: [
        index('audit_at', ['at', 'id']),
        index('audit_subject', ['subject', 'at']),
        index('audit_unit', ['unit_id', 'at']),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['audit', 'endpoint_group', 'directory_surgery', 'endpoint_past', 'unit_past']) {
      await runner.dropTable(table);
    }
    await runner.dropColumns('endpoint', names(endpointColumns(runner)));
    await runner.dropColumns('unit', names(unitColumns()));
  }

  private async createPasts(runner: QueryRunner): Promise<void> {
    const dates = [dayColumn('valid_from'), dayColumn('valid_to')];
    const named = [textColumn('name', 120), textColumn('short_name', 60)];
    await createTable(runner, 'unit_past', {
      columns: [
        idColumn(),
        refColumn('unit_id'),
        refColumn('parent_id', NULLABLE),
        ...named,
        textColumn('level_code', 40),
        ...dates,
      ],
      indices: [index('unit_past_unit', ['unit_id', 'valid_from'])],
      foreignKeys: [foreignKey('unit_past_unit_fk', 'unit_id', 'unit', 'CASCADE')],
    });
    await createTable(runner, 'endpoint_past', {
      columns: [idColumn(), refColumn('endpoint_id'), refColumn('unit_id'), ...named, ...dates],
      indices: [index('endpoint_past_endpoint', ['endpoint_id', 'valid_from'])],
      foreignKeys: [foreignKey('endpoint_past_endpoint_fk', 'endpoint_id', 'endpoint', 'CASCADE')],
    });
  }

  private async createPlans(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'directory_surgery', {
      columns: [
        idColumn(),
        textColumn('title', 200),
        timeColumn('at'),
        refColumn('actor_id'),
        textColumn('actor_name', 120),
        dayColumn('effective_on'),
        longTextColumn(runner, 'counts'),
        longTextColumn(runner, 'undo_plan'),
        longTextColumn(runner, 'unit_ids'),
        timeColumn('undone_at', NULLABLE),
      ],
      indices: [index('directory_surgery_at', ['at'])],
    });
    await createTable(runner, 'endpoint_group', {
      columns: [
        idColumn(),
        textColumn('name', 120),
        textColumn('name_key', 240),
        refColumn('unit_id'),
        textColumn('note', 500),
        longTextColumn(runner, 'endpoint_ids'),
        longTextColumn(runner, 'rule', NULLABLE),
        intColumn('version'),
      ],
      indices: [index('endpoint_group_unit', ['unit_id'])],
      foreignKeys: [foreignKey('endpoint_group_unit_fk', 'unit_id', 'unit', 'RESTRICT')],
    });
  }
}

function unitColumns(): TableColumnOptions[] {
  return [dayColumn('since', NULLABLE), refColumn('successor_id', NULLABLE), intColumn('version', { default: '1' })];
}

function endpointColumns(runner: QueryRunner): TableColumnOptions[] {
  return [
    textColumn('category', 20, { default: "'administrative'" }),
    textColumn('line_class', 20, { default: "'dedicated'" }),
    longTextColumn(runner, 'equipment', NULLABLE),
    longTextColumn(runner, 'contacts', NULLABLE),
    longTextColumn(runner, 'duty', NULLABLE),
    dayColumn('since', NULLABLE),
    intColumn('version', { default: '1' }),
  ];
}

const columns = (options: TableColumnOptions[]): TableColumn[] => options.map((one) => new TableColumn(one));
const names = (options: TableColumnOptions[]): string[] => options.map((one) => one.name);
