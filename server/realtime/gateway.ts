import type { Server as HttpServer } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io';
import type { Actor } from '../accounts/actor.ts';
import { AppError, newRef, toProblem } from '../errors.ts';
import type { Identify } from '../http/identify.ts';
import { isOwnOrigin } from '../http/origin.ts';
import type { Log } from '../log.ts';
import { PROTOCOL_VERSION } from '../protocol/ids.ts';
import type { Welcome } from '../protocol/push.ts';
import { endpointRoom, holderOf, push, USERS_ROOM } from './connection.ts';
import type { Connection } from './connection.ts';
import { bindDispatch } from './dispatch.ts';
import type { DispatchDeps } from './dispatch.ts';
import type { OnlineEndpoints } from './online.ts';

/** What the gateway needs of the rest of the program. */
export interface GatewayDeps {
  identify: Identify;
  /** resolves when running sessions are known: nobody is let in before, and told that they are over */
  restored: Promise<void>;
  /** origins of pages that may connect beside the own host */
  origins: string[];
  online: OnlineEndpoints;
  /** connections by id; the gateway alone adds and removes */
  connections: Map<string, Connection>;
  welcome(actor: Actor): Promise<Pick<Welcome, 'endpoint' | 'user'>>;
  /** a connection is gone; `closed`: by the other end, and not by silence or from here */
  lost(connection: Connection, closed: boolean): Promise<void>;
  /** a device came */
  arrived(endpointId: string): void;
  dispatch: Omit<DispatchDeps, 'limiter'>;
  log: Log;
}

/** Connections at most, over all; a province has a few hundred. */
const MAX_CONNECTIONS = 5_000;
/** A socket may send 20 messages a second, 60 at once. */
const BURST = { points: 60, duration: 3 };
/** New connections of one address in ten seconds; a data centre's proxy stands for many rooms. */
const HANDSHAKES = { points: 600, duration: 10 };

/** Connections that have not shown a credential yet, at most; each has ten seconds for it. */
const MAX_STRANGERS = 200;

/**
 * Heartbeats, milliseconds: a line that is gone is known within the sum, while a control plane that stands still for
 * five seconds neither takes anybody for lost (the timeout) nor is taken for lost itself (the sum without a heartbeat).
 * The interval is also how exactly the beginning of an interruption is known.
 */
const HEARTBEAT = { pingInterval: 1_000, pingTimeout: 6_000 };

/** Socket.IO's words for an end that the other side made. */
const CLOSINGS: ReadonlySet<string> = new Set(['transport close', 'client namespace disconnect']);

/** @returns the Socket.IO server with its limits; it speaks WebSocket only */
export function createIo(http: HttpServer): Server {
  const io: Server = new Server(http, {
    allowRequest: (_request, done) => {
      const strangers = io.engine.clientsCount - io.of('/').sockets.size;
      done(strangers < MAX_STRANGERS ? null : 'too many connections without a credential', strangers < MAX_STRANGERS);
    },
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: 256_000,
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: 10_000,
    ...HEARTBEAT,
  });
  return io;
}

/** Lets connections in by their credential and hands their messages to the one wrapper. */
export function attachGateway(io: Server, deps: GatewayDeps): void {
  const limiter = new RateLimiterMemory(BURST);
  const handshakes = new RateLimiterMemory(HANDSHAKES);
  io.use((socket, next) => {
    admit(socket, deps, handshakes).then(
      () => next(),
      (err: unknown) => {
        const problem = toProblem(err, newRef());
        if (!(err instanceof AppError)) deps.log.error({ err, ref: problem.ref }, 'unexpected error in a handshake');
        deps.dispatch.refused(problem.code);
        next(Object.assign(new Error(problem.code), { data: problem }));
      },
    );
  });
  io.on('connection', (socket) => {
    const actor = (socket.data as { actor: Actor }).actor;
    const entered = { place: null, heardAt: performance.now(), faults: 0 };
    const connection: Connection = { id: socket.id, actor, holder: holderOf(actor), socket, ...entered };
    socket.conn.on('packet', () => (connection.heardAt = performance.now()));
    bindDispatch(connection, { ...deps.dispatch, limiter });
    socket.on('disconnect', (reason) => leave(connection, CLOSINGS.has(reason), deps));
    enter(connection, deps).catch((err: unknown) => {
      // expected: its endpoint was retired, or the database is away
      const error = toProblem(err, newRef());
      if (error.code === 'internal') deps.log.error({ err }, 'a connection could not be welcomed');
      push(socket, 'connection.refused', { error });
      socket.disconnect(true);
    });
  });
}

async function admit(socket: Socket, deps: GatewayDeps, handshakes: RateLimiterMemory): Promise<void> {
  const { auth, headers, address } = socket.handshake;
  await deps.restored;
  await handshakes.consume(address).catch(() => {
    throw new AppError('too_many_connections', 'Too many connections from this address.');
  });
  if (deps.connections.size >= MAX_CONNECTIONS) {
    throw new AppError('too_many_connections', 'This service has no room for another connection.');
  }
  if (auth.protocol !== PROTOCOL_VERSION) {
    throw new AppError('protocol_version', `This service speaks protocol ${PROTOCOL_VERSION}: reload the page.`);
  }
  const token: unknown = auth.token;
  const given = typeof token === 'string' && token !== '';
  // a page of another origin could only borrow the cookie; a credential in hand is its own proof
  if (!given && !isOwnOrigin(headers, deps.origins)) {
    throw new AppError('foreign_origin', 'This page may not connect with the cookie of this service.');
  }
  const identity = await deps.identify(given ? { authorization: `Bearer ${token}` } : { cookie: headers.cookie });
  if (!identity) throw new AppError('not_signed_in', 'Sign in, or pair this device, first.');
  // scopes are held at the routes; a socket stays open after a token has lost its right, and its commands have no scopes
  if (identity.actor.kind === 'user' && identity.actor.scopes) {
    throw new AppError('not_allowed', 'An API token opens no realtime connection: use the routes, or webhooks.');
  }
  (socket.data as { actor: Actor }).actor = identity.actor;
}

async function enter(connection: Connection, deps: GatewayDeps): Promise<void> {
  const { actor, socket } = connection;
  if (actor.kind === 'device') {
    replaceOld(connection, deps);
    await socket.join(endpointRoom(actor.endpointId));
  } else await socket.join(USERS_ROOM);
  deps.connections.set(connection.id, connection);
  const who = await deps.welcome(actor);
  push(socket, 'welcome', { protocol: PROTOCOL_VERSION, serverTime: Date.now(), connectionId: connection.id, ...who });
  if (actor.kind !== 'device' || !socket.connected) return;
  deps.online.add(actor.endpointId, connection.id);
  deps.arrived(actor.endpointId);
}

/** The same device on a new connection replaces its old one at once: a cut line leaves no ghost. */
function replaceOld(connection: Connection, deps: GatewayDeps): void {
  for (const old of deps.connections.values()) {
    if (old.holder !== connection.holder || old.id === connection.id) continue;
    push(old.socket, 'connection.replaced', { reason: 'same_device' });
    old.socket.disconnect(true);
  }
}

function leave(connection: Connection, closed: boolean, deps: GatewayDeps): void {
  deps.connections.delete(connection.id);
  const { actor } = connection;
  if (actor.kind === 'device') deps.online.remove(actor.endpointId, connection.id);
  deps
    .lost(connection, closed)
    .catch((err: unknown) => deps.log.error({ err }, 'a lost connection could not be recorded'));
}

/** Cuts the connections of a credential that ended. */
export function cutConnections(
  connections: ReadonlyMap<string, Connection>,
  concerns: (actor: Actor) => boolean,
  detail: string,
): Connection[] {
  const cut = [...connections.values()].filter((c) => concerns(c.actor));
  for (const c of cut) {
    const error = toProblem(new AppError('credential_revoked', detail), newRef());
    push(c.socket, 'connection.refused', { error });
    c.socket.disconnect(true);
  }
  return cut;
}
