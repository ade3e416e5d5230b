import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Source } from '../../server/protocol/snapshot.ts';
import { TestNode } from '../support/sfuNode.ts';
import type { TestPeer } from '../support/sfuNode.ts';

const S = 'session-1';
const microphone = { endpointId: 'tuyen-quang', source: 'microphone' as Source };
const camera = { endpointId: 'tuyen-quang', source: 'camera' as Source };

describe('media through a node', () => {
  let node: TestNode;
  let sender: TestPeer;
  let receiver: TestPeer;

  const wish = (source: Source, paused: boolean, layer: 0 | 1 | 2 = 0) => ({
    sessionId: S,
    peers: [{ peerId: 'son-duong', wishes: [{ endpointId: 'tuyen-quang', source, layer, paused }] }],
  });
  /** Packets of a source that arrive in the next milliseconds. */
  const packetsIn = async (source: Source, ms: number) => {
    receiver.client.forget();
    await sleep(ms);
    return receiver.client.arrived('tuyen-quang', source).packets;
  };

  beforeEach(async () => {
    node = await TestNode.start();
    sender = await node.peer(S, 'tuyen-quang');
    receiver = await node.peer(S, 'son-duong');
  });
  afterEach(() => node.stop());

  it('carries sound and picture from one peer to another', async () => {
    await sender.produce('microphone');
    await sender.produce('camera');
    await receiver.watch([microphone, camera]);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone', 30);
    await receiver.client.waitForPackets('tuyen-quang', 'camera', 15);
    expect(receiver.client.arrived('tuyen-quang', 'microphone').lost).to.equal(0);
    expect(receiver.client.arrived('tuyen-quang', 'camera').lost).to.equal(0);
  });

  it('forwards no packet of a source that was muted, though its client goes on sending', async () => {
    await sender.produce('microphone');
    await receiver.watch([microphone]);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    await sender.setMuted('microphone', true);
    await sleep(20); // what was on its way
    const sentBefore = sender.client.sentPackets('microphone');
    expect(await packetsIn('microphone', 400)).to.equal(0);
    expect(sender.client.sentPackets('microphone')).to.be.above(sentBefore + 10);
    await sender.setMuted('microphone', false);
    expect(await packetsIn('microphone', 400)).to.be.above(5);
  });

  it('lets the last of several mutes and unmutes in a row decide', async () => {
    await sender.produce('microphone');
    await receiver.watch([microphone]);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    await Promise.all([true, false, true, false, true].map((muted) => sender.setMuted('microphone', muted)));
    await sleep(20);
    expect(await packetsIn('microphone', 300)).to.equal(0);
    await sender.setMuted('microphone', false);
    await Promise.all([true, false].map((muted) => sender.setMuted('microphone', muted)));
    expect(await packetsIn('microphone', 400)).to.be.above(5);
  });

  it('loses no mute that comes while a source is being opened', async () => {
    await sender.client.produce('camera', async () => undefined); // connects the way out
    const rtpParameters = sender.client.rtpParameters('microphone', [77]);
    const at = { sessionId: S, peerId: 'tuyen-quang' };
    const changes = [{ ...microphone, paused: true }];
    const [, muted] = await Promise.all([
      node.control.call('produce', { ...at, source: 'microphone', rtpParameters, paused: false }),
      node.control.call('pauseProducers', { sessionId: S, changes }),
    ]);
    expect(muted.unknown).to.deep.equal([]);
    const { sessions } = await node.control.call('describe', {});
    expect(sessions[0]?.peers[0]?.sources).to.deep.equal([{ source: 'microphone', paused: true }]);
  });

  it('starts a source muted when it is told so', async () => {
    await sender.produce('microphone', { paused: true });
    await receiver.watch([microphone]);
    expect(await packetsIn('microphone', 300)).to.equal(0);
  });

  it('keeps consumers silent until they are let flow, and asks one key frame for it', async () => {
    await sender.produce('camera');
    const wishes = [{ ...camera, layer: 0 as const, paused: false }];
    const at = { sessionId: S, peerId: 'son-duong' };
    const { consumers } = await node.control.call('subscribe', { ...at, wishes });
    await receiver.client.receive(consumers);
    expect(await packetsIn('camera', 300)).to.equal(0);
    const asked = sender.client.keyFramesAsked('camera');
    await node.control.call('updateConsumers', wish('camera', false));
    expect(await packetsIn('camera', 500)).to.be.above(3);
    expect(sender.client.keyFramesAsked('camera') - asked).to.equal(1);
    await node.control.call('updateConsumers', wish('camera', true));
    await sleep(20);
    expect(await packetsIn('camera', 300)).to.equal(0);
  });

  it('switches the layer of a simulcast picture', async () => {
    await sender.produce('camera', { layers: 3 });
    await receiver.watch([camera], 0);
    await receiver.client.waitForPackets('tuyen-quang', 'camera', 10);
    expect(receiver.client.arrived('tuyen-quang', 'camera').layer).to.equal(0);
    const from = Date.now();
    await node.control.call('updateConsumers', wish('camera', false, 2));
    while (receiver.client.arrived('tuyen-quang', 'camera').layer !== 2 && Date.now() - from < 5_000) await sleep(10);
    expect(Date.now() - from).to.be.below(2_500);
  });

  it('answers a source that nobody sends as missing or unknown, not as an error', async () => {
    await sender.produce('microphone');
    const wishes = [microphone, camera, { endpointId: 'nobody', source: 'camera' as Source }].map((ref) => ({
      ...ref,
      layer: 0 as const,
      paused: false,
    }));
    const answer = await node.control.call('subscribe', { sessionId: S, peerId: 'son-duong', wishes });
    expect(answer.consumers.map((c) => c.source)).to.deep.equal(['microphone']);
    expect(answer.missing).to.deep.equal([camera, { endpointId: 'nobody', source: 'camera' }]);
    const changes = [{ ...camera, paused: true }];
    const { unknown } = await node.control.call('pauseProducers', { sessionId: S, changes });
    expect(unknown).to.deep.equal([camera]);
  });

  it('makes one consumer a source and answers a repeated wish with the same offer', async () => {
    await sender.produce('microphone');
    const wishes = [microphone, microphone].map((ref) => ({ ...ref, layer: 0 as const, paused: false }));
    const input = { sessionId: S, peerId: 'son-duong', wishes };
    const [first, second] = await Promise.all([
      node.control.call('subscribe', input),
      node.control.call('subscribe', input),
    ]);
    expect(first.consumers).to.have.length(1);
    expect(second).to.deep.equal(first);
  });

  it('ends a consumer that is no longer wished', async () => {
    await sender.produce('microphone');
    const [offer] = await receiver.watch([microphone]);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    const sources = [microphone, camera];
    const { consumerIds } = await node.control.call('unsubscribe', { sessionId: S, peerId: 'son-duong', sources });
    expect(consumerIds).to.deep.equal([offer?.consumerId]);
    await sleep(20);
    expect(await packetsIn('microphone', 200)).to.equal(0);
  });

  it('tells when a source ends, and takes the same source anew', async () => {
    await sender.produce('camera');
    await receiver.watch([camera]);
    await node.control.call('closeProducer', { sessionId: S, peerId: 'tuyen-quang', source: 'camera' });
    await node.control.event('producerClosed', (e) => e.peerId === 'tuyen-quang' && e.source === 'camera');
    await sender.produce('camera');
    await receiver.watch([camera]);
    await receiver.client.waitForPackets('tuyen-quang', 'camera');
  });

  it('tells who speaks, loudest first, at most four times a second', async () => {
    await sender.produce('microphone', { level: 30 });
    await receiver.produce('microphone', { level: 12 });
    const { levels } = await node.control.event('speakers', (e) => e.levels.length === 2);
    expect(levels).to.deep.equal([
      { endpointId: 'son-duong', volume: -12 },
      { endpointId: 'tuyen-quang', volume: -30 },
    ]);
    const before = node.control.heard('speakers').length;
    await sleep(1_000);
    expect(node.control.heard('speakers').length - before).to.be.within(2, 5);
    await sender.setMuted('microphone', true);
    await receiver.setMuted('microphone', true);
    await node.control.event('speakers', (e) => e.levels.length === 0);
  });

  it('says when the media of a peer stands and when it fell', async () => {
    await sender.produce('microphone');
    await node.control.event('endpointMedia', (e) => e.peerId === 'tuyen-quang' && e.connected);
    sender.client.close();
    const fell = await node.control.event('endpointMedia', (e) => e.peerId === 'tuyen-quang' && !e.connected, 15_000);
    expect(fell.epoch).to.equal(sender.epoch);
  });

  it('replaces an older incarnation of a peer: new epoch, nothing of the old is left', async () => {
    await sender.produce('microphone');
    const again = await node.peer(S, 'tuyen-quang');
    expect(again.epoch).to.not.equal(sender.epoch);
    const { sessions } = await node.control.call('describe', {});
    expect(sessions[0]?.peers.find((p) => p.peerId === 'tuyen-quang')).to.deep.include({
      epoch: again.epoch,
      sources: [],
    });
    await again.produce('microphone');
    await receiver.watch([microphone]);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
  });

  it('describes all it holds', async () => {
    await sender.produce('microphone', { paused: true });
    await sender.produce('camera');
    const [offer] = await receiver.watch([camera], 1);
    const { sessions } = await node.control.call('describe', {});
    expect(sessions).to.have.length(1);
    const of = (peerId: string) => sessions[0]?.peers.find((p) => p.peerId === peerId);
    expect(of('tuyen-quang')).to.deep.include({ connected: true, canReceive: true, consumers: [] });
    expect(of('tuyen-quang')?.sources).to.deep.equal([
      { source: 'microphone', paused: true },
      { source: 'camera', paused: false },
    ]);
    expect(of('son-duong')?.consumers).to.deep.equal([
      { ...camera, consumerId: offer?.consumerId, layer: 1, paused: false },
    ]);
  });

  it('makes new ICE credentials without disturbing what flows', async () => {
    await sender.produce('microphone');
    await receiver.watch([microphone]);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    const at = { sessionId: S, peerId: 'tuyen-quang', direction: 'send' as const };
    const { iceParameters } = await node.control.call('restartIce', at);
    expect(iceParameters.usernameFragment).to.be.a('string');
    expect(await packetsIn('microphone', 300)).to.be.above(5);
  });

  it('gives flat statistics and the load of its workers', async () => {
    await sender.produce('camera');
    await receiver.watch([camera]);
    await receiver.client.waitForPackets('tuyen-quang', 'camera');
    const { stats } = await node.control.call('stats', { sessionId: S, peerId: 'son-duong' });
    expect(stats.some((s) => s.endpointId === 'tuyen-quang' && Number(s.packetCount) > 0)).to.equal(true);
    const load = await node.control.event('load', (e) => (e.workers[0]?.forwardedBytes ?? 0) > 0, 8_000);
    expect(load.workers[0]).to.deep.include({ consumers: 1, producers: 1, transports: 4, alive: true, deaths: 0 });
  });

  it('counts down to nothing when peers and sessions end', async () => {
    await sender.produce('microphone');
    await receiver.watch([microphone]);
    await node.control.call('closePeer', { sessionId: S, peerId: 'tuyen-quang' });
    await node.control.call('closeSession', { sessionId: S });
    await sleep(50);
    const nothing = { transports: 0, producers: 0, consumers: 0 };
    expect(node.node.pool.live()[0]?.counts).to.deep.equal(nothing);
    expect((await node.control.call('describe', {})).sessions).to.deep.equal([]);
  });
});
