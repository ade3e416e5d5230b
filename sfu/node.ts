import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { SfuEvents, SfuVerb, SfuVerbs } from '../server/protocol/sfu.ts';
import { MEDIA_CODECS } from './codecs.ts';
import type { EndpointPeer } from './endpointPeer.ts';
import { judged, SfuError } from './errors.ts';
import { Evacuation } from './evacuation.ts';
import type { Resident } from './evacuation.ts';
import { flatStats, LoadSampler } from './load.ts';
import { EXPECTED_CONSUMERS, placePeer } from './placement.ts';
import { SessionMedia } from './sessionMedia.ts';
import type { EventSink } from './sessionMedia.ts';
import { Watchdog } from './watchdog.ts';
import { WorkerPool } from './workers.ts';
import type { LiveWorker, WorkerOptions } from './workers.ts';

/** How a node is started. */
export interface NodeOptions extends WorkerOptions {
  /** consumers of a worker before a session overflows to the next one */
  consumersPerWorker: number;
  transportsPerWorker: number;
}

/** One method for every verb. */
export type VerbHandlers = { [V in SfuVerb]: (input: SfuVerbs[V]['in']) => Promise<SfuVerbs[V]['out']> };

const LOAD_EVERY_MS = 1_000;
/** How long a new peer waits while no worker lives, milliseconds; a new one is up in less than half a second. */
const REVIVAL_MS = 3_000;

/** An SFU node: the sessions it carries and the verbs on them. It knows nothing of the control channel. */
export class SfuNode implements VerbHandlers {
  readonly nodeId = randomUUID();
  readonly startedAt = Date.now();
  readonly pool: WorkerPool;
  private readonly options: NodeOptions;
  private readonly capabilities: Record<string, unknown>;
  private readonly sessions = new Map<string, SessionMedia>();
  private readonly sinks = new Set<EventSink>();
  private readonly sampler: LoadSampler;
  private readonly timer: NodeJS.Timeout;
  private readonly watchdog: Watchdog;
  private readonly evacuation: Evacuation;
  private draining = false;

  private constructor(options: NodeOptions, pool: WorkerPool, capabilities: Record<string, unknown>, log: Logger) {
    this.options = options;
    this.pool = pool;
    this.capabilities = capabilities;
    this.sampler = new LoadSampler(pool.slots);
    pool.onDeath((dead) => this.workerDied(dead));
    this.timer = setInterval(() => void this.tellLoad(), LOAD_EVERY_MS);
    this.watchdog = new Watchdog(pool, log);
    const host = {
      residents: (worker: number) => this.residents(worker),
      current: (sessionId: string, peerId: string) => this.sessions.get(sessionId)?.peers.get(peerId),
      ask: (moving: SfuEvents['peerMoving']) => this.emit('peerMoving', moving),
    };
    this.evacuation = new Evacuation(pool, host, log);
  }

  /**
   * Starts the workers.
   * @throws {SfuError} `no_capacity` naming a taken port
   */
  static async start(options: NodeOptions, log: Logger): Promise<SfuNode> {
    const pool = await WorkerPool.start(options, log);
    const [first] = pool.live();
    if (!first) throw new SfuError('no_capacity', 'No worker lives.');
    // Every router speaks the same: its capabilities are read once, not once a session.
    const router = await first.worker.createRouter({ mediaCodecs: MEDIA_CODECS });
    const capabilities = { ...router.rtpCapabilities };
    router.close();
    return new SfuNode(options, pool, capabilities, log);
  }

  /** Hands every event of the node to the sink, too. */
  onEvent(sink: EventSink): void {
    this.sinks.add(sink);
  }

  /** Tells every sink the load, and whether the node drains, as they are now. */
  async tellLoad(): Promise<void> {
    if (this.sinks.size === 0) return;
    const workers = await this.sampler.sample((worker) => this.residents(worker).length);
    this.emit('load', { workers, draining: this.draining });
  }

  /** Ends all media and all workers. */
  close(): void {
    clearInterval(this.timer);
    this.watchdog.close();
    this.evacuation.close();
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
    this.pool.close();
  }

  /** Makes a session known; asked twice it is the same. @throws {SfuError} `draining` */
  async openSession({ sessionId }: SfuVerbs['openSession']['in']) {
    if (!this.sessions.has(sessionId)) {
      if (this.draining) throw new SfuError('draining', 'The node takes no new session.');
      this.sessions.set(sessionId, new SessionMedia(sessionId, this.emit));
    }
    return { routerRtpCapabilities: this.capabilities };
  }

  /** Ends a session; an unknown one is gone already. */
  async closeSession({ sessionId }: SfuVerbs['closeSession']['in']) {
    this.sessions.get(sessionId)?.close();
    this.sessions.delete(sessionId);
    return {};
  }

  /** Opens a transport, and the peer when it is new. @throws {SfuError} `quota_exceeded`, `no_capacity`, `not_allowed` */
  async openTransport(input: SfuVerbs['openTransport']['in']) {
    await this.pool.untilOneLives(REVIVAL_MS);
    const session = this.session(input.sessionId);
    let peer = session.peers.get(input.peerId);
    if (!peer || input.fresh) peer = session.addPeer(input.peerId, this.place(session));
    else this.checkCeiling(peer.worker);
    const path = await peer.openPath(input.direction, input);
    return { epoch: peer.epoch, transport: path.offer };
  }

  /** Gives the client's DTLS parameters. @throws {SfuError} `media_not_open`, `media_refused` */
  async connectTransport({ sessionId, peerId, direction, dtlsParameters }: SfuVerbs['connectTransport']['in']) {
    await this.peer(sessionId, peerId).path(direction).connect(dtlsParameters);
    return {};
  }

  /** Makes new ICE credentials. @throws {SfuError} `media_not_open` */
  async restartIce({ sessionId, peerId, direction }: SfuVerbs['restartIce']['in']) {
    const { transport } = this.peer(sessionId, peerId).path(direction);
    const iceParameters = await judged(
      () => transport.closed,
      () => transport.restartIce(),
    );
    return { iceParameters: { ...iceParameters } };
  }

  /** Starts a source. @throws {SfuError} `source_taken`, `media_not_open`, `media_refused` */
  async produce({ sessionId, peerId, source, rtpParameters, paused }: SfuVerbs['produce']['in']) {
    return { producerId: await this.peer(sessionId, peerId).produce(source, rtpParameters, paused) };
  }

  /** Mutes and unmutes sources of many peers; what nobody sends is answered as unknown. */
  async pauseProducers({ sessionId, changes }: SfuVerbs['pauseProducers']['in']) {
    const { peers } = this.session(sessionId);
    const done = changes.map((change) => peers.get(change.endpointId)?.setPaused(change.source, change.paused) ?? null);
    await Promise.all(done.filter((one) => one !== null));
    const unknown = changes
      .filter((_, i) => done[i] === null)
      .map(({ endpointId, source }) => ({ endpointId, source }));
    return { unknown };
  }

  /** Ends a source. @throws {SfuError} `not_found`, `media_not_open` */
  async closeProducer({ sessionId, peerId, source }: SfuVerbs['closeProducer']['in']) {
    this.peer(sessionId, peerId).closeSource(source);
    return {};
  }

  /** Keeps what a client can receive. @throws {SfuError} `media_refused`, `media_not_open` */
  async setCapabilities({ sessionId, peerId, rtpCapabilities }: SfuVerbs['setCapabilities']['in']) {
    this.peer(sessionId, peerId).setCapabilities(rtpCapabilities);
    return {};
  }

  /** Makes consumers, paused. @throws {SfuError} `media_not_open` */
  async subscribe({ sessionId, peerId, wishes }: SfuVerbs['subscribe']['in']) {
    return this.peer(sessionId, peerId).subscribe(wishes);
  }

  /** Ends consumers. @throws {SfuError} `media_not_open` */
  async unsubscribe({ sessionId, peerId, sources }: SfuVerbs['unsubscribe']['in']) {
    return { consumerIds: await this.peer(sessionId, peerId).unsubscribe(sources) };
  }

  /** Applies wishes to consumers of many peers; unknown peers and sources are skipped. */
  async updateConsumers({ sessionId, peers }: SfuVerbs['updateConsumers']['in']) {
    const session = this.session(sessionId);
    await Promise.all(peers.flatMap(({ peerId, wishes }) => session.peers.get(peerId)?.update(wishes) ?? []));
    return {};
  }

  /** Ends a peer; an unknown one is gone already. */
  async closePeer({ sessionId, peerId }: SfuVerbs['closePeer']['in']) {
    this.sessions.get(sessionId)?.closePeer(peerId);
    return {};
  }

  /** Everything the node holds. */
  async describe() {
    const sessions = [...this.sessions.values()].map((session) => session.state);
    return { nodeId: this.nodeId, startedAt: this.startedAt, sessions };
  }

  /** Statistics of one peer. @throws {SfuError} `media_not_open` */
  async stats({ sessionId, peerId }: SfuVerbs['stats']['in']) {
    return { stats: flatStats(await this.peer(sessionId, peerId).stats()) };
  }

  /** What passed between a peer and this node. @throws {SfuError} `media_not_open` */
  async traffic({ sessionId, peerId }: SfuVerbs['traffic']['in']) {
    return this.peer(sessionId, peerId).traffic();
  }

  /** While draining, sessions go on and no new one is taken. */
  async drain({ draining }: SfuVerbs['drain']['in']) {
    this.draining = draining;
    // told before the answer, so that who asked places nothing here any more
    await this.tellLoad();
    return {};
  }

  /** While a worker drains, its peers move to others. @throws {SfuError} `not_found`, `last_worker` */
  async drainWorker({ worker, draining }: SfuVerbs['drainWorker']['in']) {
    const slot = this.pool.drain(worker, draining);
    if (draining) this.evacuation.begin(slot);
    await this.tellLoad();
    return {};
  }

  /** Pipes of a session, for tests and diagnosis. */
  pipeCount(sessionId: string): number {
    return this.sessions.get(sessionId)?.pipeCount ?? 0;
  }

  /** Numbers of the workers on which a session lives, for tests and diagnosis. */
  workersOf(sessionId: string): Set<number> | undefined {
    return this.sessions.get(sessionId)?.usedWorkers;
  }

  private readonly emit: EventSink = (event, data) => {
    for (const sink of this.sinks) sink(event, data);
  };

  private session(sessionId: string): SessionMedia {
    const session = this.sessions.get(sessionId);
    if (!session) throw new SfuError('not_found', 'The node has no such session.');
    return session;
  }

  private peer(sessionId: string, peerId: string): EndpointPeer {
    return this.session(sessionId).peer(peerId);
  }

  private place(session: SessionMedia): LiveWorker {
    const reserved = new Map<number, number>();
    for (const { peers } of this.sessions.values())
      for (const peer of peers.values()) {
        const expected = Math.max(0, EXPECTED_CONSUMERS - peer.consumers);
        reserved.set(peer.worker.index, (reserved.get(peer.worker.index) ?? 0) + expected);
      }
    const candidates = this.pool.usable().map((worker) => {
      return { index: worker.index, ...worker.counts, cpuRatio: this.sampler.steadyCpu(worker), worker };
    });
    const limits = { consumers: this.options.consumersPerWorker, transports: this.options.transportsPerWorker };
    const chosen = placePeer(candidates, session.usedWorkers, reserved, limits);
    if (!chosen) throw new SfuError('no_capacity', 'No worker has room for another peer.');
    return chosen.worker;
  }

  private checkCeiling(worker: LiveWorker): void {
    if (worker.counts.transports >= this.options.transportsPerWorker)
      throw new SfuError('no_capacity', 'The worker holds as many transports as it may.');
  }

  private residents(worker: number): Resident[] {
    return [...this.sessions.values()].flatMap(({ sessionId, peers }) =>
      [...peers.values()].filter((peer) => peer.worker.index === worker).map((peer) => ({ sessionId, peer })),
    );
  }

  private workerDied(dead: LiveWorker): void {
    const lost: SfuEvents['workerDied']['lost'] = [];
    for (const session of this.sessions.values()) {
      const peerIds = session.workerDied(dead);
      if (peerIds.length > 0) lost.push({ sessionId: session.sessionId, peerIds });
    }
    this.emit('workerDied', { worker: dead.index, lost });
  }
}
