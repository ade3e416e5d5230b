import { MOST_CALLS } from '../protocol/sfu.ts';
import type { SfuAnswer, SfuCall } from '../protocol/sfu.ts';

interface Open {
  answered(answer: SfuAnswer): void;
  failed(): void;
  /** on the clock of `performance.now` */
  until: number;
}

/** How often calls that nobody answered are looked for, milliseconds. */
const LOOK_EVERY_MS = 500;

/** Calls of one control channel that wait for their answers; those of one turn of the loop leave in one message. */
export class NodeCalls {
  readonly #send: (calls: SfuCall[]) => void;
  readonly #withinMs: number;
  readonly #open = new Map<number, Open>();
  #leaving: SfuCall[] = [];
  #count = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param withinMs how long an answer may take */
  constructor(send: (calls: SfuCall[]) => void, withinMs: number) {
    this.#send = send;
    this.#withinMs = withinMs;
  }

  /** Calls a verb. @throws Error when no answer came in time, or the channel was lost */
  call(verb: string, input: object): Promise<SfuAnswer> {
    const number = (this.#count += 1);
    if (this.#leaving.push([number, verb, input]) === 1) setImmediate(() => this.#leave());
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    return new Promise((answered, reject) => {
      const failed = (): void => reject(new Error(`no answer to ${verb}`));
      this.#open.set(number, { answered, failed, until: performance.now() + this.#withinMs });
    });
  }

  /** An answer came; one to a call that was given up is dropped. */
  answer(number: number, answer: SfuAnswer): void {
    const open = this.#open.get(number);
    this.#open.delete(number);
    open?.answered(answer);
  }

  /** The channel is lost: what waits fails. */
  lose(): void {
    this.#leaving = [];
    const lost = [...this.#open.values()];
    this.#open.clear();
    this.#rest();
    for (const { failed } of lost) failed();
  }

  #leave(): void {
    const calls = this.#leaving;
    this.#leaving = [];
    for (let i = 0; i < calls.length; i += MOST_CALLS) this.#send(calls.slice(i, i + MOST_CALLS));
  }

  /** Calls stand in the order in which they were made, and all may take equally long. */
  #look(): void {
    const now = performance.now();
    for (const [number, { until, failed }] of this.#open) {
      if (until > now) return;
      this.#open.delete(number);
      failed();
    }
    this.#rest();
  }

  #rest(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}
