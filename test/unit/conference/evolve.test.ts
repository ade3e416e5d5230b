import { expect } from 'chai';
import { RIGHTS } from '../../../server/conference/permissions.ts';
import type { RuledCommandName } from '../../../server/conference/permissions.ts';
import { calledNow, heard, inSession, micKeepRule } from '../../../server/protocol/derive.ts';
import { Refusal } from '../../../server/protocol/errors.ts';
import type { SessionEvent, SessionFact } from '../../../server/protocol/events.ts';
import { evolve, followsOn } from '../../../server/protocol/evolve.ts';
import { EXIT_REASONS, FLOOR_MODES, ROLL_STATES } from '../../../server/protocol/snapshot.ts';
import type { SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import type { DrivenSession } from '../../support/aSession.ts';
import { aSession, names } from '../../support/aSession.ts';

function event(seq: number, fact: SessionFact): SessionEvent {
  return { seq, at: 0, by: { endpointId: null, userId: null }, fact };
}

function refusalOf(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (e) {
    return e instanceof Refusal ? e.code : 'not a refusal';
  }
}

describe('folding an event', () => {
  const session = aSession({ endpoints: names(3) });
  const { s } = session;

  it('refuses a gap, a repetition, a second opening and an endpoint it does not know', () => {
    const paused: SessionFact = { type: 'sessionPaused' };
    expect(followsOn(s, event(s.seq + 1, paused))).to.equal(true);
    expect(refusalOf(() => evolve(s, event(s.seq + 2, paused)))).to.equal('internal');
    expect(refusalOf(() => evolve(s, event(s.seq, paused)))).to.equal('internal');
    expect(refusalOf(() => evolve(null, event(1, paused)))).to.equal('internal');
    expect(refusalOf(() => evolve(s, { ...session.events[0]!, seq: s.seq + 1 }))).to.equal('internal');
    const unknown: SessionFact = { type: 'micOpened', endpointId: 'Hà Giang' };
    expect(refusalOf(() => evolve(s, event(s.seq + 1, unknown)))).to.equal('internal');
    const newer = { type: 'somethingNew' } as unknown as SessionFact;
    expect(refusalOf(() => evolve(s, event(s.seq + 1, newer)))).to.equal('internal');
  });

  it('copies only what changes', () => {
    const next = evolve(s, event(s.seq + 1, { type: 'micOpened', endpointId: 'Xã 1' }));
    expect(next.participants['Xã 2']).to.equal(s.participants['Xã 2']);
    expect(next.floor).to.equal(s.floor);
    expect(next.participants['Xã 1']).not.to.equal(s.participants['Xã 1']);
    const moved = evolve(s, event(s.seq + 1, { type: 'sessionPaused' }));
    expect(moved.participants).to.equal(s.participants);
  });

  it('never moves the phase back', () => {
    const closed = evolve(s, event(s.seq + 1, { type: 'sessionClosed' }));
    const again = evolve(closed, event(closed.seq + 1, { type: 'sessionClosing' }));
    expect(again.phase).to.equal('closed');
  });
});

/** A small generator with a seed, so that a storm that fails can be run again. */
function randomFrom(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return Math.floor((x / 2 ** 32) * below);
  };
}

/** What opens microphones comes more often than what silences, so that the storm has voices to go wrong. */
const COMMANDS: RuledCommandName[] = [
  ...(Object.keys(RIGHTS) as RuledCommandName[]).filter((n) => n !== 'session.end'),
  ...Array.from({ length: 12 }, () => 'mic.mute' as const),
  ...Array.from({ length: 4 }, () => 'floor.give' as const),
  ...Array.from({ length: 4 }, () => 'floor.request' as const),
];
const RARE = new Set<RuledCommandName>(['session.remove', 'mic.muteAll']);
const MAY_NAME = new Set<RuledCommandName>(['floor.release', 'mic.mute', 'mic.allow', 'presentation.stop']);
const REPORTS = [
  'called',
  'joined',
  'joined',
  'joined',
  'joined',
  'joined',
  'interrupted',
  'missedCall',
  'left',
] as const;

/** One random command or report; refusals are part of the storm. */
function oneGust(session: DrivenSession, ids: string[], random: (below: number) => number): string {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  session.wait(random(20));
  if (random(3) === 0) {
    const name = pick(REPORTS);
    session.system({ name, endpointId: pick(ids), reason: pick(EXIT_REASONS) } as never);
    return name;
  }
  const name = pick(COMMANDS);
  if (RARE.has(name) && random(8) !== 0) return 'nothing';
  const named = MAY_NAME.has(name) && random(3) !== 0 ? undefined : pick([...ids, 'Hà Giang']);
  const input = {
    endpointId: name === 'stage.set' && random(2) === 0 ? null : named,
    floorMode: pick(FLOOR_MODES),
    muted: random(4) === 0,
    allowed: random(3) !== 0,
    selfUnmute: random(3) !== 0,
    state: pick(ROLL_STATES),
    minutes: 5,
    locked: random(2) === 0,
  };
  const by = random(2) === 0 ? session.s.chair.endpointId : pick(ids);
  session.does(by, name, input as never);
  return name;
}

function checkInvariants(s: SessionSnapshot, after: string): void {
  const voices = heard(s);
  const holders = s.floor.holders.map((h) => h.endpointId);
  const inside = (id: string) => inSession(s.participants[id]);
  if (s.floorMode === 'lecture' && calledNow(s) === null) expect(voices.length, after).to.be.at.most(1);
  if (s.floorMode === 'lecture') expect(holders.length, after).to.be.at.most(1);
  if (calledNow(s) !== null) expect(voices.length, after).to.be.at.most(2);
  expect(new Set(holders).size, after).to.equal(holders.length);
  expect(new Set(s.floor.queue.map((h) => h.endpointId)).size, after).to.equal(s.floor.queue.length);
  expect(holders.every(inside), `${after}: who has the floor is in`).to.equal(true);
  expect(
    s.floor.queue.every((h) => inside(h.endpointId)),
    `${after}: who has a hand up is in`,
  ).to.equal(true);
  expect(
    s.floor.queue.some((h) => holders.includes(h.endpointId)),
    `${after}: a hand or the floor`,
  ).to.equal(false);
  if (s.presentation.holder !== null) expect(inside(s.presentation.holder), after).to.equal(true);
  const keeps = micKeepRule(s);
  for (const p of Object.values(s.participants)) {
    if (p.micOpen) expect(keeps(p) && inSession(p), `${after}: ${p.endpointId} is open without right`).to.equal(true);
    if (p.removed) expect(inSession(p), after).to.equal(false);
  }
  if (!s.stage.pinned) expect(s.stage.endpointId, after).to.equal(holders.at(-1) ?? s.chair.endpointId);
}

describe('a storm of commands', () => {
  for (const seed of [1, 7, 42, 2026, 87]) {
    it(`keeps every rule of the session, and replays to the same state (seed ${seed})`, () => {
      const random = randomFrom(seed);
      const ids = names(6);
      const session = aSession({ endpoints: ids, mode: FLOOR_MODES[seed % 3]! });
      let open = 0;
      for (let i = 0; i < 1500; i += 1) {
        const gust = oneGust(session, ids, random);
        checkInvariants(session.s, `gust ${i}, ${gust}`);
        open += Object.values(session.s.participants).filter((p) => p.micOpen).length;
      }
      expect(session.events.length).to.be.greaterThan(300);
      expect(open / 1500, 'a storm without voices proves nothing').to.be.greaterThan(1);
      let again: SessionSnapshot | null = null;
      for (const e of JSON.parse(JSON.stringify(session.events)) as SessionEvent[]) again = evolve(again, e);
      expect(again).to.deep.equal(session.s);
    });

    it(`is ended by mute all: nobody but the chair is heard (seed ${seed})`, () => {
      const random = randomFrom(seed * 31);
      const ids = names(8);
      const session = aSession({ endpoints: ids, mode: FLOOR_MODES[seed % 3]! });
      for (let round = 0; round < 40; round += 1) {
        for (let i = 0; i < 15; i += 1) oneGust(session, ids, random);
        session.does(session.s.chair.endpointId, 'mic.muteAll', { selfUnmute: true });
        const others = heard(session.s).filter((id) => id !== session.s.chair.endpointId);
        expect(others, `round ${round}`).to.deep.equal([]);
      }
    });
  }
});
