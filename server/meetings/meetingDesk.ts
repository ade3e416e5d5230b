import type { EntityManager } from 'typeorm';
import type { Actor, UserActor } from '../accounts/actor.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { asAppError, isDuplicateKey } from '../db/dbErrors.ts';
import { AppError } from '../errors.ts';
import type { PlannedMeeting } from '../protocol/meetings.ts';
import { checkDraft } from './draft.ts';
import type { Draft, Wanted } from './draft.ts';
import { answerGiven, dropOldAnswers, keepAnswer } from './idempotency.store.ts';
import type { KeyedRequest } from './idempotency.store.ts';
import { readMeeting } from './meeting.store.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { CHANGEABLE, mayChange, maySeeMeeting, visibleEndpoints } from './meetingRights.ts';
import type { MeetingDirectory } from './meetingRights.ts';
import { circumstancesOf } from './meetingView.ts';
import { ViewMemory } from './viewMemory.ts';

/** What meetings ask of other features; always outside of a transaction. */
export interface MeetingReaders {
  directory: MeetingDirectory;
  isUsableUser: (userId: string) => Promise<boolean>;
  /** sessions of meetings, open or ended, by the meeting's id; meetings without one are left out */
  sessionIdsOf: (meetingIds: readonly string[]) => Promise<Map<string, string>>;
}

/** Told after a meeting was made, changed or cancelled, with the endpoints that it concerns, also those dropped from it. */
export type MeetingListener = (changed: { meetingId: string; endpointIds: string[] }) => void;

/** A meeting before and after a change; null: it did not exist. */
export interface MeetingTurn {
  before: BookedMeeting | null;
  after: BookedMeeting;
}

/** Works within the transaction that changes meetings, so that the change and its consequence are stored or lost together. */
export type MeetingWork = (m: EntityManager, turns: readonly MeetingTurn[]) => Promise<void>;

/** So much is remembered of what was shown: at most twenty megabytes. */
const VIEWS = 200_000;

/** What everything that plans meetings shares: the database, who may see what, once-only requests, and who is told. */
export class MeetingDesk {
  readonly db: Database;
  readonly readers: MeetingReaders;
  readonly clock: Clock;
  readonly #listeners: MeetingListener[] = [];
  readonly #work: MeetingWork[] = [];
  readonly #views = new ViewMemory(VIEWS);
  #answersDropped = 0;

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, readers: MeetingReaders, clock: Clock) {
    this.db = db;
    this.readers = readers;
    this.clock = clock;
  }

  /** The directory of today. */
  get directory(): MeetingDirectory {
    return this.readers.directory;
  }

  /** Adds a listener; it must not throw. */
  onChanged(listener: MeetingListener): void {
    this.#listeners.push(listener);
  }

  /** Adds work that is done within every transaction that changes meetings. */
  within(work: MeetingWork): void {
    this.#work.push(work);
  }

  /** To be called within the transaction, after the change. */
  async stored(m: EntityManager, turns: readonly MeetingTurn[]): Promise<void> {
    for (const work of this.#work) await work(m, turns);
  }

  /** To be called after the transaction. A series is told as one change, by one of its meetings. */
  tell(turns: readonly MeetingTurn[]): void {
    const [first] = turns;
    if (!first) return;
    const endpointIds = new Set(
      turns.flatMap(({ before, after }) => [...(before?.endpointIds ?? []), ...after.endpointIds]),
    );
    for (const listener of this.#listeners) listener({ meetingId: first.after.id, endpointIds: [...endpointIds] });
  }

  /** @throws AppError not_found, also for a meeting that the actor may not see */
  async seen(actor: Actor, meetingId: string): Promise<BookedMeeting> {
    const meeting = await this.read((m) => readMeeting(m, meetingId));
    if (meeting && (await maySeeMeeting(actor, meeting, this.directory))) return meeting;
    throw new AppError('not_found', 'There is no such meeting.');
  }

  /**
   * @param statuses in which it may be changed
   * @param version of the form that the asker saw; null: whatever it is
   * @throws AppError not_found, not_allowed, version_conflict, meeting_not_changeable
   */
  async changeable(
    actor: UserActor,
    meetingId: string,
    statuses: readonly BookedMeeting['status'][] = CHANGEABLE,
    version: number | null = null,
  ): Promise<BookedMeeting> {
    const meeting = await this.seen(actor, meetingId);
    const tree = await this.directory.tree();
    // asked of the role first, so that a stranger is not told about the status
    if (!mayChange(actor, { ...meeting, status: meeting.status === 'draft' ? 'draft' : 'scheduled' }, tree)) {
      throw new AppError('not_allowed', 'Only who plans for the unit that hosts may change this meeting.');
    }
    assertSeen(meeting, version);
    if (!statuses.includes(meeting.status)) throw notChangeable(meeting.status);
    return meeting;
  }

  /** @returns the meeting as the actor sees it */
  async view(meeting: BookedMeeting, actor: Actor): Promise<PlannedMeeting> {
    const [view] = await this.views([meeting], actor);
    if (!view) throw new AppError('internal', 'A meeting could not be shown.');
    return view;
  }

  /** @returns the meetings as the actor sees them, in their order; one statement for all sessions */
  async views(meetings: readonly BookedMeeting[], actor: Actor): Promise<PlannedMeeting[]> {
    const begun = meetings.filter(({ status }) => status === 'running' || status === 'ended').map(({ id }) => id);
    const sessions = begun.length === 0 ? new Map<string, string>() : await this.readers.sessionIdsOf(begun);
    const [tree, now] = [await this.directory.tree(), this.clock.now()];
    return meetings.map((m) =>
      this.#views.view(m, circumstancesOf(m, actor, tree, { sessionId: sessions.get(m.id) ?? null, now })),
    );
  }

  /** Checks everything about a wish but clashes. @throws AppError see `checkDraft` */
  check(actor: UserActor, wanted: Wanted): Promise<Draft> {
    return checkDraft(actor, wanted, { ...this.readers, now: this.clock.now() });
  }

  /** @returns ids of the endpoints whose meetings the actor may know by title */
  async known(actor: Actor): Promise<Set<string>> {
    return new Set(await visibleEndpoints(actor, this.directory));
  }

  /** @returns the answer that a request got before, or null @throws AppError idempotency_reuse */
  given<T>(request: KeyedRequest): Promise<T | null> {
    return this.read(async (m) => (await answerGiven(m, request)) as T | null);
  }

  /**
   * Carries a request out once.
   * @param lock takes the locks of the request; the answer is looked for again under them
   * @returns the answer, and whether it was given just now
   * @throws AppError idempotency_reuse
   */
  async once<T>(
    request: KeyedRequest | null,
    lock: (m: EntityManager) => Promise<void>,
    work: (m: EntityManager) => Promise<T>,
  ): Promise<{ answer: T; fresh: boolean }> {
    try {
      return await this.db.transaction(async (m) => {
        await lock(m);
        const before = request && ((await answerGiven(m, request)) as T | null);
        if (before) return { answer: before, fresh: false };
        const answer = await work(m);
        if (request) await this.#keep(m, request, answer);
        return { answer, fresh: true };
      });
    } catch (err) {
      const other = request && isDuplicateKey(err) ? await this.given<T>(request) : null;
      if (other) return { answer: other, fresh: false };
      throw err;
    }
  }

  /** Reads outside of any transaction. @throws AppError database_unavailable */
  async read<T>(query: (m: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await query(this.db.dataSource.manager);
    } catch (err) {
      throw asAppError(err);
    }
  }

  async #keep(m: EntityManager, request: KeyedRequest, answer: unknown): Promise<void> {
    const now = this.clock.now();
    await keepAnswer(m, request, answer, now);
    if (now - this.#answersDropped < 3_600_000) return;
    this.#answersDropped = now;
    await dropOldAnswers(m, now);
  }
}

/** @returns the refusal to change a meeting that has begun or was called off */
export function notChangeable(status?: string): AppError {
  return new AppError(
    'meeting_not_changeable',
    `Only a meeting that has not begun can be changed${status ? `, this one is ${status}` : ''}.`,
  );
}

/**
 * @param version of the form that the asker saw; null: whatever it is
 * @throws AppError version_conflict
 */
export function assertSeen(meeting: { version: number }, version: number | null): void {
  if (version !== null && version !== meeting.version) throw changedMeanwhile();
}

/** @returns the refusal to change what somebody else changed first */
export function changedMeanwhile(): AppError {
  return new AppError('version_conflict', 'The meeting was changed by somebody else meanwhile: read it again.');
}
