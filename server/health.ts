import type { Database } from './db/dataSource.ts';

/** One reason why the service should get no work now. */
export interface Reason {
  code: 'draining' | 'database' | 'media' | 'starting' | 'clock';
  detail: string;
}

/** What readiness asks. */
export interface HealthDeps {
  db: Database;
  mediaAvailable(): boolean;
  /** why the clock cannot be trusted; null: it can */
  clockFault?: () => string | null;
}

/** How long an answer about readiness is kept, milliseconds: probes must not load the database. */
const KEEP_MS = 1_000;

/** Whether the service can take work, and if not, why. */
export class Health {
  readonly #deps: HealthDeps;
  #started = false;
  #draining = false;
  #last: { at: number; reasons: Promise<Reason[]> } | null = null;

  constructor(deps: HealthDeps) {
    this.#deps = deps;
  }

  /** Everything is up. */
  started(): void {
    this.#started = true;
    this.#last = null;
  }

  /** No new work from now on. */
  drain(): void {
    this.#draining = true;
    this.#last = null;
  }

  /** Whether the service is on its way out. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Settings that put data at risk though the service works. */
  warnings(): string[] {
    return this.#deps.db.warnings();
  }

  /** @returns why the service is not ready; empty when it is */
  reasons(): Promise<Reason[]> {
    const now = performance.now();
    if (!this.#last || now - this.#last.at > KEEP_MS) this.#last = { at: now, reasons: this.#ask() };
    return this.#last.reasons;
  }

  async #ask(): Promise<Reason[]> {
    const reasons: Reason[] = [];
    if (!this.#started) reasons.push({ code: 'starting', detail: 'The service is starting.' });
    if (this.#draining) reasons.push({ code: 'draining', detail: 'The service is stopping.' });
    if (!this.#deps.mediaAvailable()) reasons.push({ code: 'media', detail: 'No SFU node is connected.' });
    const clock = this.#deps.clockFault?.() ?? null;
    if (clock !== null) reasons.push({ code: 'clock', detail: clock });
    try {
      await this.#deps.db.ping();
    } catch {
      reasons.push({ code: 'database', detail: 'The database does not answer.' });
    }
    return reasons;
  }
}
