import type { SessionCommandInput, SessionCommandName } from '../protocol/commands.ts';
import { Refusal } from '../protocol/errors.ts';
import type { Chair, SessionSnapshot } from '../protocol/snapshot.ts';

/** Who asks, as the credential of the connection says it; never taken from a message. */
export interface SessionActor {
  /** the seat this connection holds, or the endpoint that its credential speaks for */
  endpointId: string | null;
  userId: string | null;
  /** administrator of the host unit: may end, extend and lock, and hand over the chair when it is missing */
  steward: boolean;
}

/** Commands that are decided by the rules; entering and leaving are the runner's, by way of `systemDecide`. */
export type RuledCommandName = Exclude<SessionCommandName, 'session.join' | 'session.leave'>;

/** Input of a ruled command, without what only the transport needs. */
export type RuledInput<N extends RuledCommandName> = Omit<SessionCommandInput<N>, 'sessionId' | 'key'>;

/** A ruled command with its parsed input. */
export type SessionCommand = { [N in RuledCommandName]: { name: N; input: RuledInput<N> } }[RuledCommandName];

/** Who may give a command. `own`: an endpoint for itself; `chairOrOwn`: that, and the chair for any. */
export type Right = 'chair' | 'chairOrSteward' | 'chairOrStewardInNeed' | 'homeChair' | 'own' | 'chairOrOwn';

/** The table of rights. */
export const RIGHTS: Record<RuledCommandName, Right> = {
  'chair.handOver': 'chairOrStewardInNeed',
  'chair.takeBack': 'homeChair',
  'mode.set': 'chair',
  'floor.request': 'own',
  'floor.withdraw': 'own',
  'floor.approve': 'chair',
  'floor.refuse': 'chair',
  'floor.give': 'chair',
  'floor.release': 'chairOrOwn',
  'mic.mute': 'chairOrOwn',
  'mic.muteAll': 'chair',
  'mic.allow': 'chair',
  'stage.set': 'chair',
  'presentation.request': 'own',
  'presentation.give': 'chair',
  'presentation.stop': 'chairOrOwn',
  'rollCall.start': 'chair',
  'rollCall.call': 'chair',
  'rollCall.answer': 'own',
  'rollCall.mark': 'chair',
  'rollCall.close': 'chair',
  'session.extend': 'chairOrSteward',
  'session.pause': 'chair',
  'session.resume': 'chair',
  'session.lock': 'chairOrSteward',
  'session.remove': 'chair',
  'session.end': 'chairOrSteward',
};

/** The right lies with the named person; when none is named, with whoever speaks for the endpoint. */
function holds(chair: Chair, actor: SessionActor): boolean {
  return chair.userId === null ? actor.endpointId === chair.endpointId : actor.userId === chair.userId;
}

/** Tells whether the actor has the chair now. */
export function hasChair(s: SessionSnapshot, actor: SessionActor): boolean {
  return holds(s.chair, actor);
}

/** Tells whether the actor is the chair of the meeting, who may take the chair back. */
export function isHomeChair(s: SessionSnapshot, actor: SessionActor): boolean {
  return holds(s.homeChair, actor);
}

/** The endpoint that a command without a name acts on: the actor's own; for a chair without a seat, the chair's. */
export function ownEndpoint(s: SessionSnapshot, actor: SessionActor): string | null {
  return actor.endpointId ?? (hasChair(s, actor) ? s.chair.endpointId : null);
}

function refuseUnlessOwn(s: SessionSnapshot, own: string | null): Refusal | null {
  if (own === null) return new Refusal('not_in_session', 'this connection speaks for no endpoint of the session');
  if (!s.participants[own]) return new Refusal('not_invited', 'this endpoint is not invited to the session');
  return null;
}

/**
 * Checks the table of rights, and nothing of the session's state beyond who the chair is.
 * @param named the endpoint that the command names, if any
 * @returns the refusal, or null when the actor may
 */
export function refuseUnlessMay(
  s: SessionSnapshot,
  name: RuledCommandName,
  named: string | undefined,
  actor: SessionActor,
): Refusal | null {
  const right = RIGHTS[name];
  const chair = hasChair(s, actor);
  const own = ownEndpoint(s, actor);
  if (right === 'own') return refuseUnlessOwn(s, own);
  if (right === 'homeChair') {
    return isHomeChair(s, actor)
      ? null
      : new Refusal('not_chair', 'only the chair of the meeting takes the chair back');
  }
  if (right === 'chairOrOwn' && (named === undefined || named === own)) return refuseUnlessOwn(s, own);
  if (chair) return null;
  if (right === 'chairOrSteward' && actor.steward) return null;
  const chairMissing = s.participants[s.chair.endpointId]?.presence !== 'joined';
  if (right === 'chairOrStewardInNeed' && actor.steward && chairMissing) return null;
  return new Refusal('not_chair', `${name} is the chair's`);
}
