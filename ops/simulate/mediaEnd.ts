import type { ConsumerOffer, MediaOpened } from '../../server/protocol/media.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import { Inflow } from './inflow.ts';
import type { Arrivals, SourceState } from './inflow.ts';
import { MediaPath } from './mediaPath.ts';
import { isRtcp, keyFrameRequests, nowMs, ssrcOf } from './rtp.ts';
import type { MediaAddress } from './sdp.ts';
import { CameraSender, MicrophoneSender } from './senders.ts';
import type { Wheel } from './senders.ts';

/** What all media ends of a process share. */
export interface MediaShared {
  wheel: Wheel;
  arrivals: Arrivals;
  /** @returns the state of a source that this process sends; null for a source of somebody else */
  sourceOf(endpointId: string, source: Source): SourceState | null;
  /** first packet of a layer, or of a sound, on a consumer that had nothing before it in this flow */
  onFirst?: (end: MediaEnd, inflow: Inflow, layer: number, now: number) => void;
}

/** How a media end reaches the server. */
export interface MediaLink {
  connect(direction: 'send' | 'recv', dtlsParameters: Record<string, unknown>): Promise<unknown>;
  produce(source: Source, rtpParameters: Record<string, unknown>): Promise<unknown>;
  /** a path that stood has fallen */
  lost(direction: 'send' | 'recv'): void;
  route?: (offered: MediaAddress[]) => MediaAddress[] | Promise<MediaAddress[]>;
}

/** A codec as routers describe it. */
export interface Codec {
  mimeType: string;
  kind: string;
  clockRate: number;
  channels?: number;
  preferredPayloadType: number;
}

const LEVEL_URI = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const VIDEO_FEEDBACK = [{ type: 'nack', parameter: 'pli' }];

/** What a client of ours can receive, from what the router can: Opus and VP8, without bandwidth estimation. */
export function receiveCapabilities(routerRtpCapabilities: Record<string, unknown>): Record<string, unknown> {
  const codecs = (routerRtpCapabilities.codecs as Codec[])
    .filter((c) => c.mimeType === 'audio/opus' || c.mimeType === 'video/VP8')
    .map((c) => ({ ...c, rtcpFeedback: c.kind === 'video' ? VIDEO_FEEDBACK : [] }));
  return { codecs, headerExtensions: [] };
}

/** @returns a codec of the router @throws Error when it does not speak it */
export function codecOf(capabilities: Record<string, unknown>, mimeType: string): Codec {
  const codec = (capabilities.codecs as Codec[]).find((c) => c.mimeType === mimeType);
  if (!codec) throw new Error(`the router does not speak ${mimeType}`);
  return codec;
}

/** RTP parameters of a source, as `media.produce` takes them. */
export function rtpParametersOf(mid: string, codec: Codec, ssrcs: number[], levelId: number): Record<string, unknown> {
  const { mimeType, clockRate, channels, preferredPayloadType: payloadType } = codec;
  const rtcpFeedback = codec.kind === 'video' ? VIDEO_FEEDBACK : [];
  return {
    mid,
    codecs: [{ mimeType, clockRate, ...(channels ? { channels } : {}), payloadType, rtcpFeedback }],
    headerExtensions: levelId ? [{ uri: LEVEL_URI, id: levelId }] : [],
    encodings: ssrcs.map((ssrc) => ({ ssrc })),
    rtcp: { cname: 'simulated' },
  };
}

/** @returns id of the header extension that carries the level of sound; 0: the router has none */
export function levelIdOf(capabilities: Record<string, unknown>): number {
  const extensions = (capabilities.headerExtensions ?? []) as { uri: string; preferredId: number }[];
  return extensions.find((e) => e.uri === LEVEL_URI)?.preferredId ?? 0;
}

/** One incarnation of an endpoint's media: a path each way, what is sent and what arrives. */
export class MediaEnd {
  readonly epoch: string;
  readonly rtpCapabilities: Record<string, unknown>;
  readonly camera: CameraSender;
  readonly microphone: MicrophoneSender;
  private readonly shared: MediaShared;
  private readonly opened: MediaOpened;
  private readonly link: MediaLink;
  private readonly recv: MediaPath;
  private readonly send: MediaPath | null;
  private readonly bySsrc = new Map<number, Inflow>();
  private readonly byConsumer = new Map<string, Inflow>();
  private readonly levelId: number;

  /** Begins to connect at once; `connected` tells the end. */
  constructor(opened: MediaOpened, link: MediaLink, shared: MediaShared) {
    this.opened = opened;
    this.link = link;
    this.shared = shared;
    this.epoch = opened.epoch;
    const capabilities = opened.routerRtpCapabilities;
    this.rtpCapabilities = receiveCapabilities(capabilities);
    this.levelId = levelIdOf(capabilities);
    const out = (packet: Buffer): void => this.send?.send(packet);
    const payloadType = (mimeType: string) => codecOf(capabilities, mimeType).preferredPayloadType;
    this.camera = new CameraSender(shared.wheel, out, payloadType('video/VP8'));
    this.microphone = new MicrophoneSender(shared.wheel, out, payloadType('audio/opus'), this.levelId);
    this.recv = this.path('recv', opened.recv, (packet) => this.arrived(packet));
    this.send = opened.send ? this.path('send', opened.send, (packet) => this.feedback(packet)) : null;
  }

  /** Resolves when both paths stand. */
  async connected(): Promise<void> {
    await Promise.all([this.recv.connected, this.send?.connected]);
  }

  /** Registers microphone and camera; packets go out once they are let. */
  async produce(): Promise<void> {
    const capabilities = this.opened.routerRtpCapabilities;
    const sound = codecOf(capabilities, 'audio/opus');
    const picture = codecOf(capabilities, 'video/VP8');
    await Promise.all([
      this.link.produce('microphone', rtpParametersOf('0', sound, [this.microphone.stream.ssrc], this.levelId)),
      this.link.produce('camera', rtpParametersOf('1', picture, this.camera.ssrcs, 0)),
    ]);
  }

  /** Takes new consumers; each counts from its first packet. @returns their ids */
  add(offers: readonly ConsumerOffer[]): string[] {
    for (const offer of offers) {
      const { encodings } = offer.rtpParameters as { encodings: { ssrc: number }[] };
      const state = this.shared.sourceOf(offer.endpointId, offer.source);
      const inflow = new Inflow(offer, this.shared.arrivals, state);
      this.byConsumer.set(offer.consumerId, inflow);
      if (encodings[0]) this.bySsrc.set(encodings[0].ssrc, inflow);
    }
    return offers.map((offer) => offer.consumerId);
  }

  /** Forgets consumers that the server has closed. */
  remove(consumerIds: readonly string[]): void {
    for (const id of consumerIds) {
      const inflow = this.byConsumer.get(id);
      if (!inflow) continue;
      this.byConsumer.delete(id);
      for (const [ssrc, one] of this.bySsrc) if (one === inflow) this.bySsrc.delete(ssrc);
    }
  }

  /** Consumers that are not closed yet. */
  get consumerIds(): string[] {
    return [...this.byConsumer.keys()];
  }

  /** Whether a consumer is not closed yet. */
  holds(consumerId: string): boolean {
    return this.byConsumer.has(consumerId);
  }

  /** Takes what flows now. */
  flow(flowing: Record<string, boolean>): void {
    const now = nowMs();
    for (const [id, on] of Object.entries(flowing)) this.byConsumer.get(id)?.flow(on, now);
  }

  /** Everything that is received now. */
  get inflows(): Iterable<Inflow> {
    return this.byConsumer.values();
  }

  /** Whether the camera of an endpoint flows now. */
  sees(endpointId: string): boolean {
    for (const { offer, flowingSince } of this.byConsumer.values())
      if (offer.source === 'camera' && offer.endpointId === endpointId && flowingSince !== null) return true;
    return false;
  }

  /** Whether something has arrived. */
  get receives(): boolean {
    for (const inflow of this.byConsumer.values()) if (inflow.packets > 0) return true;
    return false;
  }

  /** Ends it. */
  close(): void {
    this.camera.set(-1);
    this.microphone.set(false);
    this.recv.close();
    this.send?.close();
  }

  private path(direction: 'send' | 'recv', transport: MediaOpened['recv'], onPacket: (packet: Buffer) => void) {
    const { connect, route, lost } = this.link;
    return new MediaPath({
      direction,
      transport,
      payloadType: codecOf(this.opened.routerRtpCapabilities, 'video/VP8').preferredPayloadType,
      connect: (dtlsParameters) => connect(direction, dtlsParameters),
      onPacket,
      onLost: () => lost(direction),
      ...(route ? { route } : {}),
    });
  }

  private arrived(packet: Buffer): void {
    if (isRtcp(packet)) return;
    const inflow = this.bySsrc.get(ssrcOf(packet));
    if (!inflow) return;
    const now = nowMs();
    const { layer, sinceFlow } = inflow;
    const carried = inflow.take(packet, now);
    if (sinceFlow === 0 || carried !== layer) this.shared.onFirst?.(this, inflow, carried, now);
  }

  private feedback(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    for (const ssrc of keyFrameRequests(packet)) this.camera.wantKeyFrame(ssrc);
  }
}
