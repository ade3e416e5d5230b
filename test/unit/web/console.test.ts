import { expect } from 'chai';
import { counts, missing, stageOf } from '../../../server/protocol/derive.ts';
import { actOfKey } from '../../../web/views/chair/keys.ts';
import type { PressedKey } from '../../../web/views/chair/keys.ts';
import { absentUnmarked, nextToCall, presentAs } from '../../../web/views/chair/rollCall.ts';
import { groupRows, narrowRows, openMicrophones, rosterRows, sameRow } from '../../../web/views/chair/rosterRows.ts';
import { aSession } from '../../support/aSession.ts';

const HALL = 'Tỉnh';

function key(name: string, more: Partial<PressedKey> = {}): PressedKey {
  const none = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, repeat: false, isComposing: false };
  return { key: name, code: '', ...none, ...more };
}
const OPEN = { inText: false, onControl: false, rollCall: false };

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

  it('answer the roll call while somebody is called: Space present, V absent', () => {
    const calling = { ...OPEN, onControl: true, rollCall: true };
    expect(actOfKey(key(' '), calling)).to.equal('rollPresent');
    expect(actOfKey(key('v'), calling)).to.equal('rollAbsent');
    expect(actOfKey(key('v'), OPEN)).to.equal('camera');
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
});
