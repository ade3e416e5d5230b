/** Who holds an endpoint's seat: one connection speaks for an endpoint. */
export interface Seat {
  connectionId: string;
  /** the device or sign-in behind the connection; the same one coming back replaces its old connection */
  holder: string;
  sessionId: string;
}

/** What taking a seat came to. */
export type SeatTaken = { ok: true; replaced: string | null } | { ok: false; holder: Seat };

/** The seats of all sessions. In memory only: who is connected is a fact of this process. */
export class Seats {
  readonly #byEndpoint = new Map<string, Seat>();

  /**
   * Takes the endpoint's seat. A free seat, the own seat and (with `takeOver`) another's are given.
   * @returns the connection that was replaced, or who holds the seat
   */
  take(endpointId: string, seat: Seat, takeOver: boolean): SeatTaken {
    const held = this.#byEndpoint.get(endpointId);
    if (held && held.connectionId !== seat.connectionId && held.holder !== seat.holder && !takeOver) {
      return { ok: false, holder: held };
    }
    this.#byEndpoint.set(endpointId, seat);
    return { ok: true, replaced: held && held.connectionId !== seat.connectionId ? held.connectionId : null };
  }

  /** Frees the seat if this connection holds it. @returns the seat that was freed */
  free(endpointId: string, connectionId: string): Seat | null {
    const held = this.#byEndpoint.get(endpointId);
    if (held?.connectionId !== connectionId) return null;
    this.#byEndpoint.delete(endpointId);
    return held;
  }

  /** @returns who holds the endpoint's seat */
  of(endpointId: string): Seat | undefined {
    return this.#byEndpoint.get(endpointId);
  }
}
