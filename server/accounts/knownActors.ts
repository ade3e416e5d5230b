import { hash } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Actor } from './actor.ts';

/** How many credentials are remembered; a province has a few hundred. */
const KEPT = 5_000;

/**
 * Remembers whom a credential stood for, so that endpoints can come back into a running session while the database is
 * away. It is asked only then; what ended is forgotten at once.
 */
export class KnownActors {
  readonly #actors = new Map<string, Actor>();

  /**
   * Asks the database, and the memory when it is away.
   * @throws AppError database_unavailable for a credential that was not seen before
   */
  async resolve(credential: string, ask: (credential: string) => Promise<Actor | null>): Promise<Actor | null> {
    const key = hash('sha256', credential, 'base64');
    try {
      const actor = await ask(credential);
      if (actor) this.#remember(key, actor);
      else this.#actors.delete(key);
      return actor;
    } catch (err) {
      const known = this.#actors.get(key);
      if (known && err instanceof AppError && err.code === 'database_unavailable') return known;
      throw err;
    }
  }

  /** Forgets every credential of who lost his rights. */
  forget(concerns: (actor: Actor) => boolean): void {
    for (const [key, actor] of this.#actors) if (concerns(actor)) this.#actors.delete(key);
  }

  #remember(key: string, actor: Actor): void {
    // the same object until it is read again, seconds later
    if (this.#actors.get(key) === actor) return;
    this.#actors.delete(key);
    this.#actors.set(key, actor);
    if (this.#actors.size <= KEPT) return;
    const oldest = this.#actors.keys().next();
    if (!oldest.done) this.#actors.delete(oldest.value);
  }
}
