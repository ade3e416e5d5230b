import type { types } from 'mediasoup';
import type { WorkerLoad } from '../server/protocol/sfu.ts';
import type { LiveWorker, WorkerSlot } from './workers.ts';

/** Transports are asked for their bytes in turn, each once in so many samples: statistics cost time too. */
const TURNS = 5;

interface Sample {
  of: LiveWorker;
  at: number;
  cpuMs: number;
  ratio: number;
  /** the ratio as it was of late, in which a second of handshakes weighs little */
  steady: number;
}

/** Two answers closer together than this say nothing about the time between them, milliseconds. */
const SHORTEST_MS = 250;

/**
 * How far back the steady CPU looks, milliseconds. When many endpoints build their media at once, handshakes take a
 * core for a second or two; placing by that moment would keep them off the very worker that is theirs to fill.
 */
const STEADY_MS = 5_000;

/** Measures the workers. Forwarded bytes are a counter that follows within five samples. */
export class LoadSampler {
  private readonly slots: readonly WorkerSlot[];
  private readonly last = new Map<number, Sample>();
  private readonly forwarded = new Map<number, number>();
  private readonly sentBytes = new WeakMap<types.WebRtcTransport, number>();
  private turn = 0;

  /** @param slots the places of the workers */
  constructor(slots: readonly WorkerSlot[]) {
    this.slots = slots;
  }

  /**
   * Takes a sample of every worker; `cpuRatio` is over the time since the last one.
   * @param peers counts the peers of a worker
   */
  async sample(peers: (worker: number) => number): Promise<WorkerLoad[]> {
    this.turn = (this.turn + 1) % TURNS;
    const loads = await Promise.all(this.slots.map((slot) => this.sampleSlot(slot)));
    return loads.map((load) => ({ ...load, peers: peers(load.worker) }));
  }

  /** CPU seconds per second of a worker over its last seconds; 0 before the second sample of its life. */
  steadyCpu(live: LiveWorker): number {
    const last = this.last.get(live.index);
    return last?.of === live ? last.steady : 0;
  }

  private async sampleSlot(slot: WorkerSlot): Promise<Omit<WorkerLoad, 'peers'>> {
    const { index, live, deaths, draining } = slot;
    const nothing = { transports: 0, producers: 0, consumers: 0 };
    let cpuRatio = 0;
    if (live) {
      try {
        [cpuRatio] = await Promise.all([this.cpu(live), this.bytes(live)]);
      } catch {
        // it died while it was asked
      }
    }
    return {
      worker: index,
      cpuRatio,
      ...(live?.counts ?? nothing),
      forwardedBytes: this.forwarded.get(index) ?? 0,
      alive: live !== null,
      deaths,
      pid: live?.worker.pid ?? null,
      draining,
    };
  }

  private async cpu(live: LiveWorker): Promise<number> {
    const usage = await live.worker.getResourceUsage();
    const cpuMs = usage.ru_utime + usage.ru_stime;
    const now: Sample = { of: live, at: performance.now(), cpuMs, ratio: 0, steady: 0 };
    const before = this.last.get(live.index);
    if (before?.of === live) {
      if (now.at - before.at < SHORTEST_MS) return before.ratio;
      const passedMs = now.at - before.at;
      now.ratio = (cpuMs - before.cpuMs) / passedMs;
      const weight = 1 - Math.exp(-passedMs / STEADY_MS);
      now.steady = before.steady + weight * (now.ratio - before.steady);
    }
    this.last.set(live.index, now);
    return now.ratio;
  }

  private async bytes(live: LiveWorker): Promise<void> {
    const asked = [...live.transports].filter((_, i) => i % TURNS === this.turn);
    const stats = await Promise.allSettled(asked.map((transport) => transport.getStats()));
    let more = 0;
    asked.forEach((transport, i) => {
      const result = stats[i];
      const sent = result?.status === 'fulfilled' ? (result.value[0]?.bytesSent ?? 0) : 0;
      if (!sent) return;
      more += sent - (this.sentBytes.get(transport) ?? 0);
      this.sentBytes.set(transport, sent);
    });
    this.forwarded.set(live.index, (this.forwarded.get(live.index) ?? 0) + more);
  }
}

const KEPT = new Set(
  [
    'type kind rid ssrc mimeType bitrate byteCount packetCount packetsLost fractionLost packetsRetransmitted',
    'packetsRepaired nackCount pliCount firCount jitter roundTripTime score bytesReceived bytesSent recvBitrate',
    'sendBitrate rtpPacketLossReceived rtpPacketLossSent availableOutgoingBitrate iceState dtlsState',
  ].flatMap((line) => line.split(' ')),
);

/** Flattens mediasoup's statistics to the few numbers and words that a screen shows. */
export function flatStats(
  raw: { about: Record<string, string>; stats: unknown[] }[],
): Record<string, number | string>[] {
  return raw.flatMap(({ about, stats }) =>
    stats.map((one) => {
      const flat: Record<string, number | string> = { ...about };
      for (const [key, value] of Object.entries(one as Record<string, unknown>))
        if (KEPT.has(key) && (typeof value === 'number' || typeof value === 'string')) flat[key] = value;
      return flat;
    }),
  );
}
