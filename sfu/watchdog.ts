import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { LiveWorker, WorkerPool } from './workers.ts';

/** How often each worker is asked, and how long it may take to answer, milliseconds. */
const ASK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 2_000;

/** A question that is not answered yet. */
interface Question {
  at: number;
  /** how long the process had waited for a core until then, milliseconds; null where the system does not tell */
  waitedMs: number | null;
}

/** Time that a process was ready to run and had no core, in all (Linux: the second number of schedstat, nanoseconds). */
function waitedMs(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return null;
  }
}

function question(worker: LiveWorker, at: number): Question {
  return { at, waitedMs: waitedMs(worker.worker.pid) };
}

/** A worker that waits for a core does not hang: ending it would only add work to a machine that has too much. */
function starved(worker: LiveWorker, asked: Question): boolean {
  const now = waitedMs(worker.worker.pid);
  return now !== null && asked.waitedMs !== null && now - asked.waitedMs > ANSWER_WITHIN_MS / 4;
}

/**
 * Ends workers that hang: a process that lives but does not answer would hold its endpoints for ever, while a dead one
 * is replaced at once. Killing makes the first into the second.
 */
export class Watchdog {
  private readonly asked = new Map<LiveWorker, Question>();
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
      else if (heldUp) this.asked.set(worker, question(worker, now));
      else if (now - since.at > ANSWER_WITHIN_MS) {
        if (starved(worker, since)) {
          log.warn({ worker: worker.index, pid: worker.worker.pid }, 'worker does not get its share of the machine');
          this.asked.set(worker, question(worker, now));
          continue;
        }
        log.error({ worker: worker.index, pid: worker.worker.pid }, 'worker hangs and is killed');
        process.kill(worker.worker.pid, 'SIGKILL');
      }
    }
  }

  private ask(worker: LiveWorker, now: number): void {
    this.asked.set(worker, question(worker, now));
    worker.worker.getResourceUsage().then(
      () => this.asked.delete(worker),
      () => this.asked.delete(worker),
    );
  }
}
