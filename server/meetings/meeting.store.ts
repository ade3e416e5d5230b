import { In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { insertRows } from '../db/insertRows.ts';
import { thenJoin } from '../db/joinOrder.ts';
import { readRows } from '../db/readRows.ts';
import { toSqlTime } from '../db/sqlTime.ts';
import { insertBookings } from './booking.store.ts';
import { invitedTo } from './invited.store.ts';
import { bookingEntity, meetingEntity } from './meeting.entity.ts';
import type { MeetingRow } from './meeting.entity.ts';
import { isShort, startBounds, timesOf } from './overlap.ts';
import type { Interval } from './overlap.ts';

/** A meeting with the endpoints that it invites, in the order in which they were named. */
export interface BookedMeeting extends MeetingRow {
  endpointIds: string[];
}

/** From where meetings are looked at: from endpoints, units and a person, from the whole organisation, or from outside. */
export type SeenFrom =
  { endpointIds: readonly string[]; unitIds: readonly string[]; userId: string | null } | 'all' | 'public';

/** Which meetings to list, by their start. */
export interface MeetingFilter {
  /** only meetings that invite one of these endpoints, that one of these units hosts, or that this person chairs or made */
  seenFrom: SeenFrom;
  /** only meetings that invite this endpoint */
  invites: string | null;
  /** only meetings that share a moment with `[from, to)`, epoch milliseconds */
  from: number | null;
  to: number | null;
  statuses: readonly MeetingRow['status'][] | null;
  /** the last meeting of the page before */
  after: { startsAt: number; id: string } | null;
  limit: number;
}

/** Most rows, and most moves, of one statement. */
const ROWS = 400;
const MOVES = 300;

/** Every query of this file runs on the manager that it is given, inside or outside of a transaction. */

/** @returns the meeting, or null */
export async function readMeeting(m: EntityManager, id: string): Promise<BookedMeeting | null> {
  const rows = await readRows(m, meetingEntity, 'FROM meeting m WHERE m.id = ?', [id]);
  return (await withEndpoints(m, rows))[0] ?? null;
}

/** @returns those of the meetings that exist, by start */
export async function readMeetings(m: EntityManager, ids: readonly string[]): Promise<BookedMeeting[]> {
  const rows: MeetingRow[] = [];
  for (let from = 0; from < ids.length; from += ROWS) {
    const some = ids.slice(from, from + ROWS);
    rows.push(...(await readRows(m, meetingEntity, `FROM meeting m WHERE m.id IN (${marks(some)})`, some)));
  }
  rows.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  return withEndpoints(m, rows);
}

/** @returns one page of meetings by start, then id */
export async function listMeetings(m: EntityManager, filter: MeetingFilter): Promise<BookedMeeting[]> {
  const { invites, from, to, statuses, after, limit } = filter;
  // the calendar of one endpoint is read along its own bookings, not through those of all
  const [start, id] = invites === null ? ['m.starts_at', 'm.id'] : ['i.starts_at', 'i.meeting_id'];
  const tables = invites === null ? 'meeting m' : `booking i ${thenJoin(m)} meeting m ON m.id = i.meeting_id`;
  const parts: string[] = [];
  const parameters: unknown[] = [];
  const where = (part: string, ...values: unknown[]): void => {
    parts.push(part);
    parameters.push(...values);
  };
  if (invites !== null) where('i.endpoint_id = ?', invites);
  if (from !== null) {
    const bound = startBounds({ start: from, end: from }).after;
    where(`${start} > ? AND m.ends_at > ?`, toSqlTime(m, bound), toSqlTime(m, from));
  }
  if (to !== null) where(`${start} < ?`, toSqlTime(m, to));
  if (statuses) where(`m.status IN (${marks(statuses)})`, ...statuses);
  if (after) {
    const at = toSqlTime(m, after.startsAt);
    // the same again as one bound, which an index can begin at
    where(`(${start} > ? OR (${start} = ? AND ${id} > ?)) AND ${start} >= ?`, at, at, after.id, at);
  }
  narrowToSeen(where, filter.seenFrom);
  const all = parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '';
  const rest = `FROM ${tables} ${all} ORDER BY ${start}, ${id} LIMIT ${limit}`;
  return withEndpoints(m, await readRows(m, meetingEntity, rest, parameters));
}

function narrowToSeen(where: (part: string, ...values: unknown[]) => void, seen: SeenFrom): void {
  if (seen === 'all') return;
  if (seen === 'public') return where('m.is_public = 1 AND m.planned_at IS NOT NULL');
  const { userId, unitIds, endpointIds } = seen;
  const ways = ['1 = 0'];
  const values: unknown[] = [];
  if (userId !== null) {
    const parts = ['chair_user_id', 'deputy_user_id', 'secretary_user_id', 'created_by'];
    ways.push(...parts.map((part) => `m.${part} = ?`));
    values.push(...parts.map(() => userId));
  }
  if (unitIds.length > 0) {
    ways.push(`m.host_unit_id IN (${marks(unitIds)})`);
    values.push(...unitIds);
  }
  // what is not planned yet, or was called off before it was, concerns its host alone
  if (endpointIds.length > 0) {
    const booked = `SELECT 1 FROM booking b WHERE b.meeting_id = m.id AND b.endpoint_id IN (${marks(endpointIds)})`;
    ways.push(`m.planned_at IS NOT NULL AND EXISTS (${booked})`);
    values.push(...endpointIds);
  }
  where(`(${ways.join(' OR ')})`, ...values);
}

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(',');

/** @returns titles of meetings by id */
export async function titlesOf(m: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await m.find(meetingEntity, { where: { id: In([...ids]) }, select: { id: true, title: true } });
  return new Map(rows.map((row) => [row.id, row.title]));
}

/** @returns whether a meeting of this status takes the time of its endpoints */
export function takesTime(status: MeetingRow['status']): boolean {
  return status === 'scheduled' || status === 'running';
}

/** Stores new meetings with their bookings; those of a draft name its endpoints without taking their time. */
export async function insertMeetings(m: EntityManager, meetings: readonly BookedMeeting[]): Promise<void> {
  const rows = meetings.map(({ endpointIds: _, ...row }) => ({ ...row, isShort: isShort(timesOf(row)) }));
  await insertRows(m, meetingEntity, rows);
  const [first] = meetings;
  await insertBookings(m, meetings, first && !takesTime(first.status) ? first.createdAt : null);
}

/** Stores the new form of a meeting; endpoints that are no longer invited lose their booking. */
export async function replaceMeeting(m: EntityManager, before: BookedMeeting, after: BookedMeeting): Promise<void> {
  const { endpointIds, id, ...fields } = after;
  await m.update(meetingEntity, { id }, { ...fields, isShort: isShort(timesOf(after)) });
  const dropped = before.endpointIds.filter((endpointId) => !endpointIds.includes(endpointId));
  if (dropped.length > 0) await m.delete(bookingEntity, { meetingId: id, endpointId: In(dropped) });
  const { startsAt, endsAt } = after;
  const releasedAt = takesTime(after.status) ? null : after.updatedAt;
  await m.update(bookingEntity, { meetingId: id }, { startsAt, endsAt, releasedAt });
  const added = endpointIds.filter((endpointId) => !before.endpointIds.includes(endpointId));
  await insertBookings(m, [{ id, startsAt, endsAt, endpointIds: added }], releasedAt);
}

/** Changes the same fields of many meetings, none of them a time, and counts their versions up. */
export async function updateMeetings(
  m: EntityManager,
  ids: readonly string[],
  fields: Partial<Omit<MeetingRow, 'version' | 'startsAt' | 'endsAt'>>,
): Promise<void> {
  for (let from = 0; from < ids.length; from += ROWS) {
    await m
      .createQueryBuilder()
      .update(meetingEntity)
      .set({ ...fields, version: () => 'version + 1' })
      .where({ id: In(ids.slice(from, from + ROWS)) })
      .execute();
  }
}

/** Frees the endpoints of many meetings as if they had never been booked. */
export async function dropManyBookings(m: EntityManager, meetingIds: readonly string[], at: Date): Promise<void> {
  for (let from = 0; from < meetingIds.length; from += ROWS) {
    const some = In(meetingIds.slice(from, from + ROWS));
    await m.update(bookingEntity, { meetingId: some, releasedAt: IsNull() }, { releasedAt: at });
  }
}

/** Gives up the bookings of endpoints at many meetings that no longer invite them. */
export async function dropEndpoints(m: EntityManager, meetingIds: readonly string[], ids: readonly string[]) {
  if (ids.length === 0) return;
  for (let from = 0; from < meetingIds.length; from += ROWS) {
    await m.delete(bookingEntity, { meetingId: In(meetingIds.slice(from, from + ROWS)), endpointId: In([...ids]) });
  }
}

/** Where an occurrence of a series goes; epoch milliseconds. */
export interface Move {
  id: string;
  start: number;
  end: number;
  /** the start that the rule gives it */
  original: number;
}

/** Moves many occurrences and their bookings, a few hundred a statement. */
export async function moveMeetings(m: EntityManager, moves: readonly Move[]): Promise<void> {
  for (let from = 0; from < moves.length; from += MOVES) {
    const some = moves.slice(from, from + MOVES);
    const set = async (table: string, key: string, columns: Record<string, 'start' | 'end' | 'original'>) => {
      const cases = Object.keys(columns).map(
        (c) => `${c} = CASE ${key} ${some.map(() => 'WHEN ? THEN ?').join(' ')} END`,
      );
      const times = Object.values(columns).flatMap((of) => some.flatMap((one) => [one.id, toSqlTime(m, one[of])]));
      const within = `${key} IN (${some.map(() => '?').join(',')})`;
      const parameters = [...times, ...some.map((one) => one.id)];
      await m.query(`UPDATE ${table} SET ${cases.join(', ')} WHERE ${within}`, parameters);
    };
    await set('meeting', 'id', { starts_at: 'start', ends_at: 'end', original_at: 'original' });
    for (const [short, of] of Map.groupBy(some, isShort))
      await m.update(meetingEntity, { id: In(of.map((one) => one.id)) }, { isShort: short });
    await set('booking', 'meeting_id', { starts_at: 'start', ends_at: 'end' });
  }
}

/** @returns the occurrences of a series by start */
export async function occurrencesOfSeries(m: EntityManager, seriesId: string): Promise<BookedMeeting[]> {
  return withEndpoints(m, await m.find(meetingEntity, { where: { seriesId }, order: { startsAt: 'ASC' } }));
}

/** Changes fields of a meeting, none of them a time. */
export async function updateMeeting(
  m: EntityManager,
  id: string,
  fields: Partial<Omit<MeetingRow, 'startsAt' | 'endsAt'>>,
): Promise<void> {
  await m.update(meetingEntity, { id }, fields);
}

/** Notes when the first invitation of meetings went out, or the first answer came; their version stays. */
export async function noteFirst(
  m: EntityManager,
  ids: readonly string[],
  what: 'invitedAt' | 'answeredAt',
  at: Date,
): Promise<void> {
  for (let from = 0; from < ids.length; from += ROWS) {
    await m.update(meetingEntity, { id: In(ids.slice(from, from + ROWS)), [what]: IsNull() }, { [what]: at });
  }
}

/** Moves a meeting from one status to the next. @returns false when it has another status by now */
export async function moveStatus(
  m: EntityManager,
  id: string,
  from: MeetingRow['status'],
  to: MeetingRow['status'],
): Promise<boolean> {
  const { affected } = await m.update(meetingEntity, { id, status: from }, { status: to });
  return affected === 1;
}

/** Frees the endpoints of a meeting as if it had never been booked. */
export async function dropBookings(m: EntityManager, meetingId: string, at: Date): Promise<void> {
  await m.update(bookingEntity, { meetingId, releasedAt: IsNull() }, { releasedAt: at });
}

/** Moves the end of a meeting and its bookings. @param times of the meeting, with its new end */
export async function moveEnd(m: EntityManager, meetingId: string, times: Interval): Promise<void> {
  const endsAt = new Date(times.end);
  await m.update(meetingEntity, { id: meetingId }, { endsAt, isShort: isShort(times) });
  await m.update(bookingEntity, { meetingId, releasedAt: IsNull() }, { endsAt });
}

/** Frees the endpoints of a meeting from `at` on. */
export async function releaseRest(m: EntityManager, meetingId: string, at: Date): Promise<void> {
  // what lies before the moment stays booked: it was used
  await m.update(bookingEntity, { meetingId, startsAt: LessThan(at), endsAt: MoreThan(at) }, { endsAt: at });
  await m.update(bookingEntity, { meetingId, startsAt: Not(LessThan(at)), releasedAt: IsNull() }, { releasedAt: at });
}

async function withEndpoints(m: EntityManager, rows: MeetingRow[]): Promise<BookedMeeting[]> {
  if (rows.length === 0) return [];
  const invited = await invitedTo(m, rows);
  return rows.map((row) => ({ ...row, endpointIds: invited.get(row.id) ?? [] }));
}
