import { expect } from 'chai';
import { calledNow, heard, stageOf } from '../../../server/protocol/derive.ts';
import type { SessionEvent, SessionFact } from '../../../server/protocol/events.ts';
import { evolve } from '../../../server/protocol/evolve.ts';
import type { SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { aSession } from '../../support/aSession.ts';
import type { DrivenSession } from '../../support/aSession.ts';

const HALL = 'Hội trường tỉnh';
const A = 'Sơn Dương';
const B = 'Tân Trào';
const C = 'Na Hang';

/** A roll call of which A is answered for, B is called, and C is not in the session. */
function almostDone(): DrivenSession {
  const session = aSession({ endpoints: [HALL, A, B, C], joined: [HALL, A, B] });
  session.does(HALL, 'rollCall.start', {});
  session.does(HALL, 'rollCall.mark', { endpointId: A, state: 'present_online' });
  session.does(HALL, 'rollCall.call', { endpointId: B });
  return session;
}

type Step = (session: DrivenSession) => unknown;
const markB: Step = (s) => s.does(HALL, 'rollCall.mark', { endpointId: B, state: 'present_online' });

/** what happens while B is called, and whether B is called still */
const CASES: [string, boolean, Step][] = [
  ['the chair marks the last as present', false, markB],
  [
    'the chair marks the last as absent',
    false,
    (s) => s.does(HALL, 'rollCall.mark', { endpointId: B, state: 'absent', reason: 'không trả lời' }),
  ],
  ['the last answers for itself', false, (s) => s.does(B, 'rollCall.answer', { state: 'present_online' })],
  [
    'many are marked, the last among them',
    false,
    (s) => s.does(HALL, 'rollCall.mark', { endpointIds: [B, C], state: 'absent' }),
  ],
  [
    'those who are not there are marked, and the last has not answered',
    true,
    (s) => s.does(HALL, 'rollCall.mark', { endpointIds: [C], state: 'absent' }),
  ],
  [
    'the last is marked while another has come in',
    true,
    (s) => {
      s.system({ name: 'joined', endpointId: C });
      markB(s);
    },
  ],
  [
    'the one who had come in is lost again, and the last is marked once more',
    false,
    (s) => {
      s.system({ name: 'joined', endpointId: C });
      markB(s);
      s.system({ name: 'interrupted', endpointId: C });
      markB(s);
    },
  ],
  [
    'the mark of the last is taken back before another comes in',
    true,
    (s) => s.does(HALL, 'rollCall.mark', { endpointId: B, state: 'not_called' }),
  ],
];

describe('the last endpoint of a roll call', () => {
  for (const [what, called, step] of CASES) {
    it(`is ${called ? 'called still' : 'called no more'} when ${what}`, () => {
      const session = almostDone();
      session.does(HALL, 'mic.mute', { muted: false });
      expect([stageOf(session.s), heard(session.s)]).to.deep.equal([B, [HALL, B]]);
      step(session);
      expect(calledNow(session.s)).to.equal(called ? B : null);
      expect(stageOf(session.s)).to.equal(called ? B : HALL);
      expect(heard(session.s)).to.deep.equal(called ? [HALL, B] : [HALL]);
      expect(session.s.rollCall?.open).to.equal(true);
    });
  }

  it('gives the stage back to who has the floor, and keeps a floor of its own', () => {
    const session = almostDone();
    session.does(HALL, 'floor.give', { endpointId: B });
    session.does(HALL, 'stage.set', { endpointId: A });
    markB(session);
    expect([stageOf(session.s), heard(session.s)]).to.deep.equal([A, [B]]);
  });

  it('can be called once more, and is marked with nothing new to end it', () => {
    const session = almostDone();
    markB(session);
    expect(markB(session)).to.deep.equal([]);
    session.does(HALL, 'rollCall.call', { endpointId: B });
    expect(markB(session)).to.deep.equal(['rollMarked']);
    expect(calledNow(session.s)).to.equal(null);
  });
});

describe('a roll call that an earlier version stored', () => {
  const opening = aSession({ endpoints: [HALL, A], joined: [] }).events[0] as SessionEvent;
  const facts: SessionFact[] = [
    { type: 'endpointJoined', endpointId: HALL },
    { type: 'endpointJoined', endpointId: A },
    { type: 'rollCallStarted' },
    { type: 'rollCalled', endpointId: A },
    { type: 'rollMarked', endpointId: A, state: 'present_online', reason: null, byChair: true },
  ];
  const events = facts.map((fact, i): SessionEvent => ({ ...opening, seq: i + 2, fact }));
  const replayed = (upTo: number): SessionSnapshot =>
    events
      .slice(0, upTo)
      .reduce(evolve as (s: SessionSnapshot, e: SessionEvent) => SessionSnapshot, evolve(null, opening));

  it('comes to the state of then: the last stays called until the roll is closed', () => {
    const s = replayed(events.length);
    expect(calledNow(s)).to.equal(A);
    expect(s.participants[A]?.micOpen).to.equal(true);
    const closed = evolve(s, { ...opening, seq: s.seq + 1, fact: { type: 'rollCallClosed' } });
    expect(closed.participants[A]?.micOpen).to.equal(false);
  });
});
