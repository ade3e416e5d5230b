import { useEffect, useRef, useState } from 'react';

/** a new picture that does not come within this leaves the place dark rather than wrong */
const LEAST_HELD_MS = 2_000;

/** Where a picture stands on the screen. */
export type VideoPlace = 'stage' | 'presentation' | 'self' | 'tile' | 'preview';

/** Props of a picture. */
export interface VideoViewProps {
  track: MediaStreamTrack | null;
  place: VideoPlace;
  /** whose picture it is */
  endpointId?: string;
  /** for those who cannot see it */
  label: string;
  /** fills its box and cuts the edges; otherwise the whole picture is shown */
  cover?: boolean;
  mirrored?: boolean;
  className?: string;
}

/**
 * Shows one video track. When the track changes or ends, the last picture stays until the next one really plays, so
 * that a lost path freezes and never turns black.
 */
export function VideoView(props: VideoViewProps): React.JSX.Element {
  const { track, place, endpointId, label, cover = true, mirrored = false, className = '' } = props;
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const [held, setHeld] = useState(false);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    if (!track) {
      // nobody's old picture may stand under another's name
      element.srcObject = null;
      setHeld(false);
      return;
    }
    element.srcObject = new MediaStream([track]);
    element.play().catch(() => undefined);
    const shown = element.requestVideoFrameCallback?.(() => setHeld(false));
    const copy = (): void => {
      if (copyPicture(element, still.current)) setHeld(true);
    };
    track.addEventListener('ended', copy);
    const tooOld = setTimeout(() => setHeld(track.readyState === 'ended'), LEAST_HELD_MS);
    return () => {
      clearTimeout(tooOld);
      track.removeEventListener('ended', copy);
      copy();
      if (shown !== undefined) element.cancelVideoFrameCallback(shown);
    };
  }, [track]);

  const fit = `absolute inset-0 size-full ${cover ? 'object-cover' : 'object-contain'} ${mirrored ? '-scale-x-100' : ''}`;
  return (
    <div className={`relative overflow-hidden ${className}`}>
      <video
        ref={video}
        className={fit}
        data-role={place}
        data-endpoint={endpointId}
        aria-label={label}
        autoPlay
        playsInline
        muted
      />
      <canvas ref={still} className={fit} hidden={!held} aria-hidden />
    </div>
  );
}

function copyPicture(from: HTMLVideoElement, to: HTMLCanvasElement | null): boolean {
  if (!to || from.videoWidth === 0) return false;
  to.width = from.videoWidth;
  to.height = from.videoHeight;
  to.getContext('2d')?.drawImage(from, 0, 0);
  return true;
}
