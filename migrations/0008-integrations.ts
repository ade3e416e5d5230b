import type { MigrationInterface, QueryRunner } from 'typeorm';
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

/** What other programs use: tokens for the API, addresses that are told of events, and what was told to them. */
export class Integrations implements MigrationInterface {
  name = 'Integrations0000000000008';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'api_token', {
      columns: [
        idColumn(),
        refColumn('user_id'),
        textColumn('name', 80),
        textColumn('scopes', 500),
        textColumn('token_hash', 64),
        textColumn('hint', 12),
        timeColumn('created_at'),
        timeColumn('expires_at'),
        timeColumn('last_used_at', NULLABLE),
        timeColumn('revoked_at', NULLABLE),
      ],
      indices: [index('api_token_hash', ['token_hash'], true), index('api_token_user', ['user_id'])],
      foreignKeys: [foreignKey('api_token_user_fk', 'user_id', 'user_account', 'CASCADE')],
    });
    await createTable(runner, 'webhook', {
      columns: [
        idColumn(),
        textColumn('name', 120),
        textColumn('url', 500),
        textColumn('events', 500),
        textColumn('secret', 80),
        textColumn('old_secret', 80, NULLABLE),
        timeColumn('old_secret_until', NULLABLE),
        flagColumn('enabled'),
        textColumn('disabled_why', 20, NULLABLE),
        timeColumn('failing_since', NULLABLE),
        timeColumn('created_at'),
      ],
    });
    await createTable(runner, 'webhook_delivery', {
      columns: [
        idColumn(),
        refColumn('webhook_id'),
        textColumn('event', 40),
        longTextColumn(runner, 'payload'),
        textColumn('state', 20),
        intColumn('attempts'),
        timeColumn('next_at'),
        timeColumn('claimed_until', NULLABLE),
        intColumn('answer_status', NULLABLE),
        textColumn('fault', 300, NULLABLE),
        textColumn('answer', 500, NULLABLE),
        timeColumn('created_at'),
        timeColumn('tried_at', NULLABLE),
      ],
      indices: [
        index('webhook_delivery_due', ['state', 'next_at']),
        index('webhook_delivery_webhook', ['webhook_id', 'id']),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['webhook_delivery', 'webhook', 'api_token']) await runner.dropTable(table);
  }
}
