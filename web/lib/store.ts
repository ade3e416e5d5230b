/** A value that changes, with listeners: what React reads by `useSyncExternalStore` and plain code by `get`. */
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  /** @param initial the first value; values are replaced, never changed in place */
  constructor(initial: T) {
    this.#value = initial;
  }

  /** @returns the present value */
  get = (): T => this.#value;

  /** Replaces the value and tells the listeners, unless it is the same value. */
  set(next: T): void {
    if (Object.is(next, this.#value)) return;
    this.#value = next;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Replaces some fields of an object value. */
  patch(part: Partial<T>): void {
    this.set({ ...this.#value, ...part });
  }

  /** Calls `listener` after every change; @returns what stops it */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
