import type { Socket } from 'socket.io-client';
import type { Meeting } from '../../server/protocol/rest.ts';
import type { FloorMode, Source } from '../../server/protocol/snapshot.ts';
import { Credentials, eachAtOnce } from '../simulate/credentials.ts';
import { SimulatedEndpoint } from '../simulate/endpoint.ts';
import type { EndpointShared, Seat } from '../simulate/endpoint.ts';
import { Faults } from '../simulate/errors.ts';
import { Arrivals } from '../simulate/inflow.ts';
import type { Inflow, SourceState } from '../simulate/inflow.ts';
import type { MediaEnd } from '../simulate/mediaEnd.ts';
import { endMeeting, startMeeting } from '../simulate/meeting.ts';
import { nowMs } from '../simulate/rtp.ts';
import { Wheel } from '../simulate/senders.ts';
import { SessionView } from '../simulate/sessionView.ts';
import type { WholeService } from './serviceFixture.ts';
import { until } from './waiting.ts';

/** What the endpoints of a gathering are and show. */
export interface GatheringOptions {
  count: number;
  floorMode: FloorMode;
  /** small pictures that a screen has room for, and pixels of its largest */
  tiles: number;
  height: number;
  chairTiles?: number;
}

const CONNECT_AT_ONCE = 24;
const LONG_MS = 3 * 3_600_000;

/** A message that the server sent to an endpoint. */
export interface Heard {
  endpoint: SimulatedEndpoint;
  name: string;
  message: unknown;
  /** `nowMs` */
  at: number;
}

/** Simulated endpoints of one meeting, with real sockets and media, in this process. */
export class Gathering {
  readonly service: WholeService;
  readonly view = new SessionView();
  readonly arrivals = new Arrivals();
  readonly faults = new Faults();
  readonly endpoints: SimulatedEndpoint[] = [];
  sessionId = '';
  /** messages that all sockets got so far */
  messages = 0;
  /** called for each message, when set */
  onMessage: ((heard: Heard) => void) | null = null;
  /** called for the first packet of a flow or layer, when set */
  onFirst: ((end: MediaEnd, inflow: Inflow, layer: number, now: number) => void) | null = null;
  readonly #options: GatheringOptions;
  readonly #wheel = new Wheel();
  readonly #sources = new Map<string, SourceState>();
  #meetingId = '';

  private constructor(service: WholeService, options: GatheringOptions) {
    this.service = service;
    this.#options = options;
  }

  /** Plans the meeting and connects the endpoints' sockets: they wait to be called. */
  static async connect(service: WholeService, options: GatheringOptions): Promise<Gathering> {
    const gathering = new Gathering(service, options);
    await gathering.#plan();
    await gathering.#seat();
    await eachAtOnce(gathering.endpoints, CONNECT_AT_ONCE, async (endpoint) => {
      await endpoint.connect();
      gathering.#listen(endpoint);
    });
    return gathering;
  }

  /** The endpoint of the chair. */
  get chair(): SimulatedEndpoint {
    const [chair] = this.endpoints;
    if (!chair) throw new Error('a gathering without a chair');
    return chair;
  }

  /** All but the chair. */
  get others(): SimulatedEndpoint[] {
    return this.endpoints.slice(1);
  }

  /** Starts the session; everybody who waits is called and joins. @returns when it was started, `nowMs` */
  async start(): Promise<number> {
    const at = nowMs();
    this.sessionId = await startMeeting(this.service.chair, this.#meetingId);
    await this.chair.join(this.sessionId);
    return at;
  }

  /** Waits until everybody sits and their media stands. */
  async untilJoined(withinMs = 30_000): Promise<void> {
    const count = () => this.endpoints.filter((e) => e.joined).length;
    await until(`${this.endpoints.length} endpoints to join`, () => count() === this.endpoints.length, withinMs).catch(
      (error: Error) => {
        throw new Error(`${error.message}: ${count()} have; ${this.faults.lines.slice(0, 3).join('; ')}`);
      },
    );
  }

  /** The socket of an endpoint, which its class keeps to itself: the suite counts what goes over it. */
  socketOf(endpoint: SimulatedEndpoint): Socket {
    return (endpoint as unknown as { socket: Socket }).socket;
  }

  /** Consumers of this session at the SFU node. */
  async consumers(): Promise<{ all: number; flowing: number }> {
    const { sessions } = await this.service.node('describe', {});
    const own = sessions.find((s) => s.sessionId === this.sessionId)?.peers.flatMap((p) => p.consumers) ?? [];
    return { all: own.length, flowing: own.filter((c) => !c.paused).length };
  }

  /**
   * Endpoints that take the place of one of the gathering, over a line of their own.
   * @returns makes a new one, which is not connected yet and is not among `endpoints`
   */
  seatFor(
    instead: SimulatedEndpoint | undefined,
    url: string,
    route: NonNullable<EndpointShared['route']>,
  ): () => SimulatedEndpoint {
    if (!instead) throw new Error('nobody to take the place of');
    return () => new SimulatedEndpoint(instead.seat, { ...this.#shared(), url, route });
  }

  /** Ends the meeting and everything of it. */
  async close(): Promise<void> {
    await endMeeting(this.service.chair, this.#meetingId).catch((error: unknown) => this.faults.add(String(error)));
    for (const endpoint of this.endpoints) endpoint.close();
    this.#wheel.close();
  }

  async #plan(): Promise<void> {
    const chosen = this.service.endpoints.slice(0, this.#options.count);
    const meeting = await this.service.chair.ask<Meeting>('post', '/meetings', {
      title: 'Đo hiệu năng',
      kind: 'briefing',
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + LONG_MS).toISOString(),
      endpointIds: chosen.map((e) => e.id),
      chairEndpointId: chosen[0]?.id,
      chairUserId: this.service.chairUserId,
      floorMode: this.#options.floorMode,
    });
    this.#meetingId = meeting.id;
  }

  async #seat(): Promise<void> {
    const { service } = this;
    const { count, tiles, height, chairTiles = tiles } = this.#options;
    const chosen = service.endpoints.slice(0, count);
    const credentials = await new Credentials(service.dataDir, service.administrator).of(chosen);
    const shared = this.#shared();
    chosen.forEach(({ id, shortName }, i) => {
      const asChair = i === 0;
      const token = asChair ? (service.chair.token ?? '') : (credentials.get(id) ?? '');
      const seat: Seat = {
        endpointId: id,
        name: shortName,
        token,
        asChair,
        tiles: asChair ? chairTiles : tiles,
        height,
      };
      this.endpoints.push(new SimulatedEndpoint(seat, shared));
    });
    this.view.onChange(() => {
      for (const endpoint of this.endpoints) endpoint.obey();
    });
  }

  #shared(): EndpointShared {
    return {
      url: this.service.url,
      view: this.view,
      faults: this.faults,
      media: {
        wheel: this.#wheel,
        arrivals: this.arrivals,
        sourceOf: (endpointId, source) => this.#sourceOf(endpointId, source),
        onFirst: (end, inflow, layer, now) => this.onFirst?.(end, inflow, layer, now),
      },
    };
  }

  #sourceOf(endpointId: string, source: Source): SourceState {
    const key = `${endpointId} ${source}`;
    const known = this.#sources.get(key);
    if (known) return known;
    const state = { sending: false, changedAt: nowMs() };
    this.#sources.set(key, state);
    return state;
  }

  #listen(endpoint: SimulatedEndpoint): void {
    this.socketOf(endpoint).onAny((name: string, message: unknown) => {
      this.messages += 1;
      this.onMessage?.({ endpoint, name, message, at: nowMs() });
    });
  }
}
