import { floorStage, holdsFloor, isChairEndpoint, micKeepRule } from './derive.ts';
import { Refusal } from './refusal.ts';
import type { Invited, SessionEvent, SessionFact } from './events.ts';
import type { Chair, Participant, RollCall, RollEntry, SessionSnapshot } from './snapshot.ts';

type FactType = SessionFact['type'];
type FactOf<T extends FactType> = Extract<SessionFact, { type: T }>;
/** Folds one kind of fact. `at` is the event's time; the caller moves `seq`. */
type Fold<T extends FactType> = (s: SessionSnapshot, fact: FactOf<T>, at: number) => SessionSnapshot;

/** @throws Refusal `internal` when the event names an endpoint that the session does not have */
function patch(s: SessionSnapshot, endpointId: string, change: Partial<Participant>): SessionSnapshot {
  const p = s.participants[endpointId];
  if (!p) throw new Refusal('internal', `an event names the endpoint ${endpointId}, which is not in the session`);
  return { ...s, participants: { ...s.participants, [endpointId]: { ...p, ...change } } };
}

/** Closes the microphones of those for whom `close` holds; copies only what changes. */
function closeMics(s: SessionSnapshot, close: (p: Participant) => boolean): SessionSnapshot {
  const closing = Object.values(s.participants).filter((p) => p.micOpen && close(p));
  if (closing.length === 0) return s;
  const participants = { ...s.participants };
  for (const p of closing) participants[p.endpointId] = { ...p, micOpen: false };
  return { ...s, participants };
}

/** Closes every microphone that has lost its right. */
function closeLostMics(s: SessionSnapshot): SessionSnapshot {
  const keeps = micKeepRule(s);
  return closeMics(s, (p) => !keeps(p));
}

function closeMic(s: SessionSnapshot, endpointId: string): SessionSnapshot {
  return s.participants[endpointId]?.micOpen ? patch(s, endpointId, { micOpen: false }) : s;
}

/** A stage that is not pinned shows who got the floor last, else the chair. */
function followFloor(s: SessionSnapshot): SessionSnapshot {
  const endpointId = floorStage(s);
  if (s.stage.pinned || s.stage.endpointId === endpointId) return s;
  return { ...s, stage: { endpointId, pinned: false } };
}

function lowerHand(s: SessionSnapshot, endpointId: string): SessionSnapshot {
  if (!s.floor.queue.some((h) => h.endpointId === endpointId)) return s;
  return { ...s, floor: { ...s.floor, queue: s.floor.queue.filter((h) => h.endpointId !== endpointId) } };
}

/**
 * Takes the floor from an endpoint: its turn is added to what it has spoken (one entry an endpoint, the latest speaker
 * last, so that the list is bounded by the roster) and its microphone closes, unless it is the chair's.
 */
function endTurn(s: SessionSnapshot, endpointId: string, at: number): SessionSnapshot {
  const turn = s.floor.holders.find((h) => h.endpointId === endpointId);
  if (!turn) return s;
  const before = s.floor.spoken.find((x) => x.endpointId === endpointId)?.ms ?? 0;
  const others = s.floor.spoken.filter((x) => x.endpointId !== endpointId);
  const floor = {
    ...s.floor,
    holders: s.floor.holders.filter((h) => h !== turn),
    spoken: [...others, { endpointId, ms: before + Math.max(0, at - turn.since) }],
  };
  const released = { ...s, floor };
  return isChairEndpoint(s, endpointId) ? released : closeMic(released, endpointId);
}

function endTurns(s: SessionSnapshot, endpointIds: string[], at: number): SessionSnapshot {
  return endpointIds.reduce((now, endpointId) => endTurn(now, endpointId, at), s);
}

function dropPresentation(s: SessionSnapshot, endpointId: string): SessionSnapshot {
  const { holder, requests } = s.presentation;
  if (holder !== endpointId && !requests.includes(endpointId)) return s;
  return {
    ...s,
    presentation: {
      holder: holder === endpointId ? null : holder,
      requests: requests.filter((r) => r !== endpointId),
    },
  };
}

function changeRoll(s: SessionSnapshot, change: Partial<RollCall>): SessionSnapshot {
  return s.rollCall ? { ...s, rollCall: { ...s.rollCall, ...change } } : s;
}

/** Nobody is called any more: who was keeps its microphone only as chair or with the floor. */
function endRollTurn(s: SessionSnapshot): SessionSnapshot {
  const was = s.rollCall?.current;
  if (!was) return s;
  const moved = changeRoll(s, { current: null });
  return isChairEndpoint(s, was) || holdsFloor(s, was) ? moved : closeMic(moved, was);
}

function enter(s: SessionSnapshot, endpointId: string, at: number): SessionSnapshot {
  const p = s.participants[endpointId];
  if (p?.presence === 'interrupted') return patch(s, endpointId, { presence: 'joined', since: at });
  return patch(s, endpointId, {
    presence: 'joined',
    since: at,
    exitReason: null,
    joinCount: (p?.joinCount ?? 0) + 1,
    micOpen: false,
  });
}

function leave(s: SessionSnapshot, fact: FactOf<'endpointLeft'>, at: number): SessionSnapshot {
  const id = fact.endpointId;
  let now = dropPresentation(lowerHand(endTurn(s, id, at), id), id);
  if (now.rollCall?.current === id) now = changeRoll(now, { current: null });
  if (now.stage.pinned && now.stage.endpointId === id) now = { ...now, stage: { ...now.stage, pinned: false } };
  now = patch(now, id, { presence: 'left', since: at, exitReason: fact.reason, micOpen: false });
  return followFloor(now);
}

function giveFloor(s: SessionSnapshot, endpointId: string, at: number): SessionSnapshot {
  const opened = patch(lowerHand(s, endpointId), endpointId, { micOpen: true });
  const holders = [...opened.floor.holders.filter((h) => h.endpointId !== endpointId), { endpointId, since: at }];
  return followFloor({ ...opened, floor: { ...opened.floor, holders } });
}

/** Who loses the chair also loses the right that came with it. */
function moveChair(s: SessionSnapshot, chair: Chair): SessionSnapshot {
  return followFloor(closeLostMics({ ...s, chair }));
}

function muteAll(s: SessionSnapshot, fact: FactOf<'allMuted'>, at: number): SessionSnapshot {
  const spared = new Set(fact.except);
  const silenced = s.floor.holders.map((h) => h.endpointId).filter((id) => !spared.has(id));
  const released = endTurns({ ...s, selfUnmute: fact.selfUnmute }, silenced, at);
  return followFloor(closeMics(released, (p) => !spared.has(p.endpointId)));
}

function setMode(s: SessionSnapshot, fact: FactOf<'modeSet'>, at: number): SessionSnapshot {
  const set = { ...s, floorMode: fact.floorMode };
  // a lecture has one voice: who got the floor last keeps it
  const trimmed = fact.floorMode === 'lecture' ? set.floor.holders.slice(0, -1).map((h) => h.endpointId) : [];
  return followFloor(closeLostMics(endTurns(set, trimmed, at)));
}

function startRoll(s: SessionSnapshot, at: number): SessionSnapshot {
  const entries: Record<string, RollEntry> = {};
  for (const p of Object.values(s.participants)) {
    if (p.removed) continue;
    // the chair needs no calling: it asks the others
    const here = isChairEndpoint(s, p.endpointId) && p.presence === 'joined';
    const state = here ? 'present_in_room' : 'not_called';
    entries[p.endpointId] = { state, reason: null, calledAt: null, answeredAt: here ? at : null };
  }
  return { ...s, rollCall: { open: true, startedAt: at, closedAt: null, current: null, entries } };
}

function changeEntry(s: SessionSnapshot, endpointId: string, change: Partial<RollEntry>): SessionSnapshot {
  const blank: RollEntry = { state: 'not_called', reason: null, calledAt: null, answeredAt: null };
  const entries = s.rollCall?.entries ?? {};
  return changeRoll(s, { entries: { ...entries, [endpointId]: { ...blank, ...entries[endpointId], ...change } } });
}

function callRoll(s: SessionSnapshot, endpointId: string, at: number): SessionSnapshot {
  const called = changeRoll(changeEntry(endRollTurn(s), endpointId, { calledAt: at }), { current: endpointId });
  return patch(called, endpointId, { micOpen: true });
}

function askPresentation(s: SessionSnapshot, endpointId: string): SessionSnapshot {
  return { ...s, presentation: { ...s.presentation, requests: [...s.presentation.requests, endpointId] } };
}

function givePresentation(s: SessionSnapshot, endpointId: string): SessionSnapshot {
  const requests = s.presentation.requests.filter((r) => r !== endpointId);
  return { ...s, presentation: { holder: endpointId, requests } };
}

/** One fold per kind of fact; a kind without one does not compile. */
const FOLDS: { [T in FactType]: Fold<T> } = {
  sessionOpened: () => {
    throw new Refusal('internal', 'a session is opened by its first event and by no other');
  },
  endpointCalled: (s, f, at) => patch(s, f.endpointId, { presence: 'calling', since: at, exitReason: null }),
  endpointJoined: (s, f, at) => enter(s, f.endpointId, at),
  endpointInterrupted: (s, f, at) => patch(s, f.endpointId, { presence: 'interrupted', since: f.lastSign?.at ?? at }),
  endpointLeft: leave,
  endpointRemoved: (s, f) => patch(s, f.endpointId, { removed: true }),
  endpointMissedCall: (s, f, at) => {
    const presence = s.participants[f.endpointId]?.joinCount ? 'left' : 'absent';
    return patch(s, f.endpointId, { presence, since: at, exitReason: 'no_answer' });
  },
  chairHandedOver: (s, f) => moveChair(s, f.chair),
  chairTakenBack: (s, f) => moveChair(s, f.chair),
  modeSet: setMode,
  handRaised: (s, f, at) => {
    const hand = { endpointId: f.endpointId, raisedAt: at, approved: false };
    return { ...s, floor: { ...s.floor, queue: [...s.floor.queue, hand] } };
  },
  handLowered: (s, f) => lowerHand(s, f.endpointId),
  handApproved: (s, f) => {
    const queue = s.floor.queue.map((h) => (h.endpointId === f.endpointId ? { ...h, approved: true } : h));
    return { ...s, floor: { ...s.floor, queue } };
  },
  handRefused: (s, f) => lowerHand(s, f.endpointId),
  floorGiven: (s, f, at) => giveFloor(s, f.endpointId, at),
  floorReleased: (s, f, at) => followFloor(endTurn(s, f.endpointId, at)),
  micOpened: (s, f) => patch(s, f.endpointId, { micOpen: true }),
  micMuted: (s, f) => patch(s, f.endpointId, { micOpen: false }),
  allMuted: muteAll,
  micAllowedSet: (s, f) => closeLostMics(patch(s, f.endpointId, { micAllowed: f.allowed })),
  selfUnmuteSet: (s, f) => closeLostMics({ ...s, selfUnmute: f.allowed }),
  stageSet: (s, f) => ({ ...s, stage: { endpointId: f.endpointId, pinned: f.pinned } }),
  presentationRequested: (s, f) => askPresentation(s, f.endpointId),
  presentationRequestDropped: (s, f) => dropPresentation(s, f.endpointId),
  presentationGiven: (s, f) => givePresentation(s, f.endpointId),
  presentationStopped: (s) => ({ ...s, presentation: { ...s.presentation, holder: null } }),
  rollCallStarted: (s, _f, at) => startRoll(s, at),
  rollCalled: (s, f, at) => callRoll(s, f.endpointId, at),
  rollMarked: (s, f, at) => {
    const answeredAt = f.state === 'not_called' ? null : at;
    const marked = changeEntry(s, f.endpointId, { state: f.state, reason: f.reason, answeredAt });
    return f.endsTurn ? endRollTurn(marked) : marked;
  },
  rollCallClosed: (s, _f, at) => changeRoll(endRollTurn(s), { open: false, closedAt: at }),
  sessionExtended: (s, f) => ({ ...s, endsAt: f.endsAt }),
  // who was heard before the break must not be heard after it without knowing: the chair alone goes on as it was
  sessionPaused: (s) => {
    const open = Object.values(s.participants).filter((p) => p.micOpen && p.endpointId !== s.chair.endpointId);
    const closed = Object.fromEntries(open.map((p) => [p.endpointId, { ...p, micOpen: false }]));
    const participants = open.length === 0 ? s.participants : { ...s.participants, ...closed };
    return { ...s, paused: true, participants };
  },
  sessionResumed: (s) => ({ ...s, paused: false }),
  sessionLockSet: (s, f) => ({ ...s, locked: f.locked }),
  sessionClosing: (s) => (s.phase === 'open' ? { ...s, phase: 'closing' } : s),
  sessionClosed: (s, _f, at) => (s.phase === 'closed' ? s : { ...s, phase: 'closed', closedAt: at }),
};

function newcomer(i: Invited, at: number): Participant {
  return {
    ...i,
    presence: 'absent',
    since: at,
    exitReason: null,
    joinCount: 0,
    micOpen: false,
    micAllowed: false,
    removed: false,
  };
}

function openSession(fact: FactOf<'sessionOpened'>, event: SessionEvent): SessionSnapshot {
  const { type: _, invited, chair, ...plan } = fact;
  return {
    ...plan,
    seq: event.seq,
    phase: 'open',
    openedAt: event.at,
    closedAt: null,
    chair,
    homeChair: chair,
    stage: { endpointId: chair.endpointId, pinned: false },
    floor: { holders: [], queue: [], spoken: [] },
    selfUnmute: true,
    presentation: { holder: null, requests: [] },
    rollCall: null,
    paused: false,
    locked: false,
    participants: Object.fromEntries(invited.map((i) => [i.endpointId, newcomer(i, event.at)])),
  };
}

/** Tells whether the event is the very next one after the snapshot (`null`: the opening event, number 1). */
export function followsOn(snapshot: SessionSnapshot | null, event: SessionEvent): boolean {
  if (snapshot === null) return event.seq === 1 && event.fact.type === 'sessionOpened';
  return event.seq === snapshot.seq + 1 && event.fact.type !== 'sessionOpened';
}

/**
 * Folds one event into the state. Never changes its input; what an event does not touch is shared with the old state.
 * @throws Refusal `internal` on a gap or a repetition in `seq`, and on an endpoint or a fact that is unknown
 */
export function evolve(snapshot: SessionSnapshot | null, event: SessionEvent): SessionSnapshot {
  const { seq, fact, at } = event;
  if (!followsOn(snapshot, event)) {
    throw new Refusal('internal', `event ${seq} (${fact.type}) does not follow on ${snapshot?.seq ?? 'nothing'}`);
  }
  if (snapshot === null) return openSession(fact as FactOf<'sessionOpened'>, event);
  // the table pairs each type with its own fold, which the compiler cannot follow through a union
  const fold = FOLDS[fact.type] as Fold<FactType> | undefined;
  if (!fold) throw new Refusal('internal', `event ${seq} is of the unknown kind ${String(fact.type)}`);
  return { ...fold(snapshot, fact, at), seq };
}
