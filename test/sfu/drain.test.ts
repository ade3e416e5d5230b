import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createLog } from '../../server/log.ts';
import { MediaService } from '../../server/media/mediaService.ts';
import { placeSession } from '../../server/media/placement.ts';
import type { LiveSession } from '../../server/sessions/liveSession.ts';
import { aSession, names } from '../support/aSession.ts';
import { ControlClient, TEST_SECRET, TestNode } from '../support/sfuNode.ts';

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
    const empty = await node.control.event('load', ({ workers }) => {
      const drained = workers[worker];
      return drained?.draining === true && drained.peers === 0;
    });
    expect(empty.workers[worker]).to.include({ alive: true });
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

describe('a node that drains', () => {
  const nodes: TestNode[] = [];
  afterEach(() => Promise.all(nodes.splice(0).map((node) => node.stop())));
  const start = async () => {
    const node = await TestNode.start();
    nodes.push(node);
    return node;
  };

  it('says so at once to a control plane that comes', async () => {
    const node = await start();
    await node.control.call('drain', { draining: true });
    const before = node.control.heard('load').length;
    while (node.control.heard('load').length === before) await sleep(5);
    // the next report of its own is a second away
    const from = Date.now();
    const late = await ControlClient.connect(node.port);
    try {
      expect((await late.event('load')).draining).to.equal(true);
      expect(Date.now() - from).to.be.below(900);
    } finally {
      late.socket.disconnect();
    }
  });

  it('is passed over by a session that was placed there before it had said so', async () => {
    const both = [await start(), await start()];
    const media = new MediaService({
      nodes: both.map(({ port }) => `127.0.0.1:${port}`),
      secret: TEST_SECRET,
      log: createLog('silent'),
      sinkOf: () => ({ toPeer: () => undefined, toAll: () => undefined }),
      lineOf: () => ({ downBps: 4_000_000, upBps: 1_000_000 }),
      observeReconcile: () => undefined,
    });
    media.open();
    try {
      while (media.nodes.some((node) => !node.up || node.workers.length === 0)) await sleep(5);
      const chosen = placeSession(
        media.nodes.map((node) => {
          const sum = (of: 'consumers' | 'cpuRatio') => node.workers.reduce((n, worker) => n + worker[of], 0);
          return { id: node.id, up: true, draining: false, consumers: sum('consumers'), cpuRatio: sum('cpuRatio') };
        }),
      );
      const full = both.find(({ port }) => chosen?.endsWith(`:${port}`));
      const free = both.find((node) => node !== full);
      // without the word that `drain` sends ahead: the moment between two reports
      Object.assign(full?.node ?? {}, { draining: true });
      const endpoints = names(2);
      const { s } = aSession({ endpoints });
      // media asks a session for nothing but its id and its snapshot
      const session = { id: s.id, snapshot: s } as LiveSession;
      const seats = endpoints.map((name) => media.openPeer(session, name, name, false));
      expect(await Promise.all(seats)).to.have.length(2);
      expect((await free?.node.describe())?.sessions.map(({ peers }) => peers.length)).to.deep.equal([2]);
      expect((await full?.node.describe())?.sessions).to.deep.equal([]);
    } finally {
      media.close();
    }
  });
});
