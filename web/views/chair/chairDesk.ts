import type { Chair, SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { Connection } from '../../lib/socket.ts';
import { MediaPeer } from '../../media/mediaPeer.ts';
import { OwnMedia } from '../../media/ownMedia.ts';
import { SessionStore } from '../../state/sessionStore.ts';

/** The filmstrip's places, and a main picture of this height. */
const VIEWPORT = { tiles: 9, height: 720 };

/**
 * The console's connection to one session. It speaks for the chair's endpoint when that seat is free or its own; when
 * a room's device holds the seat, the console only controls: commands work by the person.
 */
export class ChairDesk {
  readonly connection = new Connection();
  readonly own = new OwnMedia();
  readonly session: SessionStore;
  readonly peer: MediaPeer;
  readonly #userId: string;
  #giveBack: (() => void) | null = null;
  #speaks = true;

  /** @param userId who sits here; connects and enters at once */
  constructor(sessionId: string, userId: string) {
    this.#userId = userId;
    this.session = new SessionStore(this.connection, sessionId);
    this.peer = new MediaPeer(this.connection, this.session, this.own, VIEWPORT);
    void this.#enter();
  }

  /** Takes the chair's seat from the device that holds it. */
  async takeSeat(): Promise<void> {
    this.#speaks = true;
    await this.#speak(true);
  }

  /** Goes on after another device or window took this page's seat: controlling only. */
  resume(): void {
    this.#speaks = false;
    this.connection.reopen();
    void this.#enter();
  }

  /** Tries again what was refused. */
  retry(): void {
    void this.#enter();
  }

  /** Ends everything of this console; the session goes on. */
  close(): void {
    this.#giveBack?.();
    this.peer.close();
    this.session.close();
    this.connection.close();
  }

  /** Looks first, to learn who the chair is, and then takes the seat that belongs to this person. */
  async #enter(): Promise<void> {
    this.peer.close();
    if (!(await this.session.join({ as: 'watch' }))) return;
    if (this.#speaks && (await this.#speak(false))) return;
    this.peer.start();
    await this.session.join({ as: 'watch' });
  }

  async #speak(takeOver: boolean): Promise<boolean> {
    const { snapshot } = this.session.view.get();
    const endpointId = snapshot && seatOfPerson(snapshot, this.#userId);
    if (!endpointId) return false;
    this.peer.close();
    this.peer.start();
    this.#giveBack ??= this.own.hold();
    if (await this.session.join({ endpointId, as: 'speak' }, takeOver)) return true;
    this.#giveBack();
    this.#giveBack = null;
    this.peer.close();
    return false;
  }
}

/** @returns the endpoint for which this person sits in the chair, now or at home; null: not a chair */
export function seatOfPerson(s: SessionSnapshot, userId: string): string | null {
  const mine = [s.chair, s.homeChair].find((chair: Chair) => chair.userId === userId);
  return mine?.endpointId ?? null;
}
