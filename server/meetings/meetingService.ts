import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { actorKey } from '../accounts/actor.ts';
import type { Actor, UserActor } from '../accounts/actor.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { asAppError, isDuplicateKey } from '../db/dbErrors.ts';
import { lockRows } from '../db/locks.ts';
import { AppError } from '../errors.ts';
import type { Meeting, meetingsQuery } from '../protocol/rest.ts';
import { assertFree } from './booking.ts';
import { checkDraft } from './draft.ts';
import type { Draft, Wanted } from './draft.ts';
import { answerGiven, dropOldAnswers, keepAnswer, requestHash } from './idempotency.store.ts';
import type { KeyedRequest } from './idempotency.store.ts';
import {
  dropBookings,
  insertMeeting,
  listMeetings,
  readMeeting,
  replaceMeeting,
  updateMeeting,
} from './meeting.store.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { changedMeeting, newMeeting, timesOf, wantedOf, wishOf } from './meetingForm.ts';
import type { MeetingChange, NewMeeting } from './meetingForm.ts';
import { mayPlan, maySeeMeeting, visibleEndpoints } from './meetingRights.ts';
import type { MeetingDirectory } from './meetingRights.ts';
import { cursorOf, placeOf, viewOf } from './meetingView.ts';

/** What meetings ask of other features; always outside of a transaction. */
export interface MeetingReaders {
  directory: MeetingDirectory;
  isUsableUser: (userId: string) => Promise<boolean>;
  /** session of a meeting, open or ended */
  sessionIdOf: (meetingId: string) => Promise<string | null>;
}

/** Told after a meeting was made, changed or cancelled, with the endpoints that it concerns, also those dropped from it. */
export type MeetingListener = (changed: { meetingId: string; endpointIds: string[] }) => void;

/** Plans meetings and books their endpoints. A booking is made under the row locks of its endpoints, or not at all. */
export class Meetings {
  readonly #db: Database;
  readonly #readers: MeetingReaders;
  readonly #clock: Clock;
  readonly #listeners: MeetingListener[] = [];
  #answersDropped = 0;

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, readers: MeetingReaders, clock: Clock) {
    this.#db = db;
    this.#readers = readers;
    this.#clock = clock;
  }

  /** Adds a listener; it must not throw. */
  onChanged(listener: MeetingListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Plans a meeting and books its endpoints.
   * @param key `Idempotency-Key`: the same request again gets the same answer and books nothing
   * @throws AppError schedule_conflict with `conflicts`, idempotency_reuse, and what `checkDraft` throws
   */
  async create(actor: UserActor, body: NewMeeting, key: string | null): Promise<Meeting> {
    const request = key === null ? null : { actorId: actorKey(actor), key, hash: requestHash(body) };
    const given = request && (await this.#given(request));
    if (given) return given;
    const draft = await this.#check(actor, { ...wantedOf(body), startMoved: true, keptIds: [] });
    const meeting = newMeeting(body, draft, actor.userId, this.#clock.now());
    const view = viewOf(meeting, actor, await this.#readers.directory.tree(), null);
    const seen = new Set(await visibleEndpoints(actor, this.#readers.directory));
    try {
      const answer = await this.#db.transaction(async (m) => {
        await lockEndpoints(m, draft.endpointIds);
        // asked again under the lock: the same request may have been carried out meanwhile
        const before = request && ((await answerGiven(m, request)) as Meeting | null);
        if (before) return before;
        await assertFree(m, draft.endpointIds, timesOf(meeting), { seen });
        await insertMeeting(m, meeting);
        if (request) await this.#keep(m, request, view);
        return view;
      });
      if (answer === view) this.#tell(meeting.id, draft.endpointIds);
      return answer;
    } catch (err) {
      const other = request && isDuplicateKey(err) ? await this.#given(request) : null;
      if (other) return other;
      throw err;
    }
  }

  /** @throws AppError not_found, also for meetings that the actor may not see */
  async get(actor: Actor, meetingId: string): Promise<Meeting> {
    return this.#view(await this.#seen(actor, meetingId), actor);
  }

  /** @returns one page of the meetings that the actor may see, by start */
  async list(
    actor: Actor,
    query: z.output<typeof meetingsQuery>,
  ): Promise<{ items: Meeting[]; nextCursor: string | null }> {
    const endpointIds = await visibleEndpoints(actor, this.#readers.directory);
    const rows = await this.#read((m) =>
      listMeetings(m, {
        seenFrom: { endpointIds, userId: actor.kind === 'user' ? actor.userId : null },
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
    const items = await Promise.all(page.map((row) => this.#view(row, actor)));
    return { items, nextCursor: last ? cursorOf(last) : null };
  }

  /**
   * Changes a meeting that has not begun; endpoints and times are booked anew.
   * @param version of the form that the asker saw; null: whatever it is
   * @throws AppError not_found, not_allowed, meeting_not_changeable, version_conflict, schedule_conflict, and what
   * `checkDraft` throws
   */
  async change(actor: UserActor, meetingId: string, body: MeetingChange, version: number | null): Promise<Meeting> {
    const before = await this.#changeable(actor, meetingId);
    if (version !== null && version !== before.version) throw changedMeanwhile();
    const wish = wishOf(before, body);
    const moved = Date.parse(wish.startsAt) !== before.startsAt.getTime();
    const draft = await this.#check(actor, { ...wantedOf(wish), startMoved: moved, keptIds: before.endpointIds });
    const after = changedMeeting(before, wish, draft, this.#clock.now());
    const seen = new Set(await visibleEndpoints(actor, this.#readers.directory));
    const concerned = [...new Set([...before.endpointIds, ...after.endpointIds])];
    await this.#db.transaction(async (m) => {
      await lockEndpoints(m, concerned);
      const now = await lockedMeeting(m, meetingId);
      if (now.version !== before.version) throw changedMeanwhile();
      await assertFree(m, after.endpointIds, timesOf(after), { except: meetingId, seen });
      await replaceMeeting(m, before, after);
    });
    this.#tell(meetingId, concerned);
    return this.#view(after, actor);
  }

  /**
   * Cancels a meeting that has not begun and frees its endpoints.
   * @throws AppError not_found, not_allowed, meeting_not_changeable
   */
  async cancel(actor: UserActor, meetingId: string, reason: string): Promise<Meeting> {
    const { endpointIds } = await this.#changeable(actor, meetingId);
    const at = new Date(this.#clock.now());
    const cancelled = await this.#db.transaction(async (m) => {
      const now = await lockedMeeting(m, meetingId);
      const fields = { status: 'cancelled', cancelReason: reason, version: now.version + 1, updatedAt: at } as const;
      await updateMeeting(m, meetingId, fields);
      await dropBookings(m, meetingId, at);
      return { ...now, ...fields };
    });
    this.#tell(meetingId, endpointIds);
    return this.#view(cancelled, actor);
  }

  async #changeable(actor: UserActor, meetingId: string): Promise<BookedMeeting> {
    const meeting = await this.#seen(actor, meetingId);
    if (!mayPlan(actor, meeting.hostUnitId, await this.#readers.directory.tree())) {
      throw new AppError('not_allowed', 'Only who plans for the unit of the chair may change this meeting.');
    }
    if (meeting.status !== 'scheduled') throw notChangeable(meeting.status);
    return meeting;
  }

  async #seen(actor: Actor, meetingId: string): Promise<BookedMeeting> {
    const meeting = await this.#read((m) => readMeeting(m, meetingId));
    if (meeting && (await maySeeMeeting(actor, meeting, this.#readers.directory))) return meeting;
    throw new AppError('not_found', 'There is no such meeting.');
  }

  async #view(meeting: BookedMeeting, actor: Actor): Promise<Meeting> {
    const begun = meeting.status === 'running' || meeting.status === 'ended';
    const sessionId = begun ? await this.#readers.sessionIdOf(meeting.id) : null;
    return viewOf(meeting, actor, await this.#readers.directory.tree(), sessionId);
  }

  #check(actor: UserActor, wanted: Wanted): Promise<Draft> {
    return checkDraft(actor, wanted, { ...this.#readers, now: this.#clock.now() });
  }

  #given(request: KeyedRequest): Promise<Meeting | null> {
    return this.#read(async (m) => (await answerGiven(m, request)) as Meeting | null);
  }

  async #keep(m: EntityManager, request: KeyedRequest, answer: Meeting): Promise<void> {
    const now = this.#clock.now();
    await keepAnswer(m, request, answer, now);
    if (now - this.#answersDropped < 3_600_000) return;
    this.#answersDropped = now;
    await dropOldAnswers(m, now);
  }

  async #read<T>(query: (m: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await query(this.#db.dataSource.manager);
    } catch (err) {
      throw asAppError(err);
    }
  }

  #tell(meetingId: string, endpointIds: string[]): void {
    for (const listener of this.#listeners) listener({ meetingId, endpointIds });
  }
}

/** The rows are taken in the order of their ids, so that two bookings never wait for each other in a circle. */
async function lockEndpoints(m: EntityManager, endpointIds: readonly string[]): Promise<void> {
  const existing = await lockRows(m, 'endpoint', endpointIds);
  if (existing.length < new Set(endpointIds).size) {
    throw new AppError('endpoint_unknown', 'Some of the endpoints were removed just now.');
  }
}

/** @returns the meeting under its row lock @throws AppError meeting_not_changeable when it has begun or was cancelled */
async function lockedMeeting(m: EntityManager, meetingId: string): Promise<BookedMeeting> {
  await lockRows(m, 'meeting', [meetingId]);
  const meeting = await readMeeting(m, meetingId);
  if (meeting?.status !== 'scheduled') throw notChangeable(meeting?.status);
  return meeting;
}

function notChangeable(status?: string): AppError {
  return new AppError(
    'meeting_not_changeable',
    `Only a meeting that has not begun can be changed${status ? `, this one is ${status}` : ''}.`,
  );
}

function changedMeanwhile(): AppError {
  return new AppError('version_conflict', 'The meeting was changed by somebody else meanwhile: read it again.');
}
