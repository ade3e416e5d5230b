import type { types } from 'mediasoup';
import type { SessionState, SfuEvents, SourceRef } from '../server/protocol/sfu.ts';
import type { Source } from '../server/protocol/snapshot.ts';
import { MEDIA_CODECS } from './codecs.ts';
import { copyOnce } from './copyOnce.ts';
import { EndpointPeer } from './endpointPeer.ts';
import type { PeerHost, Reached } from './endpointPeer.ts';
import { SfuError } from './errors.ts';
import { Pipes } from './pipes.ts';
import type { SentSource } from './sentSource.ts';
import { Speakers } from './speakers.ts';
import type { LiveWorker } from './workers.ts';

/** Takes what a node tells by itself. */
export type EventSink = <E extends keyof SfuEvents>(event: E, data: SfuEvents[E]) => void;

/** The media of one session: its peers, and a router on every worker that it uses. */
export class SessionMedia implements PeerHost {
  readonly sessionId: string;
  readonly peers = new Map<string, EndpointPeer>();
  private readonly routers = new Map<LiveWorker, Promise<types.Router>>();
  private readonly pipes: Pipes;
  private readonly speakers: Speakers;
  private readonly emit: EventSink;
  private closed = false;

  /** @param emit takes the session's events */
  constructor(sessionId: string, emit: EventSink) {
    this.sessionId = sessionId;
    this.emit = emit;
    this.pipes = new Pipes((worker) => this.router(worker));
    this.speakers = new Speakers((levels) => emit('speakers', { sessionId, levels }));
  }

  /** What `describe` tells. */
  get state(): SessionState {
    return { sessionId: this.sessionId, peers: [...this.peers.values()].map((peer) => peer.state) };
  }

  /** Numbers of the workers on which peers of this session live. */
  get usedWorkers(): Set<number> {
    return new Set([...this.peers.values()].map((peer) => peer.worker.index));
  }

  /** Pipes between this session's workers, open or being opened. */
  get pipeCount(): number {
    return this.pipes.size;
  }

  /**
   * The peer of an id.
   * @throws {SfuError} `media_not_open`
   */
  peer(peerId: string): EndpointPeer {
    const peer = this.peers.get(peerId);
    if (!peer) throw new SfuError('media_not_open', 'The peer has no media here.');
    return peer;
  }

  /** Makes a new incarnation of a peer on a worker; the older one, if any, ends. */
  addPeer(peerId: string, worker: LiveWorker): EndpointPeer {
    this.peers.get(peerId)?.close();
    const peer = new EndpointPeer(peerId, worker, this);
    this.peers.set(peerId, peer);
    return peer;
  }

  /** Ends a peer; an unknown one is gone already. */
  closePeer(peerId: string): void {
    const peer = this.peers.get(peerId);
    this.peers.delete(peerId);
    peer?.close();
  }

  /** Drops what a dead worker carried; the next peer gets a new router. @returns ids of the lost peers */
  workerDied(dead: LiveWorker): string[] {
    this.routers.delete(dead);
    this.speakers.forget(dead);
    const lost = [...this.peers.values()].filter((peer) => peer.worker === dead);
    for (const peer of lost) {
      this.peers.delete(peer.peerId);
      peer.lose();
    }
    return lost.map((peer) => peer.peerId);
  }

  /** Ends all media of the session. */
  close(): void {
    this.closed = true;
    this.speakers.close();
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
    for (const router of this.routers.values())
      router.then(
        (r) => r.close(),
        () => undefined,
      );
    this.routers.clear();
  }

  /** The session's router on a worker. @throws {SfuError} `not_found` once the session is closed */
  async router(worker: LiveWorker): Promise<types.Router> {
    if (this.closed) throw new SfuError('not_found', 'The session is closed.');
    let router = this.routers.get(worker);
    if (!router) {
      router = worker.worker.createRouter({ mediaCodecs: MEDIA_CODECS }).then(copyOnce);
      this.routers.set(worker, router);
      router.catch(() => this.routers.delete(worker));
    }
    return router;
  }

  /** Makes a source consumable on a worker, over a pipe when it lives on another one. */
  async reach(ref: SourceRef, to: LiveWorker): Promise<Reached | null> {
    const owner = this.peers.get(ref.endpointId);
    const sent = owner?.source(ref.source);
    if (!owner || !sent) return null;
    const producerId = sent.producer.id;
    if (owner.worker === to) return { producerId, release: () => undefined };
    return { producerId, release: await this.pipes.acquire(sent.producer, owner.worker, to) };
  }

  /** A peer began to send: microphones are measured where they arrive. */
  sourceOpened(peer: EndpointPeer, sent: SentSource): void {
    if (sent.source !== 'microphone') return;
    void this.router(peer.worker).then(
      (router) => this.speakers.watch(peer.worker, router, sent.producer),
      () => undefined,
    );
  }

  /** A source ended, except with its whole session or worker, which are told by other means. */
  sourceClosed(peer: EndpointPeer, source: Source): void {
    if (!this.closed) this.emit('producerClosed', { sessionId: this.sessionId, peerId: peer.peerId, source });
  }

  /** A peer's media path came up or fell. */
  connectedChanged(peer: EndpointPeer): void {
    const { peerId, epoch, connected } = peer;
    if (!this.closed) this.emit('endpointMedia', { sessionId: this.sessionId, peerId, epoch, connected });
  }
}
