import type { Server as HttpServer } from 'node:http';
import type { Actor, UserActor } from '../accounts/actor.ts';
import { MEETING_ROLES, mayIn } from '../accounts/rights.ts';
import type { Clock } from '../clock.ts';
import type { DirectoryService } from '../directory/directoryService.ts';
import type { Identify } from '../http/identify.ts';
import type { Log } from '../log.ts';
import { MediaService } from '../media/mediaService.ts';
import type { LineRates } from '../media/sessionMedia.ts';
import type { Metrics } from '../metrics.ts';
import type { Welcome } from '../protocol/push.ts';
import type { SessionService } from '../sessions/sessionService.ts';
import { Calls } from './calls.ts';
import { endpointRoom, push } from './connection.ts';
import type { Connection } from './connection.ts';
import { Entry } from './entry.ts';
import { attachGateway, createIo, cutConnections } from './gateway.ts';
import { createHandlers } from './handlers.ts';
import type { OnlineEndpoints } from './online.ts';
import { Publisher } from './publish.ts';
import { watchSlowReaders } from './slowReaders.ts';

/** What the live part of the program is built from. */
export interface LiveDeps {
  http: HttpServer;
  sessions: SessionService;
  directory: DirectoryService;
  identify: Identify;
  online: OnlineEndpoints;
  clock: Clock;
  metrics: Metrics;
  log: Log;
  nodes: { addresses: string[]; secret: string };
  origins: string[];
}

/** The running live part: sockets, media and everything that follows a session's events. */
export interface Live {
  media: MediaService;
  publisher: Publisher;
  /** takes restored sessions up and dials the nodes */
  start(): Promise<void>;
  /** resolves when running sessions are known; before it nobody can be answered rightly */
  restored: Promise<void>;
  /** cuts every connection of a credential that ended, and of its endpoint's media */
  cut(concerns: (actor: Actor) => boolean, detail: string): void;
  /** whether somebody speaks for the endpoint now */
  seated(endpointId: string): boolean;
  /** people who are connected now */
  userConnections(): UserActor[];
  stop(): Promise<void>;
}

/** A line that nobody has measured, bits per second. */
const UNKNOWN_LINE: LineRates = { downBps: 2_000_000, upBps: 1_000_000 };

/** Builds the sockets, the media service and the listeners of session events, and joins them. */
export function live(deps: LiveDeps): Live {
  const { sessions, directory, online, metrics, log } = deps;
  const io = createIo(deps.http);
  const connections = new Map<string, Connection>();
  const restored = Promise.withResolvers<void>();
  const publisher = new Publisher(io);
  const lines = new Map<string, LineRates>();
  const media = new MediaService({
    nodes: deps.nodes.addresses,
    secret: deps.nodes.secret,
    log,
    sinkOf: (sessionId) => publisher.sinkOf(sessionId),
    lineOf: (endpointId) => lines.get(endpointId) ?? UNKNOWN_LINE,
    observeReconcile: (seconds) => metrics.reconcileSeconds.observe(seconds),
  });
  const entry = new Entry({
    sessions,
    media,
    connections,
    maySpeakFor: (actor, endpointId) => maySpeakFor(directory, actor, endpointId),
    now: () => deps.clock.now(),
  });
  const calls = new Calls({
    sessions,
    online,
    log,
    seated: (endpointId) => entry.seated(endpointId),
    ring: (endpointId, call) => push(io.to(endpointRoom(endpointId)), 'session.call', call),
  });
  const readLines = () => keepLines(directory, lines);
  online.onChange((endpointId, up) => publisher.online(endpointId, up));
  followSessions({ deps, publisher, media, entry, calls, readLines });
  gate(io, { deps, connections, entry, calls, media, restored: restored.promise });
  const stopWatching = watchSlowReaders(connections, log);
  return {
    media,
    publisher,
    start: async () => {
      await readLines();
      media.restore(await sessions.restore());
      await sessions.finishClosing();
      restored.resolve();
      media.open();
      calls.restored(sessions.all());
    },
    restored: restored.promise,
    cut: (concerns, detail) => cutRights({ deps, entry, connections }, concerns, detail),
    seated: (endpointId) => entry.seated(endpointId),
    userConnections: () => [...connections.values()].flatMap(({ actor }) => (actor.kind === 'user' ? [actor] : [])),
    stop: async () => {
      stopWatching();
      media.close();
      io.disconnectSockets(true);
      await io.close();
    },
  };
}

/** Seat and media go first, since the end of a connection alone keeps both for when it comes back. */
function cutRights(
  { deps, entry, connections }: Pick<Gate, 'deps' | 'entry' | 'connections'>,
  concerns: (actor: Actor) => boolean,
  detail: string,
): void {
  for (const connection of [...connections.values()].filter(({ actor }) => concerns(actor))) {
    entry
      .revoke(connection)
      .catch((err: unknown) => deps.log.warn({ err }, 'a seat whose right has ended was not emptied'));
  }
  cutConnections(connections, concerns, detail);
}

/** Reads what every endpoint's line carries. */
async function keepLines(directory: DirectoryService, lines: Map<string, LineRates>): Promise<void> {
  for (const { id, line } of await directory.allEndpoints()) {
    lines.set(id, { downBps: line.downKbps * 1000, upBps: line.upKbps * 1000 });
  }
}

interface Parts {
  deps: LiveDeps;
  publisher: Publisher;
  media: MediaService;
  entry: Entry;
  calls: Calls;
  readLines(): Promise<void>;
}

function followSessions({ deps, publisher, media, entry, calls, readLines }: Parts): void {
  deps.sessions.onEvents((session, events) => {
    // who leaves still hears why, so the stream goes before the seats
    publisher.events(session.id, events);
    const silent = media.follow(session, events);
    entry.follow(session, events);
    calls.follow(session, events);
    const opened = events.some((e) => e.fact.type === 'sessionOpened');
    if (opened) readLines().catch((err: unknown) => deps.log.warn({ err }, 'lines could not be read'));
    if (opened || session.snapshot.phase === 'closed') publisher.meetingChanged(session.snapshot.meetingId);
    return silent;
  });
}

type Gate = Pick<Parts, 'deps' | 'entry' | 'calls' | 'media'> & {
  connections: Map<string, Connection>;
  restored: Promise<void>;
};

function gate(io: ReturnType<typeof createIo>, { deps, connections, entry, calls, media, restored }: Gate): void {
  const { sessions, metrics, log } = deps;
  attachGateway(io, {
    identify: deps.identify,
    restored,
    origins: deps.origins,
    online: deps.online,
    connections,
    log,
    welcome: (actor) => welcome(deps.directory, actor),
    lost: (connection, closed) => entry.lost(connection, closed),
    arrived: (endpointId) => calls.arrived(endpointId),
    dispatch: {
      handlers: createHandlers({ sessions, media, entry }),
      log,
      observe: (name, seconds) => {
        metrics.commandSeconds.observe({ name }, seconds);
        if (name === 'session.join') metrics.joinSeconds.observe(seconds);
      },
      refused: (code) => metrics.refusals.inc({ code }),
    },
  });
}

/** A chairperson, operator or administrator may speak for the endpoints of his units from his own browser. */
async function maySpeakFor(directory: DirectoryService, actor: Actor, endpointId: string): Promise<boolean> {
  const { unitId } = await directory.endpoint(endpointId);
  return mayIn(actor, [...MEETING_ROLES, 'operator'], unitId, await directory.tree());
}

async function welcome(directory: DirectoryService, actor: Actor): Promise<Pick<Welcome, 'endpoint' | 'user'>> {
  if (actor.kind === 'user') {
    const roles = [...new Set(actor.grants.map((g) => g.role))];
    return { endpoint: null, user: { id: actor.userId, displayName: actor.displayName, roles } };
  }
  const { id, code, name, shortName } = await directory.endpoint(actor.endpointId);
  return { user: null, endpoint: { id, code, name, shortName } };
}
