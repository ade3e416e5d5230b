import { expect } from 'chai';
import { planDiff, planDiffs } from '../../../server/conference/planDiff.ts';
import type { HeldConsumer } from '../../../server/conference/planDiff.ts';
import type { Layer } from '../../../server/protocol/media.ts';
import type { ConsumerWish } from '../../../server/protocol/sfu.ts';

function wish(endpointId: string, layer: Layer = 0, source: ConsumerWish['source'] = 'camera'): ConsumerWish {
  return { endpointId, source, layer, paused: false };
}

function held(endpointId: string, change: Partial<HeldConsumer> = {}): HeldConsumer {
  return { ...wish(endpointId), ready: true, ...change };
}

describe('the difference of a plan', () => {
  it('subscribes to what is new, paused until the browser has built it', () => {
    const first = planDiff([], [wish('A', 2)]);
    expect(first).to.deep.include({ subscribe: [wish('A', 2)], unsubscribe: [], update: [] });
    expect(first.held).to.deep.equal([held('A', { layer: 2, paused: true, ready: false })]);
    expect(planDiff(first.held, [wish('A', 2)]).update).to.deep.equal([]);
    const built = first.held.map((c) => ({ ...c, ready: true }));
    expect(planDiff(built, [wish('A', 2)]).update).to.deep.equal([wish('A', 2)]);
  });

  it('is empty when all is as wanted', () => {
    const { subscribe, unsubscribe, update } = planDiff([held('A'), held('B')], [wish('B'), wish('A')]);
    expect([subscribe, unsubscribe, update]).to.deep.equal([[], [], []]);
  });

  it('moves a layer, and not that of a sound', () => {
    expect(planDiff([held('A')], [wish('A', 2)]).update).to.deep.equal([wish('A', 2)]);
    expect(planDiff([held('A', { source: 'microphone' })], [wish('A', 2, 'microphone')]).update).to.deep.equal([]);
  });

  it('pauses what is not wanted and keeps it, so that a switch back consumes nothing anew', () => {
    const away = planDiff([held('A', { layer: 2 })], [wish('B', 2)]);
    expect(away.subscribe).to.deep.equal([wish('B', 2)]);
    expect(away.unsubscribe).to.deep.equal([]);
    expect(away.update).to.deep.equal([{ ...wish('A', 2), paused: true }]);
    const settled = away.held.map((c) => (c.endpointId === 'B' ? { ...c, ready: true, paused: false } : c));
    const back = planDiff(settled, [wish('A', 2)]);
    expect(back.subscribe).to.deep.equal([]);
    expect(back.update).to.deep.equal([wish('A', 2), { ...wish('B', 2), paused: true }]);
  });

  it('closes the longest idle beyond what is kept', () => {
    let have: HeldConsumer[] = [];
    const closed: string[] = [];
    for (const id of ['A', 'B', 'C', 'D', 'E', 'F', 'G']) {
      const diff = planDiff(have, [wish(id)], 4);
      closed.push(...diff.unsubscribe.map((x) => x.endpointId));
      have = diff.held.map((c) => (c.endpointId === id ? { ...c, ready: true, paused: false } : c));
    }
    expect(closed).to.deep.equal(['A', 'B']);
    expect(have.map((c) => c.endpointId)).to.deep.equal(['G', 'C', 'D', 'E', 'F']);
  });

  it('closes all at once when nothing is kept', () => {
    expect(planDiff([held('A'), held('B')], [], 0)).to.deep.equal({
      subscribe: [],
      unsubscribe: [
        { endpointId: 'A', source: 'camera' },
        { endpointId: 'B', source: 'camera' },
      ],
      update: [],
      held: [],
    });
  });

  it('takes a wish that stands twice once', () => {
    expect(planDiff([], [wish('A', 2), wish('A')]).subscribe).to.deep.equal([wish('A', 2)]);
  });

  it('tells sources of one endpoint apart', () => {
    const diff = planDiff([held('A')], [wish('A'), wish('A', 2, 'presentation')]);
    expect(diff.subscribe).to.deep.equal([wish('A', 2, 'presentation')]);
    expect(diff.update).to.deep.equal([]);
  });

  it('of several viewers names only those for whom something changes', () => {
    const diffs = planDiffs({ one: [held('A')] }, { one: [wish('A')], two: [wish('A')] });
    expect(Object.keys(diffs)).to.deep.equal(['two']);
  });
});
