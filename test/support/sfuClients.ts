import { Audio, PeerConnection, Video } from 'node-datachannel';
import type { Track } from 'node-datachannel';
import type { ConsumerOffer, TransportOffer } from '../../server/protocol/media.ts';
import { SOURCES } from '../../server/protocol/snapshot.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import {
  AUDIO_LEVEL_ID,
  isRtcp,
  keyFrameRequests,
  nowMs,
  opusPacket,
  readMark,
  senderReport,
  vp8Packet,
} from './rtpMarks.ts';
import { sectionOf, sfuSdp, udpCandidates } from './sfuSdp.ts';
import type { SdpCodec, SdpSection } from './sfuSdp.ts';

/** How a client learns of its transports; where they come from (node or control plane) is the caller's matter. */
export interface MediaPaths {
  routerRtpCapabilities: Record<string, unknown>;
  send?: TransportOffer | null;
  recv?: TransportOffer | null;
  /** hands the client's DTLS parameters to the server */
  connect: (direction: 'send' | 'recv', dtlsParameters: Record<string, unknown>) => Promise<unknown>;
  /** which of the offered addresses to use; all when left out */
  useCandidate?: (candidate: string) => boolean;
}

/** What arrived of one source. */
export interface Arrived {
  packets: number;
  /** marks that are missing between the first and the last one of a layer, late ones counted back */
  lost: number;
  keyFrames: number;
  /** layer of the newest packet */
  layer: number;
  /** time of the newest packet, epoch milliseconds */
  lastAt: number;
  /** longest silence between two packets, milliseconds */
  maxGapMs: number;
  /** from the sender's hand to here, newest packet, milliseconds */
  delayMs: number;
}

interface StreamLayer {
  ssrc: number;
  packets: number;
  keyFrameWanted: boolean;
}

interface Stream {
  layers: StreamLayer[];
  asked: number;
  level: number;
  active: boolean;
}

const TICK_MS = 20;
const LAYER_BYTES = [250, 600, 1_100];
let nextSsrc = 10_000 + Math.floor(Math.random() * 1e8);

const nothing = (): Arrived => ({ packets: 0, lost: 0, keyFrames: 0, layer: -1, lastAt: 0, maxGapMs: 0, delayMs: 0 });
const keyOf = (endpointId: string, source: Source) => `${endpointId} ${source}`;

/** What this client can receive, from what the router can: Opus and VP8, without bandwidth estimation. */
export function receiveCapabilities(routerRtpCapabilities: Record<string, unknown>): Record<string, unknown> {
  const codecs = routerRtpCapabilities.codecs as { mimeType: string; kind: string }[];
  return {
    codecs: codecs
      .filter((c) => ['audio/opus', 'video/VP8'].includes(c.mimeType))
      .map((c) => ({ ...c, rtcpFeedback: c.kind === 'video' ? [{ type: 'nack', parameter: 'pli' }] : [] })),
    headerExtensions: [],
  };
}

/**
 * A media client without a browser: real ICE, DTLS and SRTP, packets that look like VP8 and Opus to an SFU and carry
 * marks, and a count of what arrives.
 */
export class MediaClient {
  private readonly paths: MediaPaths;
  private readonly codecs: Record<'audio' | 'video', SdpCodec>;
  private readonly streams = new Map<Source, Stream>();
  private readonly tracks = new Map<Source, Track>();
  private readonly received: { offer: ConsumerOffer; section: SdpSection }[] = [];
  private readonly arrivals = new Map<string, Arrived>();
  private readonly seen = new Map<string, Map<number, number>>();
  private readonly receivers: Track[] = [];
  /** fixed from the start: feedback finds its way to a track by the SSRCs of the description */
  private readonly ssrcs: Record<Source, number[]>;
  private sending: Promise<void> | null = null;
  private sender: PeerConnection | null = null;
  private receiver: PeerConnection | null = null;
  private receiving: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private ticks = 0;

  /** @param paths transports of one media peer */
  constructor(paths: MediaPaths) {
    this.paths = paths;
    const codecs = paths.routerRtpCapabilities.codecs as (SdpCodec & { preferredPayloadType: number })[];
    const pick = (mimeType: string): SdpCodec => {
      const codec = codecs.find((c) => c.mimeType === mimeType);
      if (!codec) throw new Error(`the router does not speak ${mimeType}`);
      const { clockRate, channels, preferredPayloadType } = codec;
      return { mimeType, clockRate, ...(channels ? { channels } : {}), payloadType: preferredPayloadType };
    };
    const three = () => [nextSsrc++, nextSsrc++, nextSsrc++];
    this.ssrcs = { microphone: three(), camera: three(), presentation: three() };
    this.codecs = { audio: pick('audio/opus'), video: pick('video/VP8') };
  }

  /** What to tell the server that this client can receive. */
  get rtpCapabilities(): Record<string, unknown> {
    return receiveCapabilities(this.paths.routerRtpCapabilities);
  }

  /**
   * Sends a source: connects, registers its RTP parameters with the server, then sends 50 packets a second of sound
   * or 25 frames a second of picture until `stop`.
   * @param layers 3 sends simulcast
   * @param level of the sound, dBov without its sign
   */
  async produce<T>(
    source: Source,
    register: (rtpParameters: Record<string, unknown>) => Promise<T>,
    { layers = 1, level = 20 } = {},
  ): Promise<T> {
    const ssrcs = this.ssrcs[source].slice(0, layers);
    this.sending ??= this.buildSender();
    await this.sending;
    const answer = await register(this.rtpParameters(source, ssrcs));
    const made = ssrcs.map((ssrc) => ({ ssrc, packets: 0, keyFrameWanted: true }));
    this.streams.set(source, { layers: made, asked: 0, level, active: true });
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
    return answer;
  }

  /** Stops to send packets of a source, without telling the server. */
  stop(source: Source): void {
    const stream = this.streams.get(source);
    if (stream) stream.active = false;
  }

  /** RTP parameters of a source, as `produce` registers them. */
  rtpParameters(source: Source, ssrcs: number[]): Record<string, unknown> {
    const kind = source === 'microphone' ? 'audio' : 'video';
    const rtcpFeedback = kind === 'video' ? [{ type: 'nack', parameter: 'pli' }] : [];
    const level = { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: AUDIO_LEVEL_ID };
    return {
      mid: String(SOURCES.indexOf(source)),
      codecs: [{ ...this.codecs[kind], rtcpFeedback }],
      headerExtensions: kind === 'audio' ? [level] : [],
      encodings: ssrcs.map((ssrc) => ({ ssrc })),
      rtcp: { cname: 'test' },
    };
  }

  /** Builds the receiving side of offers; resolves when the transport is connected. */
  receive(offers: ConsumerOffer[]): Promise<void> {
    this.receiving = this.receiving.then(() => this.addReceivers(offers));
    return this.receiving;
  }

  /** What arrived of a source since the last `forget`. */
  arrived(endpointId: string, source: Source): Arrived {
    return this.arrivals.get(keyOf(endpointId, source)) ?? nothing();
  }

  /** Counts anew from here. */
  forget(): void {
    this.arrivals.clear();
    this.seen.clear();
  }

  /** Key frames that the server has asked of a source. */
  keyFramesAsked(source: Source): number {
    return this.streams.get(source)?.asked ?? 0;
  }

  /** Packets sent of a source, all layers. */
  sentPackets(source: Source): number {
    return (this.streams.get(source)?.layers ?? []).reduce((sum, layer) => sum + layer.packets, 0);
  }

  /** Waits until so many packets of a source have arrived. @throws {Error} after `timeoutMs` */
  async waitForPackets(endpointId: string, source: Source, count = 5, timeoutMs = 5_000): Promise<void> {
    const until = Date.now() + timeoutMs;
    while (this.arrived(endpointId, source).packets < count) {
      if (Date.now() > until) {
        const { packets } = this.arrived(endpointId, source);
        throw new Error(`only ${packets} of ${count} packets of ${source} arrived in ${timeoutMs} ms`);
      }
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  /** Ends the client. */
  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.receiver?.close();
    this.sender?.close();
  }

  private async buildSender(): Promise<void> {
    const transport = this.paths.send;
    if (!transport) throw new Error('the client has no sending transport');
    const pc = new PeerConnection('sender', { iceServers: [], disableAutoNegotiation: true });
    this.sender = pc;
    const sections = SOURCES.map((source, i): SdpSection => {
      const kind = source === 'microphone' ? 'audio' : 'video';
      const mid = String(i);
      const media = kind === 'audio' ? new Audio(mid, 'SendOnly') : new Video(mid, 'SendOnly');
      const { payloadType } = this.codecs[kind];
      if (media instanceof Video) media.addVP8Codec(payloadType);
      else media.addOpusCodec(payloadType);
      for (const ssrc of this.ssrcs[source]) media.addSSRC(ssrc, 'test');
      const track = pc.addTrack(media);
      track.onMessage((packet) => this.onFeedback(packet));
      this.tracks.set(source, track);
      return { mid, kind, codec: this.codecs[kind] };
    });
    pc.setLocalDescription('offer');
    await this.finish(pc, 'send', transport, () =>
      pc.setRemoteDescription(sfuSdp(transport, 'answer', sections), 'answer'),
    );
  }

  private async addReceivers(offers: ConsumerOffer[]): Promise<void> {
    const transport = this.paths.recv;
    if (!transport) throw new Error('the client has no receiving transport');
    for (const offer of offers)
      if (!this.received.some((r) => r.offer.consumerId === offer.consumerId))
        this.received.push({ offer, section: sectionOf(offer, String(this.received.length)) });
    const sdp = sfuSdp(
      transport,
      'offer',
      this.received.map((r) => r.section),
    );
    if (this.receiver) return this.receiver.setRemoteDescription(sdp, 'offer');
    const pc = new PeerConnection('receiver', { iceServers: [] });
    this.receiver = pc;
    pc.onTrack((track) => {
      this.receivers.push(track); // a collected track receives nothing
      const offer = this.received[Number(track.mid())]?.offer;
      if (offer) track.onMessage((packet) => this.onPacket(offer, packet));
    });
    pc.setRemoteDescription(sdp, 'offer');
    await this.finish(pc, 'recv', transport, () => undefined);
  }

  /** The server must know our fingerprint before the first DTLS packet, else that packet is lost for a second. */
  private async finish(
    pc: PeerConnection,
    direction: 'send' | 'recv',
    transport: TransportOffer,
    describe: () => void,
  ): Promise<void> {
    const connected = new Promise<void>((resolve, reject) => {
      pc.onStateChange((state) => {
        if (state === 'connected') resolve();
        if (state === 'failed' || state === 'closed') reject(new Error(`the ${direction} path ${state}`));
      });
    });
    connected.catch(() => undefined);
    const sdp = pc.localDescription()?.sdp ?? '';
    const [, algorithm = '', value = ''] = /a=fingerprint:(\S+) (\S+)/.exec(sdp) ?? [];
    const fingerprints = [{ algorithm: algorithm.toLowerCase(), value }];
    await this.paths.connect(direction, { role: 'client', fingerprints });
    describe();
    const { useCandidate = () => true } = this.paths;
    for (const candidate of udpCandidates(transport).filter(useCandidate)) pc.addRemoteCandidate(candidate, '0');
    await connected;
  }

  private tick(): void {
    this.ticks += 1;
    for (const [source, stream] of this.streams) {
      const track = this.tracks.get(source);
      if (!stream.active || !track?.isOpen()) continue;
      if (source === 'microphone') this.sendSound(track, stream);
      else if (this.ticks % 2 === 0) this.sendPicture(track, stream);
    }
  }

  private sendSound(track: Track, stream: Stream): void {
    for (const layer of stream.layers) {
      const mark = { seq: layer.packets++, layer: 0, keyFrame: false, sentAt: nowMs() };
      const { payloadType } = this.codecs.audio;
      track.sendMessageBinary(opusPacket(payloadType, layer.ssrc, mark.seq * 960, mark, stream.level));
    }
  }

  private sendPicture(track: Track, stream: Stream): void {
    const sentAt = nowMs();
    const timestamp = Math.floor(performance.now() * 90);
    stream.layers.forEach((one, layer) => {
      const mark = { seq: one.packets++, layer, keyFrame: one.keyFrameWanted, sentAt };
      one.keyFrameWanted = false;
      const { payloadType } = this.codecs.video;
      track.sendMessageBinary(vp8Packet(payloadType, one.ssrc, timestamp, mark, LAYER_BYTES[layer] ?? 500));
      if (mark.seq % 12 === 0) track.sendMessageBinary(senderReport(one.ssrc, timestamp, one.packets));
    });
  }

  private onFeedback(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    for (const ssrc of keyFrameRequests(packet))
      for (const stream of this.streams.values()) {
        const layer = stream.layers.find((one) => one.ssrc === ssrc);
        if (!layer) continue;
        stream.asked += 1;
        layer.keyFrameWanted = true;
      }
  }

  private onPacket(offer: ConsumerOffer, packet: Buffer): void {
    const mark = isRtcp(packet) ? null : readMark(packet);
    if (!mark) return;
    const key = keyOf(offer.endpointId, offer.source);
    const at = nowMs();
    const arrived = this.arrivals.get(key) ?? nothing();
    this.arrivals.set(key, arrived);
    const newest = this.seen.get(key) ?? new Map<number, number>();
    this.seen.set(key, newest);
    const before = newest.get(mark.layer);
    if (before !== undefined && arrived.layer === mark.layer)
      arrived.lost += mark.seq > before ? mark.seq - before - 1 : -1;
    newest.set(mark.layer, Math.max(before ?? 0, mark.seq));
    if (arrived.packets > 0) arrived.maxGapMs = Math.max(arrived.maxGapMs, at - arrived.lastAt);
    arrived.packets += 1;
    arrived.keyFrames += mark.keyFrame ? 1 : 0;
    arrived.layer = mark.layer;
    arrived.lastAt = at;
    arrived.delayMs = at - mark.sentAt;
  }
}
