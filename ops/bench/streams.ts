import { nowMs, OutStream } from '../simulate/rtp.ts';
import type { Outlet, Paced, Wheel } from '../simulate/senders.ts';

/** Shape of a stream: packets a frame, frames a second, bytes of a packet. */
export interface Shape {
  perFrame: number;
  fps: number;
  bytes: number;
}

/** 720p at 1.5 Mbps: 180 packets a second. */
export const LARGE: Shape = { perFrame: 6, fps: 30, bytes: 1_100 };
/** A thumbnail: 30 packets a second, of the large one's size, so that microseconds per packet can be compared. */
export const SMALL: Shape = { perFrame: 2, fps: 15, bytes: 1_100 };
/** Opus of 32 kbps: 50 packets a second. */
export const SOUND: Shape = { perFrame: 1, fps: 50, bytes: 80 };

const KEY_FRAME_EVERY_MS = 1_000;
let nextSsrc = 5_000_000;

/** One stream that sends while it is on, and counts. */
export class LoadStream implements Paced {
  nextAt = 0;
  packets = 0;
  bytes = 0;
  readonly ssrc = nextSsrc++;
  readonly shape: Shape;
  readonly isSound: boolean;
  private readonly wheel: Wheel;
  private readonly out: Outlet;
  private readonly stream: OutStream;
  private scale = 0;
  private keyFrameAt = 0;

  constructor(shape: Shape, payloadType: number, wheel: Wheel, out: Outlet) {
    this.shape = shape;
    this.isSound = shape === SOUND;
    this.wheel = wheel;
    this.out = out;
    this.stream = new OutStream(this.ssrc, 0, payloadType, shape.bytes);
  }

  /** Sends at so many times its usual rate; 0: not at all. */
  send(scale: number): void {
    const was = this.scale;
    this.scale = scale;
    if (scale > 0 && was === 0) {
      this.nextAt = nowMs() + Math.random() * 30;
      this.keyFrameAt = 0;
      this.wheel.add(this);
    }
    if (scale === 0) this.wheel.remove(this);
  }

  /** The next picture is whole. */
  wantKeyFrame(): void {
    this.keyFrameAt = 0;
  }

  /** Sends one frame. */
  step(now: number): void {
    const { shape, stream } = this;
    this.nextAt += 1_000 / (shape.fps * this.scale);
    const timestamp = Math.floor(now * (this.isSound ? 48 : 90)) % 2 ** 32;
    const keyFrame = now - this.keyFrameAt > KEY_FRAME_EVERY_MS;
    if (keyFrame) this.keyFrameAt = now;
    stream.picture += 1;
    for (let i = 0; i < shape.perFrame; i += 1) {
      const last = i === shape.perFrame - 1;
      const sent = this.isSound
        ? stream.sound(timestamp, 20, nowMs())
        : stream.video(timestamp, i === 0, last, keyFrame, nowMs());
      this.packets += 1;
      this.bytes += sent.length;
      this.out(sent);
    }
  }
}
