import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, flagColumn, foreignKey, idColumn, index, refColumn, textColumn, timeColumn } from './columns.ts';

/** Users, their roles and their sign-ins. */
export class Accounts implements MigrationInterface {
  name = 'Accounts0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'user_account', {
      columns: [
        idColumn(),
        textColumn('username', 80),
        textColumn('username_key', 80),
        textColumn('display_name', 120),
        refColumn('unit_id'),
        textColumn('password_hash', 200),
        flagColumn('must_change_password'),
        timeColumn('disabled_at', { isNullable: true }),
        timeColumn('created_at'),
      ],
      indices: [index('user_account_key', ['username_key'], true), index('user_account_unit', ['unit_id'])],
      foreignKeys: [foreignKey('user_account_unit_fk', 'unit_id', 'unit', 'RESTRICT')],
    });
    await createTable(runner, 'user_grant', {
      columns: [idColumn(), refColumn('user_id'), textColumn('role', 20), refColumn('unit_id')],
      indices: [index('user_grant_user', ['user_id']), index('user_grant_unit', ['unit_id'])],
      foreignKeys: [
        foreignKey('user_grant_user_fk', 'user_id', 'user_account', 'CASCADE'),
        foreignKey('user_grant_unit_fk', 'unit_id', 'unit', 'RESTRICT'),
      ],
    });
    await createTable(runner, 'sign_in', {
      columns: [
        idColumn(),
        refColumn('user_id'),
        textColumn('token_hash', 64),
        timeColumn('created_at'),
        timeColumn('last_seen_at'),
        timeColumn('expires_at'),
        textColumn('address', 64),
        textColumn('agent', 200),
        timeColumn('ended_at', { isNullable: true }),
      ],
      indices: [
        index('sign_in_token', ['token_hash'], true),
        index('sign_in_user', ['user_id']),
        index('sign_in_open', ['ended_at', 'expires_at']),
      ],
      foreignKeys: [foreignKey('sign_in_user_fk', 'user_id', 'user_account', 'CASCADE')],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('sign_in');
    await runner.dropTable('user_grant');
    await runner.dropTable('user_account');
  }
}
