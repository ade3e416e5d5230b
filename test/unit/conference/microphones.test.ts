import { expect } from 'chai';
import { heard, isHeard, mayOpenMic } from '../../../server/protocol/derive.ts';
import type { FloorMode } from '../../../server/protocol/snapshot.ts';
import { aSession } from '../../support/aSession.ts';

const HALL = 'Hội trường tỉnh';
const A = 'Sơn Dương';
const B = 'Tân Trào';
const C = 'Na Hang';
const endpoints = [HALL, A, B, C];

function inMode(mode: FloorMode) {
  const session = aSession({ endpoints, mode });
  session.does(HALL, 'mic.mute', { muted: false });
  return session;
}

describe('a microphone', () => {
  it('is closed when its endpoint enters, and again after it has left', () => {
    const session = aSession({ endpoints, mode: 'discussion' });
    expect(heard(session.s)).to.deep.equal([]);
    session.does(A, 'mic.mute', { muted: false });
    session.system({ name: 'interrupted', endpointId: A });
    session.system({ name: 'joined', endpointId: A });
    expect(isHeard(session.s, A)).to.equal(true);
    session.system({ name: 'left', endpointId: A, reason: 'left_by_choice' });
    session.system({ name: 'joined', endpointId: A });
    expect(isHeard(session.s, A)).to.equal(false);
  });

  it('is opened and closed by its own endpoint, once', () => {
    const session = inMode('discussion');
    expect(session.does(A, 'mic.mute', { muted: false })).to.deep.equal(['micOpened']);
    expect(session.does(A, 'mic.mute', { muted: false })).to.deep.equal([]);
    expect(session.does(A, 'mic.mute', { endpointId: A, muted: true })).to.deep.equal(['micMuted']);
    expect(session.does(A, 'mic.mute', { muted: true })).to.deep.equal([]);
  });

  it('is closed by the chair, who cannot open it', () => {
    const session = inMode('discussion');
    session.does(A, 'mic.mute', { muted: false });
    expect(session.does(B, 'mic.mute', { endpointId: A, muted: true })).to.equal('not_chair');
    expect(session.does(HALL, 'mic.mute', { endpointId: A, muted: true })).to.deep.equal(['micMuted']);
    expect(session.does(HALL, 'mic.mute', { endpointId: A, muted: true })).to.deep.equal([]);
    expect(session.does(HALL, 'mic.mute', { endpointId: A, muted: false })).to.equal('mic_not_allowed');
    expect(session.does(HALL, 'mic.mute', { endpointId: 'Hà Giang', muted: true })).to.equal('no_such_participant');
    expect(session.does(A, 'mic.mute', { muted: false })).to.deep.equal(['micOpened']);
  });
});

describe('the floor mode', () => {
  const rights: [FloorMode, string, Record<string, boolean>][] = [
    ['discussion', 'lets everybody open', { [HALL]: true, [A]: true, [B]: true, [C]: true }],
    ['lecture', 'lets the holder open, and the chair', { [HALL]: true, [A]: true, [B]: false, [C]: false }],
    ['broadcast', 'lets chair, holders and allowed open', { [HALL]: true, [A]: true, [B]: true, [C]: false }],
  ];
  for (const [mode, sentence, expected] of rights) {
    it(`${mode} ${sentence}`, () => {
      const session = inMode(mode);
      session.does(HALL, 'mic.allow', { endpointId: B, allowed: true });
      session.does(HALL, 'floor.give', { endpointId: A });
      expect(Object.fromEntries(endpoints.map((id) => [id, mayOpenMic(session.s, id)]))).to.deep.equal(expected);
      const denied = session.does(C, 'mic.mute', { muted: false });
      expect(denied).to.deep.equal(expected[C] ? ['micOpened'] : 'mic_not_allowed');
    });
  }

  it('lecture silences the chair while another has the floor, and hears it again after', () => {
    const session = inMode('lecture');
    expect(heard(session.s)).to.deep.equal([HALL]);
    session.does(HALL, 'floor.give', { endpointId: A });
    expect(heard(session.s)).to.deep.equal([A]);
    session.does(A, 'floor.release', {});
    expect(heard(session.s)).to.deep.equal([HALL]);
  });

  it('changes close what lost its right, and a lecture keeps the latest holder', () => {
    const session = inMode('broadcast');
    session.does(HALL, 'floor.give', { endpointId: A });
    session.does(HALL, 'floor.give', { endpointId: B });
    session.does(HALL, 'mode.set', { floorMode: 'lecture' });
    expect(session.s.floor.holders.map((h) => h.endpointId)).to.deep.equal([B]);
    expect(session.s.participants[A]?.micOpen).to.equal(false);
    expect(heard(session.s)).to.deep.equal([B]);
    expect(session.does(HALL, 'mode.set', { floorMode: 'lecture' })).to.deep.equal([]);
    session.does(HALL, 'mode.set', { floorMode: 'discussion' });
    session.does(C, 'mic.mute', { muted: false });
    session.does(HALL, 'mode.set', { floorMode: 'broadcast' });
    expect(heard(session.s)).to.deep.equal([HALL, B]);
  });
});

describe('muting all', () => {
  for (const mode of ['discussion', 'lecture', 'broadcast'] as const) {
    it(`in a ${mode} leaves the chair alone, takes the floor from the others and is done once`, () => {
      const session = inMode(mode);
      session.does(A, 'mic.mute', { muted: false });
      session.does(HALL, 'floor.give', { endpointId: B });
      expect(session.does(HALL, 'mic.muteAll', { selfUnmute: true })).to.deep.equal(['allMuted']);
      expect(heard(session.s)).to.deep.equal([HALL]);
      expect(session.s.floor.holders).to.deep.equal([]);
      expect(session.s.floor.spoken.map((x) => x.endpointId)).to.deep.equal([B]);
      expect(session.s.stage.endpointId).to.equal(HALL);
      expect(session.does(HALL, 'mic.muteAll', { selfUnmute: true })).to.deep.equal([]);
    });
  }

  it('in a discussion may keep them muted', () => {
    const session = inMode('discussion');
    session.does(HALL, 'mic.muteAll', { selfUnmute: false });
    expect(session.does(A, 'mic.mute', { muted: false })).to.equal('mic_not_allowed');
    session.does(HALL, 'mic.muteAll', { selfUnmute: true });
    expect(session.does(A, 'mic.mute', { muted: false })).to.deep.equal(['micOpened']);
  });

  it('in the other modes leaves self-unmute as it is', () => {
    const session = inMode('broadcast');
    session.does(HALL, 'floor.give', { endpointId: A });
    session.does(HALL, 'mic.muteAll', { selfUnmute: false });
    expect(session.s.selfUnmute).to.equal(true);
  });
});

describe('allowing', () => {
  it('one endpoint gives and takes its right', () => {
    const session = inMode('broadcast');
    expect(session.does(HALL, 'mic.allow', { endpointId: A, allowed: true })).to.deep.equal(['micAllowedSet']);
    expect(session.does(HALL, 'mic.allow', { endpointId: A, allowed: true })).to.deep.equal([]);
    session.does(A, 'mic.mute', { muted: false });
    expect(heard(session.s)).to.deep.equal([HALL, A]);
    session.does(HALL, 'mic.allow', { endpointId: A, allowed: false });
    expect(session.s.participants[A]?.micOpen).to.equal(false);
    expect(session.does(HALL, 'mic.allow', { endpointId: 'Hà Giang', allowed: true })).to.equal('no_such_participant');
  });

  it('all sets self-unmute, and ending it silences who has no other right', () => {
    const session = inMode('discussion');
    for (const id of [A, B, C]) session.does(id, 'mic.mute', { muted: false });
    session.does(HALL, 'mic.allow', { endpointId: B, allowed: true });
    expect(session.does(HALL, 'mic.allow', { allowed: true })).to.deep.equal([]);
    expect(session.does(HALL, 'mic.allow', { allowed: false })).to.deep.equal(['selfUnmuteSet']);
    expect(heard(session.s)).to.deep.equal([HALL, B]);
  });
});
