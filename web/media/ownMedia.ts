import { Store } from '../lib/store.ts';
import type { CaptureProblem } from './captureProblem.ts';
import { capture, rememberLabel } from './devices.ts';
import type { CaptureKind } from './devices.ts';
import { LevelMeter } from './levelMeter.ts';

/** One own device as the screens show it. */
export interface OwnDevice {
  track: MediaStreamTrack | null;
  problem: CaptureProblem | null;
}

/** The room's own camera and microphone. */
export interface OwnView {
  camera: OwnDevice;
  microphone: OwnDevice;
  /** the person switched the camera off */
  cameraOff: boolean;
  /** both were tried at least once */
  settled: boolean;
}

const NONE: OwnDevice = { track: null, problem: null };

/**
 * Owner of this page's camera and microphone. A page without either still joins; a device that is unplugged is
 * replaced by another, and one that comes later is taken.
 */
export class OwnMedia {
  readonly view = new Store<OwnView>({ camera: NONE, microphone: NONE, cameraOff: false, settled: false });
  readonly meter = new Store<LevelMeter | null>(null);
  #talking = false;
  #closed = false;
  #started: Promise<void> | null = null;
  readonly #changed = (): void => void this.#fillGaps();

  /** Opens both devices; calls after the first wait for the same opening. */
  start(): Promise<void> {
    this.#started ??= this.#open();
    return this.#started;
  }

  /** Tries again what is missing: after a permission was given or a device plugged in. */
  async retry(): Promise<void> {
    await this.#fillGaps();
  }

  /** Uses the device with this label from now on. */
  async choose(kind: CaptureKind, label: string): Promise<void> {
    rememberLabel(kind, label);
    this.#drop(kind);
    await this.#take(kind);
  }

  /** Lets the microphone's sound out, or sends silence. The SFU pauses it as well: this is for the room's own trust. */
  setTalking(talking: boolean): void {
    this.#talking = talking;
    const { track } = this.view.get().microphone;
    if (track) track.enabled = talking;
  }

  /** Switches the camera: off stops the device, so that its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    this.view.patch({ cameraOff: !on });
    if (on) await this.#take('camera');
    else this.#drop('camera');
  }

  /** Stops both devices. */
  close(): void {
    this.#closed = true;
    navigator.mediaDevices?.removeEventListener('devicechange', this.#changed);
    this.#drop('camera');
    this.#drop('microphone');
  }

  async #open(): Promise<void> {
    navigator.mediaDevices?.addEventListener('devicechange', this.#changed);
    await this.#take('microphone');
    await this.#take('camera');
    this.view.patch({ settled: true });
  }

  async #fillGaps(): Promise<void> {
    const { camera, microphone, cameraOff } = this.view.get();
    if (!microphone.track) await this.#take('microphone');
    if (!camera.track && !cameraOff) await this.#take('camera');
  }

  async #take(kind: CaptureKind): Promise<void> {
    if (this.#closed || this.view.get()[kind].track) return;
    const got = await capture(kind);
    const unwanted = this.#closed || this.view.get()[kind].track || (kind === 'camera' && this.view.get().cameraOff);
    if (unwanted) return got.track?.stop();
    this.view.patch({ [kind]: got });
    if (!got.track) return;
    if (kind === 'microphone') {
      got.track.enabled = this.#talking;
      this.meter.get()?.close();
      this.meter.set(new LevelMeter(got.track));
    }
    got.track.addEventListener('ended', () => {
      if (this.view.get()[kind].track !== got.track) return;
      this.#drop(kind);
      void this.#take(kind);
    });
  }

  #drop(kind: CaptureKind): void {
    this.view.get()[kind].track?.stop();
    this.view.patch({ [kind]: NONE });
    if (kind !== 'microphone') return;
    this.meter.get()?.close();
    this.meter.set(null);
  }
}
