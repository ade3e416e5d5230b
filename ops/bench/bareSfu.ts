import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import { buildSession } from './bareBuild.ts';
import type { Built, SessionSize } from './bareBuild.ts';

/**
 * mediasoup with nothing around it: the same routers, transports, producers and consumers as our node builds, by the
 * shortest program that can. Messages of its parent name the verbs of a node; it answers by message.
 */

interface Ref {
  endpointId: string;
  source: string;
}

/** Everything that a verb may be given; the parent is trusted. */
interface Input {
  peerId: string;
  direction: string;
  initialOutgoingBitrate: number;
  dtlsParameters: types.DtlsParameters;
  rtpCapabilities: types.RtpCapabilities;
  rtpParameters: types.RtpParameters;
  source: string;
  paused: boolean;
  wishes: (Ref & { layer: number })[];
  peers: { peerId: string; wishes: (Ref & { paused: boolean })[] }[];
  changes: (Ref & { paused: boolean })[];
  size: SessionSize;
}

const MEDIA_CODECS: types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    parameters: { useinbandfec: 1, usedtx: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
];

const workerBin = process.env.BENCH_WORKER ?? '';
const port = Number(process.env.BENCH_PORT);
let worker: types.Worker;
let server: types.WebRtcServer;
let router: types.Router;
const transports = new Map<string, types.WebRtcTransport>();
const producers = new Map<string, types.Producer>();
const consumers = new Map<string, types.Consumer>();
const capabilities = new Map<string, types.RtpCapabilities>();

async function start(): Promise<void> {
  worker = await createWorker({ workerBin, logLevel: 'error' });
  const listenInfos = (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip: '127.0.0.1', port }));
  server = await worker.createWebRtcServer({ listenInfos });
  router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS });
}

const keyOf = (peerId: string, { endpointId, source }: Ref) => `${peerId} ${endpointId} ${source}`;

async function openTransport({ peerId, direction, initialOutgoingBitrate }: Input) {
  const transport = await router.createWebRtcTransport({
    webRtcServer: server,
    initialAvailableOutgoingBitrate: initialOutgoingBitrate,
  });
  transports.set(`${peerId} ${direction}`, transport);
  const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
  return { epoch: '', transport: { id, iceParameters, iceCandidates, dtlsParameters } };
}

const transportOf = (peerId: string, direction: string) => {
  const transport = transports.get(`${peerId} ${direction}`);
  if (!transport) throw new Error('media_not_open');
  return transport;
};

async function subscribe({ peerId, wishes }: Input) {
  const transport = transportOf(peerId, 'recv');
  const rtpCapabilities = capabilities.get(peerId);
  if (!rtpCapabilities) throw new Error('media_not_open');
  const made = await Promise.all(
    wishes.map(async (wish) => {
      const producer = producers.get(`${wish.endpointId} ${wish.source}`);
      if (!producer) throw new Error('not_found');
      const consumer = await transport.consume({
        producerId: producer.id,
        rtpCapabilities,
        paused: true,
        preferredLayers: producer.kind === 'video' ? { spatialLayer: wish.layer } : undefined,
      });
      consumers.set(keyOf(peerId, wish), consumer);
      const { id: consumerId, producerId, kind, rtpParameters } = consumer;
      return { consumerId, producerId, endpointId: wish.endpointId, source: wish.source, kind, rtpParameters };
    }),
  );
  return { consumers: made, missing: [] };
}

async function updateConsumers({ peers }: Input) {
  const all = peers.flatMap(({ peerId, wishes }) =>
    wishes.map((wish) => ({ consumer: consumers.get(keyOf(peerId, wish)), wish })),
  );
  await Promise.all(all.map(async ({ consumer, wish }) => (wish.paused ? consumer?.pause() : consumer?.resume())));
  return {};
}

let built: Built | null = null;

/** Builds a session without packets, in place of the one before. */
async function build({ size }: Input) {
  for (const transport of built?.transports ?? []) transport.close();
  built = await buildSession(router, server, size);
  return { ms: built.ms, cpuMs: built.cpuMs, consumers: built.consumers.length };
}

/** Everything is lost and built again: worker, router and session; how long it took, milliseconds. */
async function rebuild({ size }: Input) {
  const began = performance.now();
  worker.close();
  await start();
  built = await buildSession(router, server, size);
  return { ms: performance.now() - began };
}

/** Mutes every microphone of the built session; how long it took, milliseconds. */
async function muteAll() {
  const sounds = built?.producers.filter((p) => p.kind === 'audio') ?? [];
  const began = performance.now();
  await Promise.all(sounds.map((producer) => producer.pause()));
  const ms = performance.now() - began;
  await Promise.all(sounds.map((producer) => producer.resume()));
  return { ms };
}

const verbs: Record<string, (input: Input) => unknown> = {
  openSession: () => ({ routerRtpCapabilities: router.rtpCapabilities }),
  closeSession: async () => {
    router.close();
    for (const map of [transports, producers, consumers, capabilities]) map.clear();
    router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS });
    return {};
  },
  openTransport,
  connectTransport: async ({ peerId, direction, dtlsParameters }) => {
    await transportOf(peerId, direction).connect({ dtlsParameters });
    return {};
  },
  produce: async ({ peerId, source, rtpParameters, paused }) => {
    const kind = source === 'microphone' ? 'audio' : 'video';
    const producer = await transportOf(peerId, 'send').produce({ kind, rtpParameters, paused });
    producers.set(`${peerId} ${source}`, producer);
    return { producerId: producer.id };
  },
  setCapabilities: ({ peerId, rtpCapabilities }) => {
    capabilities.set(peerId, rtpCapabilities);
    return {};
  },
  subscribe,
  updateConsumers,
  pauseProducers: async ({ changes }) => {
    await Promise.all(
      changes.map(async ({ endpointId, source, paused }) => {
        const producer = producers.get(`${endpointId} ${source}`);
        return paused ? producer?.pause() : producer?.resume();
      }),
    );
    return { unknown: [] };
  },
  closePeer: ({ peerId }) => {
    for (const direction of ['send', 'recv']) transports.get(`${peerId} ${direction}`)?.close();
    return {};
  },
  stats: async ({ peerId }) => {
    const own = [...consumers].filter(([key]) => key.startsWith(`${peerId} `)).map(([, consumer]) => consumer);
    const stats = await Promise.all(own.map((consumer) => consumer.getStats()));
    return { stats: stats.flat() };
  },
  build,
  rebuild,
  muteAll,
};

process.on('message', ({ id, verb, input }: { id: number; verb: string; input: Input }) => {
  const work = verbs[verb];
  Promise.resolve()
    .then(() => (work ? work(input) : Promise.reject(new Error(`there is no ${verb}`))))
    .then(
      (answer) => process.send?.({ id, answer }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
    );
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));

await start();
process.send?.({ ready: true });
