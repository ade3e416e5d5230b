import { expect } from 'chai';
import { mayJoin } from '../../../server/conference/presence.ts';
import { calledNow, counts, heard, missing, present, rollCounts, stageOf } from '../../../server/protocol/derive.ts';
import { OPENED_AT, aSession, person, seat } from '../../support/aSession.ts';

const HALL = 'Hội trường tỉnh';
const A = 'Sơn Dương';
const B = 'Tân Trào';
const C = 'Na Hang';
const endpoints = [HALL, A, B, C];

describe('the chair', () => {
  it('is handed to an endpoint that is in, and taken back by the chair of the meeting', () => {
    const session = aSession({ endpoints, joined: [HALL, A] });
    session.does(HALL, 'mic.mute', { muted: false });
    expect(session.does(HALL, 'chair.handOver', { endpointId: 'Hà Giang' })).to.equal('no_such_participant');
    expect(session.does(HALL, 'chair.handOver', { endpointId: B })).to.equal('participant_absent');
    expect(session.does(HALL, 'chair.handOver', { endpointId: HALL })).to.deep.equal([]);
    expect(session.does(HALL, 'chair.handOver', { endpointId: A })).to.deep.equal(['chairHandedOver']);
    expect(stageOf(session.s)).to.equal(A);
    expect(heard(session.s)).to.deep.equal([]);
    expect(session.does(HALL, 'session.pause', {})).to.equal('not_chair');
    expect(session.does(A, 'chair.takeBack', {})).to.equal('not_chair');
    expect(session.does(HALL, 'chair.takeBack', {})).to.deep.equal(['chairTakenBack']);
    expect(session.does(HALL, 'chair.takeBack', {})).to.deep.equal([]);
    expect(session.s.chair).to.deep.equal({ endpointId: HALL, userId: null });
  });

  it('may be handed to a person', () => {
    const session = aSession({ endpoints });
    session.does(HALL, 'chair.handOver', { endpointId: HALL, userId: 'thư ký' });
    expect(session.does(person('thư ký'), 'session.pause', {})).to.deep.equal(['sessionPaused']);
  });

  it('is kept by a chair who drops, or leaves and comes back', () => {
    const session = aSession({ endpoints });
    session.system({ name: 'interrupted', endpointId: HALL });
    session.system({ name: 'left', endpointId: HALL, reason: 'line_lost' });
    session.system({ name: 'joined', endpointId: HALL });
    expect(session.does(HALL, 'session.pause', {})).to.deep.equal(['sessionPaused']);
  });
});

describe('the stage', () => {
  it('is pinned to who is in, once, and follows the floor again', () => {
    const session = aSession({ endpoints, joined: [HALL, A, B] });
    session.does(HALL, 'floor.give', { endpointId: A });
    expect(session.does(HALL, 'stage.set', { endpointId: C })).to.equal('participant_absent');
    expect(session.does(HALL, 'stage.set', { endpointId: 'Hà Giang' })).to.equal('no_such_participant');
    expect(session.does(HALL, 'stage.set', { endpointId: B })).to.deep.equal(['stageSet']);
    expect(session.does(HALL, 'stage.set', { endpointId: B })).to.deep.equal([]);
    expect(session.does(HALL, 'stage.set', { endpointId: null })).to.deep.equal(['stageSet']);
    expect(session.s.stage).to.deep.equal({ endpointId: A, pinned: false });
    expect(session.does(HALL, 'stage.set', { endpointId: null })).to.deep.equal([]);
  });

  it('comes free when the pinned endpoint leaves', () => {
    const session = aSession({ endpoints });
    session.does(HALL, 'stage.set', { endpointId: B });
    session.system({ name: 'left', endpointId: B, reason: 'left_by_choice' });
    expect(session.s.stage).to.deep.equal({ endpointId: HALL, pinned: false });
  });
});

describe('the presentation', () => {
  it('is asked for, given, replaced and stopped', () => {
    const session = aSession({ endpoints });
    expect(session.does(A, 'presentation.request', {})).to.deep.equal(['presentationRequested']);
    expect(session.does(A, 'presentation.request', {})).to.deep.equal([]);
    expect(session.does(HALL, 'presentation.give', { endpointId: A })).to.deep.equal(['presentationGiven']);
    expect(session.s.presentation).to.deep.equal({ holder: A, requests: [] });
    expect(session.does(HALL, 'presentation.give', { endpointId: A })).to.deep.equal([]);
    expect(session.does(HALL, 'presentation.give', { endpointId: B })).to.deep.equal([
      'presentationStopped',
      'presentationGiven',
    ]);
    expect(session.does(A, 'presentation.stop', {})).to.equal('presentation_not_held');
    expect(session.does(A, 'presentation.stop', { endpointId: B })).to.equal('not_chair');
    expect(session.does(B, 'presentation.stop', {})).to.deep.equal(['presentationStopped']);
  });

  it('is refused for who is not connected', () => {
    const session = aSession({ endpoints, joined: [HALL] });
    expect(session.does(HALL, 'presentation.give', { endpointId: A })).to.equal('participant_absent');
  });

  it('takes a request back by the same word, or turns it down', () => {
    const session = aSession({ endpoints });
    session.does(A, 'presentation.request', {});
    session.does(B, 'presentation.request', {});
    expect(session.does(A, 'presentation.stop', {})).to.deep.equal(['presentationRequestDropped']);
    expect(session.does(HALL, 'presentation.stop', { endpointId: B })).to.deep.equal(['presentationRequestDropped']);
    expect(session.s.presentation.requests).to.deep.equal([]);
  });

  it('is the first who asks in a discussion, and the chair at once in every mode', () => {
    const session = aSession({ endpoints, mode: 'discussion' });
    expect(session.does(A, 'presentation.request', {})).to.deep.equal(['presentationGiven']);
    expect(session.does(A, 'presentation.request', {})).to.deep.equal([]);
    expect(session.does(B, 'presentation.request', {})).to.deep.equal(['presentationRequested']);
    expect(session.does(HALL, 'presentation.request', {})).to.deep.equal(['presentationStopped', 'presentationGiven']);
  });

  it('ends when its holder leaves and stays over an interruption', () => {
    const session = aSession({ endpoints });
    session.does(HALL, 'presentation.give', { endpointId: A });
    session.system({ name: 'interrupted', endpointId: A });
    expect(session.s.presentation.holder).to.equal(A);
    session.system({ name: 'left', endpointId: A, reason: 'line_lost' });
    expect(session.s.presentation.holder).to.equal(null);
  });
});

describe('a roll call', () => {
  it('calls one at a time: on every screen, heard with the chair alone', () => {
    const session = aSession({ endpoints, mode: 'discussion' });
    for (const id of [HALL, C]) session.does(id, 'mic.mute', { muted: false });
    expect(session.does(HALL, 'rollCall.call', { endpointId: A })).to.equal('roll_call_not_open');
    expect(session.does(HALL, 'rollCall.start', {})).to.deep.equal(['rollCallStarted']);
    expect(session.does(HALL, 'rollCall.start', {})).to.equal('roll_call_open');
    expect(heard(session.s)).to.deep.equal([HALL, C]);
    session.does(HALL, 'rollCall.call', { endpointId: A });
    expect(session.does(HALL, 'rollCall.call', { endpointId: A })).to.deep.equal([]);
    expect(stageOf(session.s)).to.equal(A);
    expect(heard(session.s)).to.deep.equal([HALL, A]);
    expect(session.does(B, 'mic.mute', { muted: false })).to.equal('mic_not_allowed');
    session.does(HALL, 'rollCall.call', { endpointId: B });
    expect(heard(session.s)).to.deep.equal([HALL, B]);
    session.does(HALL, 'rollCall.close', {});
    expect(heard(session.s)).to.deep.equal([HALL, C]);
    expect(stageOf(session.s)).to.equal(HALL);
  });

  it('silences even who has the floor, and gives it back after', () => {
    const session = aSession({ endpoints, mode: 'lecture' });
    session.does(HALL, 'floor.give', { endpointId: B });
    session.does(HALL, 'rollCall.start', {});
    session.does(HALL, 'rollCall.call', { endpointId: A });
    expect(heard(session.s)).to.deep.equal([A]);
    session.does(HALL, 'rollCall.close', {});
    expect(heard(session.s)).to.deep.equal([B]);
  });

  it('is answered by who is called, and by nobody else', () => {
    const session = aSession({ endpoints });
    expect(session.does(A, 'rollCall.answer', { state: 'present_online' })).to.equal('roll_call_not_open');
    session.does(HALL, 'rollCall.start', {});
    session.does(HALL, 'rollCall.call', { endpointId: A });
    expect(session.does(B, 'rollCall.answer', { state: 'present_online' })).to.equal('not_called');
    expect(session.does(A, 'rollCall.answer', { state: 'present_online' })).to.deep.equal(['rollMarked']);
    expect(session.does(A, 'rollCall.answer', { state: 'present_online' })).to.deep.equal([]);
    expect(session.s.rollCall?.entries[A]).to.include({ state: 'present_online', answeredAt: OPENED_AT });
  });

  it('is marked by the chair, with a reason for an absence', () => {
    const session = aSession({ endpoints, joined: [HALL, A, B] });
    const sick = { endpointId: C, state: 'absent', reason: 'mất điện' } as const;
    expect(session.does(HALL, 'rollCall.mark', sick)).to.equal('roll_call_not_open');
    session.does(HALL, 'rollCall.start', {});
    expect(session.does(HALL, 'rollCall.call', { endpointId: C })).to.equal('participant_absent');
    expect(session.does(HALL, 'rollCall.mark', sick)).to.deep.equal(['rollMarked']);
    expect(session.does(HALL, 'rollCall.mark', sick)).to.deep.equal([]);
    expect(session.s.rollCall?.entries[C]).to.include({ state: 'absent', reason: 'mất điện' });
    session.does(HALL, 'rollCall.mark', { endpointId: A, state: 'present_in_room', reason: 'thừa' });
    expect(session.s.rollCall?.entries[A]?.reason).to.equal(null);
    const unknown = { endpointId: 'Hà Giang', state: 'absent' } as const;
    expect(session.does(HALL, 'rollCall.mark', unknown)).to.equal('no_such_participant');
    expect(rollCounts(session.s)).to.deep.equal({ present_in_room: 2, present_online: 0, absent: 1, not_called: 1 });
  });

  it('is frozen once closed, until a new one starts', () => {
    const session = aSession({ endpoints });
    expect(session.does(HALL, 'rollCall.close', {})).to.equal('roll_call_not_open');
    session.does(HALL, 'rollCall.start', {});
    session.does(HALL, 'rollCall.mark', { endpointId: A, state: 'present_in_room' });
    session.does(HALL, 'rollCall.close', {});
    expect(session.does(HALL, 'rollCall.mark', { endpointId: B, state: 'absent' })).to.equal('roll_call_not_open');
    session.does(HALL, 'rollCall.start', {});
    expect(session.s.rollCall?.entries[A]?.state).to.equal('not_called');
    expect(session.s.rollCall?.entries[HALL]?.state).to.equal('present_in_room');
  });

  it('calls nobody any more when who is called leaves', () => {
    const session = aSession({ endpoints });
    session.does(HALL, 'rollCall.start', {});
    session.does(HALL, 'rollCall.call', { endpointId: A });
    session.system({ name: 'interrupted', endpointId: A });
    expect(calledNow(session.s)).to.equal(A);
    session.system({ name: 'left', endpointId: A, reason: 'line_lost' });
    expect(calledNow(session.s)).to.equal(null);
  });
});

describe('a session', () => {
  it('is extended from its planned end, or from now when that is over', () => {
    const session = aSession({ endpoints });
    const planned = session.s.endsAt;
    session.does(HALL, 'session.extend', { minutes: 15 });
    expect(session.s.endsAt).to.equal(planned + 15 * 60_000);
    session.wait(7200).does(HALL, 'session.extend', { minutes: 30 });
    expect(session.s.endsAt).to.equal(session.now + 30 * 60_000);
  });

  it('is silent while it is paused, and goes on with the chair alone heard', () => {
    const session = aSession({ endpoints });
    session.does(HALL, 'mic.mute', { muted: false });
    expect(session.does(HALL, 'session.resume', {})).to.deep.equal([]);
    session.does(HALL, 'floor.give', { endpointId: A });
    session.does(HALL, 'session.pause', {});
    expect(session.does(HALL, 'session.pause', {})).to.deep.equal([]);
    expect(heard(session.s)).to.deep.equal([]);
    session.does(HALL, 'session.resume', {});
    expect(heard(session.s)).to.deep.equal([HALL]);
    expect(session.s.floor.holders.map((h) => h.endpointId)).to.deep.equal([A]);
  });

  it('removes any endpoint but the chair, for good', () => {
    const session = aSession({ endpoints, joined: [HALL, A] });
    expect(session.does(HALL, 'session.remove', { endpointId: HALL })).to.equal('not_allowed');
    expect(session.does(HALL, 'session.remove', { endpointId: 'Hà Giang' })).to.equal('no_such_participant');
    expect(session.does(HALL, 'session.remove', { endpointId: A })).to.deep.equal(['endpointRemoved', 'endpointLeft']);
    expect(session.s.participants[A]).to.include({ presence: 'left', exitReason: 'removed', removed: true });
    expect(session.does(HALL, 'session.remove', { endpointId: B })).to.deep.equal(['endpointRemoved']);
    expect(session.does(HALL, 'session.remove', { endpointId: B })).to.deep.equal([]);
    expect(mayJoin(session.s, A, seat(A))?.code).to.equal('removed_from_session');
    expect(session.system({ name: 'joined', endpointId: A })).to.equal('removed_from_session');
    expect(session.system({ name: 'called', endpointId: A })).to.deep.equal([]);
  });

  it('keeps the chair of the meeting in when a deputy has the chair', () => {
    const session = aSession({ endpoints });
    session.does(HALL, 'chair.handOver', { endpointId: A });
    expect(session.does(A, 'session.remove', { endpointId: HALL })).to.equal('not_allowed');
  });

  it('ends in two steps, and each who is in leaves for that reason', () => {
    const session = aSession({ endpoints, joined: [HALL, A] });
    session.system({ name: 'interrupted', endpointId: A });
    session.system({ name: 'called', endpointId: B });
    session.does(HALL, 'rollCall.start', {});
    expect(session.does(HALL, 'session.end', {})).to.deep.equal(['sessionClosing']);
    expect(session.system({ name: 'closing' })).to.deep.equal([]);
    expect(session.system({ name: 'joined', endpointId: C })).to.equal('wrong_phase');
    expect(session.wait(3).system({ name: 'closed' })).to.deep.equal([
      'rollCallClosed',
      'endpointLeft',
      'endpointLeft',
      'endpointMissedCall',
      'sessionClosed',
    ]);
    expect(session.s).to.include({ phase: 'closed', closedAt: OPENED_AT + 3000 });
    expect(session.s.participants[A]?.exitReason).to.equal('session_ended');
    expect(session.system({ name: 'closed' })).to.deep.equal([]);
  });

  it('that is closed without being ended first still passes through both steps', () => {
    const session = aSession({ endpoints, joined: [] });
    expect(session.system({ name: 'closed' })).to.deep.equal(['sessionClosing', 'sessionClosed']);
  });
});

describe('presence', () => {
  it('goes from absent over calling to joined, and counts the entries', () => {
    const session = aSession({ endpoints, joined: [HALL] });
    const p = () => session.s.participants[A];
    expect(session.system({ name: 'called', endpointId: A })).to.deep.equal(['endpointCalled']);
    expect(session.system({ name: 'called', endpointId: A })).to.deep.equal([]);
    expect(p()?.presence).to.equal('calling');
    session.system({ name: 'joined', endpointId: A });
    expect(session.system({ name: 'joined', endpointId: A })).to.deep.equal([]);
    session.system({ name: 'interrupted', endpointId: A });
    expect(session.system({ name: 'interrupted', endpointId: A })).to.deep.equal([]);
    session.system({ name: 'joined', endpointId: A });
    expect(p()?.joinCount).to.equal(1);
    session.system({ name: 'left', endpointId: A, reason: 'left_by_choice' });
    expect(session.system({ name: 'left', endpointId: A, reason: 'line_lost' })).to.deep.equal([]);
    expect(p()?.exitReason).to.equal('left_by_choice');
    session.system({ name: 'joined', endpointId: A });
    expect(p()).to.include({ presence: 'joined', joinCount: 2, exitReason: null });
  });

  it('notes a call that nobody answers', () => {
    const session = aSession({ endpoints, joined: [HALL] });
    expect(session.system({ name: 'missedCall', endpointId: A })).to.deep.equal([]);
    session.system({ name: 'called', endpointId: A });
    session.system({ name: 'missedCall', endpointId: A });
    expect(session.s.participants[A]).to.include({ presence: 'absent', exitReason: 'no_answer' });
    expect(session.system({ name: 'called', endpointId: 'Hà Giang' })).to.equal('no_such_participant');
  });

  it('is counted, and names who is missing', () => {
    const session = aSession({ endpoints, joined: [HALL, A] });
    session.system({ name: 'interrupted', endpointId: A });
    session.system({ name: 'called', endpointId: B });
    expect(counts(session.s)).to.include({
      invited: 4,
      inSession: 2,
      joined: 1,
      interrupted: 1,
      calling: 1,
      absent: 1,
    });
    expect(missing(session.s).map((p) => p.endpointId)).to.deep.equal([B, C]);
    expect(present(session.s).map((p) => p.endpointId)).to.deep.equal([HALL, A]);
  });
});

describe('entering', () => {
  it('is refused to who is not invited, and to who speaks for another', () => {
    const session = aSession({ endpoints, joined: [HALL] });
    expect(mayJoin(session.s, 'Hà Giang', seat('Hà Giang'))?.code).to.equal('not_invited');
    expect(mayJoin(session.s, A, seat(B))?.code).to.equal('not_allowed');
    expect(mayJoin(session.s, A, seat(A))).to.equal(null);
    expect(mayJoin(session.s, A, person('cán bộ'))).to.equal(null);
  });

  it('is refused by a lock, but not to who was in before, nor to the chair', () => {
    const session = aSession({ endpoints, joined: [HALL, A], chair: C });
    session.system({ name: 'left', endpointId: A, reason: 'line_lost' });
    session.does(C, 'session.lock', { locked: true });
    expect(session.does(C, 'session.lock', { locked: true })).to.deep.equal([]);
    expect(mayJoin(session.s, B, seat(B))?.code).to.equal('session_locked');
    expect(mayJoin(session.s, A, seat(A))).to.equal(null);
    expect(mayJoin(session.s, C, seat(C))).to.equal(null);
  });

  it('is refused once the session is closing', () => {
    const session = aSession({ endpoints });
    session.system({ name: 'closing' });
    expect(mayJoin(session.s, A, seat(A))?.code).to.equal('wrong_phase');
  });
});
