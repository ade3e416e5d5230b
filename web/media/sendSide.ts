import type { types } from 'mediasoup-client';
import type { Layer } from '../../server/protocol/media.ts';
import { SOURCES } from '../../server/protocol/snapshot.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import { problemOf } from '../lib/problemError.ts';
import { cameraEncodings } from './encodings.ts';
import type { MediaLink } from './transport.ts';

/** What the line may carry, in bits per second. */
export interface SendLimits {
  startBitrate: number;
  maxBitrate: number;
}

const RETRY_MS = 1_500;
const PRESENTATION_BPS = 1_500_000;

/**
 * Brings what this page sends to what it wants to send: one producer per source, tracks exchanged in place, failures
 * tried again. Which layers leave is the server's wish (`media.send`).
 */
export class SendSide {
  readonly #transport: types.Transport;
  readonly #device: types.Device;
  readonly #link: MediaLink;
  readonly #limits: SendLimits;
  readonly #wanted = new Map<Source, MediaStreamTrack>();
  readonly #producers = new Map<Source, types.Producer>();
  readonly #layers = new Map<Source, Layer | -1>();
  #turn: Promise<void> = Promise.resolve();
  #layering: Promise<void> = Promise.resolve();
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** @param transport of direction `send`; stays with its owner */
  constructor(transport: types.Transport, device: types.Device, link: MediaLink, limits: SendLimits) {
    this.#transport = transport;
    this.#device = device;
    this.#link = link;
    this.#limits = limits;
  }

  /** Says what a source shall send; null: nothing. */
  want(source: Source, track: MediaStreamTrack | null): void {
    if (track) this.#wanted.set(source, track);
    else this.#wanted.delete(source);
    this.#soon();
  }

  /** How much of a picture is watched; -1: nobody, send nothing. The server is told nothing of it. */
  setLayer(source: Source, layer: Layer | -1): void {
    this.#layers.set(source, layer);
    const producer = this.#producers.get(source);
    if (producer) void this.#applyLayer(source, producer);
  }

  /** Stops trying; the producers end with their transport. */
  close(): void {
    clearTimeout(this.#retry);
    this.#wanted.clear();
  }

  #soon(): void {
    this.#turn = this.#turn.then(() => this.#bring());
  }

  async #bring(): Promise<void> {
    clearTimeout(this.#retry);
    let failed = false;
    for (const source of SOURCES) {
      if (this.#transport.closed) return;
      try {
        await this.#bringOne(source, this.#wanted.get(source));
      } catch (error) {
        failed = true;
        if (problemOf(error).code === 'source_taken') await this.#closeAtServer(source);
      }
    }
    if (failed && !this.#transport.closed) this.#retry = setTimeout(() => this.#soon(), RETRY_MS);
  }

  async #bringOne(source: Source, track: MediaStreamTrack | undefined): Promise<void> {
    const producer = this.#producers.get(source);
    const live = track && track.readyState === 'live' ? track : undefined;
    if (!live) {
      if (!producer) return;
      this.#producers.delete(source);
      producer.close();
      await this.#closeAtServer(source);
      return;
    }
    if (producer) {
      if (producer.track !== live) await producer.replaceTrack({ track: live });
      return;
    }
    const made = await this.#transport.produce(this.#options(source, live));
    this.#producers.set(source, made);
    await this.#applyLayer(source, made);
  }

  #options(source: Source, track: MediaStreamTrack): types.ProducerOptions {
    const common = { track, stopTracks: false, disableTrackOnPause: false, appData: { source } };
    if (source === 'microphone')
      return { ...common, codecOptions: { opusFec: true, opusDtx: true, opusStereo: false } };
    const start = Math.max(60, Math.round(this.#limits.startBitrate / 1000));
    const video = {
      ...common,
      codec: this.#videoCodec(),
      codecOptions: { videoGoogleStartBitrate: start },
    };
    if (source === 'presentation')
      return { ...video, encodings: [{ maxBitrate: Math.min(PRESENTATION_BPS, this.#limits.maxBitrate) }] };
    return { ...video, encodings: cameraEncodings(track.getSettings().height ?? 720, this.#limits.maxBitrate) };
  }

  /** VP8, or H.264 when the browser or the router has nothing else. */
  #videoCodec(): types.RtpCodecCapability | undefined {
    const codecs = this.#device.sendRtpCapabilities.codecs ?? [];
    const of = (type: string): types.RtpCodecCapability | undefined =>
      codecs.find((codec) => codec.mimeType.toLowerCase() === type);
    return of('video/vp8') ?? of('video/h264');
  }

  /**
   * Switches the encoder's layers, without a new negotiation: two of those at once break each other. Wishes are
   * brought one after the other, and the last one wins.
   */
  #applyLayer(source: Source, producer: types.Producer): Promise<void> {
    this.#layering = this.#layering.then(() => this.#switchLayers(source, producer)).catch(() => undefined);
    return this.#layering;
  }

  async #switchLayers(source: Source, producer: types.Producer): Promise<void> {
    const layer = this.#layers.get(source);
    const sender = producer.rtpSender;
    if (layer === undefined || !sender || producer.closed) return;
    const parameters = sender.getParameters();
    const top = parameters.encodings.length - 1;
    const highest = layer === -1 ? -1 : Math.min(layer, top);
    const wanted = parameters.encodings.map((encoding, i) => ({ ...encoding, active: i <= highest }));
    if (wanted.every((encoding, i) => encoding.active === parameters.encodings[i]?.active)) return;
    await sender.setParameters({ ...parameters, encodings: wanted });
  }

  async #closeAtServer(source: Source): Promise<void> {
    await this.#link.command('media.close', { sessionId: this.#link.sessionId, source }).catch(() => undefined);
  }
}
