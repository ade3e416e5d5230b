import { setTimeout as sleep } from 'node:timers/promises';
import { createWorker, setLogEventListeners } from 'mediasoup';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Listen } from './config.ts';
import { SfuError } from './errors.ts';

/** How workers are started. */
export interface WorkerOptions {
  workerBin: string;
  workers: number;
  portBase: number;
  listens: Listen[];
}

/** One life of a worker process; its objects die with it, the next life counts from zero. */
export interface LiveWorker {
  readonly index: number;
  readonly worker: types.Worker;
  readonly webRtcServer: types.WebRtcServer;
  readonly counts: { transports: number; producers: number; consumers: number };
  /** the WebRTC transports of peers, from which forwarded bytes are sampled */
  readonly transports: Set<types.WebRtcTransport>;
}

/** A place for a worker: one port, and the history of who lived there. */
export interface WorkerSlot {
  readonly index: number;
  live: LiveWorker | null;
  deaths: number;
  /** takes no new peer, in this life of its worker and the next */
  draining: boolean;
}

/** What the pool tells about a death. */
export type DeathListener = (dead: LiveWorker) => void;

const BACK_OFF_MS = [0, 250, 500, 1_000, 2_000, 5_000, 10_000];
/** A worker that lived this long is healthy: its death starts the back-off anew. */
const HEALTHY_MS = 60_000;
/**
 * Asked of the system for each media socket (it may give less, see net.core.rmem_max). Its usual 200 kB holds some 250
 * packets: when a whole province builds its media anew at once, what does not fit is lost, and each lost packet of a
 * DTLS handshake costs its endpoint a second.
 */
const BUFFER_BYTES = 4 << 20;
/** How often a wait for a living worker looks again, milliseconds. */
const LOOK_MS = 20;
/** This many deaths of one place within the window open its breaker: it stays empty for a while, others carry on. */
const BREAKER = { deaths: 3, withinMs: 60_000, restMs: 30_000 };

/** Starts the workers, one UDP and one TCP port each, and starts one anew on the same port when it dies. */
export class WorkerPool {
  readonly slots: WorkerSlot[] = [];
  private readonly options: WorkerOptions;
  private readonly log: Logger;
  private readonly deathListeners = new Set<DeathListener>();
  private readonly stop = new AbortController();
  /** deaths in a row of workers that had not lived long, by slot */
  private readonly streaks: number[] = [];
  /** times of the last deaths, by slot */
  private readonly deaths: number[][] = [];

  private constructor(options: WorkerOptions, log: Logger) {
    this.options = options;
    this.log = log;
  }

  /**
   * Starts all workers.
   * @throws {SfuError} `no_capacity` naming the port, when a port is taken or a worker does not start
   */
  static async start(options: WorkerOptions, log: Logger): Promise<WorkerPool> {
    setLogEventListeners({
      onwarn: (namespace, line) => log.debug({ namespace }, line),
      onerror: (namespace, line, error) => log.warn({ namespace, err: error }, line),
    });
    const pool = new WorkerPool(options, log);
    for (let index = 0; index < options.workers; index++)
      pool.slots.push({ index, live: null, deaths: 0, draining: false });
    try {
      await Promise.all(pool.slots.map((slot) => pool.bring(slot)));
    } catch (error) {
      pool.close();
      throw error;
    }
    return pool;
  }

  /** The workers that live now. */
  live(): LiveWorker[] {
    return this.slots.flatMap((slot) => (slot.live ? [slot.live] : []));
  }

  /** The workers that take peers: those that drain only while no other lives. */
  usable(): LiveWorker[] {
    const steady = this.slots.flatMap(({ live, draining }) => (live && !draining ? [live] : []));
    return steady.length > 0 ? steady : this.live();
  }

  /** Whether there is another worker that lives and does not drain. */
  livesBeside(index: number): boolean {
    return this.slots.some((slot) => slot.index !== index && slot.live !== null && !slot.draining);
  }

  /**
   * Lets a place take no new peers, or take them again.
   * @throws {SfuError} `not_found`; `last_worker` when no other one could take what it carries
   */
  drain(index: number, draining: boolean): WorkerSlot {
    const slot = this.slots[index];
    if (!slot) throw new SfuError('not_found', `The node has no worker ${index}.`);
    if (draining && !slot.draining && !this.livesBeside(index))
      throw new SfuError('last_worker', 'No other worker lives that could take its peers.');
    slot.draining = draining;
    this.log.info({ worker: index, draining }, draining ? 'worker drains' : 'worker takes peers again');
    return slot;
  }

  /** Waits while no worker lives, at most so long: after a death the next one is on its way. */
  async untilOneLives(withinMs: number): Promise<void> {
    const end = Date.now() + withinMs;
    while (this.live().length === 0 && Date.now() < end && !this.stop.signal.aborted) await sleep(LOOK_MS);
  }

  /** Calls the listener once for every worker that dies by itself. */
  onDeath(listener: DeathListener): void {
    this.deathListeners.add(listener);
  }

  /** Ends all workers and starts none again. */
  close(): void {
    this.stop.abort();
    for (const slot of this.slots) {
      slot.live?.worker.close();
      slot.live = null;
    }
  }

  private async bring(slot: WorkerSlot): Promise<void> {
    const port = this.options.portBase + slot.index;
    let worker: types.Worker;
    try {
      worker = await createWorker({ workerBin: this.options.workerBin, logLevel: 'error' });
    } catch (cause) {
      throw new SfuError('no_capacity', `The mediasoup worker ${this.options.workerBin} does not start.`, cause);
    }
    try {
      const listenInfos = this.options.listens.flatMap((listen) => [
        { protocol: 'udp' as const, port, ...listen, recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES },
        { protocol: 'tcp' as const, port, ...listen },
      ]);
      const webRtcServer = await worker.createWebRtcServer({ listenInfos });
      if (this.stop.signal.aborted) return worker.close();
      const counts = { transports: 0, producers: 0, consumers: 0 };
      const live = { index: slot.index, worker, webRtcServer, counts, transports: new Set<types.WebRtcTransport>() };
      slot.live = live;
      const bornAt = Date.now();
      worker.once('died', (error) => this.died(slot, live, Date.now() - bornAt, error));
    } catch (cause) {
      worker.close();
      throw new SfuError(
        'no_capacity',
        `Media port ${port} (UDP and TCP) cannot be used: stop the program that uses it, or set SFU_PORT_BASE.`,
        cause,
      );
    }
  }

  private died(slot: WorkerSlot, dead: LiveWorker, ageMs: number, error: Error): void {
    slot.live = null;
    slot.deaths += 1;
    this.log.warn({ worker: slot.index, pid: dead.worker.pid, err: error }, 'worker died');
    for (const listener of this.deathListeners) listener(dead);
    const streak = ageMs < HEALTHY_MS ? (this.streaks[slot.index] ?? 0) : 0;
    this.streaks[slot.index] = streak + 1;
    void this.revive(slot, Math.min(streak, BACK_OFF_MS.length - 1), this.restOf(slot));
  }

  /** @returns how long the place stays empty before it is tried again, milliseconds */
  private restOf(slot: WorkerSlot): number {
    const now = Date.now();
    const recent = (this.deaths[slot.index] ?? []).filter((at) => now - at < BREAKER.withinMs);
    this.deaths[slot.index] = [...recent, now];
    if (recent.length + 1 < BREAKER.deaths) return 0;
    this.log.error({ worker: slot.index, restMs: BREAKER.restMs }, 'worker dies again and again: its place rests');
    return BREAKER.restMs;
  }

  /** Tries until the place lives again; the first try comes at once, since a room waits for its picture. */
  private async revive(slot: WorkerSlot, step: number, restMs: number): Promise<void> {
    if (restMs > 0) await sleep(restMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
    for (let i = step; !this.stop.signal.aborted; i = Math.min(i + 1, BACK_OFF_MS.length - 1)) {
      try {
        await sleep(BACK_OFF_MS[i], undefined, { signal: this.stop.signal });
        await this.bring(slot);
        this.log.info({ worker: slot.index, port: this.options.portBase + slot.index }, 'worker lives again');
        return;
      } catch (error) {
        if (!this.stop.signal.aborted) this.log.warn({ worker: slot.index, err: error }, 'worker does not come back');
      }
    }
  }
}
