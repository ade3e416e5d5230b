import { expect } from 'chai';
import { mediaPlan } from '../../../server/conference/mediaPlan.ts';
import type { MediaPlan, Viewer } from '../../../server/conference/mediaPlan.ts';
import { heard } from '../../../server/protocol/derive.ts';
import type { FloorMode } from '../../../server/protocol/snapshot.ts';
import type { DrivenSession } from '../../support/aSession.ts';
import { aSession, names } from '../../support/aSession.ts';

const HALL = 'Hội trường tỉnh';

function screen(endpointId: string, change: Partial<Viewer> = {}): Viewer {
  return { peerId: endpointId, endpointId, tiles: 0, height: 720, show: [], ...change };
}

function watcher(change: Partial<Viewer> = {}): Viewer {
  return screen(HALL, { peerId: 'watch-1', endpointId: null, ...change });
}

function total(plan: MediaPlan): number {
  return Object.values(plan.views).reduce((n, wishes) => n + wishes.length, 0);
}

/** The wishes of one viewer, as `endpoint/source@layer`. */
function gets(plan: MediaPlan, peerId: string): string[] {
  return (plan.views[peerId] ?? []).map((w) =>
    w.source === 'microphone' ? `${w.endpointId}/microphone` : `${w.endpointId}/${w.source}@${w.layer}`,
  );
}

function briefing(n: number, mode: FloorMode = 'broadcast'): DrivenSession {
  const session = aSession({ endpoints: names(n), mode });
  session.does(HALL, 'mic.mute', { muted: false });
  return session;
}

function roomsOf(session: DrivenSession, tilesOfRooms: number, tilesOfChair = 9): Viewer[] {
  const ids = Object.keys(session.s.participants);
  return ids.map((id) => screen(id, { tiles: id === HALL ? tilesOfChair : tilesOfRooms }));
}

function discussion(n: number): DrivenSession {
  const session = briefing(n, 'discussion');
  for (const id of ['Xã 1', 'Xã 2', 'Xã 3', 'Xã 4']) session.does(id, 'mic.mute', { muted: false });
  return session;
}

describe('the media plan', () => {
  const costs: [string, number, (n: number) => MediaPlan, number][] = [
    ['a briefing', 87, (n) => planOf(briefing(n), 0), 181],
    ['a briefing with a presentation', 87, (n) => planOf(presented(briefing(n)), 0), 267],
    ['a discussion with 9 pictures and 3 voices', 87, (n) => planOf(discussion(n), 9), 1032],
    ['a briefing of 350', 350, (n) => planOf(briefing(n), 0), 2 * 349 + 9],
    ['a discussion of 350', 350, (n) => planOf(discussion(n), 9), 12 * 350 - 12],
  ];
  function planOf(session: DrivenSession, tiles: number): MediaPlan {
    return mediaPlan(session.s, roomsOf(session, tiles), []);
  }
  function presented(session: DrivenSession): DrivenSession {
    session.does(HALL, 'presentation.give', { endpointId: HALL });
    return session;
  }
  for (const [what, n, plan, consumers] of costs) {
    it(`costs ${consumers} consumers for ${what}`, () => expect(total(plan(n))).to.equal(consumers));
  }

  it('gives a room the voices and the stage, by the height of its screen', () => {
    const { s } = briefing(4);
    const plan = mediaPlan(
      s,
      [screen('Xã 1'), screen('Xã 2', { height: 480 }), screen('Xã 3', { height: 200 }), watcher({ height: 0 })],
      [],
    );
    expect(gets(plan, 'Xã 1')).to.deep.equal([`${HALL}/microphone`, `${HALL}/camera@2`]);
    expect(gets(plan, 'Xã 2')).to.include(`${HALL}/camera@1`);
    expect(gets(plan, 'Xã 3')).to.include(`${HALL}/camera@0`);
    expect(gets(plan, 'watch-1')).to.deep.equal([`${HALL}/microphone`]);
  });

  it('shows the chair to who is on the stage, and nobody to itself', () => {
    const session = briefing(4);
    session.does(HALL, 'floor.give', { endpointId: 'Xã 1' });
    const plan = mediaPlan(session.s, roomsOf(session, 0, 2), []);
    expect(gets(plan, 'Xã 1')).to.deep.equal([`${HALL}/microphone`, `${HALL}/camera@2`]);
    expect(gets(plan, 'Xã 2')).to.deep.equal([`${HALL}/microphone`, 'Xã 1/microphone', 'Xã 1/camera@2']);
    expect(gets(plan, HALL)).to.deep.equal(['Xã 1/microphone', 'Xã 1/camera@2', 'Xã 2/camera@0', 'Xã 3/camera@0']);
  });

  it("fills the chair's tiles with who was asked for, hands, floor, speakers, roster", () => {
    const session = briefing(9);
    session.does('Xã 5', 'floor.request', {});
    session.does('Xã 4', 'floor.request', {});
    session.does(HALL, 'floor.give', { endpointId: 'Xã 3' });
    session.does(HALL, 'floor.give', { endpointId: 'Xã 2' });
    session.system({ name: 'left', endpointId: 'Xã 1', reason: 'left_by_choice' });
    const chair = screen(HALL, { tiles: 6, show: ['Xã 8', 'Xã 1', 'Xã 2'] });
    const plan = mediaPlan(session.s, [chair, watcher({ asChair: true, tiles: 6, show: [] })], ['Xã 7']);
    const tiles = (peerId: string) => gets(plan, peerId).filter((w) => w.endsWith('@0'));
    expect(tiles(HALL)).to.deep.equal(['Xã 8', 'Xã 5', 'Xã 4', 'Xã 3', 'Xã 7', 'Xã 6'].map((id) => `${id}/camera@0`));
    expect(tiles('watch-1')).to.deep.equal(
      ['Xã 5', 'Xã 4', 'Xã 3', 'Xã 7', HALL, 'Xã 6'].map((id) => `${id}/camera@0`),
    );
  });

  it('gives a watcher the tiles that it names, and a room none', () => {
    const session = briefing(5);
    const plan = mediaPlan(
      session.s,
      [watcher({ tiles: 9, show: ['Xã 3', 'Hà Giang'] }), screen('Xã 1', { tiles: 9, show: ['Xã 3'] })],
      [],
    );
    expect(gets(plan, 'watch-1')).to.deep.equal([`${HALL}/microphone`, `${HALL}/camera@2`, 'Xã 3/camera@0']);
    expect(gets(plan, 'Xã 1')).to.deep.equal([`${HALL}/microphone`, `${HALL}/camera@2`]);
  });

  it('sends the presentation to everybody but its holder', () => {
    const session = briefing(4);
    session.does(HALL, 'presentation.give', { endpointId: 'Xã 1' });
    const plan = mediaPlan(session.s, roomsOf(session, 0), []);
    expect(gets(plan, 'Xã 2')).to.include('Xã 1/presentation@2');
    expect(gets(plan, 'Xã 1')).not.to.include('Xã 1/presentation@2');
    expect(plan.senders['Xã 1']).to.deep.equal({ camera: 0, presentation: 2 });
  });

  it('in a discussion forwards three voices: the chair, the floor, the loudest', () => {
    const session = discussion(8);
    session.does(HALL, 'floor.give', { endpointId: 'Xã 3' });
    const plan = mediaPlan(session.s, roomsOf(session, 9), ['Xã 4', 'Xã 6', 'Xã 1']);
    const voices = gets(plan, 'Xã 7').filter((w) => w.endsWith('/microphone'));
    expect(voices).to.deep.equal([HALL, 'Xã 3', 'Xã 4'].map((id) => `${id}/microphone`));
    expect(heard(session.s)).to.have.members([HALL, 'Xã 1', 'Xã 2', 'Xã 3', 'Xã 4']);
  });

  it('in a discussion shows few pictures larger, and the latest speakers first', () => {
    const session = discussion(12);
    const plan = mediaPlan(
      session.s,
      [screen('Xã 9', { tiles: 4 }), screen('Xã 10', { tiles: 9 }), screen(HALL, { tiles: 3, show: ['Xã 11'] })],
      ['Xã 8', 'Xã 6'],
    );
    const pictures = (id: string) => gets(plan, id).filter((w) => w.includes('/camera'));
    expect(pictures('Xã 9')).to.deep.equal([`${HALL}/camera@2`, 'Xã 8/camera@1', 'Xã 6/camera@1', 'Xã 1/camera@1']);
    expect(pictures('Xã 10')).to.have.length(9);
    expect(pictures('Xã 10')[1]).to.equal('Xã 8/camera@0');
    expect(pictures(HALL)).to.deep.equal(['Xã 11/camera@1', 'Xã 8/camera@1']);
  });

  it('says how much of every camera anybody watches', () => {
    const session = briefing(12);
    const { senders } = mediaPlan(session.s, roomsOf(session, 0, 2), []);
    expect(senders[HALL]?.camera).to.equal(2);
    expect(senders['Xã 1']?.camera).to.equal(0);
    expect(senders['Xã 11']?.camera).to.equal(-1);
  });

  it('keeps everything built in a pause with nothing flowing, and is empty once the session is closing', () => {
    const session = briefing(4);
    const plan = () => mediaPlan(session.s, roomsOf(session, 9), []);
    const built = total(plan());
    session.does(HALL, 'session.pause', {});
    expect(total(plan())).to.equal(built);
    expect(
      Object.values(plan().views)
        .flat()
        .every((w) => w.paused),
    ).to.equal(true);
    expect(heard(session.s)).to.deep.equal([]);
    expect(Object.values(plan().senders).every((one) => one.camera === -1)).to.equal(true);
    session.does(HALL, 'session.resume', {});
    expect(total(plan())).to.equal(built);
    expect(
      Object.values(plan().views)
        .flat()
        .some((w) => w.paused),
    ).to.equal(false);
    session.does(HALL, 'session.end', {});
    expect(total(plan())).to.equal(0);
  });

  it('leaves out who is not in the session, and keeps who is interrupted', () => {
    const session = briefing(5);
    session.system({ name: 'left', endpointId: 'Xã 1', reason: 'line_lost' });
    session.system({ name: 'interrupted', endpointId: 'Xã 2' });
    const viewers = [screen('Xã 1'), screen('Xã 2')];
    const plan = mediaPlan(session.s, viewers, []);
    expect(viewers.map((v) => plan.views[v.peerId]?.length)).to.deep.equal([0, 2]);
  });

  it('puts who is called in the roll call on every screen', () => {
    const session = briefing(4);
    session.does(HALL, 'rollCall.start', {});
    session.does(HALL, 'rollCall.call', { endpointId: 'Xã 2' });
    const plan = mediaPlan(session.s, roomsOf(session, 0), []);
    expect(gets(plan, 'Xã 1')).to.deep.equal([`${HALL}/microphone`, 'Xã 2/microphone', 'Xã 2/camera@2']);
  });

  it('never sends a source twice to the same screen', () => {
    const session = discussion(30);
    session.does(HALL, 'floor.give', { endpointId: 'Xã 3' });
    const viewers = [...roomsOf(session, 9), watcher({ tiles: 9, show: ['Xã 3', 'Xã 3', HALL] })];
    for (const wishes of Object.values(mediaPlan(session.s, viewers, ['Xã 5', 'Xã 5']).views)) {
      const keys = wishes.map((w) => `${w.endpointId}/${w.source}`);
      expect(new Set(keys).size).to.equal(keys.length);
    }
  });
});
