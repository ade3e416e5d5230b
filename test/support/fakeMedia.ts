import { writeFileSync } from 'node:fs';

/** Colours of the test's cameras; far enough apart to survive VP8 at a low bitrate. */
export const COLOURS = {
  red: [220, 30, 30],
  green: [30, 180, 50],
  blue: [40, 60, 220],
  yellow: [225, 215, 40],
  magenta: [215, 40, 205],
  cyan: [40, 205, 215],
} as const satisfies Record<string, readonly [number, number, number]>;

/** Name of a test colour. */
export type ColourName = keyof typeof COLOURS;

/** Pitches of the test's microphones in hertz; none is a harmonic of another. */
export const PITCHES = [500, 800, 1250, 1900, 2300, 2900] as const;

/** Studio-range BT.601, which is what a .y4m file means. */
function toYuv([r, g, b]: readonly [number, number, number]): [number, number, number] {
  return [
    Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b),
    Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b),
    Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b),
  ];
}

/** Writes a camera that shows one colour: 640x360 pixels, 15 frames per second; a browser plays it in a loop. */
export function writeCamera(file: string, colour: ColourName): void {
  const [width, height] = [640, 360];
  const [y, u, v] = toYuv(COLOURS[colour]);
  const quarter = (width * height) / 4;
  const frame = Buffer.concat([
    Buffer.from('FRAME\n'),
    Buffer.alloc(width * height, y),
    Buffer.alloc(quarter, u),
    Buffer.alloc(quarter, v),
  ]);
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([header, ...Array.from({ length: 4 }, () => frame)]));
}

/**
 * Writes a microphone that hums one pitch: 2 s of 48 kHz mono, a whole number of periods, so that its loop has no
 * seam. The hum swells five times a second as speech does; a steady one is taken for noise and removed.
 */
export function writeMicrophone(file: string, hertz: number): void {
  const rate = 48_000;
  const samples = rate * 2;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++) {
    const t = i / rate;
    const swell = 0.65 + 0.35 * Math.sin(2 * Math.PI * 5 * t);
    wav.writeInt16LE(Math.round(16_000 * swell * Math.sin(2 * Math.PI * hertz * t)), 44 + i * 2);
  }
  writeFileSync(file, wav);
}
