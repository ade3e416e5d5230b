/** Simulcast layers of a camera, lowest first: height in pixels, frames and bits per second. */
export const CAMERA_LAYERS = [
  { height: 180, fps: 15, bps: 150_000 },
  { height: 360, fps: 25, bps: 500_000 },
  { height: 720, fps: 30, bps: 1_500_000 },
] as const;

/** Spatial layer of a camera; -1: nobody watches, send nothing. */
export type Layer = 0 | 1 | 2;
