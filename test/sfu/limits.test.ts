import { expect } from 'chai';
import { TestNode } from '../support/sfuNode.ts';
import type { TestPeer } from '../support/sfuNode.ts';

const S = 'session-1';
const RATES = { maxIncomingBitrate: 1_000_000, initialOutgoingBitrate: 500_000 };

describe('the limits of a node', () => {
  let node: TestNode;
  let peer: TestPeer;
  const at = { sessionId: S, peerId: 'son-duong' };

  beforeEach(async () => {
    node = await TestNode.start({ transportsPerWorker: 6 });
    peer = await node.peer(S, 'son-duong');
  });
  afterEach(() => node.stop());

  const produce = (source: string, rtpParameters: unknown) =>
    node.control.codeOf('produce', { ...at, source, rtpParameters, paused: false });

  it('refuses a second transport of the same way', async () => {
    for (const direction of ['send', 'recv'])
      expect(await node.control.codeOf('openTransport', { ...at, direction, fresh: false, ...RATES })).to.equal(
        'quota_exceeded',
      );
  });

  it('refuses all but one of a hundred transports that are opened at once', async () => {
    const open = () =>
      node.control.codeOf('openTransport', {
        sessionId: S,
        peerId: 'flood',
        direction: 'send',
        fresh: false,
        ...RATES,
      });
    const codes = await Promise.all(Array.from({ length: 100 }, open));
    expect(codes.filter((code) => code === 'ok')).to.have.length(1);
    expect(codes.filter((code) => code === 'quota_exceeded')).to.have.length(99);
  });

  it('has a ceiling of transports a worker', async () => {
    const open = (peerId: string) =>
      node.control.codeOf('openTransport', { sessionId: S, peerId, direction: 'send', fresh: true, ...RATES });
    const codes = [];
    for (let i = 0; i < 6; i++) codes.push(await open(`peer-${i}`));
    expect(codes).to.deep.equal(['ok', 'ok', 'ok', 'ok', 'no_capacity', 'no_capacity']);
    await node.control.call('closePeer', { sessionId: S, peerId: 'peer-0' });
    expect(await open('peer-9')).to.equal('ok');
  });

  it('refuses a second camera, also when both are asked at once', async () => {
    const parameters = peer.client.rtpParameters('camera', [1]);
    const codes = await Promise.all([produce('camera', parameters), produce('camera', parameters)]);
    expect(codes.sort()).to.deep.equal(['ok', 'source_taken']);
    expect(await produce('camera', parameters)).to.equal('source_taken');
  });

  it('takes sound for a microphone and pictures for a camera, nothing else', async () => {
    expect(await produce('microphone', peer.client.rtpParameters('camera', [1]))).to.equal('media_refused');
    expect(await produce('camera', peer.client.rtpParameters('microphone', [2]))).to.equal('media_refused');
    expect(await produce('presentation', peer.client.rtpParameters('presentation', [3]))).to.equal('ok');
  });

  it('refuses more encodings than three layers', async () => {
    expect(await produce('camera', peer.client.rtpParameters('camera', [1, 2, 3, 4]))).to.equal('media_refused');
    expect(await produce('microphone', peer.client.rtpParameters('microphone', [5, 6]))).to.equal('media_refused');
    expect(await produce('camera', peer.client.rtpParameters('camera', [1, 2, 3]))).to.equal('ok');
  });

  it('makes ids itself', async () => {
    const rtpParameters = peer.client.rtpParameters('camera', [1]);
    const answer = await node.control.raw('produce', {
      ...at,
      source: 'camera',
      rtpParameters,
      paused: false,
      id: 'chu-toa-camera',
      appData: { peerId: 'chu-toa' },
    });
    expect(answer.producerId).to.be.a('string').and.not.equal('chu-toa-camera');
    const { sessions } = await node.control.call('describe', {});
    expect(sessions[0]?.peers[0]).to.deep.include({
      peerId: 'son-duong',
      sources: [{ source: 'camera', paused: false }],
    });
  });

  it('lets a watcher receive and never send', async () => {
    const watcher = { sessionId: S, peerId: 'watch-0193b5a0-0000-7000-8000-000000000000' };
    const open = (direction: string) =>
      node.control.codeOf('openTransport', { ...watcher, direction, fresh: false, ...RATES });
    expect(await open('send')).to.equal('not_allowed');
    expect(await open('recv')).to.equal('ok');
    const rtpParameters = peer.client.rtpParameters('camera', [1]);
    const input = { ...watcher, source: 'camera', rtpParameters, paused: false };
    expect(await node.control.codeOf('produce', input)).to.equal('media_not_open');
  });

  it('refuses garbage and goes on serving everybody else', async () => {
    const other = await node.peer(S, 'tan-trao');
    await other.produce('microphone');
    await peer.watch([{ endpointId: 'tan-trao', source: 'microphone' }]);
    const good = peer.client.rtpParameters('camera', [1]);
    const garbage: Record<string, unknown>[] = [
      {},
      { codecs: 'VP8' },
      { ...good, codecs: [] },
      { ...good, codecs: [{ mimeType: 'video/XYZ', payloadType: 300, clockRate: -1 }] },
      { ...good, encodings: [{ ssrc: 'eleven' }] },
      { ...good, encodings: null },
      { ...good, headerExtensions: [{ uri: 'urn:x', id: 'y' }] },
      { ...good, mid: { deep: { deeper: [] } } },
      { ...good, rtcp: { cname: 7 } },
    ];
    for (const rtpParameters of garbage)
      expect(await produce('camera', rtpParameters), JSON.stringify(rtpParameters)).to.equal('media_refused');
    for (const dtlsParameters of [{}, { fingerprints: [] }, { fingerprints: [{ algorithm: 'md1', value: 'x' }] }])
      expect(await node.control.codeOf('connectTransport', { ...at, direction: 'send', dtlsParameters })).to.equal(
        'media_refused',
      );
    expect(await node.control.codeOf('setCapabilities', { ...at, rtpCapabilities: { codecs: 3 } })).to.equal(
      'media_refused',
    );
    peer.client.forget();
    await peer.client.waitForPackets('tan-trao', 'microphone', 10);
    expect(await produce('camera', good)).to.equal('ok');
    expect(node.node.pool.slots[0]?.deaths).to.equal(0);
  });

  it('answers a receiver that cannot show a source with missing', async () => {
    const other = await node.peer(S, 'tan-trao');
    await other.produce('camera');
    const caps = peer.client.rtpCapabilities as { codecs: { kind: string }[] };
    const deaf = { ...caps, codecs: caps.codecs.filter((c) => c.kind === 'audio') };
    const wishes = [{ endpointId: 'tan-trao', source: 'camera' as const, layer: 0 as const, paused: false }];
    for (const rtpCapabilities of [deaf, { codecs: [{ mimeType: 'nonsense' }] }]) {
      await node.control.call('setCapabilities', { ...at, rtpCapabilities });
      const { consumers, missing } = await node.control.call('subscribe', { ...at, wishes });
      expect({ consumers, missing: missing.length }).to.deep.equal({ consumers: [], missing: 1 });
    }
  });

  it('refuses verbs in the wrong state', async () => {
    const nobody = { sessionId: S, peerId: 'nobody' };
    const code = (verb: string, input: object) => node.control.codeOf(verb, input);
    const direction = 'send';
    expect(await code('openTransport', { ...nobody, sessionId: 'x', direction, fresh: true, ...RATES })).to.equal(
      'not_found',
    );
    expect(await code('connectTransport', { ...nobody, direction, dtlsParameters: {} })).to.equal('media_not_open');
    expect(await code('restartIce', { ...nobody, direction })).to.equal('media_not_open');
    expect(await code('subscribe', { ...nobody, wishes: [] })).to.equal('media_not_open');
    expect(await code('unsubscribe', { ...nobody, sources: [] })).to.equal('media_not_open');
    expect(await code('setCapabilities', { ...nobody, rtpCapabilities: { codecs: [] } })).to.equal('media_not_open');
    expect(await code('closeProducer', { ...at, source: 'camera' })).to.equal('not_found');
    expect(await code('stats', nobody)).to.equal('media_not_open');
    expect(await code('pauseProducers', { sessionId: 'x', changes: [] })).to.equal('not_found');
    expect(await code('updateConsumers', { sessionId: S, peers: [{ peerId: 'nobody', wishes: [] }] })).to.equal('ok');
    expect(await code('closePeer', nobody)).to.equal('ok');
    expect(await code('closeSession', { sessionId: 'x' })).to.equal('ok');
    const dtlsParameters = { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AA:BB' }] };
    expect(await code('connectTransport', { ...at, direction, dtlsParameters })).to.equal('ok');
    expect(await code('connectTransport', { ...at, direction, dtlsParameters })).to.equal('media_refused');
  });

  it('takes no new session while it drains and keeps those it has', async () => {
    await node.control.call('drain', { draining: true });
    expect(await node.control.codeOf('openSession', { sessionId: 'new' })).to.equal('draining');
    expect(await node.control.codeOf('openSession', { sessionId: S })).to.equal('ok');
    await node.peer(S, 'tan-trao');
    await node.control.call('drain', { draining: false });
    expect(await node.control.codeOf('openSession', { sessionId: 'new' })).to.equal('ok');
  });
});
