/** Which endpoints have a connection now, and who is told when that changes. */
export class OnlineEndpoints {
  readonly #connections = new Map<string, Set<string>>();
  #listener: (endpointId: string, online: boolean) => void = () => undefined;

  /** Told when an endpoint comes or goes. */
  onChange(listener: (endpointId: string, online: boolean) => void): void {
    this.#listener = listener;
  }

  /** A connection speaks for the endpoint. */
  add(endpointId: string, connectionId: string): void {
    const set = this.#connections.get(endpointId) ?? new Set();
    this.#connections.set(endpointId, set.add(connectionId));
    if (set.size === 1) this.#listener(endpointId, true);
  }

  /** That connection is gone. */
  remove(endpointId: string, connectionId: string): void {
    const set = this.#connections.get(endpointId);
    if (!set?.delete(connectionId) || set.size > 0) return;
    this.#connections.delete(endpointId);
    this.#listener(endpointId, false);
  }

  /** @returns whether the endpoint has a connection now */
  has(endpointId: string): boolean {
    return this.#connections.has(endpointId);
  }

  /** @returns the ids of all endpoints with a connection */
  all(): string[] {
    return [...this.#connections.keys()];
  }
}
