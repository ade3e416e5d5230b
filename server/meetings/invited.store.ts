import type { DataSource, EntityManager } from 'typeorm';
import type { MeetingRow } from './meeting.entity.ts';

/** Most meetings of one statement. */
const MEETINGS = 400;
/** So many meetings' endpoints are remembered. */
const REMEMBERED = 1_000;

/** Endpoints by id and version of their meeting, the longest unread first. */
const remembered = new WeakMap<DataSource, Map<string, readonly string[]>>();

/**
 * @returns the endpoints of meetings by the meeting's id, in the order in which they were named. Whatever changes them
 * counts the meeting's version up, so that those of a known version need not be read again.
 */
export async function invitedTo(m: EntityManager, rows: readonly MeetingRow[]): Promise<Map<string, string[]>> {
  const { dataSource } = m;
  const known = remembered.get(dataSource) ?? new Map<string, readonly string[]>();
  remembered.set(dataSource, known);
  // a transaction sees what may yet be taken back
  const inside = m.queryRunner?.isTransactionActive === true;
  const invited = new Map<string, string[]>();
  const unread: MeetingRow[] = [];
  for (const row of rows) {
    const key = keyOf(row);
    const endpointIds = inside ? undefined : known.get(key);
    if (endpointIds === undefined) unread.push(row);
    else {
      invited.set(row.id, [...endpointIds]);
      known.delete(key);
      known.set(key, endpointIds);
    }
  }
  for (let from = 0; from < unread.length; from += MEETINGS) {
    const some = unread.slice(from, from + MEETINGS);
    for (const [id, endpointIds] of await read(m, some)) invited.set(id, endpointIds);
  }
  if (!inside) remember(known, unread, invited);
  return invited;
}

/** Forgets all of them, so that the next read asks the database: for who measures what that costs. */
export function forgetInvited(dataSource: DataSource): void {
  remembered.delete(dataSource);
}

const keyOf = ({ id, version }: MeetingRow): string => `${id} ${version}`;

async function read(m: EntityManager, rows: readonly MeetingRow[]): Promise<Map<string, string[]>> {
  const bookings: { m: string; e: string }[] = await m.query(
    `SELECT meeting_id AS m, endpoint_id AS e FROM booking WHERE meeting_id IN (${rows.map(() => '?').join(',')})
    ORDER BY id`,
    rows.map((row) => row.id),
  );
  const invited = new Map<string, string[]>(rows.map((row) => [row.id, []]));
  for (const booking of bookings) invited.get(booking.m)?.push(booking.e);
  return invited;
}

function remember(
  known: Map<string, readonly string[]>,
  rows: readonly MeetingRow[],
  invited: ReadonlyMap<string, readonly string[]>,
): void {
  for (const row of rows.slice(-REMEMBERED)) known.set(keyOf(row), [...(invited.get(row.id) ?? [])]);
  for (const key of known.keys()) {
    if (known.size <= REMEMBERED) return;
    known.delete(key);
  }
}
