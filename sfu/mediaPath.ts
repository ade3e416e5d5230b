import type { types } from 'mediasoup';
import type { TransportOffer } from '../server/protocol/media.ts';
import { judged, SfuError } from './errors.ts';
import type { LiveWorker } from './workers.ts';

/** A client that answers no consent check for so long is gone (seconds). */
const ICE_CONSENT_SECONDS = 10;

/** Which way the media of a transport goes, seen from the client. */
export type Direction = 'send' | 'recv';

/** What a transport is opened with; bits per second. */
export interface PathLimits {
  maxIncomingBitrate: number;
  initialOutgoingBitrate: number;
}

/** How a transport stands: not yet connected, connected, or fallen after it was. */
export type PathState = 'new' | 'up' | 'down';

/** One WebRTC transport of a peer. */
export class MediaPath {
  readonly transport: types.WebRtcTransport;
  readonly direction: Direction;
  private wasUp = false;
  private connecting = false;

  private constructor(transport: types.WebRtcTransport, direction: Direction) {
    this.transport = transport;
    this.direction = direction;
  }

  /**
   * Opens a transport on the worker's one port.
   * @param changed called when the path came up or fell
   */
  static async open(
    worker: LiveWorker,
    router: types.Router,
    direction: Direction,
    limits: PathLimits,
    changed: () => void,
  ): Promise<MediaPath> {
    const { counts, transports, webRtcServer } = worker;
    counts.transports += 1;
    let transport: types.WebRtcTransport;
    try {
      transport = await router.createWebRtcTransport({
        webRtcServer,
        enableUdp: true,
        enableTcp: true,
        preferUdp: true,
        enableSctp: false,
        initialAvailableOutgoingBitrate: limits.initialOutgoingBitrate,
        iceConsentTimeout: ICE_CONSENT_SECONDS,
      });
    } catch (error) {
      counts.transports -= 1;
      throw error;
    }
    transports.add(transport);
    transport.observer.once('close', () => {
      counts.transports -= 1;
      transports.delete(transport);
    });
    const path = new MediaPath(transport, direction);
    const look = () => {
      path.wasUp ||= path.standing;
      changed();
    };
    transport.on('icestatechange', look);
    transport.on('dtlsstatechange', look);
    if (direction === 'send') await transport.setMaxIncomingBitrate(limits.maxIncomingBitrate);
    return path;
  }

  /** How the path stands now. */
  get state(): PathState {
    if (this.standing) return 'up';
    return this.wasUp ? 'down' : 'new';
  }

  /** What the client needs to build its side. */
  get offer(): TransportOffer {
    const { id, iceParameters, iceCandidates, dtlsParameters } = this.transport;
    return {
      id,
      iceParameters: { ...iceParameters },
      iceCandidates: iceCandidates.map((c) => ({ ...c })),
      dtlsParameters: { ...dtlsParameters },
    };
  }

  /**
   * Gives the client's DTLS parameters to the worker, once.
   * @throws {SfuError} `media_refused` for bad parameters or a second call
   */
  async connect(dtlsParameters: Record<string, unknown>): Promise<void> {
    if (this.connecting) throw new SfuError('media_refused', `The ${this.direction} transport is connected already.`);
    this.connecting = true;
    try {
      // mediasoup checks the inside; its type is only a promise until then
      const parameters = dtlsParameters as unknown as types.DtlsParameters;
      await judged(
        () => this.transport.closed,
        () => this.transport.connect({ dtlsParameters: parameters }),
      );
    } catch (error) {
      this.connecting = false;
      throw error;
    }
  }

  private get standing(): boolean {
    const { iceState, dtlsState } = this.transport;
    return (iceState === 'connected' || iceState === 'completed') && dtlsState === 'connected';
  }
}
