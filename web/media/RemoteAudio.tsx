import { useEffect, useRef } from 'react';
import { isHeard } from '../../server/protocol/derive.ts';
import type { SessionSnapshot } from '../../server/protocol/snapshot.ts';
import type { RemoteMedia } from './recvSide.ts';

/** Props of the sound of the session. */
export interface RemoteAudioProps {
  remote: RemoteMedia[];
  /** who may be heard now: who may not any more is silent at once, with what the browser has buffered of it */
  snapshot: SessionSnapshot;
  /** 0..1 */
  volume: number;
  /** changes when the person asked for the sound: play again */
  turn: number;
  /** the browser does not let this page play sound before somebody touches it */
  onBlocked: () => void;
}

/** Plays every voice that the server gives to this page; nothing of it is to be seen. */
export function RemoteAudio(props: RemoteAudioProps): React.JSX.Element {
  const { remote, snapshot, ...playing } = props;
  const voices = remote.filter((media) => media.kind === 'audio');
  return (
    <div hidden>
      {voices.map((voice) => (
        <Voice key={voice.consumerId} voice={voice} isHeard={isHeard(snapshot, voice.endpointId)} {...playing} />
      ))}
    </div>
  );
}

type VoiceProps = Omit<RemoteAudioProps, 'remote' | 'snapshot'> & { voice: RemoteMedia; isHeard: boolean };

function Voice({ voice, isHeard, volume, turn, onBlocked }: VoiceProps): React.JSX.Element {
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
  return <audio ref={element} autoPlay muted={!isHeard} data-source="audio" data-endpoint={voice.endpointId} />;
}
