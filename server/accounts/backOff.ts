import { RateLimiterMemory } from 'rate-limiter-flexible';
import { AppError } from '../errors.ts';

/**
 * @param waitMs milliseconds after which another try can succeed
 * @returns the error that tells a caller to slow down; `retryAfter` in seconds
 */
export function tooManyRequests(waitMs: number): AppError {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `Too many requests: try again in ${retryAfter} s.`;
  return new AppError('too_many_requests', message, { details: { retryAfter } });
}

/** How many failures are free and how the wait grows after them. */
export interface BackOffRule {
  /** failures within an hour that cost nothing */
  free: number;
  firstWaitSeconds: number;
  maxWaitSeconds: number;
}

/** Failures are forgotten after this many seconds. */
const MEMORY_SECONDS = 3600;
const UNCOUNTED = 1_000_000;

/** Makes a key wait after failures, twice as long each time. Successes of others do not shorten it. */
export class BackOff {
  readonly #rule: BackOffRule;
  readonly #failures = new RateLimiterMemory({ points: UNCOUNTED, duration: MEMORY_SECONDS });
  readonly #waits = new RateLimiterMemory({ points: 1, duration: 1 });

  /** @param rule free failures and waits */
  constructor(rule: BackOffRule) {
    this.#rule = rule;
  }

  /**
   * Refuses a key that has to wait.
   * @throws AppError too_many_requests
   */
  async check(key: string): Promise<void> {
    const wait = await this.#waits.get(key);
    if (wait && wait.msBeforeNext > 0) throw tooManyRequests(wait.msBeforeNext);
  }

  /** Counts a failure; from the `free`-th on the key has to wait. */
  async failed(key: string): Promise<void> {
    const { consumedPoints } = await this.#failures.penalty(key);
    const over = consumedPoints - this.#rule.free;
    if (over < 0) return;
    await this.#waits.block(key, Math.min(this.#rule.maxWaitSeconds, this.#rule.firstWaitSeconds * 2 ** over));
  }

  /** Forgets the failures of a key, since its owner has proved himself. */
  async forget(key: string): Promise<void> {
    await this.#failures.delete(key);
    await this.#waits.delete(key);
  }
}
