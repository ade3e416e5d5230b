import { expect } from 'chai';
import { handPosition, heard, speechState, stageOf } from '../../../server/protocol/derive.ts';
import { aSession } from '../../support/aSession.ts';

const HALL = 'Hội trường tỉnh';
const A = 'Sơn Dương';
const B = 'Tân Trào';
const C = 'Na Hang';
const endpoints = [HALL, A, B, C];

describe('a hand', () => {
  it('is raised once, in the order of the server', () => {
    const session = aSession({ endpoints });
    expect(session.does(B, 'floor.request', {})).to.deep.equal(['handRaised']);
    session.does(A, 'floor.request', {});
    expect(session.does(B, 'floor.request', {})).to.equal('hand_already_raised');
    expect([A, B, C].map((id) => handPosition(session.s, id))).to.deep.equal([2, 1, null]);
  });

  it('goes from pending to approved to speaking to spoken', () => {
    const session = aSession({ endpoints });
    const states = [speechState(session.s, A)];
    const note = () => states.push(speechState(session.s, A));
    session.does(A, 'floor.request', {});
    note();
    expect(session.does(HALL, 'floor.approve', { endpointId: A })).to.deep.equal(['handApproved']);
    expect(session.does(HALL, 'floor.approve', { endpointId: A })).to.deep.equal([]);
    note();
    session.does(HALL, 'floor.give', { endpointId: A });
    note();
    expect(session.does(A, 'floor.request', {})).to.deep.equal([]);
    session.does(HALL, 'floor.release', { endpointId: A });
    note();
    expect(states).to.deep.equal(['none', 'pending', 'approved', 'speaking', 'spoken']);
  });

  it('can be lowered by its owner and refused by the chair, and only while it is up', () => {
    const session = aSession({ endpoints });
    session.does(A, 'floor.request', {});
    session.does(B, 'floor.request', {});
    expect(session.does(A, 'floor.withdraw', {})).to.deep.equal(['handLowered']);
    expect(session.does(A, 'floor.withdraw', {})).to.equal('hand_not_raised');
    expect(session.does(HALL, 'floor.refuse', { endpointId: B })).to.deep.equal(['handRefused']);
    expect(session.does(HALL, 'floor.refuse', { endpointId: B })).to.equal('hand_not_raised');
    expect(session.does(HALL, 'floor.approve', { endpointId: B })).to.equal('hand_not_raised');
    expect(session.does(HALL, 'floor.approve', { endpointId: 'Hà Giang' })).to.equal('no_such_participant');
    expect(session.does(HALL, 'floor.refuse', { endpointId: 'Hà Giang' })).to.equal('no_such_participant');
  });

  it('keeps its place over an interruption and loses it by leaving', () => {
    const session = aSession({ endpoints });
    session.does(A, 'floor.request', {});
    session.does(B, 'floor.request', {});
    session.system({ name: 'interrupted', endpointId: A });
    session.system({ name: 'joined', endpointId: A });
    expect(handPosition(session.s, A)).to.equal(1);
    session.system({ name: 'left', endpointId: A, reason: 'left_by_choice' });
    expect(handPosition(session.s, A)).to.equal(null);
    expect(handPosition(session.s, B)).to.equal(1);
  });
});

describe('giving the floor', () => {
  it('opens the microphone, lowers the hand and moves the stage', () => {
    const session = aSession({ endpoints });
    session.does(A, 'floor.request', {});
    expect(session.does(HALL, 'floor.give', { endpointId: A })).to.deep.equal(['floorGiven']);
    expect(heard(session.s)).to.deep.equal([A]);
    expect(handPosition(session.s, A)).to.equal(null);
    expect(stageOf(session.s)).to.equal(A);
  });

  it('is refused for who is not connected, and for who is not invited', () => {
    const session = aSession({ endpoints, joined: [HALL, A] });
    session.system({ name: 'interrupted', endpointId: A });
    expect(session.does(HALL, 'floor.give', { endpointId: A })).to.equal('participant_absent');
    expect(session.does(HALL, 'floor.give', { endpointId: B })).to.equal('participant_absent');
    expect(session.does(HALL, 'floor.give', { endpointId: 'Hà Giang' })).to.equal('no_such_participant');
  });

  it('adds a holder in a broadcast, and the stage goes back to the last one left', () => {
    const session = aSession({ endpoints, mode: 'broadcast' });
    session.does(HALL, 'mic.mute', { muted: false });
    session.does(HALL, 'floor.give', { endpointId: A });
    session.does(HALL, 'floor.give', { endpointId: B });
    expect(heard(session.s)).to.deep.equal([HALL, A, B]);
    expect(stageOf(session.s)).to.equal(B);
    session.does(B, 'floor.release', {});
    expect(stageOf(session.s)).to.equal(A);
    session.does(HALL, 'floor.release', { endpointId: A });
    expect(stageOf(session.s)).to.equal(HALL);
    expect(heard(session.s)).to.deep.equal([HALL]);
  });

  for (const mode of ['lecture', 'discussion'] as const) {
    it(`replaces the holder in a ${mode}`, () => {
      const session = aSession({ endpoints, mode });
      session.does(HALL, 'floor.give', { endpointId: A });
      expect(session.does(HALL, 'floor.give', { endpointId: B })).to.deep.equal(['floorReleased', 'floorGiven']);
      expect(session.s.floor.holders.map((h) => h.endpointId)).to.deep.equal([B]);
      expect(heard(session.s)).to.deep.equal([B]);
    });

    it(`to the chair's own endpoint takes it back in a ${mode}`, () => {
      const session = aSession({ endpoints, mode });
      session.does(HALL, 'floor.request', {});
      session.does(HALL, 'floor.give', { endpointId: A });
      expect(session.does(HALL, 'floor.give', { endpointId: HALL })).to.deep.equal([
        'floorReleased',
        'handLowered',
        'micOpened',
      ]);
      expect(heard(session.s)).to.deep.equal([HALL]);
      expect(stageOf(session.s)).to.equal(HALL);
      expect(session.does(HALL, 'floor.give', { endpointId: HALL })).to.deep.equal([]);
    });
  }

  it('leaves the others of a discussion their microphones', () => {
    const session = aSession({ endpoints, mode: 'discussion' });
    session.does(C, 'mic.mute', { muted: false });
    session.does(HALL, 'floor.give', { endpointId: A });
    expect(heard(session.s)).to.have.members([A, C]);
  });

  it('again opens a holder that was muted, and else changes nothing', () => {
    const session = aSession({ endpoints });
    session.does(HALL, 'floor.give', { endpointId: A });
    expect(session.does(HALL, 'floor.give', { endpointId: A })).to.deep.equal([]);
    session.does(HALL, 'mic.mute', { endpointId: A, muted: true });
    expect(session.does(HALL, 'floor.give', { endpointId: A })).to.deep.equal(['micOpened']);
  });

  it('does not move a stage that the chair has pinned', () => {
    const session = aSession({ endpoints });
    session.does(HALL, 'stage.set', { endpointId: C });
    session.does(HALL, 'floor.give', { endpointId: A });
    expect(stageOf(session.s)).to.equal(C);
  });
});

describe('the floor', () => {
  it('is given back by its holder or taken by the chair, and only when it is held', () => {
    const session = aSession({ endpoints });
    expect(session.does(A, 'floor.release', {})).to.equal('floor_not_held');
    expect(session.does(HALL, 'floor.release', { endpointId: A })).to.equal('floor_not_held');
    expect(session.does(HALL, 'floor.release', { endpointId: 'Hà Giang' })).to.equal('no_such_participant');
    session.does(HALL, 'floor.give', { endpointId: A });
    expect(session.does(B, 'floor.release', { endpointId: A })).to.equal('not_chair');
    expect(session.does(A, 'floor.release', {})).to.deep.equal(['floorReleased']);
  });

  it('remembers how long each has spoken, one entry an endpoint', () => {
    const session = aSession({ endpoints });
    for (const [id, seconds] of [
      [A, 30],
      [B, 20],
      [A, 5],
    ] as const) {
      session.does(HALL, 'floor.give', { endpointId: id });
      session.wait(seconds).does(HALL, 'floor.release', { endpointId: id });
    }
    expect(session.s.floor.spoken).to.deep.equal([
      { endpointId: B, ms: 20_000 },
      { endpointId: A, ms: 35_000 },
    ]);
  });

  it('stays with who is interrupted and is lost by who leaves or is removed', () => {
    const session = aSession({ endpoints });
    session.does(HALL, 'floor.give', { endpointId: A });
    session.does(HALL, 'floor.give', { endpointId: B });
    session.system({ name: 'interrupted', endpointId: B });
    expect(heard(session.s)).to.deep.equal([A, B]);
    session.system({ name: 'left', endpointId: B, reason: 'line_lost' });
    expect(heard(session.s)).to.deep.equal([A]);
    session.does(HALL, 'session.remove', { endpointId: A });
    expect(session.s.floor.holders).to.deep.equal([]);
    expect(stageOf(session.s)).to.equal(HALL);
  });
});
