import { expect } from 'chai';
import { counts, missing, stageOf } from '../../../server/protocol/derive.ts';
import { actOfKey, KEY_ROWS } from '../../../web/views/chair/keys.ts';
import type { PressedKey } from '../../../web/views/chair/keys.ts';
import { logLines } from '../../../web/views/chair/logLines.ts';
import { absentUnmarked, nextToCall, presentAs, rollStage } from '../../../web/views/chair/rollCall.ts';
import { groupRows, narrowRows, openMicrophones, rosterRows, sameRow } from '../../../web/views/chair/rosterRows.ts';
import type { RosterFilter } from '../../../web/views/chair/rosterRows.ts';
import { aSession } from '../../support/aSession.ts';

const HALL = 'Tỉnh';

function key(name: string, more: Partial<PressedKey> = {}): PressedKey {
  const none = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, repeat: false, isComposing: false };
  return { key: name, code: '', ...none, ...more };
}
const OPEN = { inText: false, onControl: false };

describe('the keys of the console', () => {
  it('are letters in text fields and while Vietnamese is being composed', () => {
    expect(actOfKey(key('m'), OPEN)).to.equal('microphone');
    expect(actOfKey(key('m'), { ...OPEN, inText: true })).to.equal(null);
    expect(actOfKey(key('m', { isComposing: true }), OPEN)).to.equal(null);
    expect(actOfKey(key('m', { ctrlKey: true }), OPEN)).to.equal(null);
  });

  it('mute all from anywhere', () => {
    const mute = key('M', { code: 'KeyM', ctrlKey: true, shiftKey: true });
    expect(actOfKey(mute, { ...OPEN, inText: true })).to.equal('muteAll');
  });

  it('mean one thing each, in a roll call and out of it: C present, K absent, V camera, Space talk', () => {
    const acts = ['c', 'k', 'v', ' '].map((name) => actOfKey(key(name), OPEN));
    expect(acts).to.deep.equal(['rollPresent', 'rollAbsent', 'camera', 'talk']);
    const told = KEY_ROWS.map(([name]) => name);
    expect(new Set(told).size).to.equal(told.length);
    for (const [name, act] of KEY_ROWS.filter(([one]) => /^[A-Z/?]$/.test(one))) {
      expect(actOfKey(key(name.toLowerCase()), OPEN), name).to.equal(act);
    }
  });

  it('leave Space to a button that has the focus, and talk elsewhere', () => {
    expect(actOfKey(key(' '), { ...OPEN, onControl: true })).to.equal(null);
    expect(actOfKey(key(' '), OPEN)).to.equal('talk');
    expect(actOfKey(key(' ', { repeat: true }), OPEN)).to.equal(null);
  });
});

describe('the roster of the console', () => {
  const session = aSession({
    endpoints: [HALL, 'Đồng Văn', 'Sơn Dương', 'Na Hang'],
    joined: [HALL, 'Đồng Văn', 'Sơn Dương'],
  });
  session.does('Sơn Dương', 'floor.request', {});
  const rows = () => rosterRows(session.s, {}, stageOf(session.s));
  const found = (query: string, filter: 'all' | 'missing' | 'weak' | 'hands' = 'all') =>
    narrowRows(rows(), query, filter).map((row) => row.participant.endpointId);

  it('finds an endpoint by letters without accents', () => {
    expect(found('dong v')).to.deep.equal(['Đồng Văn']);
    expect(found('dc004')).to.deep.equal(['Na Hang']);
  });

  it('narrows to who is missing, weak or has its hand up', () => {
    expect(found('', 'missing')).to.deep.equal(['Na Hang']);
    expect(found('', 'hands')).to.deep.equal(['Sơn Dương']);
    session.system({ name: 'interrupted', endpointId: 'Đồng Văn' });
    expect(found('', 'weak')).to.deep.equal(['Đồng Văn']);
  });

  it('counts who is missing as the strip at the top does: a cut line leaves no seat empty', () => {
    expect(narrowRows(rows(), '', 'missing')).to.have.length(missing(session.s).length);
    expect(counts(session.s).invited - counts(session.s).inSession).to.equal(missing(session.s).length);
    expect(rows().some((row) => row.participant.presence === 'interrupted')).to.equal(true);
  });

  it('counts as open the microphones that muting all would silence', () => {
    expect(openMicrophones(session.s)).to.equal(0);
    session.does(HALL, 'floor.give', { endpointId: 'Sơn Dương' });
    expect(openMicrophones(session.s)).to.equal(1);
    session.does(HALL, 'mic.muteAll', { selfUnmute: false });
    expect(openMicrophones(session.s)).to.equal(0);
    session.does('Sơn Dương', 'floor.request', {});
  });

  it('draws again only the line that changed', () => {
    const before = rows();
    session.does('Sơn Dương', 'floor.withdraw', {});
    const changed = rows().filter((row, i) => !sameRow(row, before[i] as (typeof before)[number]));
    expect(changed.map((row) => row.participant.endpointId)).to.deep.equal(['Sơn Dương']);
  });

  it('stands in groups of the unit above', () => {
    expect(groupRows(rows()).map((group) => [group.area, group.rows.length])).to.deep.equal([['Tuyên Quang', 4]]);
  });
});

describe('the roll call of the console', () => {
  const session = aSession({ endpoints: [HALL, 'Một', 'Hai', 'Ba'], joined: [HALL, 'Một', 'Ba'] });
  session.does(HALL, 'rollCall.start', {});
  session.does(HALL, 'rollCall.mark', { endpointId: HALL, state: 'present_in_room' });

  it('calls who is present and unanswered, in order, and begins again for who was passed over', () => {
    expect(nextToCall(session.s)?.endpointId).to.equal('Một');
    session.does(HALL, 'rollCall.call', { endpointId: 'Ba' });
    expect(nextToCall(session.s)?.endpointId).to.equal('Một');
    session.does(HALL, 'rollCall.mark', { endpointId: 'Một', state: 'present_in_room' });
    session.does(HALL, 'rollCall.mark', { endpointId: 'Ba', state: 'absent' });
    expect(nextToCall(session.s)).to.equal(null);
  });

  it('notes its own endpoint as present in the room and who answers over the bridge as present online', () => {
    expect([HALL, 'Một'].map((id) => presentAs(session.s, id))).to.deep.equal(['present_in_room', 'present_online']);
  });

  it('names who cannot be called because it is not there', () => {
    expect(absentUnmarked(session.s).map((p) => p.endpointId)).to.deep.equal(['Hai']);
  });

  it('says what is to be done next, down to closing', () => {
    const roll = aSession({ endpoints: [HALL, 'Một', 'Hai', 'Ba'], joined: [HALL, 'Một', 'Ba'] });
    const stages = [
      () => roll.does(HALL, 'rollCall.start', {}),
      () => roll.does(HALL, 'rollCall.call', { endpointId: 'Một' }),
      () => roll.does(HALL, 'rollCall.mark', { endpointId: 'Một', state: 'present_online' }),
      () => roll.system({ name: 'interrupted', endpointId: 'Ba' }),
      () => roll.does(HALL, 'rollCall.mark', { endpointId: 'Một', state: 'present_online' }),
      () => roll.does(HALL, 'rollCall.mark', { endpointIds: ['Hai'], state: 'absent' }),
      () => roll.system({ name: 'joined', endpointId: 'Ba' }),
      () => roll.does(HALL, 'rollCall.call', { endpointId: 'Ba' }),
      () => roll.does('Ba', 'rollCall.answer', { state: 'present_online' }),
    ].map((step) => [step(), rollStage(roll.s)][1]);
    const until = ['call', 'answer', 'answer', 'answer', 'absentees', 'absentees', 'call', 'answer', 'close'];
    expect(stages).to.deep.equal(until);
  });
});

describe('the answers of a roll call in the roster', () => {
  const session = aSession({ endpoints: [HALL, 'Một', 'Hai', 'Ba'], joined: [HALL, 'Một', 'Ba'] });
  const found = (filter: RosterFilter) =>
    narrowRows(rosterRows(session.s, {}, HALL), '', filter).map((row) => row.participant.endpointId);

  it('are none before the first, and stay after it is closed', () => {
    expect(rosterRows(session.s, {}, HALL).map((row) => row.roll)).to.deep.equal([null, null, null, null]);
    session.does(HALL, 'rollCall.start', {});
    session.does(HALL, 'rollCall.mark', { endpointId: 'Một', state: 'present_online' });
    session.does(HALL, 'rollCall.mark', { endpointId: 'Hai', state: 'absent' });
    session.does(HALL, 'rollCall.close', {});
    const states = rosterRows(session.s, {}, HALL).map((row) => row.roll);
    expect(states).to.deep.equal(['present_in_room', 'present_online', 'absent', 'not_called']);
  });

  it('narrow it to who is present, absent or not called', () => {
    expect(found('rollPresent')).to.deep.equal([HALL, 'Một']);
    expect(found('rollAbsent')).to.deep.equal(['Hai']);
    expect(found('rollOpen')).to.deep.equal(['Ba']);
  });
});

describe('the log of the console', () => {
  it('has one line for the flood of those who come when a session starts, until something else happens', () => {
    const session = aSession({ endpoints: [HALL, 'Một', 'Hai', 'Ba', 'Bốn'], joined: [] });
    for (const endpointId of [HALL, 'Một', 'Hai', 'Ba']) {
      session.wait(1).system({ name: 'called', endpointId });
      if (endpointId !== 'Ba') session.system({ name: 'joined', endpointId });
    }
    session.does(HALL, 'session.lock', { locked: false });
    session.does(HALL, 'session.pause', {});
    session.wait(1).system({ name: 'joined', endpointId: 'Ba' });
    session.wait(20).system({ name: 'joined', endpointId: 'Bốn' });
    const lines = logLines(session.events).map(({ fact, many }) => [fact.type, many]);
    expect(lines).to.deep.equal([
      ['sessionOpened', []],
      ['endpointCalled', [HALL, 'Một', 'Hai', 'Ba']],
      ['endpointJoined', [HALL, 'Một', 'Hai']],
      ['sessionPaused', []],
      ['endpointJoined', ['Ba']],
      ['endpointJoined', ['Bốn']],
    ]);
  });

  it('has one line for what was done to many at once, and one for each that came by itself', () => {
    const session = aSession({ endpoints: [HALL, 'Một', 'Hai', 'Ba'], joined: [HALL] });
    session.wait(1).does(HALL, 'rollCall.start', {});
    session.does(HALL, 'rollCall.mark', { endpointIds: ['Một', 'Hai'], state: 'absent' });
    session.does(HALL, 'rollCall.mark', { endpointId: 'Ba', state: 'absent', reason: 'mất điện' });
    session.wait(1).does(HALL, 'rollCall.mark', { endpointIds: ['Một', 'Hai'], state: 'not_called' });
    session.wait(1).does(HALL, 'rollCall.mark', { endpointId: 'Hai', state: 'not_called' });
    const lines = logLines(session.events).map(({ fact, many }) => [fact.type, many]);
    expect(lines).to.deep.equal([
      ['sessionOpened', []],
      ['endpointJoined', [HALL]],
      ['rollCallStarted', []],
      ['rollMarked', ['Một', 'Hai']],
      ['rollMarked', ['Ba']],
      ['rollMarked', ['Một', 'Hai']],
    ]);
  });
});
