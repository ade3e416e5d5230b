import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../errors.ts';
import { tooManyRequests } from './backOff.ts';

/** argon2id by OWASP's figures: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const PREFIX = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`;

/** A hash of today's figures that no password is ever compared with in earnest: the work for unknown accounts. */
const NO_ACCOUNT = `${PREFIX}8jBMSdCO0IJfteouQbFpMA$dEaXf0n6D9LDiA0BbxxtsxrnVmM3cP+vX50q3x9jeds`;

/** Shortest password in characters. */
export const MIN_PASSWORD = 12;

/** How much hashing goes on at once. */
export interface HashBounds {
  /** hashes at the same time; default: one a core */
  concurrency?: number;
  /** callers that may wait; the next one is told to come back */
  queueLimit?: number;
}

/** Hashes and checks passwords, a few at a time: hashing is dear on purpose, so it must not take the machine. */
export class Passwords {
  readonly #concurrency: number;
  readonly #queueLimit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param bounds how much hashing goes on at once */
  constructor(bounds: HashBounds = {}) {
    this.#concurrency = bounds.concurrency ?? availableParallelism();
    this.#queueLimit = bounds.queueLimit ?? 100;
  }

  /**
   * @returns the hash in PHC text, with its own salt
   * @throws AppError too_many_requests when too many wait already
   */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, COST));
  }

  /**
   * Checks a password; without a hash it does the same work and says no, so that the time tells nothing.
   * @param stored hash of the account, or null when there is no such account
   * @param before called when it is this caller's turn; what it throws is thrown
   * @throws AppError too_many_requests when too many wait already
   */
  verify(stored: string | null, password: string, before?: () => Promise<void>): Promise<boolean> {
    return this.#inTurn(async () => {
      await before?.();
      const matches = await verify(stored ?? NO_ACCOUNT, password);
      return matches && stored !== null;
    });
  }

  /** @returns whether a hash was made with other figures than today's */
  isOutdated(stored: string): boolean {
    return !stored.startsWith(PREFIX);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#concurrency) this.#running += 1;
    else {
      if (this.#waiting.length >= this.#queueLimit) throw tooManyRequests(2000);
      // the one who leaves hands its place on, so the count stays
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

/**
 * Refuses a password that is too easy.
 * @param path field of the input, for the fault
 * @throws AppError password_too_weak
 */
export function assertStrong(password: string, username: string, path = 'password'): void {
  const expected = missing(password.toLowerCase(), username.toLowerCase());
  if (expected === null) return;
  const errors = [{ path, message: `expected ${expected}` }];
  throw new AppError('password_too_weak', `The password is too weak: expected ${expected}.`, { details: { errors } });
}

function missing(password: string, username: string): string | null {
  if ([...password].length < MIN_PASSWORD) return `at least ${MIN_PASSWORD} characters`;
  if (password.includes(username) && password.length - username.length < 6) return 'more than the username';
  if (new Set(password).size < 5) return 'at least 5 different characters';
  return null;
}
