import { Store } from '../lib/store.ts';
import type { CaptureProblem } from './captureProblem.ts';
import { capture, rememberLabel } from './devices.ts';
import type { CaptureKind } from './devices.ts';
import { LevelMeter } from './levelMeter.ts';

/** One own device as the screens show it. */
export interface OwnDevice {
  track: MediaStreamTrack | null;
  problem: CaptureProblem | null;
  /** name of the device that worked last; null when none ever did */
  label: string | null;
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

const NONE: OwnDevice = { track: null, problem: null, label: null };

/**
 * Owner of this page's camera and microphone, which are on while somebody holds them. A page without either still
 * joins; a device that is unplugged is replaced by another, and one that comes later is taken.
 */
export class OwnMedia {
  readonly view = new Store<OwnView>({ camera: NONE, microphone: NONE, cameraOff: false, settled: false });
  /** listens to the microphone while it is on */
  readonly meter = new Store<LevelMeter | null>(null);
  #talking = false;
  #holders = 0;
  #turn: Promise<void> = Promise.resolve();
  readonly #changed = (): void => this.#soon();

  /** Switches the devices on, or shares them with who holds them already. @returns what gives them back */
  hold(): () => void {
    this.#holders += 1;
    if (this.#holders === 1) navigator.mediaDevices?.addEventListener('devicechange', this.#changed);
    this.#soon();
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#holders -= 1;
      if (this.#holders === 0) this.#off();
    };
  }

  /** Opens both once, to know whether they work, and closes them again unless they are held. */
  async check(): Promise<void> {
    const giveBack = this.hold();
    await this.#turn;
    giveBack();
  }

  /** Tries again what is missing: after a permission was given or a device plugged in. */
  retry(): void {
    this.#soon();
  }

  /** Uses the device with this label from now on. */
  choose(kind: CaptureKind, label: string): void {
    rememberLabel(kind, label);
    this.#drop(kind);
    this.#soon();
  }

  /** Lets the microphone's sound out, or sends silence. The SFU pauses it as well: this is for the room's own trust. */
  setTalking(talking: boolean): void {
    this.#talking = talking;
    const { track } = this.view.get().microphone;
    if (track) track.enabled = talking;
  }

  /** Switches the camera: off stops the device, so that its light goes out. */
  setCamera(on: boolean): void {
    this.view.patch({ cameraOff: !on });
    if (!on) this.#drop('camera');
    this.#soon();
  }

  #off(): void {
    navigator.mediaDevices?.removeEventListener('devicechange', this.#changed);
    this.#drop('camera');
    this.#drop('microphone');
  }

  #soon(): void {
    this.#turn = this.#turn.then(() => this.#fill());
  }

  async #fill(): Promise<void> {
    if (this.#wants('microphone')) await this.#take('microphone');
    if (this.#wants('camera')) await this.#take('camera');
    if (this.#holders > 0) this.view.patch({ settled: true });
  }

  #wants(kind: CaptureKind): boolean {
    const view = this.view.get();
    return this.#holders > 0 && !view[kind].track && !(kind === 'camera' && view.cameraOff);
  }

  async #take(kind: CaptureKind): Promise<void> {
    const got = await capture(kind);
    if (!this.#wants(kind)) return got.track?.stop();
    const label = got.track ? got.track.label : null;
    this.view.patch({ [kind]: { ...got, label } });
    const { track } = got;
    if (!track) return;
    if (kind === 'microphone') this.#takeMicrophone(track);
    track.addEventListener('ended', () => {
      if (this.view.get()[kind].track !== track) return;
      this.#drop(kind);
      this.#soon();
    });
  }

  #takeMicrophone(track: MediaStreamTrack): void {
    track.enabled = this.#talking;
    this.meter.get()?.close();
    this.meter.set(new LevelMeter(track));
  }

  #drop(kind: CaptureKind): void {
    const device = this.view.get()[kind];
    if (kind === 'microphone') {
      this.meter.get()?.close();
      this.meter.set(null);
    }
    if (!device.track) return;
    device.track.stop();
    this.view.patch({ [kind]: { ...device, track: null } });
  }
}
