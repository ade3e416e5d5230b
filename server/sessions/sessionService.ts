import type { EntityManager } from 'typeorm';
import type { Actor } from '../accounts/actor.ts';
import type { Clock } from '../clock.ts';
import { attendance } from '../conference/attendance.ts';
import type { SessionActor, SessionCommand } from '../conference/permissions.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import type { Decided } from '../protocol/commands.ts';
import type { Cause, Invited, SessionEvent } from '../protocol/events.ts';
import { evolve } from '../protocol/evolve.ts';
import type { AttendanceRow } from '../protocol/rest.ts';
import type { FloorMode, SessionSnapshot } from '../protocol/snapshot.ts';
import type { DurableLog } from './durableLog.ts';
import type { Step } from './journal.ts';
import { LiveSession } from './liveSession.ts';
import type { SessionListener } from './liveSession.ts';
import type { SessionStore, Within } from './session.store.ts';

/** What a meeting says about the session that it opens. */
export interface MeetingPlan {
  id: string;
  title: string;
  /** planned times, epoch milliseconds */
  startsAt: number;
  endsAt: number;
  floorMode: FloorMode;
  chairEndpointId: string;
  chairUserId: string | null;
  endpointIds: string[];
}

/** The part of the meetings that sessions need; all within the session's own transaction. */
export interface MeetingGate {
  /** @throws AppError not_found, not_allowed, meeting_not_startable */
  startable(meetingId: string, actor: Actor): Promise<MeetingPlan>;
  markRunning(m: EntityManager, meetingId: string): Promise<void>;
  markEnded(m: EntityManager, meetingId: string, endedAt: number): Promise<void>;
  /** @throws AppError schedule_conflict when the longer booking clashes */
  extend(m: EntityManager, meetingId: string, endsAt: number): Promise<void>;
  /** whether this person may end and steer a session of the meeting without being its chair */
  maySteer(meetingId: string, actor: Actor): Promise<boolean>;
  /** whether the actor may see the meeting at all */
  maySee(meetingId: string, actor: Actor): Promise<boolean>;
}

/** Names of the day for the opening event, in roster order. */
export type InvitedReader = (endpointIds: string[]) => Promise<Invited[]>;

/** Opens, finds, restores and closes live sessions; the only place that holds them. */
export class SessionService {
  readonly #live = new Map<string, LiveSession>();
  readonly #starting = new Map<string, Promise<string>>();
  readonly #listeners: SessionListener[] = [];
  #started: (lateMs: number) => void = () => undefined;
  readonly #store: SessionStore;
  readonly #log: DurableLog;
  readonly #meetings: MeetingGate;
  readonly #invited: InvitedReader;
  readonly #clock: Clock;

  constructor(store: SessionStore, log: DurableLog, meetings: MeetingGate, invited: InvitedReader, clock: Clock) {
    this.#store = store;
    this.#log = log;
    this.#meetings = meetings;
    this.#invited = invited;
    this.#clock = clock;
  }

  /** Told with the milliseconds between the planned and the real start of a meeting. */
  onStarted(listener: (lateMs: number) => void): void {
    this.#started = listener;
  }

  /** Adds a listener that is told of stored events; it must not throw. */
  onEvents(listener: SessionListener): void {
    this.#listeners.push(listener);
  }

  /** Folds every session that was not closed from its events. @returns the restored sessions */
  async restore(): Promise<LiveSession[]> {
    await this.#log.drainAll();
    for (const { events, keys } of await this.#store.loadOpen()) {
      const first = events[0];
      if (!first) continue;
      const snapshot = events.reduce<SessionSnapshot | null>((s, e) => evolve(s, e), null);
      if (snapshot) this.#live.set(snapshot.id, this.#make(snapshot, events, keys));
    }
    return [...this.#live.values()];
  }

  /** @returns the session while it is open, else undefined */
  find(sessionId: string): LiveSession | undefined {
    return this.#live.get(sessionId);
  }

  /** All open sessions. */
  all(): LiveSession[] {
    return [...this.#live.values()];
  }

  /** Open sessions to which the endpoint is invited and from which it was not removed. */
  ofEndpoint(endpointId: string): LiveSession[] {
    return this.all().filter((s) => {
      const p = s.snapshot.participants[endpointId];
      return s.snapshot.phase === 'open' && p !== undefined && !p.removed;
    });
  }

  /**
   * Starts the meeting's session; asked again, answers the same one.
   * @throws AppError not_found, not_allowed, meeting_not_startable
   */
  async start(meetingId: string, actor: Actor): Promise<string> {
    return this.#openOnce(await this.#meetings.startable(meetingId, actor), causeOf(actor));
  }

  /**
   * Starts the session of a meeting whose time has come by itself; nobody's rights are asked.
   * @throws AppError meeting_not_startable when it was started or cancelled meanwhile
   */
  async startPlanned(plan: MeetingPlan): Promise<string> {
    return this.#openOnce(plan, { endpointId: null, userId: null });
  }

  #openOnce(plan: MeetingPlan, by: Cause): Promise<string> {
    const pending = this.#starting.get(plan.id);
    if (pending) return pending;
    const starting = this.#open(plan, by).finally(() => this.#starting.delete(plan.id));
    this.#starting.set(plan.id, starting);
    return starting;
  }

  async #open(plan: MeetingPlan, by: Cause): Promise<string> {
    const existing = await this.#store.idOfMeeting(plan.id);
    if (existing) return existing;
    const invited = await this.#invited(plan.endpointIds);
    const event: SessionEvent = {
      seq: 1,
      at: this.#clock.now(),
      by,
      fact: {
        type: 'sessionOpened',
        id: newId(),
        meetingId: plan.id,
        title: plan.title,
        endsAt: plan.endsAt,
        floorMode: plan.floorMode,
        chair: { endpointId: plan.chairEndpointId, userId: plan.chairUserId },
        invited,
      },
    };
    const snapshot = evolve(null, event);
    const opened = await this.#store.open(snapshot, event, (m) => this.#meetings.markRunning(m, plan.id));
    if (!opened) {
      const other = await this.#store.idOfMeeting(plan.id);
      if (!other) throw new AppError('meeting_not_startable', 'The meeting could not be started.');
      return other;
    }
    const session = this.#make(snapshot, [event], []);
    this.#live.set(session.id, session);
    this.#started(event.at - plan.startsAt);
    void this.#tell(session, [event]);
    return session.id;
  }

  /**
   * Runs a client's command; `session.end` also closes.
   * @param seat endpoint that the asking connection speaks for
   * @param key repeats with the same key apply once
   * @throws Refusal, AppError
   */
  async run(
    session: LiveSession,
    command: SessionCommand,
    actor: Actor,
    seat: string | null,
    key?: string,
  ): Promise<Decided> {
    const by = { ...causeOf(actor), endpointId: seat };
    const steward = await this.#mayNeedSteward(session, command, actor);
    const who: SessionActor = { endpointId: seat, userId: by.userId, steward };
    const decided = await session.run(command, who, by, key);
    if (session.snapshot.phase === 'closing') await session.system({ name: 'closed' });
    return decided;
  }

  /** Asks the database only for the commands that a steward may give. */
  async #mayNeedSteward(session: LiveSession, command: SessionCommand, actor: Actor): Promise<boolean> {
    const steward = ['session.end', 'session.extend', 'session.lock', 'chair.handOver', 'chair.takeBack'];
    if (actor.kind !== 'user' || !steward.includes(command.name)) return false;
    return this.#meetings.maySteer(session.snapshot.meetingId, actor);
  }

  /** Finishes sessions that were closing when the process died. */
  async finishClosing(): Promise<void> {
    for (const s of this.all()) if (s.snapshot.phase === 'closing') await s.system({ name: 'closed' });
  }

  /** @returns the state of an open or ended session @throws AppError not_found */
  async snapshot(sessionId: string): Promise<SessionSnapshot> {
    const live = this.#live.get(sessionId)?.snapshot;
    if (live) return live;
    const events = await this.#store.events(sessionId, 0);
    const folded = events.reduce<SessionSnapshot | null>((s, e) => evolve(s, e), null);
    if (!folded) throw new AppError('not_found', 'There is no such session.');
    return folded;
  }

  /** @throws AppError not_found when there is none, or when the actor may not know of it */
  async mustSee(sessionId: string, actor: Actor): Promise<SessionSnapshot> {
    const snapshot = await this.snapshot(sessionId);
    const own = actor.kind === 'device' && snapshot.participants[actor.endpointId] !== undefined;
    if (own || (await this.#meetings.maySee(snapshot.meetingId, actor))) return snapshot;
    throw new AppError('not_found', 'There is no such session.');
  }

  /** @returns stored events after a place, oldest first */
  events(sessionId: string, afterSeq: number, limit?: number): Promise<SessionEvent[]> {
    return this.#store.events(sessionId, afterSeq, limit);
  }

  /** @returns attendance rows, folded from the events */
  async attendance(sessionId: string): Promise<AttendanceRow[]> {
    return attendance(await this.#store.events(sessionId, 0), this.#clock.now());
  }

  /** @returns the session of a meeting, open or ended */
  idOfMeeting(meetingId: string): Promise<string | null> {
    return this.#store.idOfMeeting(meetingId);
  }

  #make(snapshot: SessionSnapshot, events: SessionEvent[], keys: Iterable<[string, Decided]>): LiveSession {
    return new LiveSession(snapshot, events, keys, {
      clock: this.#clock,
      listener: (s, events) => this.#tell(s, events),
      log: this.#log,
    });
  }

  #tell(session: LiveSession, events: SessionEvent[]): Promise<void> | null {
    if (session.snapshot.phase === 'closed') this.#live.delete(session.id);
    const waits = this.#listeners.map((listener) => listener(session, events)).filter((wait) => wait !== null);
    return waits.length > 0 ? Promise.all(waits).then(() => undefined) : null;
  }
}

/** @returns what of a step the meetings have to note in the same transaction */
export function meetingWork(meetings: MeetingGate): (step: Step) => Within {
  return (step) => async (m) => {
    if (step.phase === 'closed') await meetings.markEnded(m, step.meetingId, step.closedAt ?? 0);
    else if (step.movedEnd !== null) await meetings.extend(m, step.meetingId, step.movedEnd);
  };
}

/** @returns the cause that events carry for this actor */
export function causeOf(actor: Actor): Cause {
  return actor.kind === 'user'
    ? { endpointId: null, userId: actor.userId }
    : { endpointId: actor.endpointId, userId: null };
}
