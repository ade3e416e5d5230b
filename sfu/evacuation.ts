import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { SfuEvents } from '../server/protocol/sfu.ts';
import type { EndpointPeer } from './endpointPeer.ts';
import type { WorkerPool, WorkerSlot } from './workers.ts';

/** A peer and the session in which it is. */
export interface Resident {
  sessionId: string;
  peer: EndpointPeer;
}

/** What an evacuation needs of the node. */
export interface EvacuationHost {
  /** peers that live on a worker now */
  residents(worker: number): Resident[];
  /** the peer of that id in the session now: an older or newer incarnation, or none */
  current(sessionId: string, peerId: string): EndpointPeer | undefined;
  ask(moving: SfuEvents['peerMoving']): void;
}

/** How many peers move at a time: few enough that the other workers' handshakes stay unnoticed. */
const WAVE = 10;
/** The next wave waits for the last one no longer than this, milliseconds. */
const WAVE_MS = 1_000;
/** A peer that is still here is asked again after this: the word may have been lost with a connection, milliseconds. */
const ASK_AGAIN_MS = 5_000;
const LOOK_MS = 25;
const IDLE_MS = 250;

/**
 * Empties workers that drain, in waves: each peer is asked to build its media anew, which places it elsewhere. What it
 * has here goes on until then. Nobody is asked while there is no other worker to go to.
 */
export class Evacuation {
  private readonly pool: WorkerPool;
  private readonly host: EvacuationHost;
  private readonly log: Logger;
  private readonly running = new Set<number>();
  private closed = false;

  /** @param host the node whose peers are moved */
  constructor(pool: WorkerPool, host: EvacuationHost, log: Logger) {
    this.pool = pool;
    this.host = host;
    this.log = log;
  }

  /** Sees to a worker until it no longer drains; asked twice it is the same. */
  begin(slot: WorkerSlot): void {
    if (this.running.has(slot.index)) return;
    this.running.add(slot.index);
    void this.run(slot).finally(() => this.running.delete(slot.index));
  }

  /** Asks nobody any more. */
  close(): void {
    this.closed = true;
  }

  private async run(slot: WorkerSlot): Promise<void> {
    const asked = new WeakMap<EndpointPeer, number>();
    let wasEmpty = false;
    while (slot.draining && !this.closed) {
      const residents = this.host.residents(slot.index);
      if (residents.length === 0 && !wasEmpty) this.log.info({ worker: slot.index }, 'draining worker is empty');
      wasEmpty = residents.length === 0;
      const due = residents.filter(({ peer }) => Date.now() - (asked.get(peer) ?? 0) >= ASK_AGAIN_MS).slice(0, WAVE);
      if (due.length === 0 || !this.pool.livesBeside(slot.index)) {
        await sleep(IDLE_MS, undefined, { ref: false });
        continue;
      }
      for (const { sessionId, peer } of due) {
        asked.set(peer, Date.now());
        this.host.ask({ sessionId, peerId: peer.peerId, epoch: peer.epoch, worker: slot.index });
      }
      await this.untilMoved(due);
    }
  }

  private async untilMoved(wave: Resident[]): Promise<void> {
    const end = Date.now() + WAVE_MS;
    const stands = ({ sessionId, peer }: Resident): boolean => {
      const now = this.host.current(sessionId, peer.peerId);
      return !now || (now !== peer && now.connected);
    };
    while (!this.closed && Date.now() < end && !wave.every(stands)) await sleep(LOOK_MS, undefined, { ref: false });
  }
}
