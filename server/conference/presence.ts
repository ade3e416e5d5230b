import { inSession, roster } from '../protocol/derive.ts';
import { Refusal } from '../protocol/errors.ts';
import type { LastSign, SessionFact } from '../protocol/events.ts';
import type { ExitReason, Participant, SessionSnapshot } from '../protocol/snapshot.ts';
import { hasChair, isHomeChair } from './permissions.ts';
import type { SessionActor } from './permissions.ts';
import { find } from './rules.ts';
import type { Decision } from './rules.ts';

/** What the program itself reports to a session; never sent by a client. */
export type SystemCommand =
  | { name: 'called' | 'joined' | 'missedCall'; endpointId: string }
  | { name: 'interrupted'; endpointId: string; lastSign?: LastSign }
  | { name: 'left'; endpointId: string; reason: ExitReason }
  | { name: 'closing' }
  | { name: 'closed' };

/**
 * Tells whether an endpoint may enter: invited, session open, not removed, not locked out. Who was in before comes back
 * through a lock, and so does the chair.
 * @returns the refusal, or null when it may
 */
export function mayJoin(s: SessionSnapshot, endpointId: string, actor: SessionActor): Refusal | null {
  const p = s.participants[endpointId];
  if (!p) return new Refusal('not_invited', 'this endpoint is not invited to the session');
  if (actor.endpointId !== null && actor.endpointId !== endpointId) {
    return new Refusal('not_allowed', 'this connection speaks for another endpoint');
  }
  if (s.phase !== 'open') return new Refusal('wrong_phase', `the session is ${s.phase}`);
  if (p.removed) return new Refusal('removed_from_session', 'the chair removed this endpoint from the session');
  const known = p.joinCount > 0 || hasChair(s, actor) || isHomeChair(s, actor);
  if (s.locked && !known) return new Refusal('session_locked', 'the session is locked');
  return null;
}

/** The facts by which an endpoint goes out; none when it is out already. */
export function exit(p: Participant, reason: ExitReason): SessionFact[] {
  const out = p.presence === 'absent' || p.presence === 'left';
  return out ? [] : [{ type: 'endpointLeft', endpointId: p.endpointId, reason }];
}

function join(s: SessionSnapshot, p: Participant): Decision {
  if (s.phase !== 'open') return new Refusal('wrong_phase', `the session is ${s.phase}`);
  if (p.removed) return new Refusal('removed_from_session', 'the chair removed this endpoint from the session');
  return p.presence === 'joined' ? [] : [{ type: 'endpointJoined', endpointId: p.endpointId }];
}

/** An interruption begins neither before the entry that it interrupts nor after the moment at which it is known. */
function interruption(p: Participant, sign: LastSign | undefined, now: number): SessionFact {
  const fact = { type: 'endpointInterrupted', endpointId: p.endpointId } as const;
  return sign ? { ...fact, lastSign: { ...sign, at: Math.max(p.since, Math.min(sign.at, now)) } } : fact;
}

function close(s: SessionSnapshot): SessionFact[] {
  if (s.phase === 'closed') return [];
  const facts: SessionFact[] = s.phase === 'open' ? [{ type: 'sessionClosing' }] : [];
  if (s.rollCall?.open) facts.push({ type: 'rollCallClosed' });
  for (const p of roster(s)) {
    if (inSession(p)) facts.push({ type: 'endpointLeft', endpointId: p.endpointId, reason: 'session_ended' });
    else if (p.presence === 'calling') facts.push({ type: 'endpointMissedCall', endpointId: p.endpointId });
  }
  return [...facts, { type: 'sessionClosed' }];
}

/**
 * Decides what the program itself reports: calls, comings and goings, the two steps of closing. A report that says
 * nothing new (an interruption of who left, a second end) comes to no facts.
 * @param now epoch milliseconds
 * @returns the facts, or `no_such_participant`, and for `joined` also `wrong_phase` or `removed_from_session`
 */
export function systemDecide(s: SessionSnapshot, command: SystemCommand, now: number): Decision {
  if (command.name === 'closing') return s.phase === 'open' ? [{ type: 'sessionClosing' }] : [];
  if (command.name === 'closed') return close(s);
  const p = find(s, command.endpointId);
  if (p instanceof Refusal) return p;
  const { endpointId, presence } = p;
  switch (command.name) {
    case 'called': {
      const callable = s.phase === 'open' && !p.removed && (presence === 'absent' || presence === 'left');
      return callable ? [{ type: 'endpointCalled', endpointId }] : [];
    }
    case 'joined':
      return join(s, p);
    case 'interrupted':
      return presence === 'joined' ? [interruption(p, command.lastSign, now)] : [];
    case 'missedCall':
      return presence === 'calling' ? [{ type: 'endpointMissedCall', endpointId }] : [];
    case 'left':
      return exit(p, command.reason);
  }
}
