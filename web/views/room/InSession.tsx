import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Spinner } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { RemoteAudio } from '../../media/RemoteAudio.tsx';
import { useStore } from '../../state/hooks.ts';
import { Cards } from './Cards.tsx';
import { Controls } from './Controls.tsx';
import { RoomHeader } from './RoomHeader.tsx';
import { RoomPictures } from './RoomPictures.tsx';
import type { RoomStation, Visit } from './roomStation.ts';
import { Trouble } from './Trouble.tsx';
import { useRoomKeys } from './useRoomKeys.ts';
import { useRoomSession } from './useRoomSession.ts';
import type { RoomSession } from './useRoomSession.ts';
import { roomWords } from './words.ts';

const VOLUME = 'nhipcau.volume';
const STEPS = 10;

/** The room in a session: one picture, one giant line that says whether it is heard, and a few large buttons. */
export function InSession({ station, visit }: { station: RoomStation; visit: Visit }): ReactNode {
  const say = useWords(roomWords);
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
            <Button
              size="kiosk"
              tone="primary"
              icon="speaker"
              autoFocus
              className="mx-auto"
              onPress={() => {
                setBlocked(false);
                setSoundTurn((n) => n + 1);
              }}
            >
              {say('soundOn')}
            </Button>
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
      <Help room={room} isOpen={helping} onClose={() => setHelping(false)} />
    </main>
  );
}

/** Whom to call, and what to say. */
function Help(props: { room: RoomSession; isOpen: boolean; onClose: () => void }): ReactNode {
  const { room, isOpen, onClose } = props;
  const say = useWords(roomWords);
  return (
    <Dialog
      title={say('help')}
      isOpen={isOpen}
      onClose={onClose}
      footer={
        <Button size="kiosk" autoFocus onPress={onClose}>
          {say('helpClose')}
        </Button>
      }
    >
      <p className="text-2xl leading-normal">{say('helpText')}</p>
      <p className="mt-6 text-3xl leading-normal font-bold">{room.me?.name}</p>
      <p className="mt-2 text-2xl leading-normal">{room.snapshot.title}</p>
    </Dialog>
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
