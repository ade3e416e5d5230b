import { useEffect, useRef } from 'react';
import type { RemoteMedia } from './recvSide.ts';

/** Props of the sound of the session. */
export interface RemoteAudioProps {
  remote: RemoteMedia[];
  /** 0..1 */
  volume: number;
  /** changes when the person asked for the sound: play again */
  turn: number;
  /** the browser does not let this page play sound before somebody touches it */
  onBlocked: () => void;
}

/** Plays every voice that the server gives to this page; nothing of it is to be seen. */
export function RemoteAudio({ remote, volume, turn, onBlocked }: RemoteAudioProps): React.JSX.Element {
  const voices = remote.filter((media) => media.kind === 'audio');
  return (
    <div hidden>
      {voices.map((voice) => (
        <Voice key={voice.consumerId} voice={voice} volume={volume} turn={turn} onBlocked={onBlocked} />
      ))}
    </div>
  );
}

function Voice(props: { voice: RemoteMedia; volume: number; turn: number; onBlocked: () => void }): React.JSX.Element {
  const { voice, volume, turn, onBlocked } = props;
  const element = useRef<HTMLAudioElement>(null);
  const blocked = useRef(onBlocked);
  blocked.current = onBlocked;
  useEffect(() => {
    if (element.current) element.current.srcObject = new MediaStream([voice.track]);
  }, [voice.track]);
  useEffect(() => {
    if (element.current) element.current.volume = volume;
  }, [volume]);
  useEffect(() => {
    element.current?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') blocked.current();
    });
  }, [voice.track, turn]);
  return <audio ref={element} autoPlay data-source="audio" data-endpoint={voice.endpointId} />;
}
