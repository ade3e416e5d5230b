import type { types } from 'mediasoup';
import type { Source } from '../server/protocol/snapshot.ts';

/** A source that a peer sends: the producer and the pause that the control plane wants. */
export class SentSource {
  readonly source: Source;
  readonly producer: types.Producer;
  private wanted: boolean;
  private inFlight: Promise<void> = Promise.resolve();

  /** @param paused how the producer was created */
  constructor(source: Source, producer: types.Producer, paused: boolean) {
    this.source = source;
    this.producer = producer;
    this.wanted = paused;
  }

  /** Whether the control plane wants it paused. */
  get paused(): boolean {
    return this.wanted;
  }

  /**
   * Enforces or lifts the mute. Resolves once the worker has done it, also when an earlier call asked for the same:
   * what is acknowledged is silent. Calls in a row take effect in their order.
   */
  setPaused(paused: boolean): Promise<void> {
    if (paused === this.wanted) return this.inFlight;
    this.wanted = paused;
    const change = paused ? this.producer.pause() : this.producer.resume();
    const both = Promise.all([this.inFlight, change]).then(() => undefined);
    // A producer that goes meanwhile is silent for good: nothing to tell.
    this.inFlight = both.catch((error: unknown) => {
      if (!this.producer.closed) throw error;
    });
    this.inFlight.catch(() => undefined);
    return this.inFlight;
  }
}
