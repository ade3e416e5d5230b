import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { heard } from '../protocol/derive.ts';
import type { EndpointMedia, MediaCommandInput, MediaOpened, TransportOffer } from '../protocol/media.ts';
import type { PeerState, SfuEvents } from '../protocol/sfu.ts';
import type { SessionSnapshot, Source } from '../protocol/snapshot.ts';
import { Storm } from '../storm.ts';
import { describedPeer, mediaOf, newPeer, sourceKey } from './mediaPeer.ts';
import type { MediaPeer, Viewport } from './mediaPeer.ts';
import { weighPath } from './oneWay.ts';
import { Paced } from './paced.ts';
import { applyPlan, silence } from './reconcile.ts';
import type { MediaRoom, MediaSink } from './room.ts';
import type { RemoteNode } from './remoteNode.ts';

/** What an endpoint's line carries, bits per second. */
export interface LineRates {
  downBps: number;
  upBps: number;
}

/** How long browsers have to come back after a restart of the control plane, milliseconds. */
const SETTLE_MS = 15_000;
/** How long a change of what an endpoint sends waits for others, milliseconds. */
const TELL_AFTER_MS = 250;
/** How many recent speakers are remembered, loudest and latest first. */
const SPEAKERS_KEPT = 25;
/** Ceiling of what one endpoint may send: a camera with all layers and a presentation. */
const MAX_SEND_BPS = 6_500_000;

/**
 * The media of one session, as the control plane wants it and as the node holds it. Every change of the session or of
 * a peer kicks one serial reconcile; overtaken states are skipped.
 */
export class SessionMedia implements MediaRoom {
  readonly peers = new Map<string, MediaPeer>();
  speakers: string[] = [];
  node: RemoteNode;
  readonly #snapshot: () => SessionSnapshot;
  readonly #sink: MediaSink;
  readonly #log: Log;
  readonly #observe: (seconds: number) => void;
  readonly #changedMedia = new Map<string, EndpointMedia>();
  readonly #storm = new Storm(TELL_AFTER_MS, () => this.#flushMedia());
  readonly #reconciles = new Paced(
    () => this.#reconcile(),
    (err) => this.#log.warn({ sessionId: this.snapshot.id, err }, 'reconcile failed, will be tried again'),
  );
  #closed = false;

  constructor(
    node: RemoteNode,
    snapshot: () => SessionSnapshot,
    sink: MediaSink,
    log: Log,
    observe: (seconds: number) => void,
  ) {
    this.node = node;
    this.#snapshot = snapshot;
    this.#sink = sink;
    this.#log = log;
    this.#observe = observe;
  }

  /** The session's state now. */
  get snapshot(): SessionSnapshot {
    return this.#snapshot();
  }

  /** Brings the node to what the plan wants, soon; calls during a run make one more run. */
  kick(): void {
    this.#reconciles.kick();
  }

  /** Pauses at once who may no longer be heard, past whatever is being built. @returns null when there is nobody */
  silence(): Promise<void> | null {
    return this.#closed || !this.node.up ? null : silence(this);
  }

  async #reconcile(): Promise<void> {
    if (!this.node.up) return;
    const began = performance.now();
    await applyPlan(this, this.#sink);
    this.#observe((performance.now() - began) / 1000);
  }

  /**
   * Builds a media peer anew.
   * @throws AppError media_unavailable, no_capacity
   */
  async open(peerId: string, endpointId: string | null, line: LineRates, asChair: boolean): Promise<MediaOpened> {
    const sessionId = this.snapshot.id;
    const { routerRtpCapabilities } = await this.node.openSession(sessionId);
    const startBitrate = Math.round(Math.min(line.upBps * 0.6, 1_200_000));
    const common = {
      sessionId,
      peerId,
      maxIncomingBitrate: MAX_SEND_BPS,
      initialOutgoingBitrate: Math.round(line.downBps * 0.8),
    };
    const recv = await this.node.call('openTransport', { ...common, direction: 'recv', fresh: true });
    // a fault of one way outlives the path on which it was seen
    const oneWay = this.peers.get(peerId)?.oneWay ?? null;
    const peer = { ...newPeer(peerId, endpointId, recv.epoch), asChair, oneWay };
    this.peers.set(peerId, peer);
    this.forget(peerId);
    let send: TransportOffer | null = null;
    if (endpointId !== null) {
      send = (await this.node.call('openTransport', { ...common, direction: 'send', fresh: false })).transport;
      this.#tellMedia(peer);
    }
    this.kick();
    return {
      epoch: peer.epoch,
      routerRtpCapabilities,
      send,
      recv: recv.transport,
      startBitrate,
      maxBitrate: Math.min(MAX_SEND_BPS, line.upBps),
    };
  }

  /** Drops what other peers held of this peer's old incarnation. */
  forget(peerId: string): void {
    for (const peer of this.peers.values()) {
      const gone = [...peer.consumers.values()].filter((c) => c.endpointId === peerId);
      for (const c of gone) peer.consumers.delete(sourceKey(c));
      if (gone.length > 0)
        this.#remove(
          peer,
          gone.map((c) => c.consumerId),
        );
    }
  }

  #remove(peer: MediaPeer, remove: string[]): void {
    this.#sink.toPeer(peer.peerId, 'media.offer', { sessionId: this.snapshot.id, epoch: peer.epoch, add: [], remove });
  }

  /** @throws AppError media_not_open, media_refused */
  async connect(peerId: string, input: MediaCommandInput<'media.connect'>): Promise<void> {
    this.#peer(peerId);
    await this.node.call('connectTransport', { ...input, peerId });
  }

  /** @throws AppError media_not_open */
  async restartIce(peerId: string, input: MediaCommandInput<'media.restartIce'>): Promise<Record<string, unknown>> {
    this.#peer(peerId);
    return (await this.node.call('restartIce', { ...input, peerId })).iceParameters;
  }

  /** @throws AppError media_not_open, media_refused */
  async receive(peerId: string, input: MediaCommandInput<'media.receive'>): Promise<void> {
    const peer = this.#peer(peerId);
    const { sessionId, rtpCapabilities, tiles, height } = input;
    await this.node.call('setCapabilities', { sessionId, peerId, rtpCapabilities });
    peer.canReceive = true;
    // a browser that came back has not heard what was said while it was away
    peer.told.clear();
    peer.viewport = { tiles, height, show: peer.viewport?.show ?? [] };
    if (input.have) await this.#agree(peer, input.have);
    this.kick();
  }

  /** Offers and removals that were lost with a connection are made good: what the browser does not have is built anew. */
  async #agree(peer: MediaPeer, have: string[]): Promise<void> {
    const has = new Set(have);
    const lost = [...peer.consumers.values()].filter((c) => !has.has(c.consumerId));
    const sources = lost.map(({ endpointId, source }) => ({ endpointId, source }));
    for (const ref of sources) peer.consumers.delete(sourceKey(ref));
    const held = [...peer.consumers.values()];
    for (const c of held) {
      has.delete(c.consumerId);
      c.ready = true;
    }
    if (has.size > 0) this.#remove(peer, [...has]);
    const flowing = Object.fromEntries(held.map((c) => [c.consumerId, !c.paused]));
    const { id: sessionId } = this.snapshot;
    if (held.length > 0) this.#sink.toPeer(peer.peerId, 'media.flow', { sessionId, flowing });
    if (sources.length > 0) await this.node.call('unsubscribe', { sessionId, peerId: peer.peerId, sources });
  }

  /**
   * @param maySeeAll whether this peer may name tiles beyond the plan's own choice
   * @throws AppError media_not_open, not_offered
   */
  viewport(peerId: string, want: Partial<Viewport>, maySeeAll: boolean): void {
    const peer = this.#peer(peerId);
    if (want.show !== undefined && want.show.length > 0) {
      const known = this.snapshot.participants;
      if (!maySeeAll || want.show.some((e) => !known[e])) {
        throw new AppError('not_offered', 'This screen was not offered that endpoint.');
      }
    }
    peer.viewport = { ...(peer.viewport ?? { tiles: 0, height: 720, show: [] }), ...want };
    this.kick();
  }

  /** @throws AppError media_not_open; not_offered when a consumer is not this peer's */
  ready(peerId: string, consumerIds: string[]): void {
    const peer = this.#peer(peerId);
    const byId = new Map([...peer.consumers.values()].map((c) => [c.consumerId, c]));
    if (consumerIds.some((c) => !byId.has(c))) {
      throw new AppError('not_offered', 'That consumer was not offered to this screen.');
    }
    for (const c of consumerIds) {
      const held = byId.get(c);
      if (held) held.ready = true;
    }
    this.kick();
  }

  /** Takes what a browser says of its path. @throws AppError media_not_open, media_unavailable */
  async path(peerId: string, said: MediaCommandInput<'media.path'>): Promise<void> {
    const peer = this.#peer(peerId);
    const changed = await weighPath(this.node, said.sessionId, peer, said);
    if (changed && this.peers.get(peerId) === peer) this.#tellMedia(peer);
  }

  /** @throws AppError media_not_open, not_allowed, source_taken, presentation_not_held, media_refused */
  async produce(peerId: string, input: MediaCommandInput<'media.produce'>): Promise<{ producerId: string }> {
    const peer = this.#peer(peerId);
    const { sessionId, source, rtpParameters } = input;
    if (peer.endpointId === null) throw new AppError('not_allowed', 'A watcher sends nothing.');
    if (source === 'presentation' && this.snapshot.presentation.holder !== peer.endpointId) {
      throw new AppError('presentation_not_held', 'The presentation was not given to this endpoint.');
    }
    if (peer.sources.has(source)) throw new AppError('source_taken', `This endpoint already sends a ${source}.`);
    // a microphone begins as the rules say; pictures begin paused until somebody is given them
    const paused = source !== 'microphone' || !heard(this.snapshot).includes(peer.endpointId);
    peer.sources.set(source, paused);
    try {
      const kind = { sessionId, peerId, source, rtpParameters, paused };
      const { producerId } = await this.node.call('produce', kind);
      this.#tellMedia(peer);
      this.kick();
      return { producerId };
    } catch (err) {
      peer.sources.delete(source);
      throw err;
    }
  }

  /** Closes one source; asked twice it is still closed. @throws AppError media_not_open */
  async closeSource(peerId: string, source: Source): Promise<void> {
    const peer = this.#peer(peerId);
    if (!peer.sources.delete(source)) return;
    await this.node.call('closeProducer', { sessionId: this.snapshot.id, peerId, source });
    this.#sourceGone(peer, source);
  }

  #sourceGone(peer: MediaPeer, source: Source): void {
    peer.sources.delete(source);
    peer.told.delete(source);
    const key = sourceKey({ endpointId: peer.peerId, source });
    for (const other of this.peers.values()) {
      const held = other.consumers.get(key);
      if (!held) continue;
      other.consumers.delete(key);
      this.#remove(other, [held.consumerId]);
    }
    this.#tellMedia(peer);
    this.kick();
  }

  /** The peer left: everything of it is closed at the node. */
  async closePeer(peerId: string): Promise<void> {
    const peer = this.peers.get(peerId);
    if (!peer) return;
    this.peers.delete(peerId);
    this.forget(peerId);
    if (peer.endpointId !== null) this.#tellMedia({ ...peer, sources: new Map(), connected: false });
    if (this.node.up) await this.node.call('closePeer', { sessionId: this.snapshot.id, peerId });
    this.kick();
  }

  /** Ends the session's media. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#reconciles.close();
    this.peers.clear();
    if (this.node.up) await this.node.closeSession(this.snapshot.id);
  }

  /** Whether the client's media peer still stands at the node. */
  stands(peerId: string, epoch: string | undefined): boolean {
    return epoch !== undefined && this.peers.get(peerId)?.epoch === epoch;
  }

  /**
   * Takes the node's word after it came (back): peers that it no longer holds are told to begin again.
   * @param described what the node holds of this session; null when it holds nothing
   */
  adopt(described: PeerState[] | null): void {
    const held = new Map((described ?? []).map((p) => [p.peerId, p]));
    for (const peer of this.peers.values()) {
      if (held.get(peer.peerId)?.epoch !== peer.epoch) this.lose(peer.peerId, 'node_lost');
    }
    for (const state of held.values()) {
      const known = this.peers.get(state.peerId);
      const fresh = describedPeer(state);
      // what the browser said of itself is not known to the node
      if (known) Object.assign(fresh, { viewport: known.viewport, asChair: known.asChair, oneWay: known.oneWay });
      this.peers.set(state.peerId, fresh);
    }
    setTimeout(() => this.#settle(), SETTLE_MS).unref();
    this.kick();
  }

  /** Watchers that did not come back are closed; seats that did not say what they show get the plain view. */
  #settle(): void {
    for (const peer of this.peers.values()) {
      if (peer.viewport !== null || this.#closed) continue;
      if (peer.endpointId === null) {
        this.closePeer(peer.peerId).catch((err: unknown) => this.#log.warn({ err }, 'watcher was not closed'));
      } else peer.viewport = { tiles: 0, height: 720, show: [] };
    }
    this.kick();
  }

  /** The peer's media is gone though it did not leave: its browser builds it anew; the session's state is untouched. */
  lose(peerId: string, reason: 'worker_died' | 'node_lost'): void {
    const peer = this.peers.get(peerId);
    if (!peer) return;
    this.peers.delete(peerId);
    this.forget(peerId);
    if (peer.endpointId !== null) this.#tellMedia({ ...peer, sources: new Map(), connected: false });
    this.#sink.toPeer(peerId, 'media.restart', { sessionId: this.snapshot.id, reason });
  }

  /** An event of the node about this session. */
  nodeEvent<E extends keyof SfuEvents>(name: E, message: SfuEvents[E]): void {
    if (name === 'producerClosed') {
      const { peerId, source } = message as SfuEvents['producerClosed'];
      const peer = this.peers.get(peerId);
      if (peer?.sources.has(source)) this.#sourceGone(peer, source);
    } else if (name === 'endpointMedia') {
      const { peerId, epoch, connected } = message as SfuEvents['endpointMedia'];
      const peer = this.peers.get(peerId);
      if (peer?.epoch !== epoch || peer.connected === connected) return;
      peer.connected = connected;
      if (peer.endpointId !== null) this.#tellMedia(peer);
    } else if (name === 'speakers') this.#speakers(message as SfuEvents['speakers']);
  }

  #speakers({ levels }: SfuEvents['speakers']): void {
    const loud = levels.map((l) => l.endpointId);
    const next = [...loud, ...this.speakers.filter((e) => !loud.includes(e))].slice(0, SPEAKERS_KEPT);
    const changed = next.slice(0, 9).join() !== this.speakers.slice(0, 9).join();
    this.speakers = next;
    this.#sink.toAll('media.levels', {
      sessionId: this.snapshot.id,
      levels: Object.fromEntries(levels.map((l) => [l.endpointId, l.volume])),
    });
    if (changed && this.snapshot.floorMode === 'discussion') this.kick();
  }

  /** What every endpoint sends now. */
  media(): EndpointMedia[] {
    return [...this.peers.values()].filter((p) => p.endpointId !== null).map((p) => mediaOf(p, this.snapshot));
  }

  /** Changes are gathered, so that a storm of joins costs each browser a few messages and not one an endpoint. */
  #tellMedia(peer: MediaPeer): void {
    if (peer.endpointId === null) return;
    this.#changedMedia.set(peer.peerId, mediaOf(peer, this.snapshot));
    this.#storm.stir();
  }

  #flushMedia(): void {
    const endpoints = [...this.#changedMedia.values()];
    this.#changedMedia.clear();
    if (!this.#closed) this.#sink.toAll('media.endpoints', { sessionId: this.snapshot.id, endpoints });
  }

  #peer(peerId: string): MediaPeer {
    const peer = this.peers.get(peerId);
    if (!peer) throw new AppError('media_not_open', 'Open the media first: media.open.');
    return peer;
  }
}
