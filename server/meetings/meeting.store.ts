import { And, In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { newId } from '../db/uuid.ts';
import { bookingEntity, meetingEntity } from './meeting.entity.ts';
import type { BookingRow, MeetingRow } from './meeting.entity.ts';
import { startBounds } from './overlap.ts';
import type { Interval } from './overlap.ts';

/** A meeting with the endpoints that it invites, in the order in which they were named. */
export interface BookedMeeting extends MeetingRow {
  endpointIds: string[];
}

/** Which meetings to list, by their start. */
export interface MeetingFilter {
  /** only meetings that invite one of these endpoints, or that this person chairs or made */
  seenFrom: { endpointIds: readonly string[]; userId: string | null };
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

/** Every query of this file runs on the manager that it is given, inside or outside of a transaction. */

/** @returns the meeting, or null */
export async function readMeeting(m: EntityManager, id: string): Promise<BookedMeeting | null> {
  const row = await m.findOneBy(meetingEntity, { id });
  return row && ((await withEndpoints(m, [row]))[0] ?? null);
}

/** @returns one page of meetings by start, then id */
export async function listMeetings(m: EntityManager, filter: MeetingFilter): Promise<BookedMeeting[]> {
  const query = m.createQueryBuilder(meetingEntity, 'm').orderBy('m.startsAt', 'ASC').addOrderBy('m.id', 'ASC');
  query.take(filter.limit);
  narrowByTime(query, filter);
  if (filter.statuses) query.andWhere('m.status IN (:...statuses)', { statuses: filter.statuses });
  narrowToSeen(query, filter.seenFrom);
  if (filter.invites !== null) query.andWhere(`EXISTS ${bookedAt(query, ':invites')}`, { invites: filter.invites });
  if (filter.after) {
    const { startsAt, id } = filter.after;
    query.andWhere('(m.startsAt > :at OR (m.startsAt = :at AND m.id > :id))', { at: new Date(startsAt), id });
  }
  return withEndpoints(m, await query.getMany());
}

function narrowByTime(query: SelectQueryBuilder<MeetingRow>, { from, to }: MeetingFilter): void {
  if (from !== null) {
    const start = new Date(startBounds({ start: from, end: from }).after);
    query.andWhere('m.startsAt > :start AND m.endsAt > :from', { start, from: new Date(from) });
  }
  if (to !== null) query.andWhere('m.startsAt < :to', { to: new Date(to) });
}

function narrowToSeen(query: SelectQueryBuilder<MeetingRow>, { endpointIds, userId }: MeetingFilter['seenFrom']): void {
  const ways = ['1 = 0'];
  if (userId !== null) ways.push('m.chairUserId = :userId', 'm.createdBy = :userId');
  if (endpointIds.length > 0) ways.push(`EXISTS ${bookedAt(query, ':...endpointIds')}`);
  query.andWhere(`(${ways.join(' OR ')})`, { userId, endpointIds });
}

/** @returns a subquery for the booking of a meeting at one of the endpoints that the parameter names */
function bookedAt(query: SelectQueryBuilder<MeetingRow>, parameter: string): string {
  const bookings = query.subQuery().select('1').from(bookingEntity, 'b');
  return bookings.where(`b.meetingId = m.id AND b.endpointId IN (${parameter})`).getQuery();
}

/**
 * Finds what stands in the way of a booking, in O(log n) per endpoint.
 * @param except meeting whose own bookings do not count
 * @param latest reads what others committed last, also when this transaction has read before
 */
export async function clashes(
  m: EntityManager,
  endpointIds: readonly string[],
  interval: Interval,
  options: { except?: string | undefined; latest?: boolean } = {},
): Promise<BookingRow[]> {
  const { after, before } = startBounds(interval);
  const locked = options.latest === true && m.dataSource.options.type !== 'better-sqlite3';
  return m.find(bookingEntity, {
    where: {
      endpointId: In([...endpointIds]),
      startsAt: And(MoreThan(new Date(after)), LessThan(new Date(before))),
      endsAt: MoreThan(new Date(interval.start)),
      releasedAt: IsNull(),
      ...(options.except !== undefined && { meetingId: Not(options.except) }),
    },
    order: { startsAt: 'ASC', endpointId: 'ASC' },
    ...(locked && { lock: { mode: 'pessimistic_read' as const } }),
  });
}

/** @returns titles of meetings by id */
export async function titlesOf(m: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await m.find(meetingEntity, { where: { id: In([...ids]) }, select: { id: true, title: true } });
  return new Map(rows.map((row) => [row.id, row.title]));
}

/** Stores a new meeting with its bookings. */
export async function insertMeeting(m: EntityManager, meeting: BookedMeeting): Promise<void> {
  const { endpointIds, ...row } = meeting;
  await m.insert(meetingEntity, row);
  await insertBookings(m, meeting, endpointIds);
}

/** Stores the new form of a meeting; endpoints that are no longer invited lose their booking. */
export async function replaceMeeting(m: EntityManager, before: BookedMeeting, after: BookedMeeting): Promise<void> {
  const { endpointIds, id, ...fields } = after;
  await m.update(meetingEntity, { id }, fields);
  const dropped = before.endpointIds.filter((endpointId) => !endpointIds.includes(endpointId));
  if (dropped.length > 0) await m.delete(bookingEntity, { meetingId: id, endpointId: In(dropped) });
  await m.update(bookingEntity, { meetingId: id }, { startsAt: after.startsAt, endsAt: after.endsAt });
  const added = endpointIds.filter((endpointId) => !before.endpointIds.includes(endpointId));
  await insertBookings(m, after, added);
}

/** Changes fields of a meeting. */
export async function updateMeeting(m: EntityManager, id: string, fields: Partial<MeetingRow>): Promise<void> {
  await m.update(meetingEntity, { id }, fields);
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

/** Moves the end of a meeting and its bookings. */
export async function moveEnd(m: EntityManager, meetingId: string, endsAt: Date): Promise<void> {
  await m.update(meetingEntity, { id: meetingId }, { endsAt });
  await m.update(bookingEntity, { meetingId, releasedAt: IsNull() }, { endsAt });
}

/** Frees the endpoints of a meeting from `at` on. */
export async function releaseRest(m: EntityManager, meetingId: string, at: Date): Promise<void> {
  // what lies before the moment stays booked: it was used
  await m.update(bookingEntity, { meetingId, startsAt: LessThan(at), endsAt: MoreThan(at) }, { endsAt: at });
  await m.update(bookingEntity, { meetingId, startsAt: Not(LessThan(at)), releasedAt: IsNull() }, { releasedAt: at });
}

async function insertBookings(m: EntityManager, meeting: MeetingRow, endpointIds: readonly string[]): Promise<void> {
  if (endpointIds.length === 0) return;
  const { id: meetingId, startsAt, endsAt } = meeting;
  const rows = endpointIds.map((endpointId) => ({
    id: newId(),
    meetingId,
    endpointId,
    startsAt,
    endsAt,
    releasedAt: null,
  }));
  await m.insert(bookingEntity, rows);
}

async function withEndpoints(m: EntityManager, rows: MeetingRow[]): Promise<BookedMeeting[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const bookings = await m.find(bookingEntity, { where: { meetingId: In(ids) }, order: { id: 'ASC' } });
  const byMeeting = Map.groupBy(bookings, (booking) => booking.meetingId);
  return rows.map((row) => ({ ...row, endpointIds: (byMeeting.get(row.id) ?? []).map((b) => b.endpointId) }));
}
