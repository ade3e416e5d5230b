import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedEndpoint } from './endpoint.ts';
import { nowMs } from './rtp.ts';

/** How often arrivals are looked at: gaps are coarse by it, milliseconds. */
const LOOK_MS = 10;
/** A turn that comes so late says that this process stood still, milliseconds. */
const STALL_MS = 30;
/** What arrived within this counts as flowing when the watch begins, milliseconds. */
const FLOWING_MS = 500;

/** One source as one endpoint receives it. */
interface Stream {
  viewer: SimulatedEndpoint;
  /** id of the endpoint that sends it */
  sender: string;
  kind: 'audio' | 'video';
  /** arrival of the newest packet, `nowMs` */
  lastAt: number;
  /** longest silence so far, and longest without the time in which this process stood still, milliseconds */
  longestMs: number;
  netMs: number;
}

/** Chooses streams by who receives them and by the id of who sends them. */
type Chosen = (viewer: SimulatedEndpoint, sender: string) => boolean;

/**
 * Listens to everything that simulated endpoints receive when it begins, and notes how long each was silent: a gap runs
 * from the last packet before to the first one after, also when the receiver was built anew meanwhile. Sender and
 * receivers live in this process, so each figure is there twice: as it is, and without what it stood still itself.
 */
export class Silences {
  readonly #endpoints: readonly SimulatedEndpoint[];
  readonly #streams = new Map<string, Stream>();
  readonly #stalls: { from: number; to: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #turnedAt = nowMs();

  /** Begins with what flows now. */
  constructor(endpoints: readonly SimulatedEndpoint[]) {
    this.#endpoints = endpoints;
    const now = nowMs();
    this.#each((key, stream) => {
      if (now - stream.lastAt < FLOWING_MS) this.#streams.set(key, stream);
    });
    this.#timer = setInterval(() => this.#turn(), LOOK_MS);
  }

  /** How many streams are listened to. */
  count(kind: Stream['kind'], of: Chosen = () => true): number {
    return [...this.#streams.values()].filter((one) => one.kind === kind && of(one.viewer, one.sender)).length;
  }

  /** Longest standstill of this process so far, milliseconds. */
  get standstillMs(): number {
    return Math.max(0, ...this.#stalls.map(({ from, to }) => to - from));
  }

  /**
   * Longest silence of a kind so far, one that lasts included.
   * @param of which endpoints' ears, and for which senders; all when left out
   * @returns milliseconds
   */
  longest(kind: Stream['kind'], of: Chosen = () => true): number {
    const now = nowMs();
    const own = [...this.#streams.values()].filter((one) => one.kind === kind && of(one.viewer, one.sender));
    return Math.max(0, ...own.map((one) => Math.max(one.longestMs, now - one.lastAt)));
  }

  /** The same without the standstills of this process, for gaps that are as short as those. */
  longestNet(kind: Stream['kind'], of: Chosen = () => true): number {
    const now = nowMs();
    const own = [...this.#streams.values()].filter((one) => one.kind === kind && of(one.viewer, one.sender));
    return Math.max(0, ...own.map((one) => Math.max(one.netMs, this.#net(one.lastAt, now))));
  }

  /** How many streams were silent for longer than this, without the standstills of this process. */
  silentFor(ms: number): number {
    return [...this.#streams.values()].filter((one) => one.netMs > ms).length;
  }

  /** Resolves when every stream has had a packet since a moment. @throws Error that tells how many have not */
  async untilAllFlow(since: number, withinMs: number): Promise<void> {
    const silent = () => [...this.#streams.values()].filter((one) => one.lastAt <= since);
    const end = nowMs() + withinMs;
    while (silent().length > 0) {
      if (nowMs() > end) {
        const names = silent().map(({ viewer, kind }) => `${kind} at ${viewer.seat.name}`);
        const of = `${names.length} of ${this.#streams.size} streams (${names[0]})`;
        throw new Error(`${of} did not flow again within ${withinMs} ms`);
      }
      await sleep(LOOK_MS);
    }
  }

  /** Ends the watch; what was noted stays. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    const now = nowMs();
    if (now - this.#turnedAt > STALL_MS) this.#stalls.push({ from: this.#turnedAt, to: now });
    this.#turnedAt = now;
    this.#each((key, { lastAt }) => {
      const stream = this.#streams.get(key);
      if (!stream || lastAt <= stream.lastAt) return;
      stream.longestMs = Math.max(stream.longestMs, lastAt - stream.lastAt);
      stream.netMs = Math.max(stream.netMs, this.#net(stream.lastAt, lastAt));
      stream.lastAt = lastAt;
    });
  }

  #each(act: (key: string, stream: Stream) => void): void {
    for (const viewer of this.#endpoints)
      for (const { offer, lastAt } of viewer.media?.inflows ?? []) {
        const { endpointId, source, kind } = offer;
        if (lastAt > 0)
          act(`${viewer.seat.endpointId} ${endpointId} ${source}`, {
            viewer,
            sender: endpointId,
            kind,
            lastAt,
            longestMs: 0,
            netMs: 0,
          });
      }
  }

  #net(from: number, to: number): number {
    const own = this.#stalls.reduce((ms, s) => ms + Math.max(0, Math.min(to, s.to) - Math.max(from, s.from)), 0);
    return Math.max(0, to - from - own);
  }
}
