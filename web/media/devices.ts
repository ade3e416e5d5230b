import { captureProblem, worthAnother } from './captureProblem.ts';
import type { CaptureProblem } from './captureProblem.ts';

/** What can be captured from the room. */
export type CaptureKind = 'camera' | 'microphone';

/** A captured track, or why there is none. */
export type Captured = { track: MediaStreamTrack; problem: null } | { track: null; problem: CaptureProblem };

/** One camera or microphone of this PC. */
export interface LocalDevice {
  deviceId: string;
  label: string;
}

const KIND = { camera: 'videoinput', microphone: 'audioinput', speaker: 'audiooutput' } as const;
const REMEMBERED = 'nhipcau.media.';

/** @returns whether this page may ask for cameras at all: plain HTTP from another machine may not */
export function canCapture(): boolean {
  return window.isSecureContext && navigator.mediaDevices !== undefined;
}

/** @returns the devices of one kind; labels are empty until the first permission */
export async function listDevices(kind: keyof typeof KIND): Promise<LocalDevice[]> {
  if (!canCapture()) return [];
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((d) => d.kind === KIND[kind]).map((d) => ({ deviceId: d.deviceId, label: d.label }));
}

/** @returns label of the device that was chosen here; labels outlive the ids, which change with the browser's data */
export function rememberedLabel(kind: CaptureKind): string | null {
  return localStorage.getItem(REMEMBERED + kind);
}

/** Keeps the label of the device to use from now on. */
export function rememberLabel(kind: CaptureKind, label: string): void {
  localStorage.setItem(REMEMBERED + kind, label);
}

/**
 * Opens the remembered device, else the browser's own choice, else each other device in turn.
 * @returns the track, or the first reason that was met
 */
export async function capture(kind: CaptureKind): Promise<Captured> {
  if (!canCapture()) return { track: null, problem: 'insecure' };
  const devices = await listDevices(kind).catch(() => []);
  const chosen = devices.find((d) => d.label !== '' && d.label === rememberedLabel(kind));
  const first = await attempt(kind, chosen?.deviceId);
  if (first.track || !worthAnother(first.problem)) return first;
  for (const device of devices) {
    if (device.deviceId === chosen?.deviceId || device.deviceId === '') continue;
    const next = await attempt(kind, device.deviceId);
    if (next.track) return next;
  }
  return first;
}

async function attempt(kind: CaptureKind, deviceId: string | undefined): Promise<Captured> {
  const device = deviceId ? { deviceId: { exact: deviceId } } : {};
  const constraints =
    kind === 'camera'
      ? { video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } }
      : { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    const [track] = stream.getTracks();
    return track ? { track, problem: null } : { track: null, problem: 'missing' };
  } catch (error) {
    return { track: null, problem: captureProblem(error) };
  }
}

/** Opens a picture of the screen or of a window. @returns the track, or null when the person closed the choice */
export async function captureScreen(): Promise<MediaStreamTrack | null> {
  if (!navigator.mediaDevices?.getDisplayMedia) return null;
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15 } }, audio: false });
    const [track] = stream.getVideoTracks();
    if (track) track.contentHint = 'detail';
    return track ?? null;
  } catch {
    return null;
  }
}
