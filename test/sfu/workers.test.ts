import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Quiet } from '../support/quiet.ts';
import { TestNode } from '../support/sfuNode.ts';

const S = 'session-1';
const microphone = (endpointId: string) => ({ endpointId, source: 'microphone' as const });

describe('the workers of a node', () => {
  let node: TestNode;
  afterEach(() => node.stop());

  const pidOf = (index: number) => node.node.pool.slots[index]?.live?.worker.pid ?? 0;
  const lives = async (index: number) => {
    while (!node.node.pool.slots[index]?.live) await sleep(10);
  };

  it('replace one that was killed on the same port, and the session is usable again', async () => {
    node = await TestNode.start();
    const before = await node.peer(S, 'tuyen-quang');
    await before.produce('microphone');
    const from = Date.now();
    process.kill(pidOf(0), 'SIGKILL');
    const died = await node.control.event('workerDied');
    expect(died).to.deep.equal({ worker: 0, lost: [{ sessionId: S, peerIds: ['tuyen-quang'] }] });
    expect(Date.now() - from).to.be.below(2_000);
    await lives(0);
    const again = await node.peer(S, 'tuyen-quang');
    const receiver = await node.peer(S, 'son-duong');
    await again.produce('microphone');
    await receiver.watch([microphone('tuyen-quang')]);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    expect(Date.now() - from).to.be.below(5_000);
    expect(node.node.pool.slots[0]?.deaths).to.equal(1);
    expect(node.control.heard('producerClosed')).to.deep.equal([]);
    await node.control.event('load', (e) => e.workers[0]?.deaths === 1 && e.workers[0].alive);
  });

  it('die alone: peers on the other worker see no gap', async () => {
    node = await TestNode.start({ workers: 2 });
    const sender = await node.peer('session-a', 'tuyen-quang');
    const receiver = await node.peer('session-a', 'son-duong');
    await sender.produce('microphone');
    await receiver.watch([microphone('tuyen-quang')]);
    await node.peer('session-b', 'na-hang');
    const [a, b] = ['session-a', 'session-b'].map((id) => [...(node.node.workersOf(id) ?? [])]);
    expect(a).to.not.deep.equal(b);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    receiver.client.forget();
    const quiet = new Quiet().start();
    process.kill(pidOf(b?.[0] ?? -1), 'SIGKILL');
    await node.control.event('workerDied');
    await sleep(500);
    const { packets, lost, maxGapMs } = receiver.client.arrived('tuyen-quang', 'microphone');
    expect(packets).to.be.above(10);
    expect(lost).to.equal(0);
    expect(maxGapMs).to.be.below(quiet.limit(200));
  });

  it('are chosen by their measured CPU, not by what they hold alone', async () => {
    node = await TestNode.start({ workers: 2 });
    await node.peer('session-a', 'tuyen-quang');
    const [first] = [...(node.node.workersOf('session-a') ?? [])];
    const hot = node.node.pool.slots[1 - (first ?? 0)]!.live!;
    let isHot = true;
    const heat = async () => {
      while (isHot) await hot.worker.dump();
    };
    const heating = Promise.all(Array.from({ length: 8 }, heat));
    // a peer weighs twelve consumers of the 500 that a core carries
    const isSeen = () =>
      node.control.heard('load').filter((e) => (e.workers[hot.index]?.cpuRatio ?? 0) > 0.1).length > 2;
    await node.control.event('load', isSeen, 15_000);
    await node.peer('session-b', 'na-hang');
    isHot = false;
    await heating;
    expect([...(node.node.workersOf('session-b') ?? [])]).to.deep.equal([first]);
  });

  it('carry one session together over pipes, opened and closed on demand', async () => {
    // The limit is passed by the expectation of the first peer alone, so that each peer gets another worker.
    node = await TestNode.start({ workers: 2, consumersPerWorker: 1 });
    const sender = await node.peer(S, 'tuyen-quang');
    const receiver = await node.peer(S, 'son-duong');
    expect(node.node.workersOf(S)?.size).to.equal(2);
    await sender.produce('microphone');
    await sender.produce('camera', { layers: 3 });
    expect(node.node.pipeCount(S)).to.equal(0);
    await receiver.watch([microphone('tuyen-quang'), { endpointId: 'tuyen-quang', source: 'camera' }], 1);
    expect(node.node.pipeCount(S)).to.equal(2);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    await receiver.client.waitForPackets('tuyen-quang', 'camera');
    await sender.setMuted('microphone', true);
    await sleep(30);
    receiver.client.forget();
    await sleep(300);
    expect(receiver.client.arrived('tuyen-quang', 'microphone').packets).to.equal(0);
    expect(receiver.client.arrived('tuyen-quang', 'camera').packets).to.be.above(2);
    await sender.setMuted('microphone', false);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    const sources = [microphone('tuyen-quang')];
    await node.control.call('unsubscribe', { sessionId: S, peerId: 'son-duong', sources });
    expect(node.node.pipeCount(S)).to.equal(1);
    await receiver.watch([microphone('tuyen-quang')]);
    receiver.client.forget();
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    expect(node.node.pipeCount(S)).to.equal(2);
  });

  it('that die behind a pipe take their consumers along, and the source is piped anew', async () => {
    node = await TestNode.start({ workers: 2, consumersPerWorker: 1 });
    const sender = await node.peer(S, 'tuyen-quang');
    const receiver = await node.peer(S, 'son-duong');
    await sender.produce('microphone');
    await receiver.watch([microphone('tuyen-quang')]);
    const [senderWorker] = [...(node.node.workersOf(S) ?? [])];
    process.kill(pidOf(senderWorker ?? -1), 'SIGKILL');
    const { lost } = await node.control.event('workerDied');
    expect(lost).to.deep.equal([{ sessionId: S, peerIds: ['tuyen-quang'] }]);
    await lives(senderWorker ?? 0);
    const { sessions } = await node.control.call('describe', {});
    expect(sessions[0]?.peers).to.have.length(1);
    expect(sessions[0]?.peers[0]?.consumers).to.deep.equal([]);
    const again = await node.peer(S, 'tuyen-quang');
    await again.produce('microphone');
    await receiver.watch([microphone('tuyen-quang')]);
    receiver.client.forget();
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
  });

  it('do not start on a port that is taken, and the port is named', async () => {
    node = await TestNode.start();
    const portBase = node.options.portBase;
    const refused = await TestNode.start({ portBase }).then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(refused).to.include(`Media port ${portBase}`);
  });
});
