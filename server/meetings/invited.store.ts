import type { DataSource, EntityManager } from 'typeorm';
import { InvitedMemory } from './invitedMemory.ts';
import type { MeetingRow } from './meeting.entity.ts';

/** Most meetings of one statement. */
const MEETINGS = 400;
/** So many ids of endpoints are remembered over all meetings: a few megabytes. */
const REMEMBERED = 200_000;

const memories = new WeakMap<DataSource, InvitedMemory>();

/**
 * @returns the endpoints of meetings by the meeting's id, in the order in which they were named. Whatever changes them
 * counts the meeting's version up, so that those of a known version need not be read again.
 */
export async function invitedTo(m: EntityManager, rows: readonly MeetingRow[]): Promise<Map<string, string[]>> {
  const { dataSource } = m;
  const memory = memories.get(dataSource) ?? new InvitedMemory(REMEMBERED);
  memories.set(dataSource, memory);
  // a transaction sees what may yet be taken back
  const inside = m.queryRunner?.isTransactionActive === true;
  const invited = new Map<string, string[]>();
  const unread: MeetingRow[] = [];
  for (const row of rows) {
    const endpointIds = inside ? undefined : memory.get(keyOf(row));
    if (endpointIds === undefined) unread.push(row);
    else invited.set(row.id, [...endpointIds]);
  }
  for (let from = 0; from < unread.length; from += MEETINGS) {
    const some = unread.slice(from, from + MEETINGS);
    for (const [id, endpointIds] of await read(m, some)) invited.set(id, endpointIds);
  }
  if (!inside) for (const row of unread) memory.set(keyOf(row), invited.get(row.id) ?? []);
  return invited;
}

/** Forgets all of them, so that the next read asks the database: for who measures what that costs. */
export function forgetInvited(dataSource: DataSource): void {
  memories.delete(dataSource);
}

const keyOf = ({ id, version }: MeetingRow): string => `${id} ${version}`;

async function read(m: EntityManager, rows: readonly MeetingRow[]): Promise<Map<string, string[]>> {
  // the index of meetings and endpoints holds the primary key on MariaDB and the row's number on SQLite: both rise with
  // the order in which bookings were made, and the one that is there spares a look at every row
  const order = m.dataSource.options.type === 'better-sqlite3' ? 'rowid' : 'id';
  const bookings: { m: string; e: string }[] = await m.query(
    `SELECT meeting_id AS m, endpoint_id AS e FROM booking WHERE meeting_id IN (${rows.map(() => '?').join(',')})
    ORDER BY ${order}`,
    rows.map((row) => row.id),
  );
  const invited = new Map<string, string[]>(rows.map((row) => [row.id, []]));
  for (const booking of bookings) invited.get(booking.m)?.push(booking.e);
  return invited;
}
