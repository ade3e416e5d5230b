import type { Inflow } from './inflow.ts';
import type { MediaEnd } from './mediaEnd.ts';

/** One floor switch that is being measured: the ends that still wait for something. */
interface Switch {
  endpointId: string;
  startedAt: number;
  /** layer of the picture of a stage */
  layer: number;
  picture: Set<MediaEnd>;
  sharp: Set<MediaEnd>;
  voice: Set<MediaEnd>;
}

/** A switch that has not reached somebody after this never will, milliseconds. */
const WITHIN_MS = 4_500;

/**
 * Measures floor switches: from the chair's command to the first packet of the new picture, and of the new voice, at
 * each endpoint; and until the picture is as sharp as a stage asks for, which the SFU may let follow later.
 */
export class FloorSwitches {
  readonly pictureMs: number[] = [];
  readonly sharpMs: number[] = [];
  readonly voiceMs: number[] = [];
  /** ends that saw nothing or heard nothing of a switch, and those for which the picture stayed small */
  missed = 0;
  blurred = 0;
  private current: Switch | null = null;

  /**
   * Begins to measure; an older one ends.
   * @param endpointId who gets the stage
   * @param watchers ends that shall see it; who sees it already, small, waits for the sharp picture alone
   * @param listeners ends that shall hear a voice that was not heard before
   * @param layer of its picture on a stage
   */
  begin(endpointId: string, watchers: MediaEnd[], listeners: MediaEnd[], layer: number, now: number): void {
    this.finish(now);
    const blind = watchers.filter((end) => !end.sees(endpointId));
    this.current = {
      endpointId,
      startedAt: now,
      layer,
      picture: new Set(blind),
      sharp: new Set(watchers),
      voice: new Set(listeners),
    };
  }

  /** A consumer got the first packet of a flow, or of another layer. */
  first(end: MediaEnd, { offer }: Inflow, layer: number, now: number): void {
    const { current } = this;
    if (!current || offer.endpointId !== current.endpointId) return;
    const ms = now - current.startedAt;
    if (offer.source === 'microphone') {
      if (current.voice.delete(end)) this.voiceMs.push(ms);
    } else if (offer.source === 'camera') {
      if (current.picture.delete(end)) this.pictureMs.push(ms);
      if (layer >= current.layer && current.sharp.delete(end)) this.sharpMs.push(ms);
    }
  }

  /** Ends the present measurement; what has not come yet is counted if there was time enough. */
  finish(now: number): void {
    const { current } = this;
    this.current = null;
    if (!current || now - current.startedAt < WITHIN_MS) return;
    this.missed += current.picture.size + current.voice.size;
    this.blurred += current.sharp.size;
  }
}
