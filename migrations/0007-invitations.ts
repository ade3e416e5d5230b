import { TableIndex } from 'typeorm';
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

/** Invitations with answers, letters, waiting mail, calendars to subscribe to; indexes to read calendars along. */
export class Invitations implements MigrationInterface {
  name = 'Invitations0000000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndex('meeting', new TableIndex(index('meeting_public', ['is_public', 'starts_at'])));
    // the new index first: the foreign key needs one all the time
    const order = index('booking_endpoint_order', ['endpoint_id', 'starts_at', 'meeting_id']);
    await runner.createIndex('booking', new TableIndex(order));
    await runner.dropIndex('booking', 'booking_endpoint_starts');
    await this.createInvitations(runner);
    await createTable(runner, 'mail', {
      columns: [
        idColumn(),
        textColumn('recipients', 1000),
        textColumn('subject', 300),
        longTextColumn(runner, 'content'),
        longTextColumn(runner, 'ics', NULLABLE),
        textColumn('ics_method', 10, NULLABLE),
        longTextColumn(runner, 'letter', NULLABLE),
        textColumn('state', 20),
        intColumn('attempts'),
        timeColumn('next_at'),
        timeColumn('claimed_until', NULLABLE),
        textColumn('fault', 300, NULLABLE),
        timeColumn('created_at'),
        timeColumn('sent_at', NULLABLE),
      ],
      indices: [index('mail_next', ['state', 'next_at'])],
    });
    await createTable(runner, 'invitation_news', {
      columns: [idColumn(), longTextColumn(runner, 'news'), timeColumn('created_at')],
    });
    await createTable(runner, 'calendar_feed', {
      columns: [
        idColumn(),
        refColumn('endpoint_id', NULLABLE),
        refColumn('user_id', NULLABLE),
        textColumn('secret_hash', 64),
        refColumn('created_by'),
        timeColumn('created_at'),
        timeColumn('read_at', NULLABLE),
      ],
      indices: [
        index('calendar_feed_secret', ['secret_hash'], true),
        index('calendar_feed_endpoint', ['endpoint_id']),
        index('calendar_feed_user', ['user_id']),
        index('calendar_feed_maker', ['created_by']),
      ],
      foreignKeys: [
        foreignKey('calendar_feed_endpoint_fk', 'endpoint_id', 'endpoint', 'CASCADE'),
        foreignKey('calendar_feed_user_fk', 'user_id', 'user_account', 'CASCADE'),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['calendar_feed', 'invitation_news', 'mail', 'invitation_letter', 'invitation']) {
      await runner.dropTable(table);
    }
    await runner.createIndex('booking', new TableIndex(index('booking_endpoint_starts', ['endpoint_id', 'starts_at'])));
    await runner.dropIndex('booking', 'booking_endpoint_order');
    await runner.dropIndex('meeting', 'meeting_public');
  }

  private async createInvitations(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'invitation', {
      columns: [
        idColumn(),
        refColumn('meeting_id'),
        refColumn('endpoint_id'),
        textColumn('recipients', 1000),
        refColumn('mail_id', NULLABLE),
        textColumn('secret_hash', 64, NULLABLE),
        timeColumn('invited_at', NULLABLE),
        timeColumn('seen_at', NULLABLE),
        timeColumn('reminded_at', NULLABLE),
        textColumn('answer', 20, NULLABLE),
        intColumn('head_count'),
        longTextColumn(runner, 'delegates', NULLABLE),
        textColumn('note', 500),
        timeColumn('answered_at', NULLABLE),
        textColumn('answered_by', 120, NULLABLE),
      ],
      indices: [
        index('invitation_meeting', ['meeting_id', 'endpoint_id'], true),
        index('invitation_endpoint', ['endpoint_id']),
        index('invitation_secret', ['secret_hash']),
      ],
      foreignKeys: [
        foreignKey('invitation_meeting_fk', 'meeting_id', 'meeting', 'CASCADE'),
        foreignKey('invitation_endpoint_fk', 'endpoint_id', 'endpoint', 'RESTRICT'),
      ],
    });
    await createTable(runner, 'invitation_letter', {
      columns: [
        refColumn('meeting_id', { isPrimary: true }),
        longTextColumn(runner, 'letter'),
        timeColumn('updated_at'),
      ],
      foreignKeys: [foreignKey('invitation_letter_meeting_fk', 'meeting_id', 'meeting', 'CASCADE')],
    });
  }
}
