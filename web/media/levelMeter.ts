import { Store } from '../lib/store.ts';

/** What the meter hears. */
export interface Level {
  /** 0 (nothing) to 1 (full) */
  level: number;
  /** milliseconds without any signal */
  silentMs: number;
}

const EVERY_MS = 100;
/** below this peak a microphone gives nothing, not even the noise of a room */
const SILENCE = 0.002;

/** Measures a microphone's loudness, on a clone of its track so that muting does not blind it. */
export class LevelMeter {
  readonly level = new Store<Level>({ level: 0, silentMs: 0 });
  readonly #context: AudioContext;
  readonly #track: MediaStreamTrack;
  readonly #timer: ReturnType<typeof setInterval>;

  /** @param track the microphone; stays with its owner */
  constructor(track: MediaStreamTrack) {
    this.#track = track.clone();
    this.#track.enabled = true;
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(new MediaStream([this.#track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let heardAt = Date.now();
    this.#timer = setInterval(() => {
      // a page that nobody has touched yet may not run audio: that is not silence
      if (this.#context.state !== 'running') heardAt = Date.now();
      analyser.getFloatTimeDomainData(samples);
      const peak = samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);
      if (peak > SILENCE) heardAt = Date.now();
      this.level.set({ level: Math.min(1, peak), silentMs: Date.now() - heardAt });
    }, EVERY_MS);
  }

  /** Frees the audio graph. */
  close(): void {
    clearInterval(this.#timer);
    this.#track.stop();
    void this.#context.close();
  }
}

/** Plays a short tone on the loudspeaker. @param pan -1 left, 0 both, 1 right */
export function playTestTone(pan: number): void {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const gain = context.createGain();
  const side = context.createStereoPanner();
  side.pan.value = pan;
  tone.frequency.value = 660;
  gain.gain.setValueAtTime(0, context.currentTime);
  gain.gain.linearRampToValueAtTime(0.3, context.currentTime + 0.05);
  gain.gain.linearRampToValueAtTime(0, context.currentTime + 0.9);
  tone.connect(gain).connect(side).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 1);
  tone.onended = () => void context.close();
}
