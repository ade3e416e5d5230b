import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { TestNode } from '../support/sfuNode.ts';

const S = 'session-1';

describe('a node whose workers misbehave', function () {
  this.timeout(30_000);
  let node: TestNode;
  afterEach(() => node.stop());

  const live = (index: number) => node.node.pool.slots[index]?.live ?? null;
  const pidOf = (index: number) => live(index)?.worker.pid ?? 0;
  const untilLives = async (index: number) => {
    while (!live(index)) await sleep(10);
  };

  it('kills a worker that hangs and has a new one within 8 s (F04)', async () => {
    node = await TestNode.start();
    await node.peer(S, 'tuyen-quang');
    const from = Date.now();
    const hung = pidOf(0);
    process.kill(hung, 'SIGSTOP');
    const died = await node.control.event('workerDied', () => true, 8_000);
    expect(died.lost).to.deep.equal([{ sessionId: S, peerIds: ['tuyen-quang'] }]);
    await untilLives(0);
    expect(pidOf(0)).to.not.equal(hung);
    expect(Date.now() - from).to.be.below(8_000);
  });

  it('lets a place rest after three deaths in a minute, while the other worker carries on (F03)', async () => {
    node = await TestNode.start({ workers: 2 });
    for (let i = 0; i < 3; i++) {
      await untilLives(0);
      process.kill(pidOf(0), 'SIGKILL');
      while (live(0)) await sleep(5);
    }
    await sleep(2_000);
    expect(live(0), 'the place that died three times').to.equal(null);
    const peer = await node.peer(S, 'son-duong');
    await peer.produce('microphone');
    expect([...(node.node.workersOf(S) ?? [])]).to.deep.equal([1]);
  });
});
