import type { EntityManager } from 'typeorm';
import type { Actor } from '../accounts/actor.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { asAppError } from '../db/dbErrors.ts';
import { lockRows } from '../db/locks.ts';
import { AppError } from '../errors.ts';
import type { RoomDay } from '../protocol/rest.ts';
import type { FloorMode } from '../protocol/snapshot.ts';
import { assertFree } from './booking.ts';
import { listMeetings, moveEnd, moveStatus, readMeeting, releaseRest } from './meeting.store.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { mayRun, maySeeMeeting } from './meetingRights.ts';
import type { MeetingDirectory } from './meetingRights.ts';
import { MAX_MEETING_MS } from './overlap.ts';

/** What a session has to know of its meeting. */
export interface StartPlan {
  id: string;
  title: string;
  /** planned times in epoch milliseconds */
  startsAt: number;
  endsAt: number;
  floorMode: FloorMode;
  chairEndpointId: string;
  chairUserId: string | null;
  endpointIds: string[];
}

/** The session that an endpoint is invited to right now, if any. */
export type RunningReader = (endpointId: string) => RoomDay['running'] | Promise<RoomDay['running']>;

/** How far ahead a room sees its meetings, in milliseconds, and how many of them. */
const ROOM_AHEAD_MS = 7 * 24 * 3_600_000;
const ROOM_MEETINGS = 20;

/** Meetings as sessions and rooms need them: what may start, what runs, what ended, what comes next. */
export class MeetingRuns {
  readonly #db: Database;
  readonly #directory: MeetingDirectory;
  readonly #running: RunningReader;
  readonly #clock: Clock;

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, directory: MeetingDirectory, running: RunningReader, clock: Clock) {
    this.#db = db;
    this.#directory = directory;
    this.#running = running;
    this.#clock = clock;
  }

  /**
   * Asks whether the actor may start the meeting now; one that runs already may be started again, to get its session.
   * @throws AppError not_found, not_allowed, meeting_not_startable
   */
  async startable(meetingId: string, actor: Actor): Promise<StartPlan> {
    const meeting = await this.#find(meetingId);
    if (!meeting || !(await maySeeMeeting(actor, meeting, this.#directory))) {
      throw new AppError('not_found', 'There is no such meeting.');
    }
    if (!mayRun(actor, meeting, await this.#directory.tree())) {
      throw new AppError(
        'not_allowed',
        'Only the chair, or who plans for the unit of the chair, may start the meeting.',
      );
    }
    const missed = meeting.status === 'scheduled' && meeting.endsAt.getTime() <= this.#clock.now();
    if (missed) throw new AppError('meeting_not_startable', 'The planned time of the meeting is over.');
    if (meeting.status !== 'scheduled' && meeting.status !== 'running') {
      throw new AppError('meeting_not_startable', `The meeting is ${meeting.status}.`);
    }
    return planOf(meeting);
  }

  /**
   * Notes within the session's transaction that the meeting runs.
   * @throws AppError meeting_not_startable when it was cancelled or started meanwhile
   */
  async markRunning(m: EntityManager, meetingId: string): Promise<void> {
    if (await moveStatus(m, meetingId, 'scheduled', 'running')) return;
    throw new AppError('meeting_not_startable', 'The meeting was started or cancelled meanwhile.');
  }

  /**
   * Notes within the session's transaction that the meeting is over and frees the rest of its time. Told twice it does
   * nothing.
   * @param endedAt epoch milliseconds
   */
  async markEnded(m: EntityManager, meetingId: string, endedAt: number): Promise<void> {
    if (await moveStatus(m, meetingId, 'running', 'ended')) await releaseRest(m, meetingId, new Date(endedAt));
  }

  /**
   * Books the endpoints of a running meeting for longer, within the session's transaction. An earlier end only frees.
   * @param endsAt new planned end in epoch milliseconds
   * @throws AppError schedule_conflict, meeting_too_long
   */
  async extend(m: EntityManager, meetingId: string, endsAt: number): Promise<void> {
    const meeting = await readMeeting(m, meetingId);
    if (!meeting) throw new AppError('not_found', 'There is no such meeting.');
    const start = meeting.startsAt.getTime();
    if (endsAt - start > MAX_MEETING_MS) throw new AppError('meeting_too_long', 'A meeting lasts at most 24 hours.');
    await lockRows(m, 'endpoint', meeting.endpointIds);
    // every statement sees what was committed before it (READ COMMITTED), also in a transaction that has read before
    await assertFree(m, meeting.endpointIds, { start, end: endsAt }, { except: meetingId });
    await moveEnd(m, meetingId, { start, end: endsAt });
  }

  /** @returns whether this person may end and steer a session of the meeting without being its chair */
  async maySteer(meetingId: string, actor: Actor): Promise<boolean> {
    const meeting = await this.#find(meetingId);
    return meeting !== null && mayRun(actor, meeting, await this.#directory.tree());
  }

  /** @returns whether the actor may know of the meeting */
  async maySee(meetingId: string, actor: Actor): Promise<boolean> {
    const meeting = await this.#find(meetingId);
    return meeting !== null && maySeeMeeting(actor, meeting, this.#directory);
  }

  /**
   * @param from epoch milliseconds
   * @param to epoch milliseconds, not included
   * @returns meetings of an endpoint that are planned or run in that time, first ones first
   */
  forRoom(endpointId: string, from: number, to: number, limit = ROOM_MEETINGS): Promise<BookedMeeting[]> {
    return this.#read((m) =>
      listMeetings(m, {
        seenFrom: { endpointIds: [endpointId], unitIds: [], userId: null },
        invites: endpointId,
        from,
        to,
        statuses: ['scheduled', 'running'],
        after: null,
        limit,
      }),
    );
  }

  /**
   * @returns what a room screen shows before a session
   * @throws AppError not_found for an unknown endpoint
   */
  async roomDay(endpointId: string): Promise<RoomDay> {
    const { id, code, name, shortName } = await this.#directory.endpoint(endpointId);
    const now = this.#clock.now();
    const [meetings, running] = await Promise.all([
      this.forRoom(endpointId, now, now + ROOM_AHEAD_MS),
      this.#running(endpointId),
    ]);
    const near = meetings.find((meeting) => meeting.id === running?.meetingId) ?? meetings[0];
    const help = await this.#directory.helpLines([...new Set([near?.chairEndpointId ?? endpointId, endpointId])]);
    return {
      endpoint: { id, code, name, shortName },
      serverTime: new Date(now).toISOString(),
      meetings: meetings.map((meeting) => ({
        id: meeting.id,
        title: meeting.title,
        startsAt: meeting.startsAt.toISOString(),
        endsAt: meeting.endsAt.toISOString(),
        status: meeting.status,
      })),
      running,
      help,
    };
  }

  #find(meetingId: string): Promise<BookedMeeting | null> {
    return this.#read((m) => readMeeting(m, meetingId));
  }

  async #read<T>(query: (m: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await query(this.#db.dataSource.manager);
    } catch (err) {
      throw asAppError(err);
    }
  }
}

/** @returns what a session has to know of a meeting */
export function planOf(meeting: BookedMeeting): StartPlan {
  const { id, title, floorMode, chairEndpointId, chairUserId, endpointIds } = meeting;
  const startsAt = meeting.startsAt.getTime();
  return {
    id,
    title,
    startsAt,
    endsAt: meeting.endsAt.getTime(),
    floorMode,
    chairEndpointId,
    chairUserId,
    endpointIds,
  };
}
