import { inSession } from '../protocol/derive.ts';
import { Refusal } from '../protocol/errors.ts';
import type { SessionFact } from '../protocol/events.ts';
import type { Participant, SessionSnapshot } from '../protocol/snapshot.ts';
import type { RuledCommandName, RuledInput } from './permissions.ts';

/** What a decision comes to: the facts in their order, none when nothing changes, or a refusal. */
export type Decision = SessionFact[] | Refusal;

/** What a rule is asked. Permission and phase are already checked. */
export interface Asked<N extends RuledCommandName> {
  s: SessionSnapshot;
  input: RuledInput<N>;
  /** the endpoint that a command without a name acts on; null only for commands of the chair */
  own: string | null;
  /** the actor has the chair */
  chair: boolean;
  /** epoch milliseconds */
  now: number;
}

/** The rule of one command. */
export type Rule<N extends RuledCommandName> = (asked: Asked<N>) => Decision;

/** The rules of all commands. */
export type Rules = { [N in RuledCommandName]: Rule<N> };

/** @returns the participant, or the refusal `no_such_participant` */
export function find(s: SessionSnapshot, endpointId: string): Participant | Refusal {
  return s.participants[endpointId] ?? new Refusal('no_such_participant', 'no such endpoint in this session');
}

/** Finds an endpoint that must be connected just now: `no_such_participant` or `participant_absent` otherwise. */
export function findJoined(s: SessionSnapshot, endpointId: string): Participant | Refusal {
  const p = find(s, endpointId);
  if (p instanceof Refusal || p.presence === 'joined') return p;
  return new Refusal('participant_absent', 'this endpoint is not connected now');
}

/** Finds an endpoint that must take part, interrupted or not: `no_such_participant` or `participant_absent`. */
export function findInSession(s: SessionSnapshot, endpointId: string): Participant | Refusal {
  const p = find(s, endpointId);
  if (p instanceof Refusal || inSession(p)) return p;
  return new Refusal('participant_absent', 'this endpoint is not in the session');
}

/** Finds the asking endpoint itself, which must take part: `not_in_session` otherwise. */
export function findOwn(s: SessionSnapshot, own: string | null): Participant | Refusal {
  const p = own === null ? undefined : s.participants[own];
  return p && inSession(p) ? p : new Refusal('not_in_session', 'this endpoint is not in the session');
}
