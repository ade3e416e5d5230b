import { And, In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { toSqlTime } from '../db/sqlTime.ts';
import { insertBookings } from './booking.store.ts';
import { bookingEntity, meetingEntity } from './meeting.entity.ts';
import type { BookingRow, MeetingRow } from './meeting.entity.ts';
import { startBounds } from './overlap.ts';
import type { Interval } from './overlap.ts';

/** A meeting with the endpoints that it invites, in the order in which they were named. */
export interface BookedMeeting extends MeetingRow {
  endpointIds: string[];
}

/** From where meetings are looked at: from endpoints, units and a person, or from outside. */
export type SeenFrom = { endpointIds: readonly string[]; unitIds: readonly string[]; userId: string | null } | 'public';

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
  const row = await m.findOneBy(meetingEntity, { id });
  return row && ((await withEndpoints(m, [row]))[0] ?? null);
}

/** @returns those of the meetings that exist, by start */
export async function readMeetings(m: EntityManager, ids: readonly string[]): Promise<BookedMeeting[]> {
  const rows: MeetingRow[] = [];
  for (let from = 0; from < ids.length; from += ROWS) {
    rows.push(...(await m.findBy(meetingEntity, { id: In(ids.slice(from, from + ROWS)) })));
  }
  rows.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  return withEndpoints(m, rows);
}

/** @returns one page of meetings by start, then id */
export async function listMeetings(m: EntityManager, filter: MeetingFilter): Promise<BookedMeeting[]> {
  const query = m.createQueryBuilder(meetingEntity, 'm');
  // the calendar of one endpoint is read along its own bookings, not through those of all
  const [start, id] = filter.invites === null ? ['m.startsAt', 'm.id'] : ['i.startsAt', 'i.meetingId'];
  if (filter.invites !== null) {
    const { invites } = filter;
    query.innerJoin('booking', 'i', 'i.meetingId = m.id AND i.endpointId = :invites', { invites });
  }
  query.orderBy(start, 'ASC').addOrderBy(id, 'ASC').limit(filter.limit);
  if (filter.from !== null) {
    const { after } = startBounds({ start: filter.from, end: filter.from });
    query.andWhere(`${start} > :bound AND m.endsAt > :from`, { bound: new Date(after), from: new Date(filter.from) });
  }
  if (filter.to !== null) query.andWhere(`${start} < :to`, { to: new Date(filter.to) });
  if (filter.statuses) query.andWhere('m.status IN (:...statuses)', { statuses: filter.statuses });
  narrowToSeen(query, filter.seenFrom);
  if (filter.after) {
    const { startsAt, id: last } = filter.after;
    query.andWhere(`(${start} > :at OR (${start} = :at AND ${id} > :last))`, { at: new Date(startsAt), last });
    // the same again as one bound, which an index can begin at
    query.andWhere(`${start} >= :at`);
  }
  return withEndpoints(m, await query.getMany());
}

function narrowToSeen(query: SelectQueryBuilder<MeetingRow>, seen: SeenFrom): void {
  if (seen === 'public') {
    query.andWhere('m.isPublic = :yes', { yes: true });
    return;
  }
  const ways = ['1 = 0'];
  if (seen.userId !== null) {
    ways.push(...['chairUserId', 'deputyUserId', 'secretaryUserId', 'createdBy'].map((part) => `m.${part} = :userId`));
  }
  if (seen.unitIds.length > 0) ways.push('m.hostUnitId IN (:...unitIds)');
  // what is not planned yet concerns its host alone
  if (seen.endpointIds.length > 0) {
    ways.push(`m.status NOT IN ('draft', 'submitted') AND EXISTS ${bookedAt(query, ':...endpointIds')}`);
  }
  query.andWhere(`(${ways.join(' OR ')})`, { ...seen });
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

/** @returns whether a meeting of this status takes the time of its endpoints */
export function takesTime(status: MeetingRow['status']): boolean {
  return status === 'scheduled' || status === 'running';
}

/** Stores new meetings with their bookings; those of a draft name its endpoints without taking their time. */
export async function insertMeetings(m: EntityManager, meetings: readonly BookedMeeting[]): Promise<void> {
  const rows = meetings.map(({ endpointIds: _, ...row }) => row);
  for (let from = 0; from < rows.length; from += ROWS) {
    const insert = m.createQueryBuilder().insert().into(meetingEntity);
    await insert
      .values(rows.slice(from, from + ROWS))
      .updateEntity(false)
      .execute();
  }
  const [first] = meetings;
  await insertBookings(m, meetings, first && !takesTime(first.status) ? first.createdAt : null);
}

/** Stores the new form of a meeting; endpoints that are no longer invited lose their booking. */
export async function replaceMeeting(m: EntityManager, before: BookedMeeting, after: BookedMeeting): Promise<void> {
  const { endpointIds, id, ...fields } = after;
  await m.update(meetingEntity, { id }, fields);
  const dropped = before.endpointIds.filter((endpointId) => !endpointIds.includes(endpointId));
  if (dropped.length > 0) await m.delete(bookingEntity, { meetingId: id, endpointId: In(dropped) });
  const { startsAt, endsAt } = after;
  const releasedAt = takesTime(after.status) ? null : after.updatedAt;
  await m.update(bookingEntity, { meetingId: id }, { startsAt, endsAt, releasedAt });
  const added = endpointIds.filter((endpointId) => !before.endpointIds.includes(endpointId));
  await insertBookings(m, [{ id, startsAt, endsAt, endpointIds: added }], releasedAt);
}

/** Changes the same fields of many meetings, and counts their versions up. */
export async function updateMeetings(
  m: EntityManager,
  ids: readonly string[],
  fields: Partial<Omit<MeetingRow, 'version'>>,
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
    await set('booking', 'meeting_id', { starts_at: 'start', ends_at: 'end' });
  }
}

/** @returns the occurrences of a series by start */
export async function occurrencesOfSeries(m: EntityManager, seriesId: string): Promise<BookedMeeting[]> {
  return withEndpoints(m, await m.find(meetingEntity, { where: { seriesId }, order: { startsAt: 'ASC' } }));
}

/** Changes fields of a meeting. */
export async function updateMeeting(m: EntityManager, id: string, fields: Partial<MeetingRow>): Promise<void> {
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

async function withEndpoints(m: EntityManager, rows: MeetingRow[]): Promise<BookedMeeting[]> {
  if (rows.length === 0) return [];
  const bookings: { meetingId: string; endpointId: string }[] = [];
  for (let from = 0; from < rows.length; from += ROWS) {
    const query = m.createQueryBuilder(bookingEntity, 'b').select('b.meetingId', 'meetingId');
    query.addSelect('b.endpointId', 'endpointId').orderBy('b.id', 'ASC');
    query.where({ meetingId: In(rows.slice(from, from + ROWS).map((row) => row.id)) });
    bookings.push(...(await query.getRawMany<{ meetingId: string; endpointId: string }>()));
  }
  const byMeeting = Map.groupBy(bookings, (booking) => booking.meetingId);
  return rows.map((row) => ({ ...row, endpointIds: (byMeeting.get(row.id) ?? []).map((b) => b.endpointId) }));
}
