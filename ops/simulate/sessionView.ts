import type { SessionEvent } from '../../server/protocol/events.ts';
import { evolve } from '../../server/protocol/evolve.ts';
import type { SessionSnapshot } from '../../server/protocol/snapshot.ts';

/** Told after the state has moved. */
export type ViewListener = (snapshot: SessionSnapshot, events: SessionEvent[]) => void;

/**
 * The state of the session as all simulated endpoints know it: every one of them gets every event, the first one that
 * brings an event has it folded for all.
 */
export class SessionView {
  private current: SessionSnapshot | null = null;
  private readonly listeners = new Set<ViewListener>();

  /** The newest state; null before the first endpoint has joined. */
  get snapshot(): SessionSnapshot | null {
    return this.current;
  }

  /** @returns stops telling */
  onChange(listener: ViewListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes a whole state if it is newer. */
  adopt(snapshot: SessionSnapshot): void {
    if (this.current && this.current.id === snapshot.id && this.current.seq >= snapshot.seq) return;
    this.current = snapshot;
    this.tell([]);
  }

  /** Takes events in order; those that are known already are skipped, those that do not follow on are left. */
  take(events: readonly SessionEvent[]): void {
    let state = this.current;
    if (!state) return;
    const fresh: SessionEvent[] = [];
    for (const event of events) {
      if (event.seq !== state.seq + 1) continue;
      state = evolve(state, event);
      fresh.push(event);
    }
    if (fresh.length === 0) return;
    this.current = state;
    this.tell(fresh);
  }

  private tell(events: SessionEvent[]): void {
    if (!this.current) return;
    for (const listener of this.listeners) listener(this.current, events);
  }
}
