import type { Logger } from 'pino';
import type { LiveWorker, WorkerPool } from './workers.ts';

/** How often each worker is asked, and how long it may take to answer, milliseconds. */
const ASK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 2_000;

/**
 * Ends workers that hang: a process that lives but does not answer would hold its endpoints for ever, while a dead one
 * is replaced at once. Killing makes the first into the second.
 */
export class Watchdog {
  private readonly asked = new Map<LiveWorker, number>();
  private readonly timer: NodeJS.Timeout;
  private lastTurn = performance.now();

  constructor(pool: WorkerPool, log: Logger) {
    this.timer = setInterval(() => this.turn(pool, log), ASK_EVERY_MS);
  }

  /** Asks no more. */
  close(): void {
    clearInterval(this.timer);
  }

  private turn(pool: WorkerPool, log: Logger): void {
    const now = performance.now();
    // a node that was itself held up has not heard the answers that came meanwhile
    const heldUp = now - this.lastTurn > 2 * ASK_EVERY_MS;
    this.lastTurn = now;
    const live = new Set(pool.live());
    for (const worker of this.asked.keys()) if (!live.has(worker)) this.asked.delete(worker);
    for (const worker of live) {
      const since = this.asked.get(worker);
      if (since === undefined) this.ask(worker, now);
      else if (heldUp) this.asked.set(worker, now);
      else if (now - since > ANSWER_WITHIN_MS) {
        log.error({ worker: worker.index, pid: worker.worker.pid }, 'worker hangs and is killed');
        process.kill(worker.worker.pid, 'SIGKILL');
      }
    }
  }

  private ask(worker: LiveWorker, now: number): void {
    this.asked.set(worker, now);
    worker.worker.getResourceUsage().then(
      () => this.asked.delete(worker),
      () => this.asked.delete(worker),
    );
  }
}
