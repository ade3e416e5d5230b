import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Spinner } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { RemoteAudio } from '../../media/RemoteAudio.tsx';
import { useStore } from '../../state/hooks.ts';
import { Cards } from './Cards.tsx';
import { Controls } from './Controls.tsx';
import { Help } from './Help.tsx';
import { RoomHeader } from './RoomHeader.tsx';
import { RoomPictures } from './RoomPictures.tsx';
import type { RoomStation } from './roomStation.ts';
import type { Visit } from './visit.ts';
import { Trouble } from './Trouble.tsx';
import { useRoomKeys } from './useRoomKeys.ts';
import { useRoomSession } from './useRoomSession.ts';
import { roomWords } from './words.ts';

const VOLUME = 'nhipcau.volume';
const STEPS = 10;

/** The room in a session: one picture, one giant line that says whether it is heard, and a few large buttons. */
export function InSession({ station, visit }: { station: RoomStation; visit: Visit }): ReactNode {
  const room = useRoomSession(station, visit);
  const { remote } = useStore(visit.peer.view);
  const [volume, setVolume] = useVolume();
  const [helping, setHelping] = useState(false);
  const [blocked, setBlocked] = useState(false);
  const [soundTurn, setSoundTurn] = useState(0);
  const nothing = (): void => undefined;
  useRoomKeys({
    F1: room?.act.hand ?? nothing,
    F2: room?.act.microphone ?? nothing,
    F3: room?.act.presentation ?? nothing,
    F4: room?.act.camera ?? nothing,
    F9: () => setHelping(true),
  });
  const sound = { volume: volume / STEPS, turn: soundTurn, onBlocked: () => setBlocked(true) };
  if (!room) return <Spinner className="grow text-2xl" />;
  return (
    <main className="relative flex h-dvh flex-col overflow-hidden bg-black">
      <RoomHeader station={station} visit={visit} snapshot={room.snapshot} />
      <div className="relative min-h-0 grow">
        <RoomPictures station={station} visit={visit} snapshot={room.snapshot} />
        <div className="pointer-events-none absolute inset-x-0 top-0 z-10 flex flex-col gap-3 p-4 *:pointer-events-auto">
          <Trouble visit={visit} />
          <Cards room={room} />
          {blocked && (
            <SoundOn
              onPress={() => {
                setBlocked(false);
                setSoundTurn((n) => n + 1);
              }}
            />
          )}
        </div>
      </div>
      <Controls
        room={room}
        own={station.own}
        volume={volume}
        onVolume={setVolume}
        onHelp={() => setHelping(true)}
        onLeave={() => station.leave()}
      />
      <RemoteAudio remote={remote} snapshot={room.snapshot} {...sound} />
      <Help
        credential={station.credential}
        session={room.snapshot.title}
        isOpen={helping}
        onClose={() => setHelping(false)}
      />
    </main>
  );
}

/** Some browsers wait for one press before they play sound. */
function SoundOn({ onPress }: { onPress: () => void }): ReactNode {
  const say = useWords(roomWords);
  return (
    <Button size="kiosk" tone="primary" icon="speaker" autoFocus className="mx-auto" onPress={onPress}>
      {say('soundOn')}
    </Button>
  );
}

/** Loudness of the room's loudspeaker in ten steps, kept over sessions. */
function useVolume(): [number, (next: number) => void] {
  const [volume, setVolume] = useState(() => {
    const kept = Number(localStorage.getItem(VOLUME) ?? STEPS);
    return Number.isInteger(kept) && kept >= 0 && kept <= STEPS ? kept : STEPS;
  });
  useEffect(() => localStorage.setItem(VOLUME, String(volume)), [volume]);
  return [volume, (next) => setVolume(Math.min(STEPS, Math.max(0, next)))];
}
