import type { Server } from 'socket.io';
import type { MediaSink } from '../media/room.ts';
import type { SessionEvent, SessionFact } from '../protocol/events.ts';
import { Storm } from '../storm.ts';
import { peerRoom, push, sessionRoom, USERS_ROOM } from './connection.ts';

/** How long changes of presence are gathered before they are told, milliseconds. */
const WINDOW_MS = 200;
/** How long one that comes alone waits to be told, milliseconds. */
const COMING_MS = 100;

/** Comings of many at once; whoever waits for one of them has the answer to his own command. */
const GATHERED = new Set<SessionFact['type']>([
  'endpointCalled',
  'endpointJoined',
  'endpointInterrupted',
  'endpointMissedCall',
]);

/** Sends what happened to whom it concerns. */
export class Publisher {
  readonly #io: Server;
  readonly #online = new Map<string, boolean>();
  readonly #gathered = new Map<string, { events: SessionEvent[]; storm: Storm }>();

  constructor(io: Server) {
    this.#io = io;
  }

  /** Stored events of a session, in their order, to all who follow it: comings are gathered, all else goes at once. */
  events(sessionId: string, events: SessionEvent[]): void {
    const gathered = this.#gathered.get(sessionId) ?? this.#gather(sessionId);
    gathered.events.push(...events);
    if (events.every(({ fact }) => GATHERED.has(fact.type))) gathered.storm.stir();
    else this.#tell(sessionId);
    if (events.some(({ fact }) => fact.type === 'sessionClosed')) this.#gathered.delete(sessionId);
  }

  #gather(sessionId: string): { events: SessionEvent[]; storm: Storm } {
    const gathered = { events: [], storm: new Storm(COMING_MS, () => this.#tell(sessionId)) };
    this.#gathered.set(sessionId, gathered);
    return gathered;
  }

  #tell(sessionId: string): void {
    const gathered = this.#gathered.get(sessionId);
    if (!gathered || gathered.events.length === 0) return;
    const events = gathered.events.splice(0);
    gathered.storm.told();
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
