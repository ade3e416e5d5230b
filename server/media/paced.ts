import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/**
 * How long after a run the next one begins at the earliest, milliseconds: what comes alone is done at once, what comes in
 * a storm of joins is gathered.
 */
const REST_MS = 10;
/** How long after a failed run the next one is tried, milliseconds. */
const RETRY_MS = 500;

/** Runs one job again and again as it is asked for: one run at a time, and overtaken wishes are one run. */
export class Paced {
  readonly #job: () => Promise<void>;
  readonly #failed: (err: unknown) => void;
  #wanted = false;
  #running = false;
  #closed = false;
  #endedAt = -Infinity;

  /** @param failed told of what a run threw; the run is tried again later */
  constructor(job: () => Promise<void>, failed: (err: unknown) => void) {
    this.#job = job;
    this.#failed = failed;
  }

  /** Runs the job soon; what is asked for during a run makes one more run. */
  kick(): void {
    if (this.#closed) return;
    this.#wanted = true;
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  /** Begins no run any more. */
  close(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    while (this.#wanted) {
      const rest = this.#endedAt + REST_MS - performance.now();
      // what has come together is read first, whatever the rest
      await (rest > 0 ? sleep(rest, undefined, { ref: false }) : nextTurn());
      if (this.#closed) break;
      this.#wanted = false;
      try {
        await this.#job();
      } catch (err) {
        this.#failed(err);
        // later, so that what one peer cannot take does not hold up the others' next change
        setTimeout(() => this.kick(), RETRY_MS).unref();
      }
      this.#endedAt = performance.now();
    }
    this.#running = false;
  }
}
