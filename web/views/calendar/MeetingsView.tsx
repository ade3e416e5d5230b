import { useState } from 'react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Meeting } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Frame } from '../../components/Frame.tsx';
import { Tabs } from '../../components/Tabs.tsx';
import { showProblem } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import type { Read } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { dayStart } from '../../lib/format.ts';
import { hasRole, useMe } from '../../lib/me.tsx';
import { serverNow, useServerNow } from '../../lib/serverClock.ts';
import { CancelDialog } from './CancelDialog.tsx';
import type { Planner } from './draft.ts';
import { MeetingForm } from './MeetingForm.tsx';
import { MeetingList } from './MeetingList.tsx';
import type { Window } from './MeetingList.tsx';
import type { MeetingActions } from './MeetingRow.tsx';
import { NowDialog } from './NowDialog.tsx';
import { reachOf } from './reach.ts';
import { useDirectory } from './useDirectory.ts';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

/** Milliseconds between readings of the list. */
const FRESH = 15_000;

/** Which window stands over the list. */
type Open = { kind: 'now' } | { kind: 'form'; meeting: Meeting | null } | { kind: 'cancel'; meeting: Meeting } | null;

function useMeetings(window: Window): Read<Meeting[]> {
  const today = dayStart(useServerNow(60_000));
  return useRead(
    (signal) => {
      const { from, to } = reachOf(window, today, serverNow());
      return calls.meetings(from, to, signal);
    },
    `${window}/${today}`,
    FRESH,
  );
}

/** What the rows may do: open a window, or start and go to the console. */
function useActions(setOpen: (open: Open) => void, reload: () => void) {
  const [, go] = useLocation();
  const [starting, setStarting] = useState<string | null>(null);
  const enter = (sessionId: string): void => go(`/chair/${sessionId}`);
  const actions: MeetingActions = {
    onEnter: enter,
    onAnswers: (meetingId) => go(`/registrations/${meetingId}`),
    onEdit: (meeting) => setOpen({ kind: 'form', meeting }),
    onCancel: (meeting) => setOpen({ kind: 'cancel', meeting }),
    onStart: (meeting) => {
      setStarting(meeting.id);
      calls
        .startMeeting(meeting.id)
        .then(({ sessionId }) => enter(sessionId))
        .catch((thrown: unknown) => {
          showProblem(thrown);
          reload();
        })
        .finally(() => setStarting(null));
    },
  };
  return { actions, starting };
}

/** "Phiên họp của tôi": what is ahead and what was, with everything that may be done with it. */
export function MeetingsView(): ReactNode {
  const say = useWords(calendarWords);
  const { user } = useMe();
  const [window, setWindow] = useState<Window>('upcoming');
  const [open, setOpen] = useState<Open>(null);
  const directory = useDirectory();
  const meetings = useMeetings(window);
  const { actions, starting } = useActions(setOpen, meetings.reload);
  const mayBook = hasRole(user, 'administrator', 'chairperson');
  const list = (of: Window): ReactNode => (
    <MeetingList
      window={of}
      meetings={meetings}
      directory={directory}
      mayBook={mayBook}
      starting={starting}
      actions={actions}
    />
  );
  return (
    <Frame title={say('title')} actions={mayBook && <BookButtons isReady={directory.ready} onOpen={setOpen} />}>
      <Tabs
        label={say('pages')}
        selected={window}
        onSelect={(id) => setWindow(id === 'past' ? 'past' : 'upcoming')}
        pages={[
          { id: 'upcoming', label: say('upcoming'), content: list('upcoming') },
          { id: 'past', label: say('past'), content: list('past') },
        ]}
      />
      <Windows
        open={open}
        directory={directory}
        onClose={() => setOpen(null)}
        onStarted={actions.onEnter}
        onDone={() => {
          setOpen(null);
          meetings.reload();
        }}
      />
    </Frame>
  );
}

function BookButtons({ isReady, onOpen }: { isReady: boolean; onOpen: (open: Open) => void }): ReactNode {
  const say = useWords(calendarWords);
  return (
    <>
      <Button icon="calendar" size="lg" isDisabled={!isReady} onPress={() => onOpen({ kind: 'form', meeting: null })}>
        {say('create')}
      </Button>
      <Button icon="play" size="lg" tone="primary" isDisabled={!isReady} onPress={() => onOpen({ kind: 'now' })}>
        {say('meetNow')}
      </Button>
    </>
  );
}

function Windows(props: {
  open: Open;
  directory: Directory;
  onClose: () => void;
  onStarted: (sessionId: string) => void;
  onDone: () => void;
}): ReactNode {
  const { open, directory, onClose, onStarted, onDone } = props;
  const { user } = useMe();
  const planner: Planner = {
    unitId: user?.unitId,
    chairUserId: user && hasRole(user, 'chairperson') ? user.id : null,
  };
  if (open?.kind === 'now') {
    return <NowDialog directory={directory} planner={planner} onClose={onClose} onStarted={onStarted} />;
  }
  if (open?.kind === 'form') {
    const { meeting } = open;
    return <MeetingForm directory={directory} planner={planner} meeting={meeting} onClose={onClose} onSaved={onDone} />;
  }
  return open && <CancelDialog meeting={open.meeting} onClose={onClose} onCancelled={onDone} />;
}
