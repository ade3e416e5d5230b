import { z } from 'zod';
import { MOST_CALLS } from '../server/protocol/sfu.ts';
import type { SfuTold } from '../server/protocol/sfu.ts';

/** Calls that came together; each input is checked by its verb. */
export const CALLS = z.array(z.tuple([z.number(), z.string(), z.unknown()])).max(MOST_CALLS);

/** Gathers what one control plane is told in a turn of the loop, answers and events in their order, into one message. */
export class Telling {
  private readonly send: (told: SfuTold[]) => void;
  private waiting: SfuTold[] = [];

  /** @param send takes what was gathered */
  constructor(send: (told: SfuTold[]) => void) {
    this.send = send;
  }

  /** Tells it with the rest of this turn. */
  tell(one: SfuTold): void {
    // the answers of a worker that are read together come before this
    if (this.waiting.push(one) === 1) setImmediate(() => this.send(this.waiting.splice(0)));
  }
}
