import { availableParallelism, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** A standstill of this process beyond this says that the machine let it wait, milliseconds. */
const STANDSTILL_MS = 50;
/** What is still demanded of a machine that is busy with other things. */
const BUSY_LIMIT_MS = 3_000;

/** Watches whether the machine is quiet enough for a gap in media to say anything. */
export class Quiet {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });

  /** Begins to watch. */
  start(): this {
    this.#delay.reset();
    this.#delay.enable();
    return this;
  }

  /** Longest standstill of this process since the start, milliseconds; sender and receiver of tests live in it. */
  get standstillMs(): number {
    return Math.max(0, this.#delay.max / 1e6 - 10);
  }

  /** Whether this process had to wait, or others load the machine. */
  get isBusy(): boolean {
    return this.standstillMs > STANDSTILL_MS || (loadavg()[0] ?? 0) > 2 * availableParallelism();
  }

  /** @returns the limit, or a wide one on a machine that is busy */
  limit(milliseconds: number): number {
    return this.isBusy ? BUSY_LIMIT_MS : milliseconds;
  }
}
