import { pino } from 'pino';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { workerBin } from '../../ops/mediasoup-worker/resolve.mjs';
import type { ConsumerOffer, Layer } from '../../server/protocol/media.ts';
import type { SfuEvents, SfuVerb, SfuVerbs, SourceRef } from '../../server/protocol/sfu.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import { ControlServer } from '../../sfu/control.ts';
import { SfuNode } from '../../sfu/node.ts';
import type { NodeOptions } from '../../sfu/node.ts';
import { freePorts } from '../../ops/ports.ts';
import { MediaClient } from '../../ops/simulate/mediaClient.ts';
import type { MediaPaths } from '../../ops/simulate/mediaClient.ts';

/** Secret of the nodes that tests start. */
export const TEST_SECRET = 'a-secret-of-the-tests-only';
const LIMITS = { maxIncomingBitrate: 5_000_000, initialOutgoingBitrate: 1_000_000 };
const silent = pino({ level: 'silent' });

/** The control plane's end of a control channel. */
export class ControlClient {
  readonly socket: Socket;
  readonly events: { name: string; data: unknown }[] = [];

  private constructor(port: number, secret: string) {
    this.socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], auth: { secret }, reconnection: false });
    this.socket.onAny((name: string, data: unknown) => this.events.push({ name, data }));
  }

  /** Connects. @throws {Error} with the server's word when it refuses */
  static async connect(port: number, secret = TEST_SECRET): Promise<ControlClient> {
    const client = new ControlClient(port, secret);
    await new Promise<void>((resolve, reject) => {
      client.socket.once('connect', resolve);
      client.socket.once('connect_error', reject);
    });
    return client;
  }

  /** Sends anything under any name; the raw acknowledgement. */
  raw(verb: string, input: unknown): Promise<Record<string, unknown>> {
    return this.socket.timeout(10_000).emitWithAck(verb, input) as Promise<Record<string, unknown>>;
  }

  /** Calls a verb. @throws {Error} whose message is the code of the refusal */
  async call<V extends SfuVerb>(verb: V, input: SfuVerbs[V]['in']): Promise<SfuVerbs[V]['out']> {
    const { ok, error, ...out } = await this.raw(verb, input);
    if (!ok) throw Object.assign(new Error((error as { code: string }).code), error as object);
    return out as SfuVerbs[V]['out'];
  }

  /** Code with which a verb is refused; `ok` when it is not. */
  async codeOf(verb: string, input: unknown): Promise<string> {
    const answer = await this.raw(verb, input);
    return answer.ok ? 'ok' : (answer.error as { code: string }).code;
  }

  /** Events of one name so far. */
  heard<E extends keyof SfuEvents>(name: E): SfuEvents[E][] {
    return this.events.filter((e) => e.name === name).map((e) => e.data as SfuEvents[E]);
  }

  /** Waits for an event, past ones included. @throws {Error} after `timeoutMs` */
  async event<E extends keyof SfuEvents>(
    name: E,
    matches: (data: SfuEvents[E]) => boolean = () => true,
    timeoutMs = 5_000,
  ): Promise<SfuEvents[E]> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const found = this.heard(name).find(matches);
      if (found) return found;
      if (Date.now() > until) throw new Error(`no event ${name} in ${timeoutMs} ms`);
      await new Promise((done) => setTimeout(done, 10));
    }
  }
}

/** A peer of a node under test: the verbs of one media client, and the client. */
export class TestPeer {
  readonly control: ControlClient;
  readonly sessionId: string;
  readonly peerId: string;
  readonly epoch: string;
  readonly client: MediaClient;

  private constructor(control: ControlClient, sessionId: string, peerId: string, epoch: string, paths: MediaPaths) {
    this.control = control;
    this.sessionId = sessionId;
    this.peerId = peerId;
    this.epoch = epoch;
    this.client = new MediaClient(paths);
  }

  /** Opens both transports of a new incarnation, as the control plane does for `media.open`. */
  static async open(
    control: ControlClient,
    sessionId: string,
    peerId: string,
    more: Partial<MediaPaths> = {},
  ): Promise<TestPeer> {
    const { routerRtpCapabilities } = await control.call('openSession', { sessionId });
    const at = { sessionId, peerId };
    const watcher = peerId.startsWith('watch-');
    const send = watcher
      ? null
      : await control.call('openTransport', { ...at, direction: 'send', fresh: true, ...LIMITS });
    const recv = await control.call('openTransport', { ...at, direction: 'recv', fresh: watcher, ...LIMITS });
    const paths: MediaPaths = {
      routerRtpCapabilities,
      send: send?.transport,
      recv: recv.transport,
      connect: (direction, dtlsParameters) => control.call('connectTransport', { ...at, direction, dtlsParameters }),
      ...more,
    };
    const peer = new TestPeer(control, sessionId, peerId, recv.epoch, paths);
    await control.call('setCapabilities', { ...at, rtpCapabilities: peer.client.rtpCapabilities });
    return peer;
  }

  /** Sends a source. @returns the producer's id */
  async produce(source: Source, options: { paused?: boolean; layers?: number; level?: number } = {}): Promise<string> {
    const { paused = false, ...shape } = options;
    const { sessionId, peerId } = this;
    const register = (rtpParameters: Record<string, unknown>) =>
      this.control.call('produce', { sessionId, peerId, source, rtpParameters, paused });
    return (await this.client.produce(source, register, shape)).producerId;
  }

  /** Subscribes, builds the receiver and lets it flow. */
  async watch(refs: SourceRef[], layer: Layer = 0): Promise<ConsumerOffer[]> {
    const { sessionId, peerId } = this;
    const wishes = refs.map((ref) => ({ ...ref, layer, paused: false }));
    const { consumers } = await this.control.call('subscribe', { sessionId, peerId, wishes });
    await this.client.receive(consumers);
    await this.control.call('updateConsumers', { sessionId, peers: [{ peerId, wishes }] });
    return consumers;
  }

  /** Pauses or lets flow one's own source, by the server. */
  async setMuted(source: Source, paused: boolean): Promise<void> {
    const changes = [{ endpointId: this.peerId, source, paused }];
    await this.control.call('pauseProducers', { sessionId: this.sessionId, changes });
  }
}

/** A node under test with its control channel, in this process; its workers are real. */
export class TestNode {
  readonly node: SfuNode;
  readonly server: ControlServer;
  readonly control: ControlClient;
  readonly port: number;
  readonly options: NodeOptions;
  private readonly peers: TestPeer[] = [];

  private constructor(
    node: SfuNode,
    server: ControlServer,
    control: ControlClient,
    port: number,
    options: NodeOptions,
  ) {
    this.node = node;
    this.server = server;
    this.control = control;
    this.port = port;
    this.options = options;
  }

  /** Starts a node on free ports. */
  static async start(options: Partial<NodeOptions> = {}): Promise<TestNode> {
    const workers = options.workers ?? 1;
    const all: NodeOptions = {
      workerBin: workerBin(),
      workers,
      portBase: await freePorts(workers),
      listens: [{ ip: '127.0.0.1' }],
      consumersPerWorker: 500,
      transportsPerWorker: 1_000,
      ...options,
    };
    const node = await SfuNode.start(all, silent);
    const server = new ControlServer(node, TEST_SECRET, silent);
    const port = await server.listen(0, '127.0.0.1');
    return new TestNode(node, server, await ControlClient.connect(port), port, all);
  }

  /** Opens a peer that is closed with the node. */
  async peer(sessionId: string, peerId: string, more: Partial<MediaPaths> = {}): Promise<TestPeer> {
    const peer = await TestPeer.open(this.control, sessionId, peerId, more);
    this.peers.push(peer);
    return peer;
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const peer of this.peers) peer.client.close();
    this.control.socket.disconnect();
    await this.server.close();
    this.node.close();
  }
}
