/** Endpoints of meetings that were read of late, bounded by how many they are together. */
export class InvitedMemory {
  readonly #most: number;
  /** the longest unread first */
  readonly #known = new Map<string, readonly string[]>();
  /** one text an endpoint, however many meetings invite it */
  readonly #texts = new Map<string, string>();
  #size = 0;

  /** @param most endpoints over all meetings; a meeting itself counts as one */
  constructor(most: number) {
    this.#most = most;
  }

  /** How much is remembered, counted as in `most`. */
  get size(): number {
    return this.#size;
  }

  /** @returns what is known under the key, which counts as read now */
  get(key: string): readonly string[] | undefined {
    const endpointIds = this.#known.get(key);
    if (endpointIds === undefined) return undefined;
    this.#known.delete(key);
    this.#known.set(key, endpointIds);
    return endpointIds;
  }

  /** Remembers the endpoints of one meeting; the longest unread ones make room. */
  set(key: string, endpointIds: readonly string[]): void {
    this.#forget(key);
    const shared = endpointIds.map((id) => this.#text(id));
    this.#known.set(key, shared);
    this.#size += sizeOf(shared);
    for (const oldest of this.#known.keys()) {
      if (this.#size <= this.#most) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const endpointIds = this.#known.get(key);
    if (endpointIds === undefined) return;
    this.#known.delete(key);
    this.#size -= sizeOf(endpointIds);
  }

  #text(id: string): string {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    // endpoints come and go over the years
    if (this.#texts.size >= this.#most) this.#texts.clear();
    this.#texts.set(id, id);
    return id;
  }
}

const sizeOf = (endpointIds: readonly string[]): number => endpointIds.length + 1;
