import { useMemo, useRef } from 'react';
import { holdsFloor, isHeard, stageOf } from '../../../server/protocol/derive.ts';
import type { SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { showProblem, showToast } from '../../components/toasts.ts';
import { say } from '../../i18n/index.ts';
import { captureScreen } from '../../media/devices.ts';
import { useSending, useStore } from '../../state/hooks.ts';
import type { Sending } from '../../state/hooks.ts';
import type { SessionView } from '../../state/sessionStore.ts';
import type { ChairDesk } from './chairDesk.ts';
import { rollActions } from './rollActions.ts';
import type { RollActions } from './rollActions.ts';
import { chairWords } from './words.ts';

/** What the console's parts share. */
export interface ChairConsole {
  desk: ChairDesk;
  snapshot: SessionSnapshot;
  view: SessionView;
  /** this person has the chair and may command */
  commands: boolean;
  /** this person is the chair of the meeting while another has the chair */
  mayTakeBack: boolean;
  /** may end, extend and lock without the chair */
  steward: boolean;
  pending: ReadonlySet<string>;
  act: ChairActions;
}

/** What buttons, menus and keys of the console do; stable, so that rows need not draw again. */
export interface ChairActions extends RollActions {
  send: Sending['send'];
  /** a command of one endpoint */
  on(name: EndpointCommand, endpointId: string): void;
  allow(endpointId: string, allowed: boolean): void;
  mute(endpointId: string): void;
  stage(endpointId: string | null): void;
  microphone(open?: boolean): void;
  camera(): void;
  present(): Promise<void>;
  muteAll(): Promise<void>;
  nextSpeaker(): void;
  stopSpeakers(): void;
}

/** Commands that name one endpoint and nothing more. */
export type EndpointCommand =
  | 'floor.give'
  | 'floor.release'
  | 'floor.approve'
  | 'floor.refuse'
  | 'presentation.give'
  | 'presentation.stop'
  | 'rollCall.call'
  | 'chair.handOver'
  | 'session.remove';

/** @returns the console over a snapshot, with actions that always work on the newest state */
export function useChair(
  desk: ChairDesk,
  snapshot: SessionSnapshot,
  who: { userId: string; steward: boolean },
): ChairConsole {
  const view = useStore(desk.session.view);
  const { pending, send } = useSending(desk.connection, showProblem);
  const first = useRef(snapshot);
  // straight from the store: after an answer the page has not drawn the newest state yet
  const act = useMemo(
    () => chairActions(desk, send, () => desk.session.view.get().snapshot ?? first.current),
    [desk, send],
  );
  const { chair, homeChair } = snapshot;
  const commands = chair.userId === null ? view.seat === chair.endpointId : chair.userId === who.userId;
  const mayTakeBack = !commands && homeChair.userId === who.userId;
  return { desk, snapshot, view, commands, mayTakeBack, steward: who.steward, pending, act };
}

function chairActions(desk: ChairDesk, send: Sending['send'], now: () => SessionSnapshot): ChairActions {
  const base = (): { sessionId: string } => ({ sessionId: now().id });
  const on = (name: EndpointCommand, endpointId: string): void => void send(name, { ...base(), endpointId });
  return {
    send,
    on,
    ...ownActions(desk, send, now),
    ...rollActions(send, now),
    allow: (endpointId, allowed) => void send('mic.allow', { ...base(), endpointId, allowed }),
    mute: (endpointId) => void send('mic.mute', { ...base(), endpointId, muted: true }),
    stage: (endpointId) => void send('stage.set', { ...base(), endpointId }),
    muteAll: async () => {
      const done = await send('mic.muteAll', { ...base(), selfUnmute: now().selfUnmute });
      if (done) showToast({ tone: 'ok', text: say(chairWords, 'mutedAll') });
    },
    nextSpeaker: () => {
      const s = now();
      const next = s.floor.queue.find((h) => h.approved) ?? s.floor.queue[0];
      if (next) on('floor.give', next.endpointId);
      else showToast({ tone: 'neutral', text: say(chairWords, 'noHands') });
    },
    stopSpeakers: () => {
      const s = now();
      const shown = stageOf(s);
      const speaker = holdsFloor(s, shown) ? shown : s.floor.holders.at(-1)?.endpointId;
      if (speaker) on('floor.release', speaker);
    },
  };
}

function ownActions(
  desk: ChairDesk,
  send: Sending['send'],
  now: () => SessionSnapshot,
): Pick<ChairActions, 'microphone' | 'camera' | 'present'> {
  return {
    microphone: (open) => {
      const s = now();
      const seat = desk.session.view.get().seat ?? s.chair.endpointId;
      const wanted = open ?? !(s.participants[seat]?.micOpen ?? false);
      if (open !== undefined && open === isHeard(s, seat)) return;
      void send('mic.mute', { sessionId: s.id, muted: !wanted });
    },
    camera: () => desk.own.setCamera(desk.own.view.get().cameraOff),
    present: async () => {
      const s = now();
      const { seat } = desk.session.view.get();
      if (!seat) return void showToast({ tone: 'bad', text: say(chairWords, 'noSeatNoScreen') });
      if (s.presentation.holder === seat) {
        desk.peer.present(null);
        return void send('presentation.stop', { sessionId: s.id });
      }
      // the browser asks for the screen only right after a key or a press: first the screen, then the right
      const track = await captureScreen();
      if (!track) return;
      const given = await send('presentation.request', { sessionId: s.id });
      if (!given || now().presentation.holder !== seat) return track.stop();
      desk.peer.present(track);
      track.addEventListener('ended', () => {
        if (desk.peer.screen.get() === track) void send('presentation.stop', { sessionId: s.id });
      });
    },
  };
}
