import { RateLimiterMemory } from 'rate-limiter-flexible';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SessionEvent } from '../protocol/events.ts';
import type { EndpointMedia, MediaOpened } from '../protocol/media.ts';
import type { SfuEvents, WorkerLoad } from '../protocol/sfu.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import type { LiveSession } from '../sessions/liveSession.ts';
import { placeSession } from './placement.ts';
import { RemoteNode } from './remoteNode.ts';
import { SessionMedia } from './sessionMedia.ts';
import type { LineRates } from './sessionMedia.ts';
import type { MediaSink } from './room.ts';

/** What the media service needs of the rest of the program. */
export interface MediaDeps {
  /** addresses of the SFU nodes' control channels */
  nodes: string[];
  secret: string;
  log: Log;
  sinkOf(sessionId: string): MediaSink;
  /** @returns the rates of an endpoint's line */
  lineOf(endpointId: string): LineRates;
  observeReconcile(seconds: number): void;
}

/** A seat may build its media this often, counted in a minute; a page that reloads in a loop is stopped. */
const OPENS_A_MINUTE = 20;
/** How long a start waits at most for the nodes to tell what they hold, milliseconds. */
const DESCRIBED_WITHIN_MS = 3_000;
const WATCHER_LINE: LineRates = { downBps: 4_000_000, upBps: 0 };

/** Keeps one `SessionMedia` for each live session and joins them with the SFU nodes. */
export class MediaService {
  readonly #nodes: RemoteNode[];
  readonly #deps: MediaDeps;
  readonly #media = new Map<string, SessionMedia>();
  readonly #live = new Map<string, LiveSession>();
  readonly #opens = new RateLimiterMemory({ points: OPENS_A_MINUTE, duration: 60 });
  readonly #opening = new Set<string>();
  readonly #undescribed: Set<RemoteNode>;
  readonly #described = Promise.withResolvers<void>();
  #loadListener: (node: string, workers: readonly WorkerLoad[]) => void = () => undefined;

  constructor(deps: MediaDeps) {
    this.#deps = deps;
    const listener = {
      up: (node: RemoteNode) => void this.#nodeUp(node),
      down: () => undefined,
      event: <E extends keyof SfuEvents>(node: RemoteNode, name: E, message: SfuEvents[E]) =>
        this.#nodeEvent(node, name, message),
    };
    this.#nodes = deps.nodes.map((address) => new RemoteNode(address, deps.secret, listener, deps.log));
    this.#undescribed = new Set(this.#nodes);
  }

  /** Dials the nodes. */
  open(): void {
    for (const node of this.#nodes) node.open();
    setTimeout(() => this.#described.resolve(), DESCRIBED_WITHIN_MS).unref();
  }

  /** Resolves when it is known which media outlived a restart of this process; soon also when a node is away. */
  get described(): Promise<void> {
    return this.#described.promise;
  }

  /** The nodes with their last load. */
  get nodes(): readonly RemoteNode[] {
    return this.#nodes;
  }

  /** Whether a session could be placed now. */
  get available(): boolean {
    return this.#place() !== null;
  }

  /** Told of each load report. */
  onLoad(listener: (node: string, workers: readonly WorkerLoad[]) => void): void {
    this.#loadListener = listener;
  }

  /**
   * Follows a session's events; called for each after it is stored.
   * @returns settles when nobody whose right to speak has ended is forwarded any more, soon in any case; null: nobody was
   */
  follow(session: LiveSession, events: SessionEvent[]): Promise<void> | null {
    const media = this.#media.get(session.id);
    if (session.snapshot.phase === 'closed') {
      this.#media.delete(session.id);
      this.#live.delete(session.id);
      media
        ?.close()
        .catch((err: unknown) => this.#deps.log.warn({ err, sessionId: session.id }, 'media was not closed'));
      return null;
    }
    this.#live.set(session.id, session);
    if (!media) return null;
    for (const { fact } of events) {
      if (fact.type !== 'endpointLeft') continue;
      media.closePeer(fact.endpointId).catch((err: unknown) => this.#deps.log.warn({ err }, 'peer was not closed'));
    }
    const silent = media.silence();
    media.kick();
    return silent;
  }

  /** Takes restored sessions, so that a node's description finds them. */
  restore(sessions: LiveSession[]): void {
    for (const s of sessions) this.#live.set(s.id, s);
  }

  /** @throws AppError quota_exceeded, media_unavailable */
  async openPeer(
    session: LiveSession,
    peerId: string,
    endpointId: string | null,
    asChair: boolean,
  ): Promise<MediaOpened> {
    const key = `${session.id}/${peerId}`;
    try {
      await this.#opens.consume(key);
    } catch {
      throw new AppError('quota_exceeded', `Media may be opened ${OPENS_A_MINUTE} times a minute.`);
    }
    if (this.#opening.has(key)) throw new AppError('quota_exceeded', 'This media is being opened already.');
    this.#opening.add(key);
    try {
      const line = endpointId === null ? WATCHER_LINE : this.#deps.lineOf(endpointId);
      return await this.#placed(session, (media) => media.open(peerId, endpointId, line, asChair));
    } finally {
      this.#opening.delete(key);
    }
  }

  /** @returns the session's media @throws AppError media_not_open */
  of(sessionId: string): SessionMedia {
    const media = this.#media.get(sessionId);
    if (!media) throw new AppError('media_not_open', 'Open the media first: media.open.');
    return media;
  }

  /** @returns the session's media when anybody opened some */
  find(sessionId: string): SessionMedia | undefined {
    return this.#media.get(sessionId);
  }

  /** What every endpoint of the session sends now. */
  mediaOf(sessionId: string): EndpointMedia[] {
    return this.#media.get(sessionId)?.media() ?? [];
  }

  /** A watcher went away. */
  async closeWatcher(sessionId: string, peerId: string): Promise<void> {
    await this.#media.get(sessionId)?.closePeer(peerId);
  }

  /** Stops dialling; media goes on. */
  close(): void {
    for (const node of this.#nodes) node.close();
  }

  /** A node may drain before its load says so: a session that holds nobody yet goes to another one. */
  async #placed<T>(session: LiveSession, open: (media: SessionMedia) => Promise<T>): Promise<T> {
    const draining = new Set<RemoteNode>();
    for (;;) {
      const media = this.#ensure(session, draining);
      try {
        return await open(media);
      } catch (err) {
        if (!(err instanceof AppError) || err.code !== 'draining' || media.peers.size > 0) throw err;
        draining.add(media.node);
        if (this.#media.get(session.id) === media) this.#media.delete(session.id);
      }
    }
  }

  #ensure(session: LiveSession, without: ReadonlySet<RemoteNode>): SessionMedia {
    const known = this.#media.get(session.id);
    if (known) return known;
    const node = this.#place(without);
    if (!node) throw new AppError('media_unavailable', 'No media server can take this session now.');
    return this.#make(session, node);
  }

  #make(session: LiveSession, node: RemoteNode): SessionMedia {
    const snapshot = (): SessionSnapshot => (this.#live.get(session.id) ?? session).snapshot;
    const sink = this.#deps.sinkOf(session.id);
    const media = new SessionMedia(node, snapshot, sink, this.#deps.log, this.#deps.observeReconcile);
    this.#media.set(session.id, media);
    return media;
  }

  #place(without: ReadonlySet<RemoteNode> = new Set()): RemoteNode | null {
    const facts = this.#nodes.map((n) => ({
      id: n.id,
      up: n.up,
      draining: n.draining || without.has(n),
      consumers: n.workers.reduce((sum, w) => sum + w.consumers, 0),
      cpuRatio: n.workers.reduce((sum, w) => sum + w.cpuRatio, 0),
    }));
    const chosen = placeSession(facts);
    return this.#nodes.find((n) => n.id === chosen) ?? null;
  }

  async #nodeUp(node: RemoteNode): Promise<void> {
    try {
      const { sessions } = await node.call('describe', {});
      const held = new Map(sessions.map((s) => [s.sessionId, s.peers]));
      for (const [sessionId, peers] of held) {
        const session = this.#live.get(sessionId);
        if (!session) await node.closeSession(sessionId);
        else if (!this.#media.has(sessionId)) this.#make(session, node).adopt(peers);
      }
      for (const [sessionId, media] of this.#media) {
        if (media.node === node) media.adopt(held.get(sessionId) ?? null);
      }
    } catch (err) {
      this.#deps.log.warn({ err, node: node.id }, 'the node could not be described');
    } finally {
      this.#undescribed.delete(node);
      if (this.#undescribed.size === 0) this.#described.resolve();
    }
  }

  #nodeEvent<E extends keyof SfuEvents>(node: RemoteNode, name: E, message: SfuEvents[E]): void {
    if (name === 'load') this.#loadListener(node.id, (message as SfuEvents['load']).workers);
    else if (name === 'workerDied') {
      for (const { sessionId, peerIds } of (message as SfuEvents['workerDied']).lost) {
        const media = this.#media.get(sessionId);
        for (const peerId of peerIds) media?.lose(peerId, 'worker_died');
        media?.kick();
      }
    } else if (name === 'peerMoving') {
      const { sessionId, peerId, epoch } = message as SfuEvents['peerMoving'];
      // nothing is forgotten here: what the peer has flows until its browser opens anew
      if (!this.#media.get(sessionId)?.stands(peerId, epoch)) return;
      this.#deps.sinkOf(sessionId).toPeer(peerId, 'media.restart', { sessionId, reason: 'worker_drains' });
    } else {
      const { sessionId } = message as { sessionId: string };
      this.#media.get(sessionId)?.nodeEvent(name, message);
    }
  }
}
