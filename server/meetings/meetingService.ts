import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { actorKey } from '../accounts/actor.ts';
import type { Actor, UserActor } from '../accounts/actor.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { lockRows } from '../db/locks.ts';
import { AppError } from '../errors.ts';
import type { ChangePlanBody, PlanMeetingBody, PlannedAnswer, PlannedMeeting } from '../protocol/meetings.ts';
import type { meetingsQuery } from '../protocol/rest.ts';
import { assertFree, assertStanding, lockEndpoints } from './booking.ts';
import { requestHash } from './idempotency.store.ts';
import type { KeyedRequest } from './idempotency.store.ts';
import {
  dropBookings,
  insertMeetings,
  listMeetings,
  readMeeting,
  replaceMeeting,
  updateMeeting,
} from './meeting.store.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { assertSeen, changedMeanwhile, MeetingDesk, notChangeable } from './meetingDesk.ts';
import type { MeetingListener, MeetingReaders } from './meetingDesk.ts';
import { changedMeeting, newMeeting, wantedOf, wishOf } from './meetingForm.ts';
import { CHANGEABLE, seenFrom } from './meetingRights.ts';
import { timesOf } from './overlap.ts';
import { cursorOf, placeOf } from './meetingView.ts';

/** What else a change of a meeting is bound to. */
export interface AskedOf {
  /** of the form that the asker saw; null: whatever it is */
  version?: number | null;
  /** work of the same transaction */
  also?: ((m: EntityManager) => Promise<void>) | undefined;
}

/** Plans single meetings and books their endpoints. A booking is made under the row locks of its endpoints, or not at all. */
export class Meetings {
  /** what other parts that plan meetings share with this one */
  readonly desk: MeetingDesk;

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, readers: MeetingReaders, clock: Clock) {
    this.desk = new MeetingDesk(db, readers, clock);
  }

  /** Adds a listener; it must not throw. */
  onChanged(listener: MeetingListener): void {
    this.desk.onChanged(listener);
  }

  /**
   * Plans a meeting and books its endpoints, or writes a draft down.
   * @param key `Idempotency-Key`: the same request again gets the same answer and books nothing
   * @throws AppError schedule_conflict with `conflicts`, idempotency_reuse, and what `checkDraft` throws
   */
  async create(actor: UserActor, body: PlanMeetingBody, key: string | null): Promise<PlannedAnswer> {
    const { desk } = this;
    const request = keyed(actor, key, body);
    const given = request && (await desk.given<PlannedAnswer>(request));
    if (given) return given;
    const draft = await desk.check(actor, { ...wantedOf(body), startMoved: true, keptIds: [] });
    const meeting = newMeeting(body, draft, actor.userId, desk.clock.now());
    const view = await desk.view(meeting, actor);
    const seen = await desk.known(actor);
    const turns = [{ before: null, after: meeting }];
    const { answer, fresh } = await desk.once<PlannedAnswer>(
      request,
      (m) => lockEndpoints(m, draft.endpointIds),
      async (m) => {
        if (meeting.status === 'scheduled') await this.assertBookable(m, meeting, { seen });
        await insertMeetings(m, [meeting]);
        await desk.stored(m, turns);
        return view;
      },
    );
    if (fresh) desk.tell(turns);
    return answer;
  }

  /** @throws AppError not_found, also for meetings that the actor may not see */
  async get(actor: Actor, meetingId: string): Promise<PlannedMeeting> {
    return this.desk.view(await this.desk.seen(actor, meetingId), actor);
  }

  /** @returns one page of the meetings that the actor may see, by start */
  async list(
    actor: Actor,
    query: z.output<typeof meetingsQuery>,
  ): Promise<{ items: PlannedMeeting[]; nextCursor: string | null }> {
    const { directory } = this.desk;
    const seen = await seenFrom(actor, directory);
    const rows = await this.desk.read((m) =>
      listMeetings(m, {
        seenFrom: seen,
        invites: query.endpointId ?? null,
        from: query.from === undefined ? null : Date.parse(query.from),
        to: query.to === undefined ? null : Date.parse(query.to),
        statuses: query.status === undefined ? null : [query.status],
        after: placeOf(query.cursor),
        limit: query.limit + 1,
      }),
    );
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    const items = await this.desk.views(page, actor);
    return { items, nextCursor: last ? cursorOf(last) : null };
  }

  /**
   * Changes a meeting that has not begun; endpoints and times are booked anew. An occurrence of a series is changed alone.
   * @param version of the form that the asker saw; null: whatever it is
   * @throws AppError not_found, not_allowed, meeting_not_changeable, version_conflict, schedule_conflict, and what
   * `checkDraft` throws
   */
  async change(
    actor: UserActor,
    meetingId: string,
    body: ChangePlanBody,
    version: number | null,
  ): Promise<PlannedMeeting> {
    const before = await this.desk.changeable(actor, meetingId);
    assertSeen(before, version);
    const wish = wishOf(before, body);
    const moved = Date.parse(wish.startsAt) !== before.startsAt.getTime();
    const draft = await this.desk.check(actor, { ...wantedOf(wish), startMoved: moved, keptIds: before.endpointIds });
    return this.replace(actor, before, changedMeeting(before, wish, draft, this.desk.clock.now()));
  }

  /**
   * Stores another form of a meeting, with its bookings if its status takes time.
   * @param before the form that the asker saw; another one by now is a conflict
   * @param also work of the same transaction
   * @throws AppError version_conflict, schedule_conflict, meeting_not_changeable, endpoint_unknown
   */
  async replace(
    actor: UserActor,
    before: BookedMeeting,
    after: BookedMeeting,
    also: (m: EntityManager) => Promise<void> = nothing,
  ): Promise<PlannedMeeting> {
    const { desk } = this;
    const seen = await desk.known(actor);
    const turns = [{ before, after }];
    await desk.db.transaction(async (m) => {
      await lockEndpoints(m, [...new Set([...before.endpointIds, ...after.endpointIds])]);
      const now = await lockedMeeting(m, before.id, [before.status]);
      if (now.version !== before.version) throw changedMeanwhile();
      if (after.status === 'scheduled') await this.assertBookable(m, after, { seen, except: before.id });
      await replaceMeeting(m, before, after);
      await desk.stored(m, turns);
      await also(m);
    });
    desk.tell(turns);
    return desk.view(after, actor);
  }

  /**
   * Refuses a meeting that cannot be booked; the rows of its endpoints must be locked.
   * @throws AppError schedule_conflict, endpoint_unknown
   */
  async assertBookable(
    m: EntityManager,
    meeting: BookedMeeting,
    options: { seen: ReadonlySet<string>; except?: string },
  ): Promise<void> {
    const { endpointIds } = meeting;
    await assertStanding(m, endpointIds, this.desk.directory.dayAt(meeting.endsAt.getTime() - 1));
    await assertFree(m, endpointIds, timesOf(meeting), options);
  }

  /**
   * Cancels a meeting that has not begun and frees its endpoints.
   * @param version of the form that the asker saw; null: whatever it is
   * @throws AppError not_found, not_allowed, version_conflict, meeting_not_changeable
   */
  async cancel(actor: UserActor, meetingId: string, reason: string, version: number | null): Promise<PlannedMeeting> {
    await this.desk.changeable(actor, meetingId, [...CHANGEABLE, 'postponed'], version);
    return this.callOff(actor, meetingId, 'cancelled', reason, { version });
  }

  /**
   * Frees the endpoints of a meeting and gives it a status without them; who may is asked before.
   * @param how.version of the form that the asker saw; null: whatever it is
   * @param how.also work of the same transaction
   * @throws AppError meeting_not_changeable, version_conflict
   */
  async callOff(
    actor: UserActor,
    meetingId: string,
    status: 'cancelled' | 'postponed',
    reason: string,
    { version = null, also = nothing }: AskedOf,
  ): Promise<PlannedMeeting> {
    const { desk } = this;
    const at = new Date(desk.clock.now());
    const turn = await desk.db.transaction(async (m) => {
      const before = await lockedMeeting(m, meetingId, [...CHANGEABLE, 'postponed']);
      assertSeen(before, version);
      const fields = { status, cancelReason: reason, version: before.version + 1, updatedAt: at } as const;
      await updateMeeting(m, meetingId, fields);
      await dropBookings(m, meetingId, at);
      const after = { ...before, ...fields };
      await desk.stored(m, [{ before, after }]);
      await also(m);
      return { before, after };
    });
    desk.tell([turn]);
    return desk.view(turn.after, actor);
  }
}

const nothing = async (): Promise<void> => undefined;

/** @returns a request that shall be carried out once; null when it has no key */
export function keyed(actor: UserActor, key: string | null, body: unknown): KeyedRequest | null {
  return key === null ? null : { actorId: actorKey(actor), key, hash: requestHash(body) };
}

/** @returns the meeting under its row lock @throws AppError meeting_not_changeable when it has another status by now */
export async function lockedMeeting(
  m: EntityManager,
  meetingId: string,
  statuses: readonly BookedMeeting['status'][],
): Promise<BookedMeeting> {
  await lockRows(m, 'meeting', [meetingId]);
  const meeting = await readMeeting(m, meetingId);
  if (!meeting) throw new AppError('not_found', 'There is no such meeting.');
  if (!statuses.includes(meeting.status)) throw notChangeable(meeting.status);
  return meeting;
}
