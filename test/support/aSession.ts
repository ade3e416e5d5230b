import { decide } from '../../server/conference/decide.ts';
import type {
  RuledCommandName,
  RuledInput,
  SessionActor,
  SessionCommand,
} from '../../server/conference/permissions.ts';
import { systemDecide } from '../../server/conference/presence.ts';
import type { SystemCommand } from '../../server/conference/presence.ts';
import type { ErrorCode } from '../../server/protocol/errors.ts';
import { Refusal } from '../../server/protocol/errors.ts';
import type { SessionEvent, SessionFact } from '../../server/protocol/events.ts';
import { evolve } from '../../server/protocol/evolve.ts';
import type { FloorMode, SessionSnapshot } from '../../server/protocol/snapshot.ts';

/** When every built session opens: epoch milliseconds. */
export const OPENED_AT = Date.UTC(2026, 10, 24, 0, 30);

/** What a built session begins with. Names serve as endpoint ids, so that a failing test reads as a sentence. */
export interface SessionPlan {
  endpoints: string[];
  chair?: string;
  chairUserId?: string | null;
  mode?: FloorMode;
  /** who is in from the start; all when left out */
  joined?: string[];
}

/** Freezes a value all the way down, so that a fold which writes into its input throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

/** Someone who speaks for an endpoint by its device. */
export function seat(endpointId: string): SessionActor {
  return { endpointId, userId: null, steward: false };
}

/** Someone signed in, without a seat. */
export function person(userId: string, steward = false): SessionActor {
  return { endpointId: null, userId, steward };
}

function openingFact({ endpoints, chair, chairUserId = null, mode = 'broadcast' }: SessionPlan): SessionFact {
  return {
    type: 'sessionOpened',
    id: 'session',
    meetingId: 'meeting',
    title: 'Giao ban',
    endsAt: OPENED_AT + 3_600_000,
    floorMode: mode,
    chair: { endpointId: chair ?? endpoints[0] ?? '', userId: chairUserId },
    invited: endpoints.map((name, i) => ({
      endpointId: name,
      code: `DC${String(i + 1).padStart(3, '0')}`,
      name: `Điểm cầu ${name}`,
      shortName: name,
      level: i === 0 ? 'province' : 'commune',
      unitId: `unit of ${name}`,
      area: 'Tuyên Quang',
      order: i + 1,
    })),
  };
}

/** A session driven as the runner drives it, without queue, store or media: decide, then fold. */
export class DrivenSession {
  readonly events: SessionEvent[] = [];
  s: SessionSnapshot;
  now = OPENED_AT;

  constructor(opening: SessionFact) {
    this.s = this.record(null, [opening]);
  }

  private record(s: SessionSnapshot | null, facts: SessionFact[]): SessionSnapshot {
    let state = s;
    for (const fact of facts) {
      const event = deepFreeze({ seq: this.events.length + 1, at: this.now, by: seat('someone'), fact });
      this.events.push(event);
      state = deepFreeze(evolve(state, event));
    }
    if (!state) throw new Error('a session needs an event');
    return state;
  }

  /** Gives a command; answers the types of its facts, or the code of its refusal. */
  does<N extends RuledCommandName>(by: string | SessionActor, name: N, input: RuledInput<N>): string[] | ErrorCode {
    const actor = typeof by === 'string' ? seat(by) : by;
    const decision = decide(this.s, { name, input } as SessionCommand, actor, this.now);
    if (decision instanceof Refusal) return decision.code;
    this.s = this.record(this.s, decision);
    return decision.map((f) => f.type);
  }

  /** Lets the program report something; answers as `does`. */
  system(command: SystemCommand): string[] | ErrorCode {
    const decision = systemDecide(this.s, command, this.now);
    if (decision instanceof Refusal) return decision.code;
    this.s = this.record(this.s, decision);
    return decision.map((f) => f.type);
  }

  /** Lets time pass, in seconds. */
  wait(seconds: number): this {
    this.now += seconds * 1000;
    return this;
  }
}

/** Builds an open session with its endpoints in it. */
export function aSession(plan: SessionPlan): DrivenSession {
  const session = new DrivenSession(openingFact(plan));
  for (const endpointId of plan.joined ?? plan.endpoints) session.system({ name: 'joined', endpointId });
  return session;
}

/** Names of n endpoints: the first sits in the provincial hall. */
export function names(n: number): string[] {
  return Array.from({ length: n }, (_, i) => (i === 0 ? 'Hội trường tỉnh' : `Xã ${i}`));
}
