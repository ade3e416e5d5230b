import { expect } from 'chai';
import { RIGHTS } from '../../../server/conference/permissions.ts';
import type { RuledCommandName, SessionActor, SessionCommand } from '../../../server/conference/permissions.ts';
import { SESSION_COMMAND_NAMES } from '../../../server/protocol/commands.ts';
import type { DrivenSession } from '../../support/aSession.ts';
import { aSession, person, seat } from '../../support/aSession.ts';

const HALL = 'Hội trường tỉnh';
const A = 'Sơn Dương';
const B = 'Tân Trào';

/** One valid call of every command, named by who it is about. */
const CALLS: { [N in RuledCommandName]: Extract<SessionCommand, { name: N }>['input'] } = {
  'chair.handOver': { endpointId: A },
  'chair.takeBack': {},
  'mode.set': { floorMode: 'lecture' },
  'floor.request': {},
  'floor.withdraw': {},
  'floor.approve': { endpointId: B },
  'floor.refuse': { endpointId: B },
  'floor.give': { endpointId: B },
  'floor.release': { endpointId: B },
  'mic.mute': { endpointId: B, muted: true },
  'mic.muteAll': { selfUnmute: true },
  'mic.allow': { endpointId: B, allowed: true },
  'stage.set': { endpointId: B },
  'presentation.request': {},
  'presentation.give': { endpointId: B },
  'presentation.stop': { endpointId: B },
  'rollCall.start': {},
  'rollCall.call': { endpointId: B },
  'rollCall.answer': { state: 'present_in_room' },
  'rollCall.mark': { endpointId: B, state: 'absent' },
  'rollCall.close': {},
  'session.extend': { minutes: 15 },
  'session.pause': {},
  'session.resume': {},
  'session.lock': { locked: true },
  'session.remove': { endpointId: B },
  'session.end': {},
};
const ALL = Object.keys(CALLS) as RuledCommandName[];

function give(session: DrivenSession, name: RuledCommandName, by: SessionActor) {
  return session.does(by, name, CALLS[name] as never);
}

describe('the table of rights', () => {
  it('names every command but entering and leaving', () => {
    expect([...Object.keys(RIGHTS), 'session.join', 'session.leave'].sort()).to.deep.equal(
      [...SESSION_COMMAND_NAMES].sort(),
    );
  });

  for (const name of ALL.filter((n) => RIGHTS[n] !== 'own')) {
    it(`refuses ${name} about another to an endpoint without the chair`, () => {
      expect(give(aSession({ endpoints: [HALL, A, B] }), name, seat(A))).to.equal('not_chair');
    });
  }

  for (const name of ALL.filter((n) => RIGHTS[n] === 'own')) {
    it(`refuses ${name} to who speaks for no endpoint, for one that is not invited, or is not there`, () => {
      const session = aSession({ endpoints: [HALL, A, B], joined: [HALL, A] });
      expect(give(session, name, person('guest'))).to.equal('not_in_session');
      expect(give(session, name, seat('Hà Giang'))).to.equal('not_invited');
      session.does(HALL, 'rollCall.start', {});
      expect(give(session, name, seat(B))).to.equal('not_in_session');
    });
  }

  for (const name of ALL) {
    it(`refuses ${name} once the session is closing, and once it is closed`, () => {
      const session = aSession({ endpoints: [HALL, A, B] });
      session.system({ name: 'closing' });
      expect(give(session, name, seat(HALL))).to.equal('wrong_phase');
      session.system({ name: 'closed' });
      expect(give(session, name, seat(HALL))).to.equal('wrong_phase');
    });
  }

  it('looks at the right before the phase', () => {
    const session = aSession({ endpoints: [HALL, A, B] });
    session.system({ name: 'closing' });
    expect(give(session, 'mode.set', seat(A))).to.equal('not_chair');
  });
});

describe('the chair of a session', () => {
  it('is the named person, and not the device of the endpoint', () => {
    const session = aSession({ endpoints: [HALL, A], chairUserId: 'chủ tịch' });
    expect(session.does(seat(HALL), 'session.pause', {})).to.equal('not_chair');
    expect(session.does(person('chủ tịch'), 'session.pause', {})).to.deep.equal(['sessionPaused']);
  });

  it('is whoever speaks for the endpoint when no person is named', () => {
    const session = aSession({ endpoints: [HALL, A] });
    expect(session.does({ endpointId: HALL, userId: 'thư ký', steward: false }, 'session.pause', {})).to.deep.equal([
      'sessionPaused',
    ]);
  });

  it('without a seat acts for the endpoint of the chair', () => {
    const session = aSession({ endpoints: [HALL, A], chairUserId: 'chủ tịch' });
    expect(session.does(person('chủ tịch'), 'mic.mute', { muted: false })).to.deep.equal(['micOpened']);
    expect(session.s.participants[HALL]?.micOpen).to.equal(true);
  });
});

describe('an administrator of the host unit', () => {
  const steward = person('quản trị', true);

  it('may extend, lock and end', () => {
    const session = aSession({ endpoints: [HALL, A] });
    expect(session.does(steward, 'session.extend', { minutes: 5 })).to.deep.equal(['sessionExtended']);
    expect(session.does(steward, 'session.lock', { locked: true })).to.deep.equal(['sessionLockSet']);
    expect(session.does(steward, 'session.end', {})).to.deep.equal(['sessionClosing']);
  });

  it('hands the chair over only while the chair is missing', () => {
    const session = aSession({ endpoints: [HALL, A] });
    expect(session.does(steward, 'chair.handOver', { endpointId: A })).to.equal('not_chair');
    session.system({ name: 'interrupted', endpointId: HALL });
    expect(session.does(steward, 'chair.handOver', { endpointId: A })).to.deep.equal(['chairHandedOver']);
  });

  it('may nothing else of the chair', () => {
    const session = aSession({ endpoints: [HALL, A] });
    expect(session.does(steward, 'mic.muteAll', { selfUnmute: true })).to.equal('not_chair');
    expect(session.does(steward, 'session.pause', {})).to.equal('not_chair');
    expect(session.does(steward, 'floor.give', { endpointId: A })).to.equal('not_chair');
  });
});
