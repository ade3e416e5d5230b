import type { Actor } from '../accounts/actor.ts';
import { mayJoin } from '../conference/presence.ts';
import { AppError } from '../errors.ts';
import type { MediaService } from '../media/mediaService.ts';
import type { SessionCommandInput } from '../protocol/commands.ts';
import { inSession } from '../protocol/derive.ts';
import type { LastSign, SessionEvent } from '../protocol/events.ts';
import type { Joined } from '../protocol/push.ts';
import type { ExitReason } from '../protocol/snapshot.ts';
import type { LiveSession } from '../sessions/liveSession.ts';
import type { SessionService } from '../sessions/sessionService.ts';
import { peerRoom, push, sessionRoom } from './connection.ts';
import type { Connection, Place } from './connection.ts';
import { Seats } from './seats.ts';

/** More missed events than this are answered by a whole snapshot. */
const MAX_MISSED = 300;

/** What entering needs of the rest of the program. */
export interface EntryDeps {
  sessions: SessionService;
  media: MediaService;
  /** whether this person may speak for the endpoint from a browser of his own */
  maySpeakFor(actor: Actor, endpointId: string): Promise<boolean>;
  connections: ReadonlyMap<string, Connection>;
  now(): number;
}

/** Brings connections into sessions and out of them: seats, rooms and presence, together. */
export class Entry {
  readonly #deps: EntryDeps;
  readonly #seats = new Seats();
  readonly #turns = new WeakMap<Connection, Promise<unknown>>();

  constructor(deps: EntryDeps) {
    this.#deps = deps;
  }

  /** One entering or leaving at a time, so that no connection ends up in two places. */
  #inTurn<T>(connection: Connection, step: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(connection) ?? Promise.resolve()).then(step);
    this.#turns.set(
      connection,
      turn.catch(() => undefined),
    );
    return turn;
  }

  /**
   * `session.join`.
   * @throws AppError not_found, not_allowed, seat_taken; Refusal not_invited, session_locked, removed_from_session
   */
  join(connection: Connection, input: SessionCommandInput<'session.join'>): Promise<Joined> {
    return this.#inTurn(connection, async () => {
      try {
        return await this.#join(connection, input);
      } finally {
        // who was cut while he entered must leave no seat that nobody can free
        if (!connection.socket.connected) await this.lost(connection);
      }
    });
  }

  async #join(connection: Connection, input: SessionCommandInput<'session.join'>): Promise<Joined> {
    // who comes back first after a restart must not be told that media is gone before the node has said what it holds
    if (input.mediaEpoch !== undefined) await this.#deps.media.described;
    const session = await this.#open(input.sessionId, connection.actor);
    const endpointId =
      input.as === 'watch' ? null : await this.#endpointFor(connection.actor, session, input.endpointId);
    if (endpointId !== null) this.#takeSeat(connection, session, endpointId, input.takeOver);
    else await this.#mustWatch(connection.actor, session);
    await this.#leaveOther(connection, session.id, endpointId);
    const place: Place = {
      sessionId: session.id,
      endpointId,
      peerId: endpointId ?? `watch-${connection.id}`,
    };
    const isNew = connection.place?.peerId !== place.peerId;
    connection.place = place;
    // what another device, or this one before, built for the seat and does not show again must not go on sending
    const media = this.#deps.media.find(session.id);
    if (isNew && media && !media.stands(place.peerId, input.mediaEpoch)) {
      // not waited for: a node that is away must not keep anybody out
      media.closePeer(place.peerId).catch(() => undefined);
    }
    // into the rooms first, so that no event falls between the answer and the stream
    await connection.socket.join([sessionRoom(session.id), peerRoom(session.id, place.peerId)]);
    if (endpointId !== null) await this.#enter(connection, session, endpointId);
    return this.#joined(session, place, input);
  }

  async #joined(session: LiveSession, place: Place, input: SessionCommandInput<'session.join'>): Promise<Joined> {
    const { snapshot } = session;
    const missed = input.lastSeq === undefined ? null : session.eventsAfter(input.lastSeq);
    const events = missed && missed.length <= MAX_MISSED ? missed : null;
    return {
      snapshot: events ? null : snapshot,
      events,
      endpointId: place.endpointId,
      mediaKept: this.#deps.media.find(session.id)?.stands(place.peerId, input.mediaEpoch) ?? false,
      serverTime: this.#deps.now(),
      media: this.#deps.media.mediaOf(session.id),
    };
  }

  async #open(sessionId: string, actor: Actor): Promise<LiveSession> {
    const session = this.#deps.sessions.find(sessionId);
    if (session) return session;
    await this.#deps.sessions.mustSee(sessionId, actor);
    throw new AppError('wrong_phase', 'The session has ended.');
  }

  async #endpointFor(actor: Actor, session: LiveSession, named: string | undefined): Promise<string> {
    if (actor.kind === 'device') {
      if (named !== undefined && named !== actor.endpointId) {
        throw new AppError('not_allowed', 'A device speaks for its own endpoint only.');
      }
      return actor.endpointId;
    }
    const { chair } = session.snapshot;
    const endpointId = named ?? chair.endpointId;
    const isChair = chair.userId === actor.userId && endpointId === chair.endpointId;
    if (isChair || (await this.#deps.maySpeakFor(actor, endpointId))) return endpointId;
    throw new AppError('not_allowed', 'You may not speak for that endpoint.');
  }

  async #mustWatch(actor: Actor, session: LiveSession): Promise<void> {
    await this.#deps.sessions.mustSee(session.id, actor);
  }

  #takeSeat(connection: Connection, session: LiveSession, endpointId: string, takeOver: boolean): void {
    const userId = connection.actor.kind === 'user' ? connection.actor.userId : null;
    const refusal = mayJoin(session.snapshot, endpointId, { endpointId, userId, steward: false });
    if (refusal) throw refusal;
    const seat = { connectionId: connection.id, holder: connection.holder, sessionId: session.id };
    const before = this.#seats.of(endpointId);
    const taken = this.#seats.take(endpointId, seat, takeOver);
    if (!taken.ok) {
      throw new AppError('seat_taken', 'Another device speaks for this endpoint now.', {
        details: { holder: taken.holder.holder.startsWith('device:') ? 'device' : 'person' },
      });
    }
    const old = taken.replaced === null ? undefined : this.#deps.connections.get(taken.replaced);
    if (!old) return;
    old.place = null;
    const reason = before?.holder === connection.holder ? 'same_device' : 'taken_over';
    push(old.socket, 'connection.replaced', { reason });
    old.socket.disconnect(true);
  }

  /** An endpoint is in one session at a time, and so is a connection. */
  async #leaveOther(connection: Connection, sessionId: string, endpointId: string | null): Promise<void> {
    const { place } = connection;
    if (place && (place.sessionId !== sessionId || place.endpointId !== endpointId)) {
      await this.#leave(connection, 'moved_to_other_session');
      // leaving freed the seat if it was the same endpoint's: take it again
      if (endpointId !== null) {
        this.#seats.take(endpointId, { connectionId: connection.id, holder: connection.holder, sessionId }, true);
      }
    }
    if (endpointId === null) return;
    for (const other of this.#deps.sessions.all()) {
      const p = other.snapshot.participants[endpointId];
      if (other.id === sessionId || !p || !inSession(p)) continue;
      await other.system({ name: 'left', endpointId, reason: 'moved_to_other_session' });
    }
  }

  async #enter(connection: Connection, session: LiveSession, endpointId: string): Promise<void> {
    try {
      await session.system({ name: 'joined', endpointId });
    } catch (err) {
      // the seat is of no use when the presence could not be kept
      this.#seats.free(endpointId, connection.id);
      this.#clear(connection);
      throw err;
    }
  }

  /** The connection leaves its session by its own will. @throws AppError not_in_session */
  leave(connection: Connection): Promise<void> {
    return this.#inTurn(connection, () => this.#leave(connection, 'left_by_choice'));
  }

  /** The right behind the connection has ended: seat and media are gone at once, before it is cut. */
  async revoke(connection: Connection): Promise<void> {
    if (connection.place) await this.#leave(connection, 'credential_revoked');
  }

  async #leave(connection: Connection, reason: ExitReason): Promise<void> {
    const { place } = connection;
    if (!place) throw new AppError('not_in_session', 'This connection is in no session.');
    this.#clear(connection);
    const session = this.#deps.sessions.find(place.sessionId);
    if (place.endpointId === null) await this.#deps.media.closeWatcher(place.sessionId, place.peerId);
    else if (this.#seats.free(place.endpointId, connection.id) && session) {
      await session.system({ name: 'left', endpointId: place.endpointId, reason });
    }
  }

  /**
   * The connection is gone without a word: its endpoint keeps seat, hand, floor and media for when it comes back.
   * @param closed whether the other end closed it, which is a sign of life in itself
   */
  async lost(connection: Connection, closed = false): Promise<void> {
    const { place } = connection;
    if (!place) return;
    connection.place = null;
    const session = this.#deps.sessions.find(place.sessionId);
    if (place.endpointId === null) await this.#deps.media.closeWatcher(place.sessionId, place.peerId);
    else if (this.#seats.free(place.endpointId, connection.id) && session) {
      const silentMs = closed ? 0 : performance.now() - connection.heardAt;
      const at = Math.round(this.#deps.now() - silentMs);
      const lastSign: LastSign = { at, by: closed ? 'closing' : 'heartbeat' };
      await session.system({ name: 'interrupted', endpointId: place.endpointId, lastSign });
    }
  }

  /** Follows stored events: who was put out of a session loses seat and stream. */
  follow(session: LiveSession, events: SessionEvent[]): void {
    for (const { fact } of events) {
      if (fact.type !== 'endpointLeft') continue;
      const seat = this.#seats.of(fact.endpointId);
      if (seat?.sessionId !== session.id) continue;
      this.#seats.free(fact.endpointId, seat.connectionId);
      const connection = this.#deps.connections.get(seat.connectionId);
      if (connection?.place?.sessionId === session.id) this.#clear(connection);
    }
    if (session.snapshot.phase !== 'closed') return;
    for (const c of this.#deps.connections.values()) if (c.place?.sessionId === session.id) this.#clear(c);
  }

  #clear(connection: Connection): void {
    const { place } = connection;
    if (!place) return;
    connection.place = null;
    void connection.socket.leave(sessionRoom(place.sessionId));
    void connection.socket.leave(peerRoom(place.sessionId, place.peerId));
  }

  /** Whether anybody speaks for the endpoint now. */
  seated(endpointId: string): boolean {
    return this.#seats.of(endpointId) !== undefined;
  }
}
