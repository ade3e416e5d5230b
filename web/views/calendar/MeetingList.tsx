import type { ReactNode } from 'react';
import type { Meeting } from '../../../server/protocol/rest.ts';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import type { Read } from '../../lib/api.ts';
import { dayKey, formatDay } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { MeetingRow } from './MeetingRow.tsx';
import type { MeetingActions } from './MeetingRow.tsx';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

const DAY = 86_400_000;

/** The two pages of the list. */
export type Window = 'upcoming' | 'past';

/** What has ended, and what nobody held in its time. */
function isOver({ status, endsAt }: Meeting, now: number): boolean {
  return status === 'ended' || (status !== 'running' && Date.parse(endsAt) <= now);
}

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

/** The meetings of a page in groups of a day, or why there are none. */
export function MeetingList(props: {
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
  const shown = meetings.data.filter((m) => isOver(m, now) === (window === 'past'));
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
