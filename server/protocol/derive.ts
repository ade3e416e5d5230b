import type { ExitReason, Participant, Presence, RollState, SessionSnapshot } from './snapshot.ts';

/** Where an endpoint stands with its speech: no hand, hand waiting, hand approved, has the floor, has had it. */
export type SpeechState = 'none' | 'pending' | 'approved' | 'speaking' | 'spoken';

/** Heads of a session. `invited` leaves out who was removed; the presences add up to `invited + removed`. */
export interface Counts extends Record<Presence, number> {
  invited: number;
  /** joined or interrupted */
  inSession: number;
  removed: number;
  hands: number;
}

/** Tells whether an endpoint takes part now: an interrupted one keeps its seat, hand, floor and microphone. */
export function inSession(p: Pick<Participant, 'presence'> | undefined): boolean {
  return p?.presence === 'joined' || p?.presence === 'interrupted';
}

/** Tells whether this is the endpoint of the present chair. */
export function isChairEndpoint(s: SessionSnapshot, endpointId: string): boolean {
  return s.chair.endpointId === endpointId;
}

/** The endpoint that the roll call calls now, or null. */
export function calledNow(s: SessionSnapshot): string | null {
  return s.rollCall?.open ? s.rollCall.current : null;
}

/** The endpoint that every screen shows: who is called in the roll call, else the stage. */
export function stageOf(s: SessionSnapshot): string {
  return calledNow(s) ?? s.stage.endpointId;
}

/** The endpoint that a stage which is not pinned shows: who got the floor last, else the chair. */
export function floorStage(s: SessionSnapshot): string {
  return s.floor.holders.at(-1)?.endpointId ?? s.chair.endpointId;
}

/** Tells whether the endpoint has the floor. */
export function holdsFloor(s: SessionSnapshot, endpointId: string): boolean {
  return s.floor.holders.some((h) => h.endpointId === endpointId);
}

/** What the floor mode alone lets be heard. Built once for many participants, so that a whole roster costs O(N). */
function modeRule(s: SessionSnapshot): (p: Participant) => boolean {
  const chair = s.chair.endpointId;
  if (s.floorMode === 'lecture') {
    const one = floorStage(s);
    return (p) => p.endpointId === one;
  }
  const holders = new Set(s.floor.holders.map((h) => h.endpointId));
  const all = s.floorMode === 'discussion' && s.selfUnmute;
  return (p) => all || p.endpointId === chair || p.micAllowed || holders.has(p.endpointId);
}

/** The mode's rule, under a roll call: while somebody is called, that endpoint and the chair alone. */
function voiceRule(s: SessionSnapshot): (p: Participant) => boolean {
  const called = calledNow(s);
  if (called === null) return modeRule(s);
  return (p) => p.endpointId === called || p.endpointId === s.chair.endpointId;
}

/**
 * The rule by which an open microphone may stay open although it is perhaps not heard just now: the chair's in a
 * lecture, and everybody's while the roll call silences them for a moment.
 */
export function micKeepRule(s: SessionSnapshot): (p: Participant) => boolean {
  const byMode = modeRule(s);
  const called = calledNow(s);
  return (p) => p.endpointId === s.chair.endpointId || p.endpointId === called || byMode(p);
}

/** Tells whether the endpoint may open its microphone now. The chair's endpoint always may. */
export function mayOpenMic(s: SessionSnapshot, endpointId: string): boolean {
  const p = s.participants[endpointId];
  return p !== undefined && (isChairEndpoint(s, endpointId) || voiceRule(s)(p));
}

/** The endpoints whose microphones are effective now: present, open, with the right, not paused. O(N). */
export function heard(s: SessionSnapshot): string[] {
  if (s.paused || s.phase !== 'open') return [];
  const rule = voiceRule(s);
  return Object.values(s.participants)
    .filter((p) => p.micOpen && inSession(p) && rule(p))
    .map((p) => p.endpointId);
}

/** Tells whether the endpoint is heard now; the same rule as `heard`. */
export function isHeard(s: SessionSnapshot, endpointId: string): boolean {
  const p = s.participants[endpointId];
  if (!p || s.paused || s.phase !== 'open') return false;
  return p.micOpen && inSession(p) && voiceRule(s)(p);
}

/** All invited endpoints in the order of rosters and roll calls. */
export function roster(s: SessionSnapshot): Participant[] {
  return Object.values(s.participants).sort((a, b) => a.order - b.order || (a.code < b.code ? -1 : 1));
}

/** The endpoints that take part now, in roster order. */
export function present(s: SessionSnapshot): Participant[] {
  return roster(s).filter(inSession);
}

/** The invited endpoints that do not take part now, in roster order, without those that were removed. */
export function missing(s: SessionSnapshot): Participant[] {
  return roster(s).filter((p) => !inSession(p) && !p.removed);
}

/** Place of an endpoint's hand in the queue, from 1; null when it has not raised one. */
export function handPosition(s: SessionSnapshot, endpointId: string): number | null {
  const at = s.floor.queue.findIndex((h) => h.endpointId === endpointId);
  return at < 0 ? null : at + 1;
}

/** Where the endpoint stands with its speech. A new hand counts for more than an earlier speech. */
export function speechState(s: SessionSnapshot, endpointId: string): SpeechState {
  if (holdsFloor(s, endpointId)) return 'speaking';
  const hand = s.floor.queue.find((h) => h.endpointId === endpointId);
  if (hand) return hand.approved ? 'approved' : 'pending';
  return s.floor.spoken.some((x) => x.endpointId === endpointId) ? 'spoken' : 'none';
}

/** Counts the participants by presence. */
export function counts(s: SessionSnapshot): Counts {
  const c: Counts = {
    invited: 0,
    inSession: 0,
    removed: 0,
    hands: s.floor.queue.length,
    absent: 0,
    calling: 0,
    joined: 0,
    interrupted: 0,
    left: 0,
  };
  for (const p of Object.values(s.participants)) {
    c[p.presence] += 1;
    if (p.removed) c.removed += 1;
    else c.invited += 1;
    if (inSession(p)) c.inSession += 1;
  }
  return c;
}

/** Counts the answers of the last roll call by state; null before the first. */
export function rollCounts(s: SessionSnapshot): Record<RollState, number> | null {
  if (!s.rollCall) return null;
  const c: Record<RollState, number> = { present_in_room: 0, present_online: 0, absent: 0, not_called: 0 };
  for (const e of Object.values(s.rollCall.entries)) c[e.state] += 1;
  return c;
}

/** Why the endpoint is not in the session, for words on a screen; null while it is, or when nothing is known. */
export function exitReason(s: SessionSnapshot, endpointId: string): ExitReason | null {
  const p = s.participants[endpointId];
  return p && !inSession(p) ? p.exitReason : null;
}
