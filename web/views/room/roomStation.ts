import type { SessionCall } from '../../../server/protocol/push.ts';
import type { ScreenProblem } from '../../lib/problemError.ts';
import { Connection } from '../../lib/socket.ts';
import { Store } from '../../lib/store.ts';
import { OwnMedia } from '../../media/ownMedia.ts';
import type { StoredCredential } from '../../state/deviceCredentials.ts';
import { loadVisit } from './loading.ts';
import type { Visit } from './visit.ts';

/** Where the room stands. */
export interface RoomState {
  stage: 'standby' | 'joining' | 'session' | 'seatTaken' | 'refused' | 'ended';
  visit: Visit | null;
  problem: ScreenProblem | null;
  /** a running session that was left by hand: the room does not go back by itself */
  left: SessionCall | null;
}

/** Whether it speaks for its endpoint, and whether it replaces the device that does. */
interface EnterHow {
  as?: 'speak' | 'watch';
  takeOver?: boolean;
}

/** after this the session is shown although no picture came yet */
const PATIENCE_MS = 5_000;
const ENDED_SHOWN_MS = 15_000;
const LIST_EVERY_MS = 15_000;
const LEFT = 'nhipcau.left';

/**
 * The endpoint's PC: connects with the device's credential, enters a session by itself when it is called, and goes
 * back to standby afterwards. It asks for no decision that it can make.
 */
export class RoomStation {
  readonly state = new Store<RoomState>({ stage: 'standby', visit: null, problem: null, left: null });
  readonly connection: Connection;
  readonly own = new OwnMedia();
  readonly credential: StoredCredential;
  readonly #endpointId: string;
  readonly #ends: (() => void)[] = [];
  #visitEnds: (() => void)[] = [];
  /** counts wishes to enter or not to: an older one that still loads is dropped */
  #turn = 0;

  /** @param credential connects at once */
  constructor(credential: StoredCredential) {
    this.credential = credential;
    this.#endpointId = credential.endpoint.id;
    this.connection = new Connection(credential.credential);
    const listing = setInterval(() => void this.#list(), LIST_EVERY_MS);
    this.#ends.push(
      this.connection.on('session.call', (call) => this.#called(call)),
      this.connection.onEnter(() => this.#list()),
      () => clearInterval(listing),
    );
    void this.own.check();
  }

  /** Enters a session; a visit of another one ends first. */
  enter(call: SessionCall, how: EnterHow = {}): void {
    sessionStorage.removeItem(LEFT);
    this.#turn += 1;
    const turn = this.#turn;
    // fetched ahead of need, as a rule; what was asked for meanwhile counts
    void loadVisit().then(({ makeVisit }) => {
      if (turn === this.#turn) this.#begin(makeVisit(this.connection, this.own, call), how);
    });
  }

  #begin(visit: Visit, how: EnterHow): void {
    this.#endVisit();
    const { session, peer } = visit;
    this.#visitEnds = [
      session.view.subscribe(() => this.#follow()),
      peer.view.subscribe(() => this.#follow()),
      this.own.hold(),
    ];
    const patience = setTimeout(() => this.#show(), PATIENCE_MS);
    this.#visitEnds.push(() => clearTimeout(patience));
    this.state.set({ stage: 'joining', visit, problem: null, left: null });
    peer.start();
    void session.join({ as: how.as ?? 'speak' }, how.takeOver ?? false);
  }

  /** Leaves by hand. */
  leave(): void {
    this.#turn += 1;
    const { visit } = this.state.get();
    if (!visit) return;
    void visit.session.leave();
    // remembered over a reload of the page, forgotten when the browser starts anew
    sessionStorage.setItem(LEFT, visit.call.sessionId);
    this.#endVisit();
    this.state.set({ stage: 'standby', visit: null, problem: null, left: visit.call });
  }

  /** Puts a question or a message away and waits for the next call. */
  dismiss(): void {
    this.#turn += 1;
    const { visit, stage, problem } = this.state.get();
    this.#endVisit();
    if (visit && stage !== 'ended') sessionStorage.setItem(LEFT, visit.call.sessionId);
    const mayReturn = stage !== 'ended' && problem?.code !== 'removed_from_session';
    const left = mayReturn ? (visit?.call ?? null) : null;
    // the reason stays: it says whether coming back may be offered
    this.state.set({ stage: 'standby', visit: null, problem, left });
  }

  /** Ends everything of this room. */
  stop(): void {
    this.#turn += 1;
    this.#endVisit();
    for (const end of this.#ends) end();
    this.connection.close();
  }

  #called(call: SessionCall): void {
    const { visit, left } = this.state.get();
    if (call.endpointId !== this.#endpointId) return;
    if (visit?.call.sessionId === call.sessionId && this.state.get().stage !== 'ended') return;
    if (left?.sessionId === call.sessionId || sessionStorage.getItem(LEFT) === call.sessionId) return;
    this.enter(call);
  }

  async #list(): Promise<void> {
    if (this.connection.state.get().status !== 'connected') return;
    try {
      const { sessions } = await this.connection.command('session.list', {});
      const { left, visit } = this.state.get();
      if (left && !sessions.some((one) => one.sessionId === left.sessionId)) this.state.patch({ left: null });
      const [open] = sessions;
      if (!open || visit) return;
      const call = { ...open, endpointId: this.#endpointId };
      if (sessionStorage.getItem(LEFT) !== open.sessionId) this.enter(call);
      else if (this.state.get().problem?.code !== 'removed_from_session') this.state.patch({ left: call });
    } catch {
      // asked again with the next round
    }
  }

  /** Follows the visit: seat taken, refused, in, ended. */
  #follow(): void {
    const { visit, stage } = this.state.get();
    if (!visit) return;
    const { status, problem, snapshot, seat } = visit.session.view.get();
    if (status === 'refused' && problem?.code === 'wrong_phase') return this.#gone();
    if (status === 'refused' && stage !== 'refused' && stage !== 'seatTaken') return this.#refused(problem);
    if (snapshot && this.#over(snapshot.phase, snapshot.participants[seat ?? '']?.removed ?? false)) return;
    if (stage !== 'joining') return;
    const { status: media, remote } = visit.peer.view.get();
    if (status === 'in' && media === 'open' && remote.some((m) => m.kind === 'video')) this.#show();
  }

  #over(phase: 'open' | 'closing' | 'closed', removed: boolean): boolean {
    const { visit, stage } = this.state.get();
    if (!visit || (phase === 'open' && !removed)) return false;
    if (stage === 'ended' || stage === 'refused') return true;
    if (removed) {
      this.#refused({ code: 'removed_from_session', status: 403, detail: 'Removed by the chair.' });
      return true;
    }
    this.state.patch({ stage: 'ended' });
    // after the stage: closing the peer comes back here
    visit.peer.close();
    const timer = setTimeout(() => this.dismiss(), ENDED_SHOWN_MS);
    this.#visitEnds.push(() => clearTimeout(timer));
    return true;
  }

  /** Shows why, and goes back to standby by itself; a seat that is taken is a question and waits. */
  #refused(problem: ScreenProblem | null): void {
    const { visit } = this.state.get();
    const stage = problem?.code === 'seat_taken' ? 'seatTaken' : 'refused';
    this.state.patch({ stage, problem });
    visit?.peer.close();
    if (stage === 'seatTaken') return;
    const timer = setTimeout(() => this.dismiss(), ENDED_SHOWN_MS);
    this.#visitEnds.push(() => clearTimeout(timer));
  }

  /** The session ended before this room came in. */
  #gone(): void {
    this.#endVisit();
    this.state.set({ stage: 'standby', visit: null, problem: null, left: null });
  }

  #show(): void {
    const { stage, visit } = this.state.get();
    if (stage === 'joining' && visit?.session.view.get().status === 'in') this.state.patch({ stage: 'session' });
    else if (stage === 'joining' && visit) {
      const timer = setTimeout(() => this.#show(), 1_000);
      this.#visitEnds.push(() => clearTimeout(timer));
    }
  }

  #endVisit(): void {
    const { visit } = this.state.get();
    for (const end of this.#visitEnds) end();
    this.#visitEnds = [];
    visit?.peer.close();
    visit?.session.close();
  }
}
