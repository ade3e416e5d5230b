import { expect } from 'chai';
import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import { workerBin } from '../../ops/mediasoup-worker/resolve.mjs';
import { MEDIA_CODECS } from '../../sfu/codecs.ts';
import { copyOnce } from '../../sfu/copyOnce.ts';

const SSRCS = [11, 22, 33];

async function camera(router: types.Router, onPort: number): Promise<types.Producer> {
  const transport = await router.createPlainTransport({ listenIp: '127.0.0.1', comedia: true, port: onPort });
  const codec = router.rtpCapabilities.codecs?.find((c) => c.mimeType === 'video/VP8');
  return transport.produce({
    kind: 'video',
    rtpParameters: {
      mid: '0',
      codecs: [
        {
          mimeType: 'video/VP8',
          clockRate: 90_000,
          payloadType: codec?.preferredPayloadType ?? 0,
          rtcpFeedback: codec?.rtcpFeedback,
        },
      ],
      headerExtensions: [{ uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', id: 4 }],
      encodings: SSRCS.map((ssrc) => ({ ssrc })),
      rtcp: { cname: 'tuyen-quang' },
    },
  });
}

/** What a browser is offered of a producer, without what is drawn by lot. */
async function offered(router: types.Router, producer: types.Producer) {
  const transport = await router.createWebRtcTransport({ listenIps: ['127.0.0.1'] });
  const { rtpCapabilities } = router;
  const all = [];
  for (let i = 0; i < 2; i += 1) {
    const { rtpParameters, type } = await transport.consume({ producerId: producer.id, rtpCapabilities, paused: true });
    const encodings = rtpParameters.encodings?.map(({ ssrc: _, rtx, ...rest }) => ({ ...rest, rtx: Boolean(rtx) }));
    all.push({ ...rtpParameters, encodings, type });
  }
  return all;
}

describe('parameters that are copied once', () => {
  let workers: [types.Worker, types.Worker];
  before(async () => {
    const start = () => createWorker({ workerBin: workerBin(), logLevel: 'error' });
    workers = [await start(), await start()];
  });
  after(() => workers.forEach((worker) => worker.close()));

  it('are offered as mediasoup offers them by itself, directly and over a pipe', async () => {
    const make = (worker: 0 | 1) => workers[worker].createRouter({ mediaCodecs: MEDIA_CODECS });
    const [plain, plainFar, once, onceFar] = await Promise.all([
      make(0),
      make(1),
      make(0).then(copyOnce),
      make(1).then(copyOnce),
    ]);
    const results = [];
    for (const [near, far] of [
      [plain, plainFar],
      [once, onceFar],
    ] as const) {
      const producer = await camera(near, 0);
      const { pipeProducer } = await near.pipeToRouter({ producerId: producer.id, router: far });
      results.push({
        copied: [producer, pipeProducer!].map((p) => p.consumableRtpParameters === p.consumableRtpParameters),
        here: await offered(near, producer),
        there: await offered(far, pipeProducer!),
      });
    }
    const [byItself, ours] = results;
    expect(byItself!.copied).to.deep.equal([false, false]);
    expect(ours!.copied).to.deep.equal([true, true]);
    expect(ours!.here).to.deep.equal(byItself!.here);
    expect(ours!.there).to.deep.equal(byItself!.there);
    expect(ours!.here[0]!.type).to.equal('simulcast');
  });
});
