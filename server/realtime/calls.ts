import type { Log } from '../log.ts';
import type { SessionEvent } from '../protocol/events.ts';
import type { SessionCall } from '../protocol/push.ts';
import { inSession } from '../protocol/derive.ts';
import type { LiveSession } from '../sessions/liveSession.ts';
import type { SessionService } from '../sessions/sessionService.ts';
import type { OnlineEndpoints } from './online.ts';

/** How long a called endpoint has to come before the call counts as missed, milliseconds. */
const RING_MS = 60_000;
/** How long endpoints have to come back after a restart of the control plane before they count as interrupted. */
const RETURN_MS = 8_000;

/** What calling needs of the rest of the program. */
export interface CallDeps {
  sessions: SessionService;
  online: OnlineEndpoints;
  /** whether somebody speaks for the endpoint now */
  seated(endpointId: string): boolean;
  ring(endpointId: string, call: SessionCall): void;
  log: Log;
}

/** Pulls endpoints into sessions: whoever is connected is called when a session opens, the others when they come. */
export class Calls {
  readonly #deps: CallDeps;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(deps: CallDeps) {
    this.#deps = deps;
  }

  /** Follows stored events: a new session calls, a call that is answered stops ringing. */
  follow(session: LiveSession, events: SessionEvent[]): void {
    for (const { fact } of events) {
      if (fact.type === 'sessionOpened') this.#callAll(session);
      if (fact.type === 'endpointCalled') this.#ringOut(session, fact.endpointId);
      if (fact.type === 'endpointJoined') this.#stop(session.id, fact.endpointId);
    }
    if (session.snapshot.phase === 'closed') {
      for (const endpointId of Object.keys(session.snapshot.participants)) this.#stop(session.id, endpointId);
    }
  }

  #callAll(session: LiveSession): void {
    for (const endpointId of Object.keys(session.snapshot.participants)) {
      if (this.#deps.online.has(endpointId)) this.call(session, endpointId);
    }
  }

  /** Calls one endpoint into a session, unless it sits in another one, left by its own will, or may not enter. */
  call(session: LiveSession, endpointId: string): void {
    const p = session.snapshot.participants[endpointId];
    if (!p || p.removed || (p.presence === 'left' && p.exitReason === 'left_by_choice')) return;
    const elsewhere = this.#deps.sessions.all().some((s) => {
      const other = s.snapshot.participants[endpointId];
      return s.id !== session.id && inSession(other) && this.#deps.seated(endpointId);
    });
    if (elsewhere) return;
    const { meetingId, title } = session.snapshot;
    const told = p.presence === 'absent' || p.presence === 'left';
    const called = told ? session.system({ name: 'called', endpointId }) : Promise.resolve();
    called
      .then(() => this.#deps.ring(endpointId, { sessionId: session.id, meetingId, title, endpointId }))
      .catch((err: unknown) => this.#deps.log.warn({ err, endpointId }, 'an endpoint could not be called'));
  }

  /** A device came: it is called into what runs for its endpoint. */
  arrived(endpointId: string): void {
    for (const session of this.#deps.sessions.ofEndpoint(endpointId)) this.call(session, endpointId);
  }

  /** After a restart: who does not come back in time is shown as interrupted; open calls ring on. */
  restored(sessions: LiveSession[]): void {
    for (const session of sessions) {
      for (const p of Object.values(session.snapshot.participants)) {
        if (p.presence === 'calling') this.#ringOut(session, p.endpointId);
      }
    }
    setTimeout(() => {
      for (const session of sessions) {
        for (const p of Object.values(session.snapshot.participants)) {
          if (p.presence !== 'joined' || this.#deps.seated(p.endpointId)) continue;
          session
            .system({ name: 'interrupted', endpointId: p.endpointId })
            .catch((err: unknown) => this.#deps.log.warn({ err }, 'presence was not kept'));
        }
      }
    }, RETURN_MS).unref();
  }

  #ringOut(session: LiveSession, endpointId: string): void {
    this.#stop(session.id, endpointId);
    const timer = setTimeout(() => {
      session
        .system({ name: 'missedCall', endpointId })
        .catch((err: unknown) => this.#deps.log.warn({ err }, 'a missed call was not kept'));
    }, RING_MS);
    this.#timers.set(`${session.id}/${endpointId}`, timer.unref());
  }

  #stop(sessionId: string, endpointId: string): void {
    const key = `${sessionId}/${endpointId}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }
}
