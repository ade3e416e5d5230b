import { useState } from 'react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Meeting } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Frame } from '../../components/Frame.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { Tabs } from '../../components/Tabs.tsx';
import { showProblem } from '../../components/toasts.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import type { Read } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { dayKey, dayStart, formatDay, toRfc3339 } from '../../lib/format.ts';
import { hasRole, useMe } from '../../lib/me.tsx';
import { serverNow, useServerNow } from '../../lib/serverClock.ts';
import { CancelDialog } from './CancelDialog.tsx';
import type { Planner } from './draft.ts';
import { MeetingForm } from './MeetingForm.tsx';
import { MeetingRow } from './MeetingRow.tsx';
import type { MeetingActions } from './MeetingRow.tsx';
import { NowDialog } from './NowDialog.tsx';
import { useDirectory } from './useDirectory.ts';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

const DAY = 86_400_000;
/** Days that the list reaches forward and back. */
const REACH = 60;
/** Milliseconds between readings of the list. */
const FRESH = 15_000;

type Window = 'upcoming' | 'past';
type Open = { kind: 'now' } | { kind: 'form'; meeting: Meeting | null } | { kind: 'cancel'; meeting: Meeting } | null;

/** Meetings in the order of the window, in groups of a day. */
function daysOf(meetings: Meeting[], window: Window): [string, Meeting[]][] {
  const sign = window === 'upcoming' ? 1 : -1;
  const sorted = [...meetings].sort((a, b) => sign * (Date.parse(a.startsAt) - Date.parse(b.startsAt)));
  const days = new Map<string, Meeting[]>();
  for (const meeting of sorted) {
    const day = dayKey(meeting.startsAt);
    days.set(day, [...(days.get(day) ?? []), meeting]);
  }
  return [...days];
}

/** "Phiên họp của tôi": what is ahead and what was, with everything that may be done with it. */
export function MeetingsView(): ReactNode {
  const say = useWords(calendarWords);
  const { user } = useMe();
  const [, go] = useLocation();
  const [window, setWindow] = useState<Window>('upcoming');
  const [open, setOpen] = useState<Open>(null);
  const [starting, setStarting] = useState<string | null>(null);
  const directory = useDirectory();
  const today = dayStart(useServerNow(60_000));
  const meetings = useRead(
    (signal) => {
      const [from, to] = window === 'upcoming' ? [today, today + REACH * DAY] : [today - REACH * DAY, serverNow()];
      return calls.meetings(toRfc3339(from), toRfc3339(to), signal);
    },
    `${window}/${today}`,
    FRESH,
  );
  const mayBook = hasRole(user, 'administrator', 'chairperson');
  const planner: Planner = {
    unitId: user?.unitId,
    chairUserId: user && hasRole(user, 'chairperson') ? user.id : null,
  };

  const enter = (sessionId: string): void => go(`/chair/${sessionId}`);
  const close = (): void => setOpen(null);
  const done = (): void => {
    close();
    meetings.reload();
  };
  const actions: MeetingActions = {
    onEnter: enter,
    onEdit: (meeting) => setOpen({ kind: 'form', meeting }),
    onCancel: (meeting) => setOpen({ kind: 'cancel', meeting }),
    onStart: (meeting) => {
      setStarting(meeting.id);
      calls
        .startMeeting(meeting.id)
        .then(({ sessionId }) => enter(sessionId))
        .catch((thrown: unknown) => {
          showProblem(thrown);
          meetings.reload();
        })
        .finally(() => setStarting(null));
    },
  };
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
    <Frame
      title={say('title')}
      actions={
        mayBook && (
          <>
            <Button
              icon="calendar"
              size="lg"
              isDisabled={!directory.ready}
              onPress={() => setOpen({ kind: 'form', meeting: null })}
            >
              {say('create')}
            </Button>
            <Button
              icon="play"
              size="lg"
              tone="primary"
              isDisabled={!directory.ready}
              onPress={() => setOpen({ kind: 'now' })}
            >
              {say('meetNow')}
            </Button>
          </>
        )
      }
    >
      <Tabs
        label={say('pages')}
        selected={window}
        onSelect={(id) => setWindow(id === 'past' ? 'past' : 'upcoming')}
        pages={[
          { id: 'upcoming', label: say('upcoming'), content: list('upcoming') },
          { id: 'past', label: say('past'), content: list('past') },
        ]}
      />
      {open?.kind === 'now' && <NowDialog directory={directory} planner={planner} onClose={close} onStarted={enter} />}
      {open?.kind === 'form' && (
        <MeetingForm directory={directory} planner={planner} meeting={open.meeting} onClose={close} onSaved={done} />
      )}
      {open?.kind === 'cancel' && <CancelDialog meeting={open.meeting} onClose={close} onCancelled={done} />}
    </Frame>
  );
}

function MeetingList(props: {
  window: Window;
  meetings: Read<Meeting[]>;
  directory: Directory;
  mayBook: boolean;
  starting: string | null;
  actions: MeetingActions;
}): ReactNode {
  const { window, meetings, directory, mayBook, starting, actions } = props;
  const say = useWords(calendarWords);
  const language = useLanguage();
  const now = useServerNow();
  if (!meetings.data) {
    if (meetings.problem) return <ErrorState problem={meetings.problem} onRetry={meetings.reload} />;
    return <Spinner />;
  }
  const shown = meetings.data.filter((m) => window === 'upcoming' || Date.parse(m.startsAt) <= now);
  if (!shown.length) {
    if (window === 'past') return <EmptyState icon="calendar" title={say('emptyPast')} />;
    return (
      <EmptyState icon="calendar" title={say('emptyUpcoming')}>
        {say(mayBook ? 'emptyUpcomingWhy' : 'emptyUpcomingRead')}
      </EmptyState>
    );
  }
  const near = new Map([
    [dayKey(now), say('today')],
    [dayKey(now + DAY), say('tomorrow')],
  ]);
  return (
    <div className="flex flex-col gap-8 pt-2">
      {daysOf(shown, window).map(([day, ofDay]) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} className="mb-3 flex items-baseline gap-3 text-lg font-semibold">
            {near.get(day) && <span className="text-accent">{near.get(day)}</span>}
            <span className={near.has(day) ? 'text-base font-medium text-muted' : undefined}>
              {formatDay(`${day}T00:00:00+07:00`, language)}
            </span>
          </h2>
          <ul className="flex flex-col gap-3">
            {ofDay.map((meeting) => (
              <MeetingRow
                key={meeting.id}
                meeting={meeting}
                directory={directory}
                now={now}
                isStarting={starting === meeting.id}
                actions={actions}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
