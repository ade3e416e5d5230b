import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Journal, Step } from './journal.ts';
import type { SessionStore, Within } from './session.store.ts';

/** A database that is silent longer than this counts as away, milliseconds. */
const STORE_WITHIN_MS = 2_000;
/** How often the database is tried while steps wait, milliseconds. */
const RETRY_MS = 500;

/** What of a step belongs into the same transaction, e.g. the end of the meeting. */
export type WithinOf = (step: Step) => Within;

/**
 * Where sessions keep their steps: in the database, and while that is away in a journal on disk, from which they are
 * carried over in their order. Either way a step is on disk before anybody is told.
 */
export class DurableLog {
  readonly #store: SessionStore;
  readonly #journal: Journal;
  readonly #within: WithinOf;
  readonly #log: Log;
  #draining = false;
  #listener: (waiting: number) => void = () => undefined;
  #closed = false;

  constructor(store: SessionStore, journal: Journal, within: WithinOf, log: Log) {
    this.#store = store;
    this.#journal = journal;
    this.#within = within;
    this.#log = log;
  }

  /** Told with the number of waiting events whenever that changes between none and some. */
  onWaiting(listener: (waiting: number) => void): void {
    this.#listener = listener;
  }

  /** How many events wait for the database. */
  get waiting(): number {
    return this.#journal.events;
  }

  /**
   * Keeps a step.
   * @throws AppError database_unavailable for what only the database can answer (a longer booking)
   */
  async append(step: Step): Promise<void> {
    if (!this.#journal.holds(step.sessionId)) {
      try {
        await within(this.#store.append(step, this.#within(step)), STORE_WITHIN_MS);
        return;
      } catch (err) {
        if (!(err instanceof AppError) || err.code !== 'database_unavailable') throw err;
      }
    }
    if (step.movedEnd !== null) {
      throw new AppError('database_unavailable', 'The database is away: the longer booking cannot be checked.');
    }
    const first = this.#journal.first === undefined;
    this.#journal.append(step);
    if (first) {
      this.#log.warn('the database is away: sessions are kept in the journal');
      this.#listener(this.waiting);
    }
    this.#later();
  }

  /** Carries everything over that an earlier process left behind. @throws AppError when the database goes away */
  async drainAll(): Promise<void> {
    while (this.#journal.first) await this.#drainFirst();
  }

  /** Stops trying; what waits stays on disk. */
  close(): void {
    this.#closed = true;
    this.#journal.close();
  }

  #later(): void {
    if (this.#draining) return;
    this.#draining = true;
    void this.#drain().finally(() => (this.#draining = false));
  }

  async #drain(): Promise<void> {
    while (this.#journal.first && !this.#closed) {
      try {
        await this.#drainFirst();
      } catch (err) {
        const away = err instanceof AppError && err.code === 'database_unavailable';
        if (!away) this.#log.error({ err }, 'a step of the journal was not taken by the database');
        await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    }
    if (this.#closed) return;
    this.#log.info('the database has everything of the journal');
    this.#listener(0);
  }

  async #drainFirst(): Promise<void> {
    const step = this.#journal.first;
    if (!step) return;
    // a write that seemed lost may have reached the database after all
    const seq = await this.#store.lastSeq(step.sessionId);
    if (seq === step.beforeSeq) await this.#store.append(step, this.#within(step));
    else if (seq < step.afterSeq) {
      throw new AppError('internal', `The journal does not follow on event ${seq} of session ${step.sessionId}.`);
    }
    this.#journal.shift();
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError('database_unavailable', 'The database does not answer.')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
