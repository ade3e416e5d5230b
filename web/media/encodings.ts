import { CAMERA_LAYERS } from '../../server/protocol/layers.ts';

/** One simulcast encoding, lowest first. */
export interface CameraEncoding {
  scaleResolutionDownBy: number;
  maxBitrate: number;
  maxFramerate: number;
}

/**
 * Chooses the camera's simulcast layers: as many as the picture is high enough for and the line can carry.
 * @param height of the captured picture, in pixels
 * @param maxBitrate bits per second that the endpoint's line may send
 * @returns at least one encoding
 */
export function cameraEncodings(height: number, maxBitrate: number): CameraEncoding[] {
  // browsers drop the top layers by themselves when the picture is small: better to ask for what will be sent
  const fitting = CAMERA_LAYERS.filter((layer, i) => i === 0 || layer.height <= height);
  const chosen: { maxBitrate: number; maxFramerate: number }[] = [];
  let left = maxBitrate;
  for (const layer of fitting) {
    if (chosen.length > 0 && left < layer.bps / 2) break;
    const share = Math.max(60_000, Math.min(layer.bps, left));
    chosen.push({ maxBitrate: share, maxFramerate: layer.fps });
    left -= share;
  }
  const top = chosen.length - 1;
  const spare = scaleOfTop(height, fitting.length, chosen.length);
  return chosen.map((layer, i) => ({ ...layer, scaleResolutionDownBy: spare * 2 ** (top - i) }));
}

/** A layer that the line cannot carry is left out from above: the rest keep their heights. */
function scaleOfTop(height: number, fitting: number, chosen: number): number {
  const top = CAMERA_LAYERS[chosen - 1]?.height ?? height;
  return fitting === chosen ? 1 : Math.max(1, height / top);
}
