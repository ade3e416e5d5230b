import type { SessionCommandCall, SessionCommandName } from '../../server/protocol/commands.ts';
import type { Endpoint, Meeting, User } from '../../server/protocol/rest.ts';
import type { Participant, SessionSnapshot } from '../../server/protocol/snapshot.ts';
import type { Api } from './api.ts';
import type { Service } from './service.ts';

/** One place of a briefing: its endpoint and, for a room, the one-time link that pairs a browser with it. */
export interface Place {
  endpoint: Endpoint;
  pairUrl: string;
}

/** A meeting of the sample province that is planned for now. */
export interface Briefing {
  meetingId: string;
  chair: Api & { token: string };
  administrator: Api & { token: string };
  chairEndpoint: Endpoint;
  rooms: Place[];
  /** starts the session as the chair; @returns its id */
  start(): Promise<string>;
}

/** A session as HTTP shows it: participants are a list in the roster's order, times are RFC 3339. */
export type SessionView = Pick<
  SessionSnapshot,
  'id' | 'meetingId' | 'seq' | 'phase' | 'floorMode' | 'stage' | 'floor' | 'presentation' | 'paused' | 'locked'
> & { participants: Participant[] };

/** The chair's hand on a running session, over HTTP, and the session's state. */
export interface Run {
  sessionId: string;
  command<N extends SessionCommandName>(
    name: N,
    input?: Omit<SessionCommandCall<N>, 'sessionId'>,
  ): Promise<{ seq: number }>;
  view(): Promise<SessionView>;
  participant(endpointId: string): Promise<Participant | undefined>;
}

/** Minutes from now, as the API wants times. */
export function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}

/**
 * Plans a meeting that can be started at once: the chair's endpoint and `rooms` others of the sample province.
 * @param floorMode rule of the floor
 */
export async function planBriefing(
  service: Service,
  rooms: number,
  floorMode: 'discussion' | 'lecture' | 'broadcast',
): Promise<Briefing> {
  const administrator = await service.signIn(service.firstRun.administrator);
  const chair = await service.signIn(service.firstRun.chairperson);
  const { user: chairUser } = await chair.ok<{ user: User }>('get', '/me');
  const { items } = await administrator.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500');
  const [chairEndpoint, ...others] = items;
  if (!chairEndpoint || others.length < rooms) throw new Error('the sample province has too few endpoints');
  const places: Place[] = [];
  for (const endpoint of others.slice(0, rooms)) {
    const body = { endpointId: endpoint.id, label: `PC ${endpoint.code}` };
    places.push({ endpoint, pairUrl: (await administrator.ok<{ pairUrl: string }>('post', '/devices', body)).pairUrl });
  }
  const meeting = await administrator.ok<Meeting>('post', '/meetings', {
    title: 'Giao ban thử nghiệm',
    kind: 'briefing',
    startsAt: inMinutes(1),
    endsAt: inMinutes(61),
    endpointIds: [chairEndpoint, ...others.slice(0, rooms)].map((endpoint) => endpoint.id),
    chairEndpointId: chairEndpoint.id,
    chairUserId: chairUser.id,
    floorMode,
  });
  return {
    meetingId: meeting.id,
    chair,
    administrator,
    chairEndpoint,
    rooms: places,
    async start() {
      return (await chair.ok<{ sessionId: string }>('post', `/meetings/${meeting.id}/start`)).sessionId;
    },
  };
}

/** @returns the chair's hand on a session */
export function runOf(chair: Api, sessionId: string): Run {
  const view = () => chair.ok<SessionView>('get', `/sessions/${sessionId}`);
  return {
    sessionId,
    view,
    participant: async (id) => (await view()).participants.find((one) => one.endpointId === id),
    command: (name, input = {} as never) => chair.ok('post', `/sessions/${sessionId}/commands`, { name, input }),
  };
}
