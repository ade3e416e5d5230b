import { TableColumn, TableIndex } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { flagColumn, index } from './columns.ts';

/** Four hours, in days; half a millisecond more, because the days of SQLite are floating-point numbers. */
const SQLITE_DAYS = 4 / 24 + 0.5 / 86_400_000;
const MICROSECONDS = 4 * 3_600_000_000;

/** Nearly all meetings are short: what shares a moment with a time is found among those without looking back a whole day. */
export class ShortMeetings implements MigrationInterface {
  name = 'ShortMeetings0000000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('meeting', new TableColumn(flagColumn('is_short', { default: '0' })));
    const sqlite = runner.dataSource.options.type === 'better-sqlite3';
    const short = sqlite
      ? `julianday(ends_at) - julianday(starts_at) < ${SQLITE_DAYS}`
      : `TIMESTAMPDIFF(MICROSECOND, starts_at, ends_at) <= ${MICROSECONDS}`;
    await runner.query(`UPDATE meeting SET is_short = 1 WHERE ${short}`);
    const columns = ['is_short', 'starts_at', 'id', 'ends_at'];
    await runner.createIndex('meeting', new TableIndex(index('meeting_short', columns)));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('meeting', 'meeting_short');
    await runner.dropColumn('meeting', 'is_short');
  }
}
