import type { Socket } from 'socket.io-client';
import { Credentials, eachAtOnce } from '../../ops/simulate/credentials.ts';
import { SimulatedEndpoint } from '../../ops/simulate/endpoint.ts';
import type { EndpointShared } from '../../ops/simulate/endpoint.ts';
import { Faults } from '../../ops/simulate/errors.ts';
import { Arrivals } from '../../ops/simulate/inflow.ts';
import type { SourceState } from '../../ops/simulate/inflow.ts';
import { endMeeting, startMeeting } from '../../ops/simulate/meeting.ts';
import { nowMs } from '../../ops/simulate/rtp.ts';
import { Wheel } from '../../ops/simulate/senders.ts';
import { Service as Client } from '../../ops/simulate/service.ts';
import { SessionView } from '../../ops/simulate/sessionView.ts';
import type { Endpoint, Meeting } from '../../server/protocol/rest.ts';
import { inMinutes } from './briefing.ts';
import { until } from './processes.ts';
import type { Service } from './service.ts';

/** How the endpoints of a crowd reach the service. */
export interface CrowdOptions {
  /** how many, the chair's endpoint among them */
  count: number;
  /** codes of the endpoints, the chair's first; left out: the first of the roster */
  codes?: readonly string[];
  /** origin for an endpoint by its place in the crowd, e.g. of a line that can be cut */
  urlOf?: (place: number) => string | undefined;
  /** way of the media of an endpoint; the offered addresses when it answers nothing */
  routeOf?: (endpointId: string, place: number) => ReturnType<NonNullable<EndpointShared['route']>> | undefined;
}

const CONNECT_AT_ONCE = 24;
const SMALL_PICTURES_OF_THE_CHAIR = 9;

/** Simulated endpoints in one session of a running service; the first is the chair's. */
export class Crowd {
  readonly view = new SessionView();
  readonly faults = new Faults();
  readonly endpoints: SimulatedEndpoint[] = [];
  readonly chairing: Client;
  readonly sessionId: string;
  readonly #meetingId: string;
  readonly #wheel = new Wheel();
  readonly #sources = new Map<string, SourceState>();

  private constructor(chairing: Client, meetingId: string, sessionId: string) {
    this.chairing = chairing;
    this.#meetingId = meetingId;
    this.sessionId = sessionId;
  }

  /** Plans a broadcast briefing for now, starts it and waits until all sit and their media stands. */
  static async gather(service: Service, options: CrowdOptions): Promise<Crowd> {
    const clerk = (await new Client(service.url).signIn(service.firstRun.administrator)).service;
    const { service: chairing, userId } = await new Client(service.url).signIn(service.firstRun.chairperson);
    const { items } = await clerk.ask<{ items: Endpoint[] }>('get', '/endpoints?limit=500');
    const named = (options.codes ?? []).flatMap((code) => items.filter((one) => one.code === code));
    const chosen = options.codes ? named : items.slice(0, options.count);
    const meeting = await chairing.ask<Meeting>('post', '/meetings', {
      title: 'Giao ban toàn tỉnh',
      kind: 'briefing',
      startsAt: inMinutes(0),
      endsAt: inMinutes(120),
      endpointIds: chosen.map(({ id }) => id),
      chairEndpointId: chosen[0]?.id,
      chairUserId: userId,
      floorMode: 'broadcast',
    });
    const credentials = await new Credentials(service.dataDir, clerk).of(chosen);
    const sessionId = await startMeeting(chairing, meeting.id);
    const crowd = new Crowd(chairing, meeting.id, sessionId);
    chosen.forEach((endpoint, place) => crowd.#seat(service, endpoint, place, credentials, options));
    crowd.view.onChange(() => crowd.endpoints.forEach((one) => one.obey()));
    // who connects is called and joins by itself; a person at the console joins by its own hand
    await eachAtOnce(crowd.endpoints, CONNECT_AT_ONCE, (one) => one.connect());
    await crowd.chair.join(sessionId);
    await crowd.untilJoined(60_000);
    return crowd;
  }

  /** The endpoint of the chair. */
  get chair(): SimulatedEndpoint {
    return this.place(0);
  }

  /** All but the chair. */
  get others(): SimulatedEndpoint[] {
    return this.endpoints.slice(1);
  }

  /** The endpoint of a place. @throws Error when the crowd is smaller */
  place(index: number): SimulatedEndpoint {
    const one = this.endpoints[index];
    if (!one) throw new Error(`the crowd has no place ${index}`);
    return one;
  }

  /** The socket of an endpoint, which its class keeps to itself. */
  socketOf(endpoint: SimulatedEndpoint): Socket {
    return (endpoint as unknown as { socket: Socket }).socket;
  }

  /** Waits until everybody sits and their media stands. */
  async untilJoined(withinMs: number): Promise<void> {
    const missing = () => this.endpoints.filter((one) => !one.joined);
    await until(`${this.endpoints.length} endpoints to sit`, () => missing().length === 0, withinMs).catch(
      (error: Error) => {
        const words = this.faults.lines.slice(0, 3).join('; ');
        throw new Error(`${error.message}: ${missing().length} do not; ${words}`);
      },
    );
  }

  /** Ends the session and everything of it. */
  async close(): Promise<void> {
    await endMeeting(this.chairing, this.#meetingId).catch((error: unknown) => this.faults.add(String(error)));
    for (const one of this.endpoints) one.close();
    this.#wheel.close();
  }

  #seat(
    service: Service,
    { id, shortName }: Endpoint,
    place: number,
    credentials: Map<string, string>,
    { urlOf, routeOf }: CrowdOptions,
  ): void {
    const asChair = place === 0;
    const route = routeOf?.(id, place);
    const shared: EndpointShared = {
      url: urlOf?.(place) ?? service.url,
      view: this.view,
      faults: this.faults,
      media: {
        wheel: this.#wheel,
        arrivals: new Arrivals(),
        sourceOf: (endpointId, source) => this.#sourceOf(`${endpointId} ${source}`),
      },
      ...(route ? { route: () => route } : {}),
    };
    const seat = {
      endpointId: id,
      name: shortName,
      token: (asChair ? this.chairing.token : credentials.get(id)) ?? '',
      asChair,
      tiles: asChair ? SMALL_PICTURES_OF_THE_CHAIR : 0,
      height: 720,
    };
    this.endpoints.push(new SimulatedEndpoint(seat, shared));
  }

  #sourceOf(key: string): SourceState {
    const known = this.#sources.get(key);
    if (known) return known;
    const state = { sending: false, changedAt: nowMs() };
    this.#sources.set(key, state);
    return state;
  }
}
