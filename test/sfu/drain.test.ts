import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { TestNode } from '../support/sfuNode.ts';

const S = 'session-1';
const LIMITS = { maxIncomingBitrate: 5_000_000, initialOutgoingBitrate: 1_000_000 };

describe('a worker that drains', () => {
  let node: TestNode;
  afterEach(() => node.stop());

  /** A peer with a transport and without a client behind it. */
  const open = (peerId: string, sessionId = S) =>
    node.control.call('openTransport', { sessionId, peerId, direction: 'recv', fresh: true, ...LIMITS });
  const openAll = async (count: number) => {
    await node.control.call('openSession', { sessionId: S });
    for (let i = 0; i < count; i++) await open(`peer-${i}`);
    return [...(node.node.workersOf(S) ?? [])][0] ?? -1;
  };
  const drain = (worker: number, draining: boolean) => node.control.call('drainWorker', { worker, draining });
  const asked = () => node.control.heard('peerMoving').map(({ peerId }) => peerId);

  it('asks ten at a time to move, the next after a second, and nobody twice within seconds', async () => {
    node = await TestNode.start({ workers: 2 });
    const worker = await openAll(12);
    const from = Date.now();
    await drain(worker, true);
    await node.control.event('peerMoving', ({ peerId }) => peerId === 'peer-9');
    expect(asked()).to.have.length(10);
    await node.control.event('peerMoving', ({ peerId }) => peerId === 'peer-11');
    expect(Date.now() - from).to.be.at.least(990);
    await sleep(1_200);
    expect(asked()).to.have.length(12);
  });

  it('asks the next wave as soon as the last one has gone, and gets no one back until it is put back', async () => {
    node = await TestNode.start({ workers: 2 });
    const worker = await openAll(12);
    await drain(worker, true);
    await node.control.event('peerMoving', ({ peerId }) => peerId === 'peer-9');
    const from = Date.now();
    for (let i = 0; i < 10; i++) await node.control.call('closePeer', { sessionId: S, peerId: `peer-${i}` });
    await node.control.event('peerMoving', ({ peerId }) => peerId === 'peer-11');
    expect(Date.now() - from).to.be.below(900);
    for (let i = 10; i < 22; i++) await open(`peer-${i}`);
    expect([...(node.node.workersOf(S) ?? [])]).to.deep.equal([1 - worker]);
    const empty = await node.control.event('load', ({ workers }) => workers[worker]?.peers === 0);
    expect(empty.workers[worker]).to.include({ draining: true, alive: true });
    expect(empty.workers[1 - worker]).to.include({ draining: false, peers: 12 });
    await drain(worker, false);
    await node.control.call('openSession', { sessionId: 'session-2' });
    await open('peer-0', 'session-2');
    expect([...(node.node.workersOf('session-2') ?? [])]).to.deep.equal([worker]);
  });

  it('is never the last one, and takes peers all the same when no other lives', async () => {
    node = await TestNode.start({ workers: 2 });
    await openAll(0);
    await drain(0, true);
    await drain(0, true);
    expect(await node.control.codeOf('drainWorker', { worker: 1, draining: true })).to.equal('last_worker');
    expect(await node.control.codeOf('drainWorker', { worker: 2, draining: true })).to.equal('not_found');
    process.kill(node.node.pool.slots[1]?.live?.worker.pid ?? 0, 'SIGKILL');
    await node.control.event('workerDied');
    // until the other one lives again, a picture on a worker that drains is better than none
    while (!node.node.pool.slots[1]?.live) {
      await open('peer-0');
      await sleep(5);
    }
    await node.control.event('load', ({ workers }) => workers[0]?.draining === true && workers[1]?.alive === true);
    await open('peer-0');
    expect([...(node.node.workersOf(S) ?? [])]).to.deep.equal([1]);
  });
});
