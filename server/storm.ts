/** The longest window while a storm lasts, milliseconds. */
const LONGEST_MS = 1_000;

/**
 * Gathers what many cause at once, e.g. eighty joins at the start of a session, into few messages. A single thing waits one
 * window; while more comes each window is twice as long as the one before, so that what a storm costs each
 * listener grows with the logarithm of its length and not with the number of those who cause it.
 */
export class Storm {
  readonly #flush: () => void;
  #timer: NodeJS.Timeout | null = null;
  readonly #firstMs: number;
  #windowMs: number;
  #something = false;

  /**
   * @param firstMs the first window, milliseconds
   * @param flush tells what was gathered; called at the end of every window in which something came
   */
  constructor(firstMs: number, flush: () => void) {
    this.#firstMs = firstMs;
    this.#windowMs = firstMs;
    this.#flush = flush;
  }

  /** Something was added to what `flush` will tell. */
  stir(): void {
    this.#something = true;
    if (!this.#timer) this.#wait();
  }

  /** What was gathered has been told already. */
  told(): void {
    this.#something = false;
  }

  #end(): void {
    this.#timer = null;
    if (!this.#something) {
      this.#windowMs = this.#firstMs;
      return;
    }
    this.#something = false;
    this.#windowMs = Math.min(2 * this.#windowMs, LONGEST_MS);
    // an empty window ends the storm
    this.#wait();
    this.#flush();
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#end(), this.#windowMs).unref();
  }
}
