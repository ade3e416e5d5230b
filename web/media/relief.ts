/** Packets of pictures since the peer was built. */
export interface PictureSums {
  /** names the build of the peer */
  epoch: string;
  received: number;
  lost: number;
}

/** By how many layers a picture is smaller than the screen could show. */
export type Relief = 0 | 1 | 2;

interface Taken {
  at: number;
  received: number;
  lost: number;
}

/** Loss over so long makes the picture smaller, milliseconds. */
const DOWN_WINDOW_MS = 3_000;
/** So long without loss lets it grow again; longer after each time that this went wrong. */
const CALM_MS = 5_000;
const LONGEST_CALM_MS = 80_000;
/** A fall so soon after a rise says that the rise was wrong. */
const TRIAL_MS = 15_000;
/** Shares of packets. The SFU's own estimate gives way only beyond a tenth. */
const LOSSY = 0.03;
const VERY_LOSSY = 0.1;
const CALM = 0.01;
/** Fewer packets than this say nothing. */
const FEW = 50;

/** Heights of pictures that ask for the middle and the lowest layer, by relief; pixels. */
const HEIGHTS = { 1: 360, 2: 180 } as const;

/** @returns the height to ask for, of a screen that could show this many pixels */
export function relieved(height: number, relief: Relief): number {
  return relief === 0 ? height : Math.min(height, HEIGHTS[relief]);
}

/**
 * Gives a line that loses packets a smaller picture, which leaves more of it to the sound. Lost packets of a picture are
 * sent again, so that a lossy line carries more than it should, and the SFU's estimate of its bandwidth holds where it is.
 */
export class LineRelief {
  #level: Relief = 0;
  #last: PictureSums | null = null;
  #taken: Taken[] = [];
  #changedAt = 0;
  #roseAt = -Infinity;
  #calmMs = CALM_MS;

  /**
   * @param now epoch milliseconds, at least one second after the last time
   * @returns the level from now on
   */
  take(sums: PictureSums, now: number): Relief {
    const last = this.#last;
    this.#last = sums;
    const received = sums.received - (last?.received ?? 0);
    // a new build, or a picture less: its packets are no longer in the sums
    if (last?.epoch !== sums.epoch || received < 0) return this.#level;
    this.#taken.push({ at: now, received, lost: Math.max(0, sums.lost - last.lost) });
    this.#taken = this.#taken.filter(({ at }) => now - at < LONGEST_CALM_MS);
    return this.#judge(now);
  }

  #judge(now: number): Relief {
    const loss = this.#lossSince(now - DOWN_WINDOW_MS);
    if (loss !== null && loss >= LOSSY) this.#fall(loss >= VERY_LOSSY ? 2 : 1, now);
    else if (this.#level > 0 && now - this.#changedAt >= this.#calmMs) {
      const calm = this.#lossSince(now - this.#calmMs);
      if (calm !== null && calm <= CALM) this.#rise(now);
    }
    return this.#level;
  }

  #fall(level: Relief, now: number): void {
    if (level <= this.#level) return;
    this.#calmMs = now - this.#roseAt < TRIAL_MS ? Math.min(LONGEST_CALM_MS, this.#calmMs * 2) : CALM_MS;
    this.#level = level;
    this.#changedAt = now;
  }

  #rise(now: number): void {
    this.#level = this.#level === 2 ? 1 : 0;
    this.#changedAt = now;
    this.#roseAt = now;
  }

  /** Share of packets lost since then; null when too few were on their way. */
  #lossSince(from: number): number | null {
    let [received, lost] = [0, 0];
    for (const one of this.#taken) {
      if (one.at <= from) continue;
      received += one.received;
      lost += one.lost;
    }
    return received + lost < FEW ? null : lost / (received + lost);
  }
}

/** mid of the padding by which the SFU feels for room: its losses are meant */
const PROBE = 'probator';

/** @returns the packets of pictures in a report of a receiving connection */
export function readPictures(report: Iterable<Record<string, unknown>>): Omit<PictureSums, 'epoch'> {
  let [received, lost] = [0, 0];
  for (const stat of report) {
    if (stat.type !== 'inbound-rtp' || stat.kind !== 'video' || stat.mid === PROBE) continue;
    if (typeof stat.packetsReceived === 'number') received += stat.packetsReceived;
    if (typeof stat.packetsLost === 'number') lost += stat.packetsLost;
  }
  return { received, lost };
}
