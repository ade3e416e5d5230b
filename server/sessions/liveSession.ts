import { decide } from '../conference/decide.ts';
import type { SessionActor, SessionCommand } from '../conference/permissions.ts';
import { systemDecide } from '../conference/presence.ts';
import type { SystemCommand } from '../conference/presence.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Decided } from '../protocol/commands.ts';
import { Refusal } from '../protocol/errors.ts';
import type { Cause, SessionEvent, SessionFact } from '../protocol/events.ts';
import { evolve } from '../protocol/evolve.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import type { Step, StepKey } from './journal.ts';

/** Where a live session keeps its events; must be durable when the promise resolves. */
export interface EventLog {
  /** @throws AppError when another process has already written one of these places */
  append(step: Step): Promise<void>;
}

/**
 * Told after events are stored: publish, reconcile media, set deadlines. Must not throw. The commands of the turn are
 * answered when what it returns has settled, so that who is told that all are silent finds them silent; it is bounded by
 * whoever returns it.
 */
export type SessionListener = (session: LiveSession, events: SessionEvent[]) => Promise<void> | null;

type Rule = (s: SessionSnapshot, now: number) => SessionFact[] | Refusal;

/** A command in the queue. */
interface Asked {
  by: Cause;
  key: string | null;
  rule: Rule;
  resolve(answer: Decided): void;
  reject(err: unknown): void;
}

/** A command of this turn, decided and not yet stored. */
interface Taken {
  asked: Asked;
  events: SessionEvent[];
  answer: Decided;
}

const PROGRAM: Cause = { endpointId: null, userId: null };
/** Answers kept for repeated keys; older ones are found in no hurry: clients retry within seconds. */
const KEYS_KEPT = 2_000;
/** Events kept in memory, from which who comes back is brought up to date. */
const RECENT_KEPT = 1_000;
/** Commands that are stored together at most. */
const MOST_A_TURN = 100;

/**
 * One running session: a serial queue of commands over one snapshot. Each command goes decide -> store -> evolve ->
 * listeners; the answer leaves after the store. What waits while the disk works is stored together. Media follows by
 * itself, but for silence, which the answer waits for.
 */
export class LiveSession {
  #snapshot: SessionSnapshot;
  readonly #waiting: Asked[] = [];
  #running = false;
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #listener: SessionListener;
  readonly #answered = new Map<string, Decided>();
  readonly #recent: SessionEvent[];

  /**
   * @param snapshot state after the last stored event
   * @param events those that led to it; the last ones are kept in memory
   * @param keys answers of commands that were stored with a key, so that a retry applies once
   */
  constructor(
    snapshot: SessionSnapshot,
    events: SessionEvent[],
    keys: Iterable<[string, Decided]>,
    deps: { log: EventLog; clock: Clock; listener: SessionListener },
  ) {
    this.#snapshot = snapshot;
    this.#recent = events.slice(-RECENT_KEPT);
    this.#log = deps.log;
    this.#clock = deps.clock;
    this.#listener = deps.listener;
    for (const [key, answer] of keys) this.#remember(key, answer);
  }

  /** The state after the last stored event. */
  get snapshot(): SessionSnapshot {
    return this.#snapshot;
  }

  /** The session's id. */
  get id(): string {
    return this.#snapshot.id;
  }

  /**
   * Runs a client's command in its turn.
   * @param by who asks, from the credential
   * @param key repeats with the same key by the same asker answer what the first one did
   * @throws Refusal when the rules say no; AppError when it cannot be stored
   */
  run(command: SessionCommand, actor: SessionActor, by: Cause, key?: string): Promise<Decided> {
    const ownKey = key ? `${by.userId ?? ''}/${by.endpointId ?? ''}/${key}` : null;
    return this.#enqueue(by, ownKey, (s, now) => decide(s, command, actor, now));
  }

  /** Runs a command of the program itself (presence, deadlines, closing). */
  system(command: SystemCommand): Promise<Decided> {
    return this.#enqueue(PROGRAM, null, (s, now) => systemDecide(s, command, now));
  }

  #enqueue(by: Cause, key: string | null, rule: Rule): Promise<Decided> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ by, key, rule, resolve, reject });
      if (this.#running) return;
      this.#running = true;
      // a database that writes while this process waits would get one turn a command: all that have come are read first
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#turn();
    this.#running = false;
  }

  /**
   * Decides what waits, one after the other, and stores it together: while the disk works on one turn the next one
   * gathers, so that a storm of joins costs few writes. Nothing is answered before it is stored.
   */
  async #turn(): Promise<void> {
    const before = this.#snapshot;
    const taken = this.#take(before);
    const events = taken.flatMap((one) => one.events);
    if (events.length > 0) {
      const after = events.reduce<SessionSnapshot>((s, e) => evolve(s, e), before);
      try {
        await this.#log.append(stepOf(before, after, events, keysOf(taken)));
      } catch (err) {
        for (const { asked } of taken) asked.reject(err);
        return;
      }
      this.#snapshot = after;
      this.#recent.push(...events);
      if (this.#recent.length > 2 * RECENT_KEPT) this.#recent.splice(0, this.#recent.length - RECENT_KEPT);
    }
    for (const { asked, answer } of taken) if (asked.key !== null) this.#remember(asked.key, answer);
    const tell = (): void => taken.forEach(({ asked, answer }) => asked.resolve(answer));
    const settled = events.length > 0 ? this.#listener(this, events) : null;
    // the next turn does not wait: what it decides rests on what is stored
    if (settled) void settled.finally(tell);
    else tell();
  }

  /** Takes from the queue what one turn can store, each decided on what the ones before it have made. */
  #take(before: SessionSnapshot): Taken[] {
    const taken: Taken[] = [];
    let state = before;
    for (let asked = this.#waiting[0]; asked && taken.length < MOST_A_TURN; asked = this.#waiting[0]) {
      const known = asked.key === null ? undefined : this.#answered.get(asked.key);
      // the same key twice in one turn: the second waits for the first one's answer
      if (asked.key !== null && taken.some((one) => one.asked.key === asked.key)) break;
      const events = known ? [] : this.#decide(state, asked);
      if (events === null) {
        this.#waiting.shift();
        continue;
      }
      const next = events.reduce<SessionSnapshot>((s, e) => evolve(s, e), state);
      // what only the database can answer must not take others down with it
      const alone = next.endsAt !== state.endsAt || next.phase !== state.phase;
      if (alone && taken.length > 0) break;
      this.#waiting.shift();
      state = next;
      taken.push({ asked, events, answer: known ?? { seq: state.seq, events: events.length } });
      if (alone) break;
    }
    return taken;
  }

  /** @returns the events of one command, or null when it was refused and answered */
  #decide(state: SessionSnapshot, asked: Asked): SessionEvent[] | null {
    // the clock may step back; the log's order never does
    const now = this.#clock.now();
    try {
      const facts = asked.rule(state, now);
      if (facts instanceof Refusal) throw facts;
      return facts.map((fact, i) => ({ seq: state.seq + 1 + i, at: now, by: asked.by, fact }));
    } catch (err) {
      asked.reject(err);
      return null;
    }
  }

  /** @returns the events after a place, from memory; null when they reach too far back */
  eventsAfter(seq: number): SessionEvent[] | null {
    const first = this.#recent[0];
    if (seq === this.#snapshot.seq) return [];
    if (!first || seq < first.seq - 1 || seq > this.#snapshot.seq) return null;
    return this.#recent.slice(seq - first.seq + 1);
  }

  #remember(key: string, answer: Decided): void {
    this.#answered.set(key, answer);
    if (this.#answered.size <= KEYS_KEPT) return;
    for (const oldest of this.#answered.keys()) {
      this.#answered.delete(oldest);
      break;
    }
  }
}

function keysOf(taken: Taken[]): StepKey[] {
  return taken.flatMap(({ asked, answer }) =>
    asked.key === null || answer.events === 0 ? [] : [{ ...answer, key: asked.key }],
  );
}

function stepOf(before: SessionSnapshot, after: SessionSnapshot, events: SessionEvent[], keys: StepKey[]): Step {
  return {
    sessionId: before.id,
    meetingId: before.meetingId,
    beforeSeq: before.seq,
    afterSeq: after.seq,
    phase: after.phase,
    closedAt: after.closedAt,
    movedEnd: after.endsAt === before.endsAt ? null : after.endsAt,
    keys,
    events,
  };
}

/** @returns the live session or throws `not_found` */
export function required(session: LiveSession | undefined): LiveSession {
  if (!session) throw new AppError('not_found', 'There is no such session.');
  return session;
}
