import type { Inflow } from './inflow.ts';
import type { MediaEnd } from './mediaEnd.ts';

/** One floor switch that is being measured. */
interface Switch {
  endpointId: string;
  startedAt: number;
  /** lowest layer that counts as the picture of a stage */
  layer: number;
  /** ends that have not seen, and not heard, it yet */
  picture: Set<MediaEnd>;
  voice: Set<MediaEnd>;
}

/** A switch that has not reached everybody after this is late, milliseconds. */
const WITHIN_MS = 5_000;

/**
 * Measures floor switches: from the chair's command to the first packet of the new picture, and of the new voice, at
 * each endpoint.
 */
export class FloorSwitches {
  readonly pictureMs: number[] = [];
  readonly voiceMs: number[] = [];
  /** endpoints that saw or heard nothing of a switch in time */
  late = 0;
  private current: Switch | null = null;

  /**
   * Begins to measure; an older one ends.
   * @param endpointId who gets the stage
   * @param watchers ends that will see it
   * @param listeners ends that will hear a voice that was not heard before
   * @param layer of its picture on a stage
   */
  begin(endpointId: string, watchers: MediaEnd[], listeners: MediaEnd[], layer: number, now: number): void {
    this.finish(now);
    const [picture, voice] = [new Set(watchers), new Set(listeners)];
    this.current = { endpointId, startedAt: now, layer, picture, voice };
  }

  /** A consumer got the first packet of a flow, or of another layer. */
  first(end: MediaEnd, inflow: Inflow, layer: number, now: number): void {
    const running = this.current;
    if (!running || inflow.offer.endpointId !== running.endpointId) return;
    const ms = now - running.startedAt;
    if (inflow.offer.source === 'microphone') {
      if (running.voice.delete(end)) this.voiceMs.push(ms);
    } else if (inflow.offer.source === 'camera' && layer >= running.layer && running.picture.delete(end)) {
      this.pictureMs.push(ms);
    }
  }

  /** Ends the present measurement; who is left without picture or voice is counted if there was time enough. */
  finish(now: number): void {
    const { current } = this;
    this.current = null;
    if (current && now - current.startedAt >= WITHIN_MS) this.late += current.picture.size + current.voice.size;
  }
}
