import { setTimeout as sleep } from 'node:timers/promises';
import type { types } from 'mediasoup';
import { PeerConnection } from 'node-datachannel';
import { RtpHeader, RtpPacket } from 'werift';
import { caughtUp, numberedPayload, tallyOf } from './checkPayload.ts';
import type { Tally } from './checkPayload.ts';

const ssrc = 0x4e484332;
const payloadType = 101;
/** VP8's payload descriptor (start of the first partition) and a frame header's first byte: every frame is a key frame. */
const vp8KeyFrame = Buffer.from([0x10, 0x00]);

/** The session description with which the worker offers one video. */
function offerOf(transport: types.WebRtcTransport, rtp: types.RtpParameters): string {
  const { iceParameters, iceCandidates, dtlsParameters } = transport;
  const codec = rtp.codecs[0];
  const print = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  const candidates = iceCandidates.map(
    ({ foundation, priority, address, port }) =>
      `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ host`,
  );
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'a=ice-lite',
    `m=video 9 UDP/TLS/RTP/SAVPF ${codec?.payloadType}`,
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    'a=sendonly',
    'a=rtcp-mux',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${print?.value}`,
    'a=setup:actpass',
    `a=rtpmap:${codec?.payloadType} VP8/90000`,
    `a=ssrc:${rtp.encodings?.[0]?.ssrc} cname:worker-check`,
    ...candidates,
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}

/** Answers the offer with a real WebRTC client that takes what it receives into the tally. */
function answer(offer: string, wanted: number, tally: Tally): { client: PeerConnection; fingerprint: Promise<string> } {
  const client = new PeerConnection('worker-check', { iceServers: [] });
  const tracks: unknown[] = []; // a track that nothing refers to is collected, and falls silent
  const fingerprint = new Promise<string>((resolve, reject) => {
    client.onLocalDescription((sdp) => {
      const found = /^a=fingerprint:sha-256 (\S+)/im.exec(sdp)?.[1];
      if (found) resolve(found);
      else reject(new Error('The WebRTC client answered without a fingerprint.'));
    });
  });
  client.onTrack((track) => {
    tracks.push(track);
    track.onMessage((message) => {
      const isRtcp = (message[1] ?? 0) >= 192 && (message[1] ?? 0) <= 223;
      if (!isRtcp && message.readUInt32BE(8) === wanted) tally.take(RtpPacket.deSerialize(message).payload);
    });
  });
  client.setRemoteDescription(offer, 'offer');
  return { client, fingerprint };
}

/** Sends key frames of one packet each into the worker, and stops when they no longer arrive. */
async function sendAll(producer: types.Producer, packets: number, tally: Tally): Promise<void> {
  for (let number = 0; number < packets; number++) {
    const fields = { payloadType, ssrc, marker: true, sequenceNumber: number + 1, timestamp: number * 3000 };
    producer.send(new RtpPacket(new RtpHeader(fields), numberedPayload(number, vp8KeyFrame)).serialize());
    if (number % 5 !== 4) continue;
    await sleep(5);
    if (!(await caughtUp(tally, number + 1, 50))) return;
  }
  await caughtUp(tally, packets, 0);
}

async function until(condition: () => boolean, milliseconds: number): Promise<boolean> {
  for (let waited = 0; waited < milliseconds && !condition(); waited += 20) await sleep(20);
  return condition();
}

/**
 * Lets a real WebRTC client (ICE, DTLS, SRTP) watch a VP8 stream that passes through the worker.
 * @throws Error with one sentence, if the handshake fails or a packet is lost or altered
 */
export async function checkDtls(worker: types.Worker, packets: number): Promise<void> {
  const router = await worker.createRouter({
    mediaCodecs: [{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 }],
  });
  const source = await router.createDirectTransport();
  const codec = { mimeType: 'video/VP8', clockRate: 90_000, payloadType };
  const producer = await source.produce({ kind: 'video', rtpParameters: { codecs: [codec], encodings: [{ ssrc }] } });
  const transport = await router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  const { rtpCapabilities } = router;
  const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities });
  const tally = tallyOf(packets, vp8KeyFrame.length);
  const wanted = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
  const { client, fingerprint } = answer(offerOf(transport, consumer.rtpParameters), wanted, tally);
  try {
    const fingerprints = [{ algorithm: 'sha-256' as const, value: await fingerprint }];
    await transport.connect({ dtlsParameters: { role: 'client', fingerprints } });
    const connected = await until(() => transport.dtlsState === 'connected' && client.state() === 'connected', 10_000);
    if (!connected)
      throw new Error(`The DTLS handshake with the worker came no further than "${transport.dtlsState}".`);
    await sendAll(producer, packets, tally);
    const fault = tally.fault();
    if (fault) throw new Error(`The worker does not forward VP8 over DTLS rightly: ${fault}.`);
  } finally {
    client.close();
    router.close();
  }
}
