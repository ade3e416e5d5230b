import { availableParallelism, cpus, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** A standstill of this process beyond this says that the machine let it wait, milliseconds. */
const STANDSTILL_MS = 50;
/** A machine whose cores had this part of the time for nothing else is full. */
const FULL = 0.9;
/** What is still demanded of a machine that is busy with other things. */
const BUSY_LIMIT_MS = 3_000;

/** The kernel counts in hundredths of a second: less core time than this says nothing. */
const LEAST_MS = 500;

/** Milliseconds that all cores together had, and had nothing to do in. */
function coreTimes(): { idle: number; all: number } {
  const times = cpus().map((core) => core.times);
  const idle = times.reduce((sum, one) => sum + one.idle, 0);
  return { idle, all: times.reduce((sum, one) => sum + one.user + one.nice + one.sys + one.irq + one.idle, 0) };
}

/** Watches whether the machine is quiet enough for a gap in media to say anything. */
export class Quiet {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  #before = coreTimes();

  /** Begins to watch. */
  start(): this {
    this.#delay.reset();
    this.#delay.enable();
    this.#before = coreTimes();
    return this;
  }

  /** Longest standstill of this process since the start, milliseconds; sender and receiver of tests live in it. */
  get standstillMs(): number {
    return Math.max(0, this.#delay.max / 1e6 - 10);
  }

  /** Whether this process had to wait, the cores were full since the start, or others load the machine. */
  get isBusy(): boolean {
    const { idle, all } = coreTimes();
    const worked = 1 - (idle - this.#before.idle) / Math.max(1, all - this.#before.all);
    const full = worked > FULL && all - this.#before.all > LEAST_MS;
    return full || this.standstillMs > STANDSTILL_MS || (loadavg()[0] ?? 0) > 2 * availableParallelism();
  }

  /** @returns the limit, or a wide one on a machine that is busy */
  limit(milliseconds: number): number {
    return this.isBusy ? BUSY_LIMIT_MS : milliseconds;
  }
}
