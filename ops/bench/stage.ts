import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerOffer, TransportOffer } from '../../server/protocol/media.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import { receiveCapabilities } from '../simulate/mediaEnd.ts';
import { MediaPath } from '../simulate/mediaPath.ts';
import { isRtcp, keyFrameRequests, markAt, markSentAt, nowMs, seqOf, ssrcOf } from '../simulate/rtp.ts';
import { Wheel } from '../simulate/senders.ts';
import type { Audience } from './audience.ts';
import { cpuOf, cpuOfAll } from './processCpu.ts';
import type { Sfu } from './sfuUnderTest.ts';
import { LARGE, LoadStream, SMALL, SOUND } from './streams.ts';
import type { Shape } from './streams.ts';

/** Nobody's line is the limit here, bits per second. */
const LIMITS = { maxIncomingBitrate: 20_000_000, initialOutgoingBitrate: 20_000_000 };
const SESSION = 'bench';
const WARM_MS = 250;

/** One packet that a reader got: which stream, sent when, arrived when; milliseconds. */
export interface Arrival {
  ssrc: number;
  sentAt: number;
  at: number;
}

/** A receiver that is read, to see delay, loss and order. */
export class Reader {
  readonly id: string;
  arrivals: Arrival[] = [];
  packets = 0;
  /** steps back of a sequence number */
  disorder = 0;
  /** numbers that never came, gaps less late ones */
  lost = 0;
  readonly #last = new Map<number, number>();

  constructor(id: string) {
    this.id = id;
  }

  /** Takes a packet. @param origin names the source by the consumer's SSRC */
  take(packet: Buffer, origin: Map<number, number>): void {
    if (isRtcp(packet)) return;
    const at = markAt(packet);
    if (at < 0) return;
    const ssrc = ssrcOf(packet);
    const seq = seqOf(packet);
    const last = this.#last.get(ssrc);
    const step = last === undefined ? 1 : (seq - last + 0x10000) & 0xffff;
    if (step < 0x8000) {
      this.lost += step - 1;
      this.#last.set(ssrc, seq);
    } else {
      this.disorder += 1;
      this.lost -= 1;
    }
    this.packets += 1;
    this.arrivals.push({ ssrc: origin.get(ssrc) ?? 0, sentAt: markSentAt(packet, at), at: nowMs() });
  }

  /** Counts anew from here; a gap that begins now is not known. */
  forget(): void {
    this.arrivals = [];
    this.packets = 0;
    this.disorder = 0;
    this.lost = 0;
    this.#last.clear();
  }
}

/** What a stretch of time cost. */
export interface Window {
  /** packets that the SFU had to forward, and their bytes with the sender's headers */
  packets: number;
  bytes: number;
  workerMs: number;
  nodeMs: number;
  ms: number;
  /** share of the packets sent that arrived at the readers; 1 when nobody reads */
  delivered: number;
}

/** What a stage is built of. */
export interface StageOptions {
  /** all receivers, the readers among them */
  receivers: number;
  /** receivers that are read; the first, the last, and between */
  readers: number;
  large: number;
  small: number;
  sounds: number;
  /** of the large pictures, when they are not of 720p */
  shape?: Shape;
}

/** The load of B1: nine pictures, the first of them large, and three voices, to 87 receivers. */
export const BRIEFING: StageOptions = { receivers: 87, readers: 3, large: 1, small: 8, sounds: 3 };

interface SourceRefOf {
  endpointId: string;
  source: Source;
}

/** Senders, an SFU and receivers, joined: the same graph whatever the SFU is. */
export class Stage {
  readonly sfu: Sfu;
  readonly readers: Reader[] = [];
  readonly streams: LoadStream[] = [];
  /** how long it took until all receivers stood, milliseconds */
  standMs = 0;
  readonly #options: StageOptions;
  readonly #audience: Audience | null;
  readonly #wheel = new Wheel();
  readonly #paths: MediaPath[] = [];
  readonly #refs: SourceRefOf[] = [];
  readonly #receivers: string[] = [];
  #capabilities: Record<string, unknown> = {};

  private constructor(sfu: Sfu, audience: Audience | null, options: StageOptions) {
    this.sfu = sfu;
    this.#audience = audience;
    this.#options = options;
  }

  /** Builds everything; packets flow once `send` is called. @param audience null: every receiver is a reader */
  static async build(sfu: Sfu, audience: Audience | null, options: StageOptions): Promise<Stage> {
    const stage = new Stage(sfu, audience, options);
    const { routerRtpCapabilities } = await sfu.call('openSession', { sessionId: SESSION });
    stage.#capabilities = routerRtpCapabilities;
    const { large, small, sounds } = options;
    for (let i = 0; i < Math.max(large + small, sounds); i += 1) await stage.#sender(i);
    const began = performance.now();
    await stage.#receiversStand();
    stage.standMs = performance.now() - began;
    await stage.#subscribeAll();
    return stage;
  }

  /** Sources of the stage. */
  get sources(): number {
    return this.streams.length;
  }

  /** All streams at so many times their usual rate; 0: silence. */
  send(scale: number): void {
    for (const stream of this.streams) stream.send(scale);
  }

  /**
   * Sends for a while and measures what it costs. The audience does not read meanwhile.
   * @param ms at most 3,000: receivers that are stopped answer no consent check
   */
  async window(ms: number, scale = 1): Promise<Window> {
    await this.#audience?.thaw();
    this.send(scale);
    await sleep(WARM_MS);
    this.#audience?.freeze();
    for (const reader of this.readers) reader.forget();
    const pids = this.sfu.workerPids();
    const now = () => ({
      at: performance.now(),
      worker: cpuOfAll(pids),
      node: cpuOf(this.sfu.nodePid),
      packets: this.streams.reduce((sum, s) => sum + s.packets, 0),
      bytes: this.streams.reduce((sum, s) => sum + s.bytes, 0),
    });
    const before = now();
    await sleep(ms);
    const after = now();
    this.send(0);
    await this.#audience?.thaw();
    if (this.sfu.workerPids().join() !== pids.join()) throw new Error('a worker died while it was measured');
    const fanOut = this.#options.receivers;
    const sent = after.packets - before.packets;
    const read = this.readers.reduce((sum, r) => sum + r.packets, 0);
    return {
      delivered: this.readers.length > 0 ? read / this.readers.length / sent : 1,
      packets: sent * fanOut,
      bytes: (after.bytes - before.bytes) * fanOut,
      workerMs: after.worker - before.worker,
      nodeMs: after.node - before.node,
      ms: after.at - before.at,
    };
  }

  /** Packets that the consumers have sent so far, by the worker's own count. */
  async forwarded(): Promise<number> {
    let sum = 0;
    for (const peerId of this.#receivers) {
      const { stats } = await this.sfu.call('stats', { sessionId: SESSION, peerId }).catch(() => {
        throw new Error('a worker died while it was measured');
      });
      for (const one of stats) if (one.type === 'outbound-rtp') sum += Number(one.packetCount ?? 0);
    }
    return sum;
  }

  /** Packets that were sent in so far. */
  get sent(): number {
    return this.streams.reduce((sum, s) => sum + s.packets, 0);
  }

  /** The session's id at the SFU. */
  get sessionId(): string {
    return SESSION;
  }

  /** Ends every consumer. */
  async unsubscribeAll(): Promise<void> {
    for (const peerId of this.#receivers)
      await this.sfu.call('unsubscribe', { sessionId: SESSION, peerId, sources: this.#refs });
  }

  /** Ends senders and receivers; the SFU stays. */
  async close(): Promise<void> {
    this.#wheel.close();
    for (const path of this.#paths) path.close();
    for (const id of this.#receivers) this.#audience?.close(id);
    await this.sfu.call('closeSession', { sessionId: SESSION });
  }

  #codec(mimeType: string) {
    const codecs = this.#capabilities.codecs as { mimeType: string; preferredPayloadType: number }[];
    const codec = codecs.find((c) => c.mimeType === mimeType);
    if (!codec) throw new Error(`the router does not speak ${mimeType}`);
    const { preferredPayloadType: payloadType, ...rest } = codec;
    return { payloadType, rest };
  }

  async #transport(peerId: string, direction: 'send' | 'recv'): Promise<TransportOffer> {
    const input = { sessionId: SESSION, peerId, direction, fresh: true, ...LIMITS };
    return (await this.sfu.call('openTransport', input)).transport;
  }

  async #sender(i: number): Promise<void> {
    const peerId = `sender-${i}`;
    const { large, small, sounds } = this.#options;
    const { payloadType } = this.#codec('video/VP8');
    const mine: LoadStream[] = [];
    const path = new MediaPath({
      direction: 'send',
      transport: await this.#transport(peerId, 'send'),
      payloadType,
      connect: (dtlsParameters) =>
        this.sfu.call('connectTransport', { sessionId: SESSION, peerId, direction: 'send', dtlsParameters }),
      onPacket: (packet) => {
        if (!isRtcp(packet)) return;
        for (const ssrc of keyFrameRequests(packet)) mine.find((s) => s.ssrc === ssrc)?.wantKeyFrame();
      },
    });
    this.#paths.push(path);
    await path.connected;
    const out = (packet: Buffer) => path.send(packet);
    if (i < large + small) {
      const stream = new LoadStream(i < large ? (this.#options.shape ?? LARGE) : SMALL, payloadType, this.#wheel, out);
      await this.#produce(peerId, 'camera', stream, '1');
      mine.push(stream);
    }
    if (i < sounds) {
      const opus = this.#codec('audio/opus').payloadType;
      const stream = new LoadStream(SOUND, opus, this.#wheel, out);
      await this.#produce(peerId, 'microphone', stream, '0');
      mine.push(stream);
    }
    this.streams.push(...mine);
  }

  async #produce(peerId: string, source: 'camera' | 'microphone', stream: LoadStream, mid: string): Promise<void> {
    const isSound = source === 'microphone';
    const rtcpFeedback = isSound ? [] : [{ type: 'nack', parameter: 'pli' }];
    const codec = isSound
      ? { mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }
      : { mimeType: 'video/VP8', clockRate: 90_000 };
    const { payloadType } = this.#codec(codec.mimeType);
    const rtpParameters = {
      mid,
      codecs: [{ ...codec, payloadType, rtcpFeedback }],
      encodings: [{ ssrc: stream.ssrc }],
      rtcp: { cname: 'bench' },
    };
    await this.sfu.call('produce', { sessionId: SESSION, peerId, source, rtpParameters, paused: false });
    this.#refs.push({ endpointId: peerId, source });
  }

  async #receiversStand(): Promise<void> {
    const { receivers, readers } = this.#options;
    const places = new Set(
      Array.from({ length: readers }, (_, i) => Math.round((i * (receivers - 1)) / Math.max(1, readers - 1))),
    );
    const all = Array.from({ length: receivers }, (_, i) => this.#receiver(`receiver-${i}`, places.has(i)));
    await Promise.all(all);
    const place = (id: string) => Number(id.split('-')[1]);
    this.#receivers.sort((a, b) => place(a) - place(b));
    this.readers.sort((a, b) => place(a.id) - place(b.id));
  }

  async #receiver(peerId: string, isRead: boolean): Promise<void> {
    const transport = await this.#transport(peerId, 'recv');
    const { payloadType } = this.#codec('video/VP8');
    const at = { sessionId: SESSION, peerId };
    const connect = (dtlsParameters: Record<string, unknown>) =>
      this.sfu.call('connectTransport', { ...at, direction: 'recv', dtlsParameters });
    this.#receivers.push(peerId);
    if (isRead || !this.#audience) {
      const reader = new Reader(peerId);
      const origin = new Map<number, number>();
      this.#origins.set(peerId, origin);
      const onPacket = (packet: Buffer) => reader.take(packet, origin);
      const path = new MediaPath({ direction: 'recv', transport, payloadType, connect, onPacket });
      this.#paths.push(path);
      this.readers.push(reader);
      await path.connected;
    } else await this.#audience.open(peerId, transport, payloadType, connect);
    const rtpCapabilities = receiveCapabilities(this.#capabilities);
    await this.sfu.call('setCapabilities', { ...at, rtpCapabilities });
  }

  readonly #origins = new Map<string, Map<number, number>>();

  /** One receiver after the other, so that the first is the first to be sent to. */
  async #subscribeAll(): Promise<void> {
    const wishes = this.#refs.map((ref) => ({ ...ref, layer: 0 as const, paused: false }));
    const peers: { peerId: string; wishes: typeof wishes }[] = [];
    for (const peerId of this.#receivers) {
      const { consumers } = await this.sfu.call('subscribe', { sessionId: SESSION, peerId, wishes });
      this.#originsOf(peerId, consumers);
      peers.push({ peerId, wishes });
    }
    await this.sfu.call('updateConsumers', { sessionId: SESSION, peers });
  }

  #originsOf(peerId: string, consumers: ConsumerOffer[]): void {
    const origin = this.#origins.get(peerId);
    if (!origin) return;
    const bySource = new Map(
      this.#refs.map((ref, i) => [`${ref.endpointId} ${ref.source}`, this.streams[i]?.ssrc ?? 0]),
    );
    for (const { endpointId, source, rtpParameters } of consumers) {
      const [encoding] = rtpParameters.encodings as { ssrc: number }[];
      if (encoding) origin.set(encoding.ssrc, bySource.get(`${endpointId} ${source}`) ?? 0);
    }
  }
}
