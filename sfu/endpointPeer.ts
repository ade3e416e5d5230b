import { randomUUID } from 'node:crypto';
import type { types } from 'mediasoup';
import type { ConsumerOffer } from '../server/protocol/media.ts';
import type { ConsumerWish, PeerState, SourceRef } from '../server/protocol/sfu.ts';
import type { Source } from '../server/protocol/snapshot.ts';
import { KIND_OF, MOST_ENCODINGS } from './codecs.ts';
import { judged, SfuError } from './errors.ts';
import { MediaPath } from './mediaPath.ts';
import type { Direction, PathLimits } from './mediaPath.ts';
import { ReceivedSource } from './receivedSource.ts';
import { SentSource } from './sentSource.ts';
import type { LiveWorker } from './workers.ts';

/** A source of another peer, made consumable on one's own worker. */
export interface Reached {
  producerId: string;
  release: () => void;
}

/** What a peer needs from its session. */
export interface PeerHost {
  router(worker: LiveWorker): Promise<types.Router>;
  /** @returns null when nobody sends that source */
  reach(ref: SourceRef, to: LiveWorker): Promise<Reached | null>;
  sourceOpened(peer: EndpointPeer, sent: SentSource): void;
  sourceClosed(peer: EndpointPeer, source: Source): void;
  connectedChanged(peer: EndpointPeer): void;
}

/** Watchers receive only. */
const WATCHER_PREFIX = 'watch-';

/** What mediasoup lets pass: a picture under the name of a microphone, no encodings, or any number of them. */
function checkShape(source: Source, rtpParameters: Record<string, unknown>): void {
  const kind = KIND_OF[source];
  const { codecs, encodings } = rtpParameters;
  const fits = (codec: unknown) =>
    String((codec as { mimeType?: unknown } | null)?.mimeType)
      .toLowerCase()
      .startsWith(`${kind}/`);
  if (!Array.isArray(codecs) || codecs.length === 0 || !codecs.every(fits))
    throw new SfuError('media_refused', `A ${source} is ${kind} and nothing else.`);
  if (!Array.isArray(encodings) || encodings.length === 0 || encodings.length > MOST_ENCODINGS[kind])
    throw new SfuError('media_refused', `A ${source} has 1 to ${MOST_ENCODINGS[kind]} encodings.`);
}

const keyOf = (ref: SourceRef) => `${ref.endpointId} ${ref.source}`;

/**
 * One incarnation of a media client in a session: at most one transport a way, one producer a source, one consumer a
 * received source. Ids and appData are made here and never taken from input.
 */
export class EndpointPeer {
  readonly peerId: string;
  readonly worker: LiveWorker;
  readonly epoch = randomUUID();
  /** null: being opened */
  private readonly paths = new Map<Direction, MediaPath | null>();
  private readonly sent = new Map<Source, SentSource>();
  /** sources whose producer is being made: a mute that comes meanwhile must not be lost */
  private readonly starting = new Map<Source, { paused: boolean; done: Promise<void> }>();
  private readonly received = new Map<string, Promise<ReceivedSource | null>>();
  private readonly held = new Map<string, ReceivedSource>();
  private readonly host: PeerHost;
  private capabilities: types.RtpCapabilities | null = null;
  private told = false;
  private gone = false;

  /** @param worker where the peer lives, for all its life */
  constructor(peerId: string, worker: LiveWorker, host: PeerHost) {
    this.peerId = peerId;
    this.worker = worker;
    this.host = host;
  }

  /** Whether something stands and nothing that stood has fallen. */
  get connected(): boolean {
    const states = [...this.paths.values()].map((path) => path?.state ?? 'new');
    return states.includes('up') && !states.includes('down');
  }

  /** Consumers now. */
  get consumers(): number {
    return this.held.size;
  }

  /** What `describe` tells. */
  get state(): PeerState {
    const sent = [...this.sent.values()].map((s) => ({ source: s.source, paused: s.paused }));
    return {
      peerId: this.peerId,
      epoch: this.epoch,
      connected: this.connected,
      sources: sent,
      consumers: [...this.held.values()].map((r) => r.state),
      canReceive: this.capabilities !== null,
    };
  }

  /** What the peer sends under a source; undefined when nothing. */
  source(source: Source): SentSource | undefined {
    return this.sent.get(source);
  }

  /**
   * Opens a transport.
   * @throws {SfuError} `quota_exceeded` for a second one of the same way, `not_allowed` for a watcher that would send
   */
  async openPath(direction: Direction, limits: PathLimits): Promise<MediaPath> {
    if (direction === 'send' && this.peerId.startsWith(WATCHER_PREFIX))
      throw new SfuError('not_allowed', 'A watcher sends nothing.');
    if (this.paths.has(direction)) throw new SfuError('quota_exceeded', `The peer has a ${direction} transport.`);
    this.paths.set(direction, null);
    const path = await this.tryPath(direction, limits);
    if (this.gone) {
      path?.transport.close();
      throw new SfuError('media_not_open', 'The media peer was closed meanwhile.');
    }
    if (!path) throw new SfuError('no_capacity', 'The worker opens no transport.');
    this.paths.set(direction, path);
    return path;
  }

  /**
   * The open transport of one way.
   * @throws {SfuError} `media_not_open`
   */
  path(direction: Direction): MediaPath {
    const path = this.paths.get(direction);
    if (!path) throw new SfuError('media_not_open', `The peer has no ${direction} transport.`);
    return path;
  }

  /**
   * Starts a producer; a repeated call is told from a new source only by closing the first.
   * @throws {SfuError} `source_taken`, `media_not_open`, `media_refused`
   */
  async produce(source: Source, rtpParameters: Record<string, unknown>, paused: boolean): Promise<string> {
    const { transport } = this.path('send');
    if (this.sent.has(source) || this.starting.has(source))
      throw new SfuError('source_taken', `The peer sends a ${source} already.`);
    checkShape(source, rtpParameters);
    const start = this.startSource(source, transport, rtpParameters, paused);
    const done = start.then(
      () => undefined,
      () => undefined,
    );
    this.starting.set(source, { paused, done });
    return start;
  }

  /** Enforces or lifts the mute of a source. @returns null when the peer does not send it */
  setPaused(source: Source, paused: boolean): Promise<void> | null {
    const starting = this.starting.get(source);
    if (!starting) return this.sent.get(source)?.setPaused(paused) ?? null;
    starting.paused = paused;
    return starting.done;
  }

  /**
   * Ends a producer.
   * @throws {SfuError} `not_found`
   */
  closeSource(source: Source): void {
    const sent = this.sent.get(source);
    if (!sent) throw new SfuError('not_found', `The peer sends no ${source}.`);
    sent.producer.close();
  }

  /** Keeps what the client can receive. */
  setCapabilities(rtpCapabilities: Record<string, unknown>): void {
    if (!Array.isArray(rtpCapabilities.codecs)) throw new SfuError('media_refused', 'rtpCapabilities has no codecs.');
    this.capabilities = rtpCapabilities as unknown as types.RtpCapabilities; // judged by mediasoup at consume
  }

  /**
   * Makes consumers, all paused; a source that is received already answers its offer again.
   * @throws {SfuError} `media_not_open` without a receiving transport or capabilities
   */
  async subscribe(wishes: ConsumerWish[]): Promise<{ consumers: ConsumerOffer[]; missing: SourceRef[] }> {
    const { transport } = this.path('recv');
    const capabilities = this.capabilities;
    if (!capabilities) throw new SfuError('media_not_open', 'The peer has not told what it can receive.');
    const made = await Promise.all(
      wishes.map((wish) => {
        const key = keyOf(wish);
        let one = this.received.get(key);
        if (!one) {
          one = this.consume(key, wish, transport, capabilities);
          this.received.set(key, one);
        }
        return one;
      }),
    );
    const consumers = new Map(made.flatMap((r) => (r ? [[r.offer.consumerId, r.offer] as const] : [])));
    const missing = wishes.filter((_, i) => !made[i]).map(({ endpointId, source }) => ({ endpointId, source }));
    return { consumers: [...consumers.values()], missing };
  }

  /** Closes consumers; unknown ones are skipped. @returns ids of what was closed */
  async unsubscribe(refs: SourceRef[]): Promise<string[]> {
    const found = await Promise.all(refs.map(async (ref) => this.received.get(keyOf(ref))));
    return found.flatMap((r) => {
      if (!r || r.consumer.closed) return [];
      r.consumer.close();
      return [r.consumer.id];
    });
  }

  /** Applies wishes to existing consumers; unknown ones are skipped. */
  async update(wishes: ConsumerWish[]): Promise<void> {
    await Promise.all(wishes.flatMap((wish) => this.held.get(keyOf(wish))?.apply(wish) ?? []));
  }

  /** Receive and send statistics, raw; the caller flattens them. */
  async stats(): Promise<{ about: Record<string, string>; stats: unknown[] }[]> {
    const asked: { about: Record<string, string>; of: { getStats(): Promise<unknown[]> } }[] = [];
    for (const path of this.paths.values())
      if (path) asked.push({ about: { direction: path.direction }, of: path.transport });
    for (const sent of this.sent.values()) asked.push({ about: { source: sent.source }, of: sent.producer });
    for (const { offer, consumer } of this.held.values())
      asked.push({ about: { endpointId: offer.endpointId, source: offer.source }, of: consumer });
    return Promise.all(asked.map(async ({ about, of }) => ({ about, stats: await of.getStats() })));
  }

  /** Bytes so far over both ways: all that came from the client, and picture and sound that were sent to it. */
  async traffic(): Promise<{ received: number; sent: number }> {
    const asked = [...this.paths.values()].flatMap((path) => (path ? [path.transport.getStats()] : []));
    const stats = (await Promise.all(asked)).flat();
    const sum = (of: 'bytesReceived' | 'rtpBytesSent') => stats.reduce((all, one) => all + one[of], 0);
    return { received: sum('bytesReceived'), sent: sum('rtpBytesSent') };
  }

  /** Ends everything of this incarnation. */
  close(): void {
    this.gone = true;
    for (const path of this.paths.values()) path?.transport.close();
    this.paths.clear();
  }

  /** The worker died and everything with it: nothing more is told about this incarnation. */
  lose(): void {
    this.gone = true;
    this.told = false;
    this.paths.clear();
  }

  private async tryPath(direction: Direction, limits: PathLimits): Promise<MediaPath | null> {
    try {
      const router = await this.host.router(this.worker);
      return await MediaPath.open(this.worker, router, direction, limits, () => this.pathChanged());
    } catch {
      this.paths.delete(direction);
      return null;
    }
  }

  private pathChanged(): void {
    if (this.gone || this.worker.worker.closed || this.connected === this.told) return;
    this.told = this.connected;
    this.host.connectedChanged(this);
  }

  private async startSource(
    source: Source,
    transport: types.WebRtcTransport,
    rtpParameters: Record<string, unknown>,
    paused: boolean,
  ): Promise<string> {
    try {
      const parameters = rtpParameters as unknown as types.RtpParameters; // judged by mediasoup
      const options = { kind: KIND_OF[source], rtpParameters: parameters, paused };
      const producer = await judged(
        () => transport.closed,
        () => transport.produce({ ...options, appData: { peerId: this.peerId, source } }),
      );
      if (producer.closed || transport.closed)
        throw new SfuError('media_not_open', 'The media peer was closed meanwhile.');
      const sent = this.keepProducer(source, producer, paused);
      const wanted = this.starting.get(source)?.paused ?? paused;
      this.starting.delete(source);
      await sent.setPaused(wanted);
      return producer.id;
    } finally {
      this.starting.delete(source);
    }
  }

  private keepProducer(source: Source, producer: types.Producer, paused: boolean): SentSource {
    const { counts, worker } = this.worker;
    const sent = new SentSource(source, producer, paused);
    counts.producers += 1;
    this.sent.set(source, sent);
    producer.observer.once('close', () => {
      counts.producers -= 1;
      if (this.sent.get(source) === sent) this.sent.delete(source);
      if (!worker.closed) this.host.sourceClosed(this, source);
    });
    this.host.sourceOpened(this, sent);
    return sent;
  }

  private async consume(
    key: string,
    wish: ConsumerWish,
    transport: types.WebRtcTransport,
    rtpCapabilities: types.RtpCapabilities,
  ): Promise<ReceivedSource | null> {
    let reached: Reached | null = null;
    try {
      reached = await this.host.reach(wish, this.worker);
      if (!reached) return this.without(key);
      const consumer = await transport.consume({
        producerId: reached.producerId,
        rtpCapabilities,
        paused: true,
        preferredLayers: KIND_OF[wish.source] === 'video' ? { spatialLayer: wish.layer } : undefined,
      });
      // mediasoup closes what a transport has when it closes, not what is still on its way to it
      if (consumer.closed || transport.closed) throw new SfuError('not_found', 'The source was closed meanwhile.');
      const received = new ReceivedSource(consumer, wish);
      const { release } = reached;
      this.worker.counts.consumers += 1;
      this.held.set(key, received);
      consumer.observer.once('close', () => {
        this.worker.counts.consumers -= 1;
        this.held.delete(key);
        this.received.delete(key);
        release();
      });
      return received;
    } catch {
      // the source went meanwhile, or this receiver cannot show it: both are answered as missing
      reached?.release();
      return this.without(key);
    }
  }

  private without(key: string): null {
    this.received.delete(key);
    return null;
  }
}
