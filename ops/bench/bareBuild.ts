import type { types } from 'mediasoup';

/** How large a session is built. */
export interface SessionSize {
  /** endpoints: two transports, a microphone and a camera of three layers each */
  count: number;
  /** pictures and voices that every endpoint receives */
  pictures: number;
  voices: number;
}

/** A session as objects of mediasoup, without any packet. */
export interface Built {
  transports: types.WebRtcTransport[];
  producers: types.Producer[];
  consumers: types.Consumer[];
  /** wall time and CPU of this process, milliseconds */
  ms: number;
  cpuMs: number;
}

let nextSsrc = 900_000;

function parameters(router: types.Router, kind: 'audio' | 'video', mid: string): types.RtpParameters {
  const mimeType = kind === 'audio' ? 'audio/opus' : 'video/VP8';
  const codec = router.rtpCapabilities.codecs?.find((c) => c.mimeType === mimeType);
  const shape = kind === 'audio' ? { clockRate: 48_000, channels: 2 } : { clockRate: 90_000 };
  const layers = kind === 'audio' ? 1 : 3;
  return {
    mid,
    codecs: [{ mimeType, payloadType: codec?.preferredPayloadType ?? 100, ...shape }],
    encodings: Array.from({ length: layers }, () => ({ ssrc: (nextSsrc += 1) })),
    rtcp: { cname: 'bare' },
  };
}

/** Builds the objects of a whole session, as fast as a script without any rules can. */
export async function buildSession(
  router: types.Router,
  webRtcServer: types.WebRtcServer,
  { count, pictures, voices }: SessionSize,
): Promise<Built> {
  const { rtpCapabilities } = router;
  const codecs = { audio: parameters(router, 'audio', '0'), video: parameters(router, 'video', '1') };
  const began = performance.now();
  const from = process.cpuUsage();
  const open = () => router.createWebRtcTransport({ webRtcServer });
  const endpoints = await Promise.all(
    Array.from({ length: count }, async () => {
      const [send, recv] = await Promise.all([open(), open()]);
      const encodings = (of: types.RtpParameters) => of.encodings?.map(() => ({ ssrc: (nextSsrc += 1) })) ?? [];
      const [sound, picture] = await Promise.all(
        (['audio', 'video'] as const).map((kind) =>
          send.produce({ kind, rtpParameters: { ...codecs[kind], encodings: encodings(codecs[kind]) } }),
        ),
      );
      return { send, recv, sound, picture };
    }),
  );
  const seen = endpoints.slice(0, pictures).flatMap((e) => (e.picture ? [e.picture] : []));
  const heard = endpoints.slice(0, voices).flatMap((e) => (e.sound ? [e.sound] : []));
  const consumers = await Promise.all(
    endpoints.flatMap(({ recv }) =>
      [...seen, ...heard].map(({ id: producerId }) => recv.consume({ producerId, rtpCapabilities, paused: true })),
    ),
  );
  await Promise.all(consumers.map((consumer) => consumer.resume()));
  const { user, system } = process.cpuUsage(from);
  return {
    transports: endpoints.flatMap(({ send, recv }) => [send, recv]),
    producers: endpoints.flatMap(({ sound, picture }) => [sound, picture].flatMap((p) => (p ? [p] : []))),
    consumers,
    ms: performance.now() - began,
    cpuMs: (user + system) / 1_000,
  };
}
