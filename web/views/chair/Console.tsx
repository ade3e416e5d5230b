import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { calledNow } from '../../../server/protocol/derive.ts';
import type { SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { placePictures } from '../../media/pictures.ts';
import type { Picture, Pictures } from '../../media/pictures.ts';
import { RemoteAudio } from '../../media/RemoteAudio.tsx';
import { useStore } from '../../state/hooks.ts';
import { AbsentDialog } from './AbsentDialog.tsx';
import type { ChairDesk } from './chairDesk.ts';
import { CommandBar, toggleFull } from './CommandBar.tsx';
import { ConsoleNotes } from './ConsoleNotes.tsx';
import type { ConsoleAct } from './keys.ts';
import { KeyTable } from './KeyTable.tsx';
import { RollCallPanel } from './RollCallPanel.tsx';
import { Roster } from './Roster.tsx';
import { SessionLog } from './SessionLog.tsx';
import { SpeechQueue } from './SpeechQueue.tsx';
import { FILMSTRIP, StageArea } from './StageArea.tsx';
import { TopStrip } from './TopStrip.tsx';
import { useChair } from './useChair.ts';
import type { ChairConsole } from './useChair.ts';
import { useConsoleKeys } from './useConsoleKeys.ts';

/** The chairperson's console over a running session. */
export function Console(props: {
  desk: ChairDesk;
  snapshot: SessionSnapshot;
  who: { userId: string; steward: boolean };
}): ReactNode {
  const { desk, snapshot, who } = props;
  const chair = useChair(desk, snapshot, who);
  const { remote } = useStore(desk.peer.view);
  const { camera } = useStore(desk.own.view);
  const screen = useStore(desk.peer.screen);
  const { seat } = chair.view;
  const pictures = placePictures(snapshot, remote, { seat, camera: camera.track, screen });
  const strip = stripOf(pictures, seat, camera.track);
  const searchRef = useRef<HTMLInputElement>(null);
  const ui = useConsoleUi(chair, strip, () => searchRef.current?.focus());
  useEffect(() => {
    // messages keep clear of the command bar, where pause, lock and end are
    document.documentElement.dataset.console = '';
    return () => {
      delete document.documentElement.dataset.console;
    };
  }, []);
  return (
    <main className="grid h-dvh grid-cols-[minmax(0,1fr)] grid-rows-[auto_auto_minmax(0,1fr)_auto] overflow-hidden bg-bg relative">
      <TopStrip desk={desk} snapshot={snapshot} />
      <ConsoleNotes console={chair} blocked={ui.blocked} onSound={ui.unblock} />
      <div className="grid min-h-0 grid-cols-[minmax(17rem,22%)_minmax(0,1fr)_minmax(15.5rem,20%)]">
        <div className="flex min-h-0 flex-col border-r border-line bg-surface">
          <SpeechQueue console={chair} />
          <div className="h-1.5 shrink-0" />
          <Roster console={chair} searchRef={searchRef} onAbsent={ui.setAbsent} />
        </div>
        <StageArea console={chair} pictures={pictures} strip={strip} showStrip={ui.showStrip} />
        <div className="flex min-h-0 flex-col gap-2 border-l border-line bg-surface">
          <RollCallPanel console={chair} onAbsent={ui.setAbsent} />
          <SessionLog events={chair.view.events} participants={snapshot.participants} />
        </div>
      </div>
      <CommandBar console={chair} onKeys={() => ui.setKeysOpen(true)} />
      <RemoteAudio remote={remote} snapshot={snapshot} volume={1} turn={ui.soundTurn} onBlocked={ui.block} />
      <KeyTable
        isOpen={ui.keysOpen}
        onClose={() => ui.setKeysOpen(false)}
        enabled={ui.keysOn}
        onEnabled={ui.setKeysOn}
      />
      <AbsentDialog
        name={snapshot.participants[ui.absent ?? '']?.shortName ?? ''}
        isOpen={ui.absent !== null}
        onClose={() => ui.setAbsent(null)}
        onReason={(reason) => {
          if (ui.absent) void chair.act.rollAbsent(ui.absent, reason);
          ui.setAbsent(null);
        }}
      />
    </main>
  );
}

/** The own picture first, the stage when a presentation has its place, then the others. */
function stripOf(pictures: Pictures, seat: string | null, camera: MediaStreamTrack | null): Picture[] {
  const { main, presentation, tiles } = pictures;
  const own: Picture[] =
    seat && !(main.own && !presentation)
      ? [{ endpointId: seat, source: 'camera', track: camera, held: false, own: true }]
      : [];
  const stage = presentation && !main.own ? [main] : [];
  return [...own, ...stage, ...tiles].slice(0, FILMSTRIP);
}

const KEYS_OFF = 'nhipcau.keysOff';

/** What is open, shown and pressed on the console itself, apart from the session. */
function useConsoleUi(chair: ChairConsole, strip: Picture[], focusSearch: () => void) {
  const [showStrip, setShowStrip] = useState(true);
  const [keysOpen, setKeysOpen] = useState(false);
  const [keysOn, setKeysOn] = useState(() => localStorage.getItem(KEYS_OFF) === null);
  const [absent, setAbsent] = useState<string | null>(null);
  const [blocked, setBlocked] = useState(false);
  const [soundTurn, setSoundTurn] = useState(0);
  const { act, commands, snapshot, view } = chair;
  const called = calledNow(snapshot);
  const runs: Record<ConsoleAct, () => void> = {
    microphone: () => act.microphone(),
    camera: act.camera,
    presentation: () => void act.present(),
    names: () => setShowStrip((on) => !on),
    nextSpeaker: act.nextSpeaker,
    stopSpeaker: act.stopSpeakers,
    rollCall: () => (snapshot.rollCall?.open ? act.rollNext() : void act.rollStart()),
    search: focusSearch,
    fullScreen: () => void toggleFull(),
    keyTable: () => setKeysOpen(true),
    muteAll: () => void act.muteAll(),
    rollPresent: () => void act.rollPresent(),
    rollAbsent: () => setAbsent(called),
    talk: () => act.microphone(true),
  };
  const own: ConsoleAct[] = ['names', 'search', 'fullScreen', 'keyTable'];
  const withSeat: ConsoleAct[] = ['microphone', 'camera', 'presentation', 'talk'];
  useConsoleKeys({
    enabled: keysOn,
    run: (what) => {
      if (commands || own.includes(what) || (view.seat && withSeat.includes(what))) runs[what]();
    },
    talkEnd: () => act.microphone(false),
    pin: (place) => {
      const picture = strip[place - 1];
      if (picture && commands) act.stage(picture.endpointId);
    },
  });
  return {
    showStrip,
    keysOpen,
    setKeysOpen,
    keysOn,
    setKeysOn: (on: boolean): void => {
      if (on) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, '1');
      setKeysOn(on);
    },
    absent,
    setAbsent,
    blocked,
    block: () => setBlocked(true),
    unblock: () => {
      setBlocked(false);
      setSoundTurn((n) => n + 1);
    },
    soundTurn,
  };
}
