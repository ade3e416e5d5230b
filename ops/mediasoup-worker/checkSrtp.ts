import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { types } from 'mediasoup';
import { RtpHeader, RtpPacket, SrtpSession } from 'werift';
import { caughtUp, numberedPayload, tallyOf } from './checkPayload.ts';
import type { Tally } from './checkPayload.ts';

/** The suites that are checked: werift's number of the profile, and the lengths of key and salt. */
const suites = {
  AEAD_AES_128_GCM: { profile: 7, key: 16, salt: 12 },
  AES_CM_128_HMAC_SHA1_80: { profile: 1, key: 16, salt: 14 },
} as const;

/** The name of a checked SRTP suite. */
export type Suite = keyof typeof suites;

/** Every checked SRTP suite. */
export const checkedSuites = Object.keys(suites) as Suite[];

const payloadType = 100;
const ssrc = 0x4e484331;

/** Our end of a transport: a socket, and the keys both ends have agreed on. */
interface End {
  socket: Socket;
  session: SrtpSession;
}

/** Opens a PlainTransport with SRTP; with `comedia` it learns our address from our first packet. */
async function openEnd(router: types.Router, suite: Suite, comedia: boolean): Promise<[types.PlainTransport, End]> {
  const { profile, key, salt } = suites[suite];
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    comedia,
    enableSrtp: true,
    srtpCryptoSuite: suite,
  });
  const ours = randomBytes(key + salt);
  const theirs = Buffer.from(transport.srtpParameters?.keyBase64 ?? '', 'base64');
  const session = new SrtpSession({
    profile,
    keys: {
      localMasterKey: ours.subarray(0, key),
      localMasterSalt: ours.subarray(key),
      remoteMasterKey: theirs.subarray(0, key),
      remoteMasterSalt: theirs.subarray(key),
    },
  });
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const srtpParameters = { cryptoSuite: suite, keyBase64: ours.toString('base64') };
  const address = comedia ? {} : { ip: '127.0.0.1', port: socket.address().port };
  await transport.connect({ ...address, srtpParameters });
  return [transport, { socket, session }];
}

/** Sends numbered packets at a modest pace, and stops when they no longer arrive. */
async function sendAll({ socket, session }: End, port: number, packets: number, tally: Tally): Promise<void> {
  for (let number = 0; number < packets; number++) {
    const header = new RtpHeader({
      payloadType,
      ssrc,
      sequenceNumber: (65_000 + number) & 0xffff, // crosses the wrap, where the two ends must agree on the roll-over
      timestamp: number * 960,
    });
    socket.send(session.encrypt(numberedPayload(number), header), port, '127.0.0.1');
    if (number % 10 !== 9) continue;
    await sleep(5);
    if (!(await caughtUp(tally, number + 1, 50))) return;
  }
}

/** Decrypts what comes; a packet that fails to is not taken, and so shows as lost. */
function receive({ socket, session }: End, wanted: number, tally: Tally): void {
  socket.on('message', (message) => {
    const isRtcp = (message[1] ?? 0) >= 192 && (message[1] ?? 0) <= 223;
    if (isRtcp || message.length < 12 || message.readUInt32BE(8) !== wanted) return;
    try {
      tally.take(RtpPacket.deSerialize(session.decrypt(message)).payload);
    } catch {
      // Authentication failed: counted by its absence.
    }
  });
}

async function cpuMicroseconds(worker: types.Worker): Promise<number> {
  const usage = await worker.getResourceUsage();
  return (usage.ru_utime + usage.ru_stime) * 1000;
}

/**
 * Sends packets through the worker, SRTP in and SRTP out, and compares what arrives.
 * @returns microseconds of the worker's CPU per packet
 * @throws Error with one sentence, if a packet is lost or altered
 */
export async function checkSrtp(worker: types.Worker, suite: Suite, packets: number): Promise<number> {
  const router = await worker.createRouter({
    mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
  });
  const [inTransport, sender] = await openEnd(router, suite, true);
  const [outTransport, receiver] = await openEnd(router, suite, false);
  try {
    const codec = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType };
    const rtpParameters = { codecs: [codec], encodings: [{ ssrc }] };
    const producer = await inTransport.produce({ kind: 'audio', rtpParameters });
    const { rtpCapabilities } = router;
    const consumer = await outTransport.consume({ producerId: producer.id, rtpCapabilities });
    const tally = tallyOf(packets);
    receive(receiver, consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0, tally);
    const before = await cpuMicroseconds(worker);
    await sendAll(sender, inTransport.tuple.localPort, packets, tally);
    await caughtUp(tally, packets, 0);
    const fault = tally.fault();
    if (fault) throw new Error(`The worker does not forward ${suite} rightly: ${fault}.`);
    return ((await cpuMicroseconds(worker)) - before) / packets;
  } finally {
    sender.socket.close();
    receiver.socket.close();
    router.close();
  }
}
