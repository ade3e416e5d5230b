import type { Page } from 'playwright-core';
import { COLOURS, PITCHES } from './fakeMedia.ts';
import type { ColourName } from './fakeMedia.ts';

/** What a page showed and played at one moment, decoded from its pixels and its sound. */
export interface Sample {
  /** epoch milliseconds of the machine's clock, the same for browsers and test */
  at: number;
  /** colour of the main picture; null: none, or none of the test's colours */
  stage: ColourName | null;
  /** colour of the presentation */
  presentation: ColourName | 'other' | null;
  /** hertz, of the test's pitches */
  heard: number[];
}

interface Senses {
  samples: Sample[];
  look(selector: string): ColourName | 'other' | null;
  level(hertz: number): number;
}

type PageWithSenses = typeof globalThis & { nhipCauSenses?: Senses; nhipCauInputAt?: number };

/** Runs in the page: looks and listens every 30 ms, keeps the last minute. */
function installSenses({ colours, pitches }: { colours: Record<string, readonly number[]>; pitches: number[] }): void {
  const scope = globalThis as PageWithSenses;
  if (scope.nhipCauSenses) return;
  for (const type of ['pointerup', 'keydown']) {
    addEventListener(type, (event) => (scope.nhipCauInputAt = performance.timeOrigin + event.timeStamp), true);
  }
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  const nearest = (rgb: number[]) => {
    const far = (other: readonly number[]) => Math.hypot(...rgb.map((value, index) => value - (other[index] ?? 0)));
    const [best] = Object.entries(colours).sort(([, a], [, b]) => far(a) - far(b));
    return best && far(best[1]) < 75 ? (best[0] as ColourName) : 'other';
  };
  const look = (selector: string) => {
    const video = document.querySelector<HTMLVideoElement>(selector);
    if (!video || video.readyState < 2 || !video.videoWidth) return null;
    const [w, h] = [video.videoWidth, video.videoHeight];
    pen.drawImage(video, w * 0.4, h * 0.4, w * 0.2, h * 0.2, 0, 0, 8, 8);
    const pixels = pen.getImageData(0, 0, 8, 8).data;
    const mean = [0, 1, 2].map((channel) => {
      let sum = 0;
      for (let i = channel; i < pixels.length; i += 4) sum += pixels[i] ?? 0;
      return sum / 64;
    });
    return nearest(mean);
  };

  const audio = new AudioContext({ sampleRate: 48_000 });
  const ears = new Map<MediaStreamTrack, { analyser: AnalyserNode; bins: Float32Array<ArrayBuffer> }>();
  /** what the page plays: sound of every element that is not muted, stopped or turned down */
  const played = () =>
    [...document.querySelectorAll<HTMLMediaElement>('audio, video')]
      .filter((element) => !element.muted && !element.paused && element.volume > 0)
      .flatMap((element) => (element.srcObject instanceof MediaStream ? element.srcObject.getAudioTracks() : []))
      .filter((track) => track.readyState === 'live' && track.enabled);
  const earOf = (track: MediaStreamTrack) => {
    const known = ears.get(track);
    if (known) return known;
    const analyser = audio.createAnalyser();
    analyser.fftSize = 2048;
    analyser.smoothingTimeConstant = 0;
    audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const ear = { analyser, bins: new Float32Array(analyser.frequencyBinCount) };
    ears.set(track, ear);
    return ear;
  };
  let loudness = new Map<number, number>();
  const listen = () => {
    loudness = new Map();
    for (const track of played()) {
      const { analyser, bins } = earOf(track);
      analyser.getFloatFrequencyData(bins);
      for (const pitch of pitches) {
        const bin = Math.round((pitch * analyser.fftSize) / 48_000);
        // a click is loud everywhere, a tone in one place
        const beside = Math.max(...bins.slice(bin - 9, bin - 5), ...bins.slice(bin + 6, bin + 10));
        const peak = Math.max(...bins.slice(bin - 1, bin + 2));
        const level = peak - beside > 12 ? peak : -Infinity;
        loudness.set(pitch, Math.max(loudness.get(pitch) ?? -Infinity, level));
      }
    }
  };
  const senses: Senses = { samples: [], look, level: (hertz) => loudness.get(hertz) ?? -Infinity };
  scope.nhipCauSenses = senses;
  setInterval(() => {
    listen();
    const loudest = Math.max(...loudness.values(), -Infinity);
    const heard = pitches.filter((pitch) => senses.level(pitch) > Math.max(-50, loudest - 30));
    const stage = look('video[data-role="stage"]');
    senses.samples.push({
      at: Date.now(),
      stage: stage === 'other' ? null : stage,
      presentation: look('video[data-role="presentation"]'),
      heard,
    });
    if (senses.samples.length > 2000) senses.samples.shift();
  }, 30);
}

/** Gives a page eyes and ears, now and after every reload. Call it before `goto`. */
export async function giveSenses(page: Page): Promise<void> {
  const argument = { colours: COLOURS, pitches: [...PITCHES] };
  const source = `(${installSenses.toString()})(${JSON.stringify(argument)})`;
  await page.addInitScript(`addEventListener('DOMContentLoaded', () => { ${source} })`);
}

/** @returns everything the page sensed since `from` (epoch milliseconds), oldest first */
export function sensed(page: Page, from: number): Promise<Sample[]> {
  return page.evaluate(
    (since) => ((globalThis as PageWithSenses).nhipCauSenses?.samples ?? []).filter((sample) => sample.at >= since),
    from,
  );
}

/** @returns when the page was last clicked or typed at, epoch milliseconds: where a person's waiting begins */
export async function lastInput(page: Page): Promise<number> {
  const at = await page.evaluate(() => (globalThis as PageWithSenses).nhipCauInputAt);
  if (at === undefined) throw new Error('nobody has clicked or typed yet');
  return at;
}

/** What a page ought to show and play; what is left out does not matter. */
export interface Expected {
  stage?: ColourName;
  /** exactly these pitches and no other of the test's */
  heard?: number[];
  presentation?: boolean;
}

/** Whether one sample is as expected. */
export function matches(sample: Sample, expected: Expected): boolean {
  if (expected.stage && sample.stage !== expected.stage) return false;
  if (expected.presentation !== undefined && (sample.presentation !== null) !== expected.presentation) return false;
  const pitches = expected.heard;
  return !pitches || (pitches.length === sample.heard.length && pitches.every((pitch) => sample.heard.includes(pitch)));
}

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/**
 * Waits until a page shows and plays what is expected, without a break for `steadyMs`.
 * @returns milliseconds from `from` until the steady stretch began
 * @throws Error that names what was sensed instead
 */
export async function untilSensed(
  page: Page,
  expected: Expected,
  { from = Date.now(), within = 10_000, steadyMs = 300 } = {},
): Promise<number> {
  for (;;) {
    const samples = await sensed(page, from);
    let start: number | null = null;
    for (const sample of samples) {
      if (!matches(sample, expected)) start = null;
      else if (sample.at - (start ??= sample.at) >= steadyMs) return start - from;
    }
    if (Date.now() - from > within + steadyMs) {
      const last = samples.at(-1);
      throw new Error(
        `expected ${JSON.stringify(expected)}, sensed ${JSON.stringify(last ?? 'nothing')} at ${page.url()}`,
      );
    }
    await pause(50);
  }
}

/** @returns every distinct set of pitches that was heard since `from`, e.g. `['500', '500+800']` */
export async function heardSince(page: Page, from: number): Promise<string[]> {
  const sets = (await sensed(page, from)).map((sample) => sample.heard.join('+')).filter(Boolean);
  return [...new Set(sets)];
}
