import { PeerConnection, Video } from 'node-datachannel';
import type { Track } from 'node-datachannel';
import type { TransportOffer } from '../../server/protocol/media.ts';
import { candidateLine, pathSdp, udpAddresses } from './sdp.ts';
import type { MediaAddress } from './sdp.ts';

/** How a path of one way is built. */
export interface PathOptions {
  direction: 'send' | 'recv';
  transport: TransportOffer;
  /** payload type of VP8 at the router */
  payloadType: number;
  /** hands the client's DTLS parameters to the server */
  connect: (dtlsParameters: Record<string, unknown>) => Promise<unknown>;
  /** every packet that arrives, RTCP too */
  onPacket: (packet: Buffer) => void;
  /** the path stood and fell */
  onLost?: () => void;
  /** which addresses to use instead of the offered ones, e.g. those of a relay */
  route?: (offered: MediaAddress[]) => MediaAddress[] | Promise<MediaAddress[]>;
}

/** How long ICE and DTLS may take, milliseconds. */
const CONNECT_WITHIN_MS = 15_000;

/** One way of a media client: real ICE, DTLS and SRTP over UDP; any number of streams goes through it. */
export class MediaPath {
  /** resolves when ICE and DTLS stand; rejects when they fail or take too long */
  readonly connected: Promise<void>;
  private readonly options: PathOptions;
  private readonly pc: PeerConnection;
  private track: Track | null = null;
  private up = false;
  private closed = false;

  /** Begins to build the path; `connected` tells the end. */
  constructor(options: PathOptions) {
    const { direction, transport, payloadType } = options;
    this.options = options;
    this.pc = new PeerConnection(direction, { iceServers: [], disableAutoNegotiation: direction === 'send' });
    if (direction === 'send') {
      const media = new Video('0', 'SendOnly');
      media.addVP8Codec(payloadType);
      this.keep(this.pc.addTrack(media));
      this.pc.setLocalDescription('offer');
    } else {
      this.pc.onTrack((track) => this.keep(track));
      this.pc.setRemoteDescription(pathSdp(transport, direction, payloadType), 'offer');
    }
    this.connected = this.finish();
    this.connected.catch(() => undefined);
  }

  /** Whether packets go through now. */
  get open(): boolean {
    return this.up;
  }

  /** Sends a packet, RTP or RTCP; it is copied at once. What cannot be sent is dropped, as a network does. */
  send(packet: Buffer): void {
    if (!this.up) return;
    try {
      this.track?.sendMessageBinary(packet);
    } catch {
      // the track has just closed: the change of state is still on its way to us
    }
  }

  /** Ends the path. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.up = false;
    this.pc.close();
  }

  private keep(track: Track): void {
    this.track = track; // a collected track receives nothing
    track.onMessage(this.options.onPacket);
  }

  private async finish(): Promise<void> {
    const { direction, transport, payloadType, connect, route } = this.options;
    const stands = this.untilUp();
    stands.catch(() => undefined);
    const sdp = this.pc.localDescription()?.sdp ?? '';
    const [, algorithm = '', value = ''] = /a=fingerprint:(\S+) (\S+)/.exec(sdp) ?? [];
    // the server must know our fingerprint before the first DTLS packet, else that packet is lost for a second
    await connect({ role: 'client', fingerprints: [{ algorithm: algorithm.toLowerCase(), value }] });
    const offered = udpAddresses(transport);
    const addresses = route ? await route(offered) : offered;
    if (this.closed) return;
    if (direction === 'send') this.pc.setRemoteDescription(pathSdp(transport, direction, payloadType), 'answer');
    addresses.forEach((address, place) => this.pc.addRemoteCandidate(candidateLine(address, place), '0'));
    await stands;
  }

  private untilUp(): Promise<void> {
    const { direction, onLost } = this.options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the ${direction} path took longer than ${CONNECT_WITHIN_MS / 1000} s`)),
        CONNECT_WITHIN_MS,
      );
      this.pc.onStateChange((state) => {
        if (state === 'connected') {
          clearTimeout(timer);
          this.up = true;
          resolve();
        }
        if (state !== 'failed' && state !== 'closed') return;
        clearTimeout(timer);
        const stood = this.up;
        this.up = false;
        if (stood && !this.closed) onLost?.();
        reject(new Error(`the ${direction} path ${state}`));
      });
    });
  }
}
