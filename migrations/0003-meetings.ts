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

/** Meetings, the bookings of their endpoints, and the answers to requests that must not be carried out twice. */
export class Meetings implements MigrationInterface {
  name = 'Meetings0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    await this.createMeetings(runner);
    await createTable(runner, 'booking', {
      columns: [
        idColumn(),
        refColumn('meeting_id'),
        refColumn('endpoint_id'),
        timeColumn('starts_at'),
        timeColumn('ends_at'),
        timeColumn('released_at', NULLABLE),
      ],
      indices: [
        index('booking_endpoint_starts', ['endpoint_id', 'starts_at']),
        index('booking_meeting', ['meeting_id', 'endpoint_id'], true),
      ],
      foreignKeys: [
        foreignKey('booking_meeting_fk', 'meeting_id', 'meeting', 'CASCADE'),
        foreignKey('booking_endpoint_fk', 'endpoint_id', 'endpoint', 'RESTRICT'),
      ],
    });
    await createTable(runner, 'idempotency_key', {
      columns: [
        idColumn(),
        textColumn('actor_id', 60),
        textColumn('request_key', 128),
        textColumn('request_hash', 64),
        intColumn('status'),
        longTextColumn(runner, 'answer'),
        timeColumn('created_at'),
      ],
      indices: [
        index('idempotency_key_actor', ['actor_id', 'request_key'], true),
        index('idempotency_key_created', ['created_at']),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['idempotency_key', 'booking', 'meeting']) await runner.dropTable(table);
  }

  private async createMeetings(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'meeting', {
      columns: [
        idColumn(),
        textColumn('title', 200),
        textColumn('title_fold', 400),
        textColumn('kind', 20),
        textColumn('status', 20),
        timeColumn('starts_at'),
        timeColumn('ends_at'),
        refColumn('chair_endpoint_id'),
        refColumn('chair_user_id', NULLABLE),
        refColumn('host_unit_id'),
        textColumn('floor_mode', 20),
        textColumn('note', 500),
        textColumn('cancel_reason', 300, NULLABLE),
        refColumn('created_by'),
        intColumn('version'),
        timeColumn('created_at'),
        timeColumn('updated_at'),
      ],
      indices: [
        index('meeting_starts', ['starts_at', 'id']),
        index('meeting_chair_endpoint', ['chair_endpoint_id']),
        index('meeting_chair_user', ['chair_user_id']),
        index('meeting_host_unit', ['host_unit_id']),
      ],
      foreignKeys: [
        foreignKey('meeting_chair_endpoint_fk', 'chair_endpoint_id', 'endpoint', 'RESTRICT'),
        foreignKey('meeting_chair_user_fk', 'chair_user_id', 'user_account', 'RESTRICT'),
        foreignKey('meeting_host_unit_fk', 'host_unit_id', 'unit', 'RESTRICT'),
      ],
    });
  }
}
