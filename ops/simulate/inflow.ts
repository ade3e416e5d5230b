import type { ConsumerOffer } from '../../server/protocol/media.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import { Histogram } from './histogram.ts';
import { markAt, markKeyFrame, markLayer, markSentAt, seqOf } from './rtp.ts';

/** What is known of a source where it is sent: whether it sends, and when that last changed (`nowMs`). */
export interface SourceState {
  sending: boolean;
  changedAt: number;
}

/** Figures of everything that arrives in this process. */
export class Arrivals {
  packets = 0;
  lost = 0;
  /** packets that came after one that was sent later */
  late = 0;
  readonly gaps = new Histogram();
  readonly delays = new Histogram();
  /** the longest silence: what fell silent, and when it ended (`nowMs`) */
  worst: { ms: number; endpointId: string; source: Source; at: number } | null = null;
  private readonly stalls: { from: number; to: number }[] = [];

  /** Counts a silence of a stream. */
  gap(ms: number, { endpointId, source }: ConsumerOffer, at: number): void {
    this.gaps.add(ms);
    if (ms > (this.worst?.ms ?? NOTICED_MS)) this.worst = { ms, endpointId, source, at };
  }

  /** This process itself stood still between two moments (`nowMs`): what fell silent meanwhile is not the server's. */
  stalled(from: number, to: number): void {
    this.stalls.push({ from, to });
    if (this.stalls.length > MOST_STALLS) this.stalls.shift();
  }

  /** @returns milliseconds between two moments in which this process stood still */
  stalledWithin(from: number, to: number): number {
    let ms = 0;
    for (const stall of this.stalls) ms += Math.max(0, Math.min(to, stall.to) - Math.max(from, stall.from));
    return ms;
  }
}

const MOST_STALLS = 50;

/** A silence shorter than this is never looked at twice: it is no break. */
const NOTICED_MS = 60;
/** A silence that a change of the source fell into, or that ended so soon after one, is the change and no break. */
const CHANGE_MS = 500;

/** One consumer: what arrives of one source, counted by sequence arithmetic alone. */
export class Inflow {
  readonly offer: ConsumerOffer;
  packets = 0;
  lost = 0;
  keyFrames = 0;
  /** layer of the newest packet; -1 before the first */
  layer = -1;
  /** arrival of the newest packet, `nowMs`; 0: the next packet begins anew, after a pause */
  lastAt = 0;
  maxGapMs = 0;
  delayMs = 0;
  /** since when the server lets it flow, `nowMs`; null: paused */
  flowingSince: number | null = null;
  /** packets since it flows */
  sinceFlow = 0;
  private highest = -1;
  private readonly total: Arrivals;
  private readonly source: SourceState | null;

  /** @param source null: sent by somebody else, whose silences say nothing (sound may pause by itself) */
  constructor(offer: ConsumerOffer, total: Arrivals, source: SourceState | null) {
    this.offer = offer;
    this.total = total;
    this.source = source;
  }

  /** The server lets it flow or pauses it. */
  flow(flowing: boolean, now: number): void {
    this.flowingSince = flowing ? now : null;
    this.sinceFlow = 0;
    this.lastAt = 0;
  }

  /** Counts one RTP packet. @returns its layer, -1 for a packet without a mark */
  take(packet: Buffer, now: number): number {
    const { total } = this;
    this.count(seqOf(packet));
    total.packets += 1;
    this.packets += 1;
    this.sinceFlow += 1;
    if (this.lastAt > 0) this.silence(now);
    this.lastAt = now;
    const at = markAt(packet);
    if (at < 0) return -1;
    this.layer = markLayer(packet, at);
    if (markKeyFrame(packet, at)) this.keyFrames += 1;
    this.delayMs = now - markSentAt(packet, at);
    total.delays.add(this.delayMs);
    return this.layer;
  }

  /** The measurement ends: a silence that lasts counts as far as it got. */
  settle(now: number): void {
    if (this.flowingSince !== null && this.lastAt > 0 && this.source?.sending) this.silence(now);
    this.lastAt = 0;
  }

  /** Whether it should flow for so long and nothing came. */
  silentFor(ms: number, now: number): boolean {
    if (this.flowingSince === null || this.sinceFlow > 0 || !this.source?.sending) return false;
    return now - Math.max(this.flowingSince, this.source.changedAt) > ms;
  }

  private count(seq: number): void {
    if (this.highest < 0) {
      this.highest = seq;
      return;
    }
    const ahead = (seq - this.highest) & 0xffff;
    if (ahead === 0) return;
    if (ahead < 0x8000) {
      this.highest = seq;
      if (ahead > 1) this.loseMore(ahead - 1);
    } else {
      this.total.late += 1;
      if (this.lost > 0) this.loseMore(-1);
    }
  }

  private loseMore(packets: number): void {
    this.lost += packets;
    this.total.lost += packets;
  }

  private silence(now: number): void {
    let gap = now - this.lastAt;
    if (!this.source) return;
    if (gap > NOTICED_MS) {
      gap -= this.total.stalledWithin(this.lastAt, now);
      const { changedAt } = this.source;
      // the source itself began, stopped or changed its layers within this silence or just before it ended
      if (changedAt > this.lastAt - CHANGE_MS && changedAt <= now) return;
    }
    this.total.gap(gap, this.offer, now);
    if (gap > this.maxGapMs) this.maxGapMs = gap;
  }
}
