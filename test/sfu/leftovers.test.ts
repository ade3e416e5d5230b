import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { TestNode } from '../support/sfuNode.ts';
import { until } from '../support/processes.ts';

const S = 'session-1';
const ROUNDS = 20;

describe('what a node counts as held', function () {
  this.timeout(30_000);
  let node: TestNode;
  afterEach(() => node.stop());

  it('is nothing when peers were closed while they were being given sources', async () => {
    node = await TestNode.start();
    const speaker = await node.peer(S, 'tuyen-quang');
    await speaker.produce('microphone');
    await speaker.produce('camera');
    const wishes = (['microphone', 'camera'] as const).map((source) => ({
      endpointId: 'tuyen-quang',
      source,
      layer: 0 as const,
      paused: false,
    }));
    const peers = await Promise.all(Array.from({ length: ROUNDS }, (_, i) => node.peer(S, `son-duong-${i}`)));
    const closings = peers.map(async ({ peerId }, i) => {
      const subscribed = node.control.raw('subscribe', { sessionId: S, peerId, wishes });
      if (i % 2) await sleep(i / 4);
      await node.control.call('closePeer', { sessionId: S, peerId });
      await subscribed;
    });
    await Promise.all(closings);
    await sleep(100);
    const { counts } = node.node.pool.live()[0]!;
    await until('the receivers to be forgotten', () => counts.transports === 2, 2_000);
    expect(counts).to.deep.equal({ transports: 2, producers: 2, consumers: 0 });
  });
});
