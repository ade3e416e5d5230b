import { CAMERA_LAYERS } from '../../server/protocol/media.ts';
import type { Layer } from '../../server/protocol/media.ts';
import { nowMs, OutStream } from './rtp.ts';

/** Where a sender puts its packets. */
export type Outlet = (packet: Buffer) => void;

/** Something that sends at its own pace. */
export interface Paced {
  /** when it wants to send next, `nowMs` */
  nextAt: number;
  /** sends what is due once and moves `nextAt` on */
  step(now: number): void;
}

const TICK_MS = 4;
/** A sender that is late by more than this has lost its turns: it does not send them all at once. */
const FORGIVE_MS = 200;
/** The process stood still when a turn comes so late, milliseconds. */
const STALL_MS = 30;
const SOUND_EVERY_MS = 20;
const REPORT_EVERY_MS = 1_000;
/** 32 kbit/s of Opus, 50 packets a second */
const SOUND_BYTES = 80;
/** what a packet of a picture carries at most */
const PICTURE_BYTES = 1_050;

/** One timer for all senders of the process; whoever sends nothing costs nothing. */
export class Wheel {
  private readonly active = new Set<Paced>();
  private timer: NodeJS.Timeout | null = null;
  private turnedAt = 0;
  private readonly onStall: (from: number, to: number) => void;

  /** @param onStall told when the process stood still: from when to when, `nowMs` */
  constructor(onStall: (from: number, to: number) => void = () => undefined) {
    this.onStall = onStall;
  }

  /** Lets a sender send. */
  add(paced: Paced): void {
    this.active.add(paced);
    if (this.timer) return;
    this.turnedAt = 0;
    this.timer = setInterval(() => this.turn(), TICK_MS);
  }

  /** Stops a sender. */
  remove(paced: Paced): void {
    this.active.delete(paced);
    if (this.active.size > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  /** Stops all. */
  close(): void {
    this.active.clear();
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private turn(): void {
    const now = nowMs();
    if (this.turnedAt > 0 && now - this.turnedAt > STALL_MS) this.onStall(this.turnedAt, now);
    this.turnedAt = now;
    for (const paced of this.active) {
      if (now - paced.nextAt > FORGIVE_MS) paced.nextAt = now;
      while (paced.nextAt <= now) paced.step(now);
    }
  }
}

let nextSsrc = 10_000 + Math.floor(Math.random() * 1e9);

/** A microphone: 50 packets of Opus a second while it is open. */
export class MicrophoneSender implements Paced {
  nextAt = 0;
  /** of the sound, dBov without its sign */
  level = 20;
  readonly stream: OutStream;
  private readonly wheel: Wheel;
  private readonly out: Outlet;
  private ticks = 0;
  private open = false;

  /** @param levelId id of the header extension that carries the level of sound */
  constructor(wheel: Wheel, out: Outlet, payloadType: number, levelId: number) {
    this.wheel = wheel;
    this.out = out;
    this.stream = new OutStream(nextSsrc++, 0, payloadType, 12 + 8 + SOUND_BYTES, levelId);
  }

  /** Whether it sends. */
  get active(): boolean {
    return this.open;
  }

  /** Opens or closes it; asked twice it stays so. */
  set(open: boolean): void {
    if (open === this.open) return;
    this.open = open;
    this.nextAt = nowMs();
    if (open) this.wheel.add(this);
    else this.wheel.remove(this);
  }

  /** Sends one packet. */
  step(now: number): void {
    this.ticks += 1;
    this.nextAt += SOUND_EVERY_MS;
    this.out(this.stream.sound(this.ticks * 960, this.level, now));
    if (this.stream.packets % 50 === 1) this.out(this.stream.report(this.ticks * 960, now));
  }
}

/** One layer of a camera: frames of several packets. */
class CameraLayer implements Paced {
  nextAt = 0;
  keyFrameWanted = true;
  asked = 0;
  readonly stream: OutStream;
  private readonly everyMs: number;
  private readonly packetsAFrame: number;
  private readonly out: Outlet;
  private reportAt = 0;

  constructor(out: Outlet, layer: number, payloadType: number) {
    const { fps, bps } = CAMERA_LAYERS[layer] ?? CAMERA_LAYERS[0];
    const frameBytes = bps / 8 / fps;
    this.out = out;
    this.everyMs = 1000 / fps;
    this.packetsAFrame = Math.ceil(frameBytes / PICTURE_BYTES);
    const size = 12 + Math.round(frameBytes / this.packetsAFrame);
    this.stream = new OutStream(nextSsrc++, layer, payloadType, size);
  }

  step(now: number): void {
    const { stream, packetsAFrame } = this;
    const timestamp = Math.floor(now * 90) % 2 ** 32;
    const keyFrame = this.keyFrameWanted;
    this.keyFrameWanted = false;
    this.nextAt += this.everyMs;
    stream.picture += 1;
    for (let i = 0; i < packetsAFrame; i += 1)
      this.out(stream.video(timestamp, i === 0, i === packetsAFrame - 1, keyFrame, now));
    if (now < this.reportAt) return;
    this.reportAt = now + REPORT_EVERY_MS;
    this.out(stream.report(timestamp, now));
  }

  /** The first frame after a rest is whole, and the SFU must be able to align it with the other layers. */
  restart(now: number): void {
    this.keyFrameWanted = true;
    this.nextAt = now;
    this.reportAt = 0;
  }
}

/** A camera: VP8-shaped simulcast at the rates of CAMERA_LAYERS, as many layers as the server asks for. */
export class CameraSender {
  private readonly wheel: Wheel;
  private readonly layers: CameraLayer[];
  private top: Layer | -1 = -1;

  /** @param layers 3 is simulcast, 1 a single stream */
  constructor(wheel: Wheel, out: Outlet, payloadType: number, layers: number = CAMERA_LAYERS.length) {
    this.wheel = wheel;
    this.layers = Array.from({ length: layers }, (_, layer) => new CameraLayer(out, layer, payloadType));
  }

  /** SSRCs, lowest layer first. */
  get ssrcs(): number[] {
    return this.layers.map((layer) => layer.stream.ssrc);
  }

  /** Highest layer that is sent; -1: nothing. */
  get layer(): Layer | -1 {
    return this.top;
  }

  /** Packets sent so far, all layers. */
  get packets(): number {
    return this.layers.reduce((sum, layer) => sum + layer.stream.packets, 0);
  }

  /** Key frames that the server asked for so far. */
  get keyFramesAsked(): number {
    return this.layers.reduce((sum, layer) => sum + layer.asked, 0);
  }

  /** Sends the layers up to this one; -1: nothing. */
  set(top: Layer | -1): void {
    if (top === this.top) return;
    const now = nowMs();
    this.layers.forEach((layer, i) => {
      if (i > top) this.wheel.remove(layer);
      else if (i > this.top) {
        layer.restart(now);
        this.wheel.add(layer);
      }
    });
    this.top = top;
  }

  /** Makes the next frame of a layer a key frame. @returns false when the SSRC is not of this camera */
  wantKeyFrame(ssrc: number): boolean {
    const layer = this.layers.find((one) => one.stream.ssrc === ssrc);
    if (!layer) return false;
    layer.asked += 1;
    layer.keyFrameWanted = true;
    return true;
  }
}
