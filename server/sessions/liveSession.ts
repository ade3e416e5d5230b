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
import type { Step } from './journal.ts';

/** Where a live session keeps its events; must be durable when the promise resolves. */
export interface EventLog {
  /** @throws AppError when another process has already written one of these places */
  append(step: Step): Promise<void>;
}

/** Told after events are stored: publish, reconcile media, set deadlines. Must not throw. */
export type SessionListener = (session: LiveSession, events: SessionEvent[]) => void;

const PROGRAM: Cause = { endpointId: null, userId: null };
/** Answers kept for repeated keys; older ones are found in no hurry: clients retry within seconds. */
const KEYS_KEPT = 2_000;
/** Events kept in memory, from which who comes back is brought up to date. */
const RECENT_KEPT = 1_000;

/**
 * One running session: a serial queue of commands over one snapshot. Each command goes decide -> store -> evolve ->
 * listeners; the answer leaves after the store. Media follows by itself.
 */
export class LiveSession {
  #snapshot: SessionSnapshot;
  #tail: Promise<unknown> = Promise.resolve();
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

  #enqueue(
    by: Cause,
    key: string | null,
    rule: (s: SessionSnapshot, now: number) => SessionFact[] | Refusal,
  ): Promise<Decided> {
    const turn = this.#tail.then(() => this.#step(by, key, rule));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #step(
    by: Cause,
    key: string | null,
    rule: (s: SessionSnapshot, now: number) => SessionFact[] | Refusal,
  ): Promise<Decided> {
    const known = key === null ? undefined : this.#answered.get(key);
    if (known) return known;
    // the clock may step back; the log's order never does
    const now = this.#clock.now();
    const facts = rule(this.#snapshot, now);
    if (facts instanceof Refusal) throw facts;
    const before = this.#snapshot;
    const events = facts.map((fact, i): SessionEvent => ({ seq: before.seq + 1 + i, at: now, by, fact }));
    const after = events.reduce<SessionSnapshot>((s, e) => evolve(s, e), before);
    if (events.length > 0) await this.#log.append(stepOf(before, after, events, key));
    this.#snapshot = after;
    const answer = { seq: after.seq, events: events.length };
    if (key !== null) this.#remember(key, answer);
    this.#recent.push(...events);
    if (this.#recent.length > 2 * RECENT_KEPT) this.#recent.splice(0, this.#recent.length - RECENT_KEPT);
    if (events.length > 0) this.#listener(this, events);
    return answer;
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

function stepOf(before: SessionSnapshot, after: SessionSnapshot, events: SessionEvent[], key: string | null): Step {
  return {
    sessionId: before.id,
    meetingId: before.meetingId,
    beforeSeq: before.seq,
    afterSeq: after.seq,
    phase: after.phase,
    closedAt: after.closedAt,
    movedEnd: after.endsAt === before.endsAt ? null : after.endsAt,
    key,
    events,
  };
}

/** @returns the live session or throws `not_found` */
export function required(session: LiveSession | undefined): LiveSession {
  if (!session) throw new AppError('not_found', 'There is no such session.');
  return session;
}
