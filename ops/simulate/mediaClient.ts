import type { ConsumerOffer, TransportOffer } from '../../server/protocol/media.ts';
import { SOURCES } from '../../server/protocol/snapshot.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import { Arrivals, Inflow } from './inflow.ts';
import { codecOf, levelIdOf, receiveCapabilities, rtpParametersOf } from './mediaEnd.ts';
import { MediaPath } from './mediaPath.ts';
import { isRtcp, keyFrameRequests, nowMs, ssrcOf } from './rtp.ts';
import { candidateLine } from './sdp.ts';
import { CameraSender, MicrophoneSender, Wheel } from './senders.ts';

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
export type Arrived = Pick<Inflow, 'packets' | 'lost' | 'keyFrames' | 'layer' | 'lastAt' | 'maxGapMs' | 'delayMs'>;

const nothing = (): Arrived => ({ packets: 0, lost: 0, keyFrames: 0, layer: -1, lastAt: 0, maxGapMs: 0, delayMs: 0 });
const keyOf = (endpointId: string, source: Source) => `${endpointId} ${source}`;
/** sends all the time: every silence is one of the path */
const STEADY = { sending: true, changedAt: -Infinity };

/**
 * One media client by itself, for tests of a node and of the control plane: real ICE, DTLS and SRTP, sources that are
 * started and stopped by hand, and a count of what arrives of each.
 */
export class MediaClient {
  private readonly paths: MediaPaths;
  private readonly wheel = new Wheel();
  private readonly senders = new Map<Source, CameraSender | MicrophoneSender>();
  private readonly total = new Arrivals();
  private readonly offers = new Map<number, ConsumerOffer>();
  private readonly inflows = new Map<string, Inflow>();
  private sender: MediaPath | null = null;
  private receiver: MediaPath | null = null;

  /** @param paths transports of one media peer */
  constructor(paths: MediaPaths) {
    this.paths = paths;
  }

  /** What to tell the server that this client can receive. */
  get rtpCapabilities(): Record<string, unknown> {
    return receiveCapabilities(this.paths.routerRtpCapabilities);
  }

  /**
   * Sends a source: connects, registers its RTP parameters with the server, then sends until `stop`.
   * @param layers 3 sends simulcast
   * @param level of the sound, dBov without its sign
   */
  async produce<T>(
    source: Source,
    register: (rtpParameters: Record<string, unknown>) => Promise<T>,
    { layers = 1, level = 20 } = {},
  ): Promise<T> {
    const { wheel, paths } = this;
    this.sender ??= this.path('send', (packet) => this.feedback(packet));
    await this.sender.connected;
    const out = (packet: Buffer): void => this.sender?.send(packet);
    const capabilities = paths.routerRtpCapabilities;
    const payloadType = codecOf(
      capabilities,
      source === 'microphone' ? 'audio/opus' : 'video/VP8',
    ).preferredPayloadType;
    if (source === 'microphone') {
      const microphone = new MicrophoneSender(wheel, out, payloadType, levelIdOf(capabilities));
      microphone.level = level;
      const answer = await register(this.rtpParameters(source, [microphone.stream.ssrc]));
      this.senders.set(source, microphone);
      microphone.set(true);
      return answer;
    }
    const camera = new CameraSender(wheel, out, payloadType, layers);
    const answer = await register(this.rtpParameters(source, camera.ssrcs));
    this.senders.set(source, camera);
    camera.set(2);
    return answer;
  }

  /** Stops to send packets of a source, without telling the server. */
  stop(source: Source): void {
    const sender = this.senders.get(source);
    if (sender instanceof CameraSender) sender.set(-1);
    else sender?.set(false);
  }

  /** RTP parameters of a source, as `produce` registers them. */
  rtpParameters(source: Source, ssrcs: number[]): Record<string, unknown> {
    const capabilities = this.paths.routerRtpCapabilities;
    const sound = source === 'microphone';
    const codec = codecOf(capabilities, sound ? 'audio/opus' : 'video/VP8');
    return rtpParametersOf(String(SOURCES.indexOf(source)), codec, ssrcs, sound ? levelIdOf(capabilities) : 0);
  }

  /** Takes offers; resolves when the transport is connected. */
  async receive(offers: ConsumerOffer[]): Promise<void> {
    for (const offer of offers) {
      const { encodings } = offer.rtpParameters as { encodings: { ssrc: number }[] };
      if (encodings[0]) this.offers.set(encodings[0].ssrc, offer);
    }
    this.receiver ??= this.path('recv', (packet) => this.packet(packet));
    await this.receiver.connected;
  }

  /** What arrived of a source since the last `forget`. */
  arrived(endpointId: string, source: Source): Arrived {
    return this.inflows.get(keyOf(endpointId, source)) ?? nothing();
  }

  /** Counts anew from here. */
  forget(): void {
    this.inflows.clear();
  }

  /** Key frames that the server has asked of a source. */
  keyFramesAsked(source: Source): number {
    const sender = this.senders.get(source);
    return sender instanceof CameraSender ? sender.keyFramesAsked : 0;
  }

  /** Packets sent of a source, all layers. */
  sentPackets(source: Source): number {
    const sender = this.senders.get(source);
    return sender instanceof CameraSender ? sender.packets : (sender?.stream.packets ?? 0);
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
    this.wheel.close();
    this.receiver?.close();
    this.sender?.close();
  }

  private path(direction: 'send' | 'recv', onPacket: (packet: Buffer) => void): MediaPath {
    const { routerRtpCapabilities, connect, useCandidate = () => true, ...transports } = this.paths;
    const transport = transports[direction];
    if (!transport) throw new Error(`the client has no ${direction} transport`);
    return new MediaPath({
      direction,
      transport,
      payloadType: codecOf(routerRtpCapabilities, 'video/VP8').preferredPayloadType,
      connect: (dtlsParameters) => connect(direction, dtlsParameters),
      onPacket,
      route: (offered) => offered.filter((address) => useCandidate(candidateLine(address))),
    });
  }

  private packet(packet: Buffer): void {
    if (isRtcp(packet)) return;
    const offer = this.offers.get(ssrcOf(packet));
    if (!offer) return;
    const key = keyOf(offer.endpointId, offer.source);
    let inflow = this.inflows.get(key);
    if (!inflow || inflow.offer !== offer) this.inflows.set(key, (inflow = new Inflow(offer, this.total, STEADY)));
    inflow.take(packet, nowMs());
  }

  private feedback(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    for (const ssrc of keyFrameRequests(packet))
      for (const sender of this.senders.values()) if (sender instanceof CameraSender) sender.wantKeyFrame(ssrc);
  }
}
