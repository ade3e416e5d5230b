import { AppError } from '../errors.ts';
import { hasChair } from '../conference/permissions.ts';
import type { SessionCommand } from '../conference/permissions.ts';
import type { MediaService } from '../media/mediaService.ts';
import { CONNECTION_COMMANDS, SESSION_COMMANDS, SESSION_COMMAND_NAMES } from '../protocol/commands.ts';
import type { SessionCommandInput, SessionCommandName } from '../protocol/commands.ts';
import { MEDIA_COMMANDS } from '../protocol/media.ts';
import type { MediaCommandInput, MediaCommandName, MediaOpened, TransportOffer } from '../protocol/media.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import { required } from '../sessions/liveSession.ts';
import type { SessionService } from '../sessions/sessionService.ts';
import type { Connection, Place } from './connection.ts';
import type { Handler } from './dispatch.ts';
import type { Entry } from './entry.ts';

/** What the handlers call. */
export interface HandlerDeps {
  sessions: SessionService;
  media: MediaService;
  entry: Entry;
}

/** More events than this are answered by a snapshot. */
const MAX_SYNC = 500;

/** @returns every command of the socket by its name */
export function createHandlers(deps: HandlerDeps): Map<string, Handler> {
  return new Map([...sessionHandlers(deps), ...connectionHandlers(deps), ...mediaHandlers(deps)]);
}

/** @returns the endpoint for which a connection speaks in a session: its seat's, or its device's */
function seatOf(connection: Connection, sessionId: string): string | null {
  if (connection.place?.sessionId === sessionId) return connection.place.endpointId;
  return connection.actor.kind === 'device' ? connection.actor.endpointId : null;
}

function sessionHandlers({ sessions, entry }: HandlerDeps): [string, Handler][] {
  const join: Handler = {
    schema: SESSION_COMMANDS['session.join'],
    handle: (c, input) => entry.join(c, input as SessionCommandInput<'session.join'>),
  };
  const leave: Handler = {
    schema: SESSION_COMMANDS['session.leave'],
    handle: async (c, input) => {
      placeIn(c, (input as SessionCommandInput<'session.leave'>).sessionId);
      await entry.leave(c);
      return {};
    },
  };
  const ruled = SESSION_COMMAND_NAMES.filter((n) => n !== 'session.join' && n !== 'session.leave').map(
    (name): [string, Handler] => [
      name,
      {
        schema: SESSION_COMMANDS[name],
        handle: async (c, given) => {
          const input = given as SessionCommandInput<SessionCommandName>;
          const session = required(sessions.find(input.sessionId));
          if (c.place?.sessionId !== session.id) await sessions.mustSee(session.id, c.actor);
          // the schema of this very name has parsed the input
          const command = { name, input } as unknown as SessionCommand;
          return sessions.run(session, command, c.actor, seatOf(c, session.id), input.key);
        },
      },
    ],
  );
  return [['session.join', join], ['session.leave', leave], ...ruled];
}

function connectionHandlers({ sessions }: HandlerDeps): [string, Handler][] {
  const sync: Handler = {
    schema: CONNECTION_COMMANDS['session.sync'],
    handle: async (c, given) => {
      const { sessionId, afterSeq } = given as { sessionId: string; afterSeq?: number };
      const live = sessions.find(sessionId);
      if (c.place?.sessionId !== sessionId) await sessions.mustSee(sessionId, c.actor);
      const missed = afterSeq === undefined ? null : live?.eventsAfter(afterSeq);
      if (missed && missed.length <= MAX_SYNC) return { snapshot: null, events: missed };
      return { snapshot: await sessions.snapshot(sessionId), events: null };
    },
  };
  const list: Handler = {
    schema: CONNECTION_COMMANDS['session.list'],
    handle: async (c) => {
      const open = [];
      for (const { snapshot } of sessions.all()) {
        const seen = await sessions.mustSee(snapshot.id, c.actor).catch(() => null);
        if (seen) open.push({ sessionId: snapshot.id, meetingId: snapshot.meetingId, title: snapshot.title });
      }
      return { sessions: open };
    },
  };
  return [
    ['session.sync', sync],
    ['session.list', list],
  ];
}

/** @returns where the connection takes part @throws AppError not_in_session when it is not in that session */
function placeIn(connection: Connection, sessionId: string): Place {
  const { place } = connection;
  if (place?.sessionId === sessionId) return place;
  throw new AppError('not_in_session', 'Join the session first: session.join.');
}

/** @returns whether this connection runs the session */
function isChair(connection: Connection, snapshot: SessionSnapshot): boolean {
  const userId = connection.actor.kind === 'user' ? connection.actor.userId : null;
  return hasChair(snapshot, { endpointId: seatOf(connection, snapshot.id), userId, steward: false });
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(address);
}

/** A browser on another machine has nothing to find at its own loopback, and may even ask its user about it. */
function withoutLoopback(opened: MediaOpened): MediaOpened {
  const away = (t: TransportOffer): TransportOffer => ({
    ...t,
    iceCandidates: t.iceCandidates.filter((c) => !isLoopback(String(c['address'] ?? c['ip']))),
  });
  return { ...opened, recv: away(opened.recv), send: opened.send && away(opened.send) };
}

type MediaHandle<N extends MediaCommandName> = (
  place: Place,
  input: MediaCommandInput<N>,
  connection: Connection,
) => Promise<object>;

function mediaHandlers({ sessions, media }: HandlerDeps): [string, Handler][] {
  const nothing = {};
  const handles: { [N in MediaCommandName]: MediaHandle<N> } = {
    'media.open': async (place, _input, connection) => {
      const session = required(sessions.find(place.sessionId));
      const chair = isChair(connection, session.snapshot);
      const opened = await media.openPeer(session, place.peerId, place.endpointId, chair);
      return isLoopback(connection.socket.handshake.address) ? opened : withoutLoopback(opened);
    },
    'media.connect': async (place, input) => {
      await media.of(place.sessionId).connect(place.peerId, input);
      return nothing;
    },
    'media.restartIce': async (place, input) => ({
      iceParameters: await media.of(place.sessionId).restartIce(place.peerId, input),
    }),
    'media.receive': async (place, input) => {
      await media.of(place.sessionId).receive(place.peerId, input);
      return nothing;
    },
    'media.viewport': async (place, { sessionId: _, ...want }, connection) => {
      const { snapshot } = required(sessions.find(place.sessionId));
      // a room sees what the chair gives it; the chair's console and watchers of the control room choose their tiles
      const maySeeAll = place.endpointId === null || isChair(connection, snapshot);
      media.of(place.sessionId).viewport(place.peerId, want, maySeeAll);
      return nothing;
    },
    'media.ready': async (place, { consumerIds }) => {
      media.of(place.sessionId).ready(place.peerId, consumerIds);
      return nothing;
    },
    'media.path': async (place, input) => {
      await media.of(place.sessionId).path(place.peerId, input);
      return nothing;
    },
    'media.produce': (place, input) => media.of(place.sessionId).produce(place.peerId, input),
    'media.close': async (place, { source }) => {
      await media.of(place.sessionId).closeSource(place.peerId, source);
      return nothing;
    },
  };
  return (Object.keys(handles) as MediaCommandName[]).map((name) => [
    name,
    {
      schema: MEDIA_COMMANDS[name],
      handle: async (connection, given) => {
        const input = given as MediaCommandInput<MediaCommandName>;
        // the schema of this very name has parsed the input
        return (handles[name] as MediaHandle<MediaCommandName>)(
          placeIn(connection, input.sessionId),
          input,
          connection,
        );
      },
    },
  ]);
}
