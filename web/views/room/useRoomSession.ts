import { useEffect, useRef } from 'react';
import {
  calledNow,
  handPosition,
  holdsFloor,
  inSession,
  isHeard,
  mayOpenMic,
} from '../../../server/protocol/derive.ts';
import type { Participant, RollState, SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { showProblem, showToast } from '../../components/toasts.ts';
import { say } from '../../i18n/index.ts';
import { captureScreen } from '../../media/devices.ts';
import { useSending, useStore } from '../../state/hooks.ts';
import type { RoomStation } from './roomStation.ts';
import type { Visit } from './visit.ts';
import { roomWords } from './words.ts';

/** What the room is in the session, as its screen needs it. */
export interface RoomSession {
  snapshot: SessionSnapshot;
  me: Participant | null;
  /** the microphone is heard by others now */
  heard: boolean;
  mayOpen: boolean;
  hasMicrophone: boolean;
  hasCamera: boolean;
  /** place in the queue from 1; null: no hand */
  hand: number | null;
  approved: boolean;
  floor: boolean;
  called: boolean;
  /** what was said about this endpoint in the roll call; null: nothing yet */
  answered: Exclude<RollState, 'not_called'> | null;

  presenting: 'no' | 'asked' | 'given' | 'on';
  pending: ReadonlySet<string>;
  act: RoomActions;
}

/** What the buttons and keys of the room do. */
export interface RoomActions {
  hand: () => void;
  microphone: () => void;
  presentation: () => void;
  chooseScreen: () => Promise<void>;
  camera: () => void;
  releaseFloor: () => void;
  answer: () => void;
}

type Presenting = RoomSession['presenting'];

/**
 * Tells the room when the chair declined its request: nothing else on the screen would.
 * @returns what is called when the room itself takes it back
 */
function useDeclined(presenting: Presenting): () => void {
  const before = useRef(presenting);
  const takenBack = useRef(false);
  useEffect(() => {
    const declined = before.current === 'asked' && presenting === 'no' && !takenBack.current;
    before.current = presenting;
    takenBack.current = false;
    if (declined) showToast({ tone: 'neutral', text: say(roomWords, 'presentDeclined') });
  }, [presenting]);
  return () => {
    takenBack.current = true;
  };
}

/** @returns the session as this room sees it; null before the first snapshot */
export function useRoomSession(station: RoomStation, visit: Visit): RoomSession | null {
  const { snapshot, seat } = useStore(visit.session.view);
  const own = useStore(station.own.view);
  const screen = useStore(visit.peer.screen);
  const { pending, send } = useSending(station.connection, showProblem);
  const presenting = presentingOf(snapshot, seat, screen !== null);
  const takeBack = useDeclined(presenting);
  if (!snapshot) return null;
  const id = seat ?? '';
  const me = snapshot.participants[id] ?? null;
  const hand = handPosition(snapshot, id);
  const heard = isHeard(snapshot, id);
  const sessionId = snapshot.id;

  const chooseScreen = async (): Promise<void> => {
    const track = await captureScreen();
    if (!track) return;
    // the browser's own "stop sharing" bar ends the presentation for all
    track.addEventListener('ended', () => {
      if (visit.peer.screen.get() === track) void send('presentation.stop', { sessionId });
    });
    visit.peer.present(track);
  };
  const act: RoomActions = {
    hand: () => void send(hand === null ? 'floor.request' : 'floor.withdraw', { sessionId }),
    microphone: () => void send('mic.mute', { sessionId, muted: me?.micOpen ?? false }),
    presentation: () => {
      if (presenting !== 'no') {
        takeBack();
        visit.peer.present(null);
        void send('presentation.stop', { sessionId });
      } else if (!navigator.mediaDevices?.getDisplayMedia) {
        showToast({ tone: 'bad', text: say(roomWords, 'presentImpossible') });
      } else void send('presentation.request', { sessionId });
    },
    chooseScreen,
    camera: () => station.own.setCamera(own.cameraOff),
    releaseFloor: () => void send('floor.release', { sessionId }),
    answer: () => void send('rollCall.answer', { sessionId }),
  };
  return {
    snapshot,
    me,
    heard,
    mayOpen: inSession(me ?? undefined) && mayOpenMic(snapshot, id),
    hasMicrophone: own.microphone.track !== null,
    hasCamera: !own.cameraOff,
    hand,
    approved: snapshot.floor.queue.some((h) => h.endpointId === id && h.approved),
    floor: holdsFloor(snapshot, id),
    called: seat !== null && calledNow(snapshot) === seat,
    answered: answerOf(snapshot, id),
    presenting,
    pending,
    act,
  };
}

function presentingOf(s: SessionSnapshot | null, seat: string | null, shares: boolean): Presenting {
  if (!s || !seat) return 'no';
  if (s.presentation.holder === seat) return shares ? 'on' : 'given';
  return s.presentation.requests.includes(seat) ? 'asked' : 'no';
}

function answerOf(snapshot: SessionSnapshot, endpointId: string): RoomSession['answered'] {
  const state = snapshot.rollCall?.entries[endpointId]?.state ?? 'not_called';
  return state === 'not_called' ? null : state;
}
