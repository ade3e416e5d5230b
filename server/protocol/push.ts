import type { SessionEvent } from './events.ts';
import type { Problem } from './errors.ts';
import type { EndpointMedia, MediaFlow, MediaLevels, MediaOffer, MediaRestart, MediaSend } from './media.ts';
import type { SessionSnapshot } from './snapshot.ts';

/** What the connection speaks for. */
export interface Welcome {
  protocol: number;
  serverTime: number;
  connectionId: string;
  /** set for devices */
  endpoint: { id: string; code: string; name: string; shortName: string } | null;
  user: { id: string; displayName: string; roles: string[] } | null;
}

/** A session that calls this endpoint: its room screen joins by itself. */
export interface SessionCall {
  sessionId: string;
  meetingId: string;
  title: string;
  endpointId: string;
}

/** Everything the server pushes, by event name. */
export interface ServerPushes {
  welcome: (m: Welcome) => void;
  'session.call': (m: SessionCall) => void;
  'session.events': (m: { sessionId: string; events: SessionEvent[] }) => void;
  'session.snapshot': (m: { sessionId: string; snapshot: SessionSnapshot }) => void;
  /** the database is away: `waiting` events of all sessions are kept in the journal; 0: all is stored again */
  'session.storage': (m: { waiting: number }) => void;
  /** the seat was taken by another device, or the credential ended; the connection is closed after it */
  'connection.replaced': (m: { reason: 'same_device' | 'taken_over' }) => void;
  'connection.refused': (m: { error: Problem }) => void;
  /** presence of endpoints in the directory (who has a device connected), what changed only; users only */
  'directory.online': (m: { online: string[]; offline: string[] }) => void;
  /** something about the meetings of this endpoint or user changed: read the list again */
  'meetings.changed': (m: { meetingId: string }) => void;
  /** the time of a meeting has come: its room is open, its endpoints are called, or it ends in ten minutes */
  'meetings.reminder': (m: { meetingId: string; duty: 'open' | 'call' | 'warn' }) => void;
  'media.offer': (m: MediaOffer) => void;
  'media.flow': (m: MediaFlow) => void;
  'media.send': (m: MediaSend) => void;
  'media.restart': (m: MediaRestart) => void;
  'media.levels': (m: MediaLevels) => void;
  /** what endpoints send now, those that changed, gathered over a fraction of a second */
  'media.endpoints': (m: { sessionId: string; endpoints: EndpointMedia[] }) => void;
}

/** Answer of `session.join`: the snapshot, or the missed events when `lastSeq` was known. */
export interface Joined {
  snapshot: SessionSnapshot | null;
  events: SessionEvent[] | null;
  /** endpoint whose seat this connection holds; null for a watcher */
  endpointId: string | null;
  /** the client's media peer still stands and can be kept */
  mediaKept: boolean;
  serverTime: number;
  /** which sources every endpoint sends now */
  media: EndpointMedia[];
}
