import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  dayColumn,
  foreignKey,
  idColumn,
  index,
  intColumn,
  refColumn,
  textColumn,
  timeColumn,
} from './columns.ts';

const NULLABLE = { isNullable: true };

/** Levels, units, endpoints and their devices. */
export class Directory implements MigrationInterface {
  name = 'Directory0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'level', {
      columns: [textColumn('code', 40, { isPrimary: true }), textColumn('name', 120), intColumn('rank')],
    });
    await createTable(runner, 'unit', {
      columns: [
        idColumn(),
        refColumn('parent_id', NULLABLE),
        textColumn('code', 60),
        textColumn('name', 120),
        textColumn('short_name', 60),
        textColumn('name_fold', 240),
        textColumn('level_code', 40),
        intColumn('sort'),
        dayColumn('valid_from'),
        dayColumn('valid_to', NULLABLE),
      ],
      indices: [
        index('unit_code', ['code'], true),
        index('unit_parent', ['parent_id']),
        index('unit_level', ['level_code']),
        index('unit_name_fold', ['name_fold']),
      ],
      foreignKeys: [
        foreignKey('unit_parent_fk', 'parent_id', 'unit', 'RESTRICT'),
        { ...foreignKey('unit_level_fk', 'level_code', 'level', 'RESTRICT'), referencedColumnNames: ['code'] },
      ],
    });
    await createTable(runner, 'endpoint', {
      columns: [
        idColumn(),
        refColumn('unit_id'),
        textColumn('code', 60),
        textColumn('name', 120),
        textColumn('short_name', 60),
        textColumn('name_fold', 240),
        intColumn('sort'),
        intColumn('down_kbps'),
        intColumn('up_kbps'),
        dayColumn('valid_from'),
        dayColumn('valid_to', NULLABLE),
      ],
      indices: [
        index('endpoint_code', ['code'], true),
        index('endpoint_unit', ['unit_id']),
        index('endpoint_name_fold', ['name_fold']),
      ],
      foreignKeys: [foreignKey('endpoint_unit_fk', 'unit_id', 'unit', 'RESTRICT')],
    });
    await this.createDevices(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['device', 'endpoint', 'unit', 'level']) await runner.dropTable(table);
  }

  private async createDevices(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'device', {
      columns: [
        idColumn(),
        refColumn('endpoint_id', NULLABLE),
        textColumn('label', 80),
        textColumn('state', 20),
        textColumn('pairing_code_hash', 64, NULLABLE),
        textColumn('pairing_secret_hash', 64, NULLABLE),
        textColumn('pair_token_hash', 64, NULLABLE),
        timeColumn('pair_expires_at', NULLABLE),
        textColumn('credential_hash', 64, NULLABLE),
        timeColumn('created_at'),
        timeColumn('approved_at', NULLABLE),
        refColumn('approved_by', NULLABLE),
        timeColumn('revoked_at', NULLABLE),
        timeColumn('last_seen_at', NULLABLE),
      ],
      indices: [
        index('device_endpoint', ['endpoint_id']),
        index('device_state', ['state', 'pair_expires_at']),
        index('device_pairing_code', ['pairing_code_hash'], true),
        index('device_pair_token', ['pair_token_hash'], true),
        index('device_credential', ['credential_hash'], true),
      ],
      foreignKeys: [foreignKey('device_endpoint_fk', 'endpoint_id', 'endpoint', 'RESTRICT')],
    });
  }
}
