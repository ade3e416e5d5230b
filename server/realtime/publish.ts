import type { Server } from 'socket.io';
import type { MediaSink } from '../media/room.ts';
import type { SessionEvent } from '../protocol/events.ts';
import { peerRoom, push, sessionRoom, USERS_ROOM } from './connection.ts';

/** How long changes of presence are gathered before they are told, milliseconds. */
const WINDOW_MS = 200;

/** Sends what happened to whom it concerns. */
export class Publisher {
  readonly #io: Server;
  readonly #online = new Map<string, boolean>();

  constructor(io: Server) {
    this.#io = io;
  }

  /** Stored events of a session, to all who follow it. */
  events(sessionId: string, events: SessionEvent[]): void {
    push(this.#io.to(sessionRoom(sessionId)), 'session.events', { sessionId, events });
  }

  /** @returns where the media of one session sends its messages */
  sinkOf(sessionId: string): MediaSink {
    return {
      toPeer: (peerId, name, message) => push(this.#io.to(peerRoom(sessionId, peerId)), name, message),
      toAll: (name, message) => {
        const to = this.#io.to(sessionRoom(sessionId));
        // levels are worth nothing when they are late: a slow reader skips them
        push(name === 'media.levels' ? to.volatile : to, name, message);
      },
    };
  }

  /** An endpoint came or went; told to people in windows, what changed only. */
  online(endpointId: string, online: boolean): void {
    if (this.#online.size === 0) setTimeout(() => this.#flush(), WINDOW_MS);
    this.#online.set(endpointId, online);
  }

  /** A meeting changed: whoever shows meetings reads the list again. */
  meetingChanged(meetingId: string): void {
    push(this.#io, 'meetings.changed', { meetingId });
  }

  /** The time of a meeting has come; without its title, which not everybody may know. */
  meetingReminder(meetingId: string, duty: 'open' | 'call' | 'warn'): void {
    push(this.#io, 'meetings.reminder', { meetingId, duty });
  }

  /** How many events wait for the database, to everybody who runs or follows a session. */
  storage(waiting: number): void {
    push(this.#io, 'session.storage', { waiting });
  }

  #flush(): void {
    const online: string[] = [];
    const offline: string[] = [];
    for (const [id, up] of this.#online) (up ? online : offline).push(id);
    this.#online.clear();
    push(this.#io.to(USERS_ROOM), 'directory.online', { online, offline });
  }
}
