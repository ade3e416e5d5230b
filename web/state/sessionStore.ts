import type { SessionEvent } from '../../server/protocol/events.ts';
import { evolve } from '../../server/protocol/evolve.ts';
import type { EndpointMedia } from '../../server/protocol/media.ts';
import type { Joined } from '../../server/protocol/push.ts';
import type { SessionSnapshot } from '../../server/protocol/snapshot.ts';
import type { Connection } from '../lib/socket.ts';
import { problemOf } from '../lib/problemError.ts';
import type { ScreenProblem } from '../lib/problemError.ts';
import { Store } from '../lib/store.ts';

/** How this page wants to be in the session. */
export interface JoinWish {
  /** endpoint to speak for; left out by devices */
  endpointId?: string;
  as: 'speak' | 'watch';
}

/** What a screen knows of the session. */
export interface SessionView {
  sessionId: string;
  /** `idle`: not asked to join; `refused`: see `problem`; `away`: in, but the line is lost */
  status: 'idle' | 'joining' | 'in' | 'away' | 'refused' | 'left';
  snapshot: SessionSnapshot | null;
  /** endpoint whose seat this page holds; null for a watcher */
  seat: string | null;
  problem: ScreenProblem | null;
  /** newest last, bounded */
  events: SessionEvent[];
  /** what every endpoint sends now */
  media: Record<string, EndpointMedia>;
}

/** The connection as the store needs it, so that a test can stand in for it. */
export type SessionLine = Pick<Connection, 'command' | 'on' | 'onEnter' | 'state'>;

const EVENTS_KEPT = 500;

/**
 * One session as this page holds it: it joins, folds the pushed events with the server's own `evolve`, asks for what
 * a gap left out, and joins again by itself after a reconnection.
 */
export class SessionStore {
  readonly view: Store<SessionView>;
  /** loudness of endpoints in dBov, apart from the view because it changes all the time */
  readonly levels = new Store<Record<string, number>>({});
  /** told after every join: whether the server kept this page's media peer */
  onJoined: ((joined: Joined) => void) | null = null;
  /** names the media peer that this page still holds; sent with the next join */
  mediaEpoch: string | null = null;
  readonly #line: SessionLine;
  readonly #offs: (() => void)[];
  #wish: JoinWish | null = null;
  #syncing = false;

  /** @param sessionId the session; joining is asked for by `join` */
  constructor(line: SessionLine, sessionId: string) {
    this.#line = line;
    this.view = new Store<SessionView>({
      sessionId,
      status: 'idle',
      snapshot: null,
      seat: null,
      problem: null,
      events: [],
      media: {},
    });
    this.#offs = this.#listen(sessionId);
  }

  /**
   * Enters the session and stays in it over reconnections.
   * @param takeOver replaces the device that holds the seat
   * @returns whether it is in; otherwise the view's `problem` says why
   */
  async join(wish: JoinWish, takeOver = false): Promise<boolean> {
    this.#wish = wish;
    this.view.patch({ status: 'joining', problem: null });
    return this.#enter(takeOver);
  }

  /** Leaves the session; the page may join again. */
  async leave(): Promise<void> {
    this.#wish = null;
    this.view.patch({ status: 'left' });
    await this.#line.command('session.leave', { sessionId: this.view.get().sessionId }).catch(() => undefined);
  }

  /** Takes the store off the connection; sends nothing. */
  close(): void {
    this.#wish = null;
    for (const off of this.#offs) off();
  }

  /** Puts events that happened before this page came in front of the log. */
  addHistory(earlier: SessionEvent[]): void {
    const known = new Set(this.view.get().events.map((event) => event.seq));
    const events = [...earlier.filter((event) => !known.has(event.seq)), ...this.view.get().events];
    this.view.patch({ events: events.sort((a, b) => a.seq - b.seq).slice(-EVENTS_KEPT) });
  }

  #listen(sessionId: string): (() => void)[] {
    const line = this.#line;
    return [
      line.on('session.events', (m) => {
        if (m.sessionId === sessionId) this.#fold(m.events);
      }),
      line.on('session.snapshot', (m) => {
        if (m.sessionId === sessionId) this.#replace(m.snapshot);
      }),
      line.on('media.endpoints', (m) => {
        if (m.sessionId !== sessionId) return;
        const changed = Object.fromEntries(m.endpoints.map((one) => [one.endpointId, one]));
        this.view.patch({ media: { ...this.view.get().media, ...changed } });
      }),
      line.on('media.levels', (m) => {
        if (m.sessionId === sessionId) this.levels.set(m.levels);
      }),
      line.onEnter(async () => {
        const { status } = this.view.get();
        if (this.#wish && (status === 'in' || status === 'away')) await this.#enter(false);
      }),
      line.state.subscribe(() => {
        if (line.state.get().status !== 'connected' && this.view.get().status === 'in')
          this.view.patch({ status: 'away' });
      }),
    ];
  }

  async #enter(takeOver: boolean): Promise<boolean> {
    const wish = this.#wish;
    if (!wish) return false;
    const { sessionId, snapshot } = this.view.get();
    try {
      const joined = await this.#line.command('session.join', {
        sessionId,
        as: wish.as,
        takeOver,
        ...(wish.endpointId === undefined ? {} : { endpointId: wish.endpointId }),
        ...(snapshot ? { lastSeq: snapshot.seq } : {}),
        ...(this.mediaEpoch === null ? {} : { mediaEpoch: this.mediaEpoch }),
      });
      if (this.#wish !== wish) return false;
      this.#joined(joined);
      return true;
    } catch (error) {
      const cut = this.#line.state.get().status !== 'connected';
      const resumes = cut && this.view.get().snapshot !== null;
      this.view.patch(resumes ? { status: 'away' } : { status: 'refused', problem: problemOf(error) });
      return false;
    }
  }

  #joined(joined: Joined): void {
    const media = Object.fromEntries(joined.media.map((m) => [m.endpointId, m]));
    this.view.patch({ status: 'in', seat: joined.endpointId, problem: null, media });
    if (joined.snapshot) this.#replace(joined.snapshot);
    if (joined.events) this.#fold(joined.events);
    this.onJoined?.(joined);
  }

  /** a snapshot that is older than what is held would turn the screen back */
  #replace(snapshot: SessionSnapshot): void {
    const now = this.view.get().snapshot;
    if (!now || snapshot.seq >= now.seq) this.view.patch({ snapshot });
  }

  #fold(events: SessionEvent[]): void {
    let snapshot = this.view.get().snapshot;
    if (!snapshot) return;
    const fresh: SessionEvent[] = [];
    for (const event of events) {
      if (event.seq <= snapshot.seq) continue;
      if (event.seq > snapshot.seq + 1) {
        void this.#sync();
        break;
      }
      const next = folded(snapshot, event);
      if (!next) {
        void this.#sync(true);
        break;
      }
      snapshot = next;
      fresh.push(event);
    }
    if (fresh.length === 0) return;
    this.view.patch({ snapshot, events: [...this.view.get().events, ...fresh].slice(-EVENTS_KEPT) });
  }

  /** @param whole asks for the whole session instead of what is missing */
  async #sync(whole = false): Promise<void> {
    const { snapshot, sessionId } = this.view.get();
    if (this.#syncing || !snapshot) return;
    this.#syncing = true;
    try {
      const from = whole ? {} : { afterSeq: snapshot.seq };
      const missed = await this.#line.command('session.sync', { sessionId, ...from });
      this.#syncing = false;
      if (missed.snapshot) this.#replace(missed.snapshot);
      if (missed.events) this.#fold(missed.events);
    } catch {
      // the line is gone: the join after the reconnection brings what is missing
      this.#syncing = false;
    }
  }
}

/** @returns null for what this page does not know: it may be older than the server, which was brought up to date meanwhile */
function folded(snapshot: SessionSnapshot, event: SessionEvent): SessionSnapshot | null {
  try {
    return evolve(snapshot, event);
  } catch {
    return null;
  }
}
