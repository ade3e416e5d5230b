import type { ReactNode } from 'react';
import type { Meeting } from '../../../server/protocol/rest.ts';
import { Button, IconButton } from '../../components/Button.tsx';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icons.tsx';
import type { IconName } from '../../components/icons.tsx';
import { SessionFiles } from '../../components/SessionFiles.tsx';
import { StatusPill } from '../../components/Status.tsx';
import type { Tone } from '../../components/Status.tsx';
import { useWords } from '../../i18n/index.ts';
import { formatCountdown, formatTime } from '../../lib/format.ts';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

const STATUS: Record<Meeting['status'], { tone: Tone; icon: IconName }> = {
  scheduled: { tone: 'accent', icon: 'calendar' },
  running: { tone: 'ok', icon: 'play' },
  ended: { tone: 'neutral', icon: 'check' },
  cancelled: { tone: 'bad', icon: 'x' },
  postponed: { tone: 'warn', icon: 'pause' },
  draft: { tone: 'neutral', icon: 'edit' },
  submitted: { tone: 'warn', icon: 'clock' },
};

/** Milliseconds before the start from which a meeting counts as the next thing to do. */
const SOON = 30 * 60_000;

/** What may be done with a meeting of the list. */
export interface MeetingActions {
  onStart: (meeting: Meeting) => void;
  onEnter: (sessionId: string) => void;
  /** shows who was invited and who comes */
  onAnswers: (meetingId: string) => void;
  onEdit: (meeting: Meeting) => void;
  onCancel: (meeting: Meeting) => void;
}

interface Props {
  meeting: Meeting;
  directory: Directory;
  /** server's time, epoch milliseconds */
  now: number;
  isStarting: boolean;
  actions: MeetingActions;
}

/** One meeting of the list; what runs, or is due soon, stands out. */
export function MeetingRow(props: Props): ReactNode {
  const { meeting, directory, now } = props;
  const running = meeting.status === 'running';
  const left = Date.parse(meeting.startsAt) - now;
  const soon = meeting.status === 'scheduled' && left < SOON;
  return (
    <li
      className={cx(
        'relative flex flex-wrap items-center gap-x-6 gap-y-4 rounded-2xl border bg-surface px-7 py-5 shadow-card',
        running ? 'border-ok' : soon ? 'border-accent' : 'border-line',
      )}
    >
      {(running || soon) && (
        <span
          aria-hidden="true"
          className={cx('absolute inset-y-4 left-0 w-1.5 rounded-r-full', running ? 'bg-ok' : 'bg-accent')}
        />
      )}
      <div className="w-24 shrink-0">
        <p className="text-2xl leading-tight font-bold">
          <time dateTime={meeting.startsAt}>{formatTime(meeting.startsAt)}</time>
        </p>
        <p className="text-muted">– {formatTime(meeting.endsAt)}</p>
      </div>
      <div className="min-w-0 grow basis-80">
        <Heading meeting={meeting} left={soon ? left : null} />
        <Facts meeting={meeting} directory={directory} />
      </div>
      <Actions {...props} soon={soon} />
    </li>
  );
}

function Heading({ meeting, left }: { meeting: Meeting; left: number | null }): ReactNode {
  const say = useWords(calendarWords);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <h3 className={cx('text-lg font-semibold', meeting.status === 'cancelled' && 'text-muted line-through')}>
        {meeting.title}
      </h3>
      <StatusPill tone={STATUS[meeting.status].tone} icon={STATUS[meeting.status].icon}>
        {say(`status.${meeting.status}`)}
      </StatusPill>
      {left !== null && (
        <span className="text-sm font-semibold text-accent">
          {left > 0 ? say('startsIn', { left: formatCountdown(left) }) : say('late', { left: formatCountdown(-left) })}
        </span>
      )}
    </div>
  );
}

function Facts({ meeting, directory }: { meeting: Meeting; directory: Directory }): ReactNode {
  const say = useWords(calendarWords);
  const chair = directory.byId.get(meeting.chairEndpointId);
  return (
    <>
      <p className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1 text-[0.9375rem] text-muted">
        <span>{say(`kind.${meeting.kind}`)}</span>
        <span className="inline-flex items-center gap-1.5">
          <Icon name="users" />
          {say('endpoints', { count: meeting.endpointIds.length })}
        </span>
        {chair && (
          <span className="inline-flex items-center gap-1.5" title={chair.name}>
            <Icon name="star" />
            {say('chairAt', { name: chair.shortName })}
          </span>
        )}
      </p>
      {meeting.cancelReason && (
        <p className="mt-1 text-[0.9375rem]">{say('reason', { reason: meeting.cancelReason })}</p>
      )}
      {meeting.status === 'ended' && meeting.sessionId && <SessionFiles sessionId={meeting.sessionId} />}
      {meeting.note && <p className="mt-1 text-[0.9375rem] text-muted">{meeting.note}</p>}
    </>
  );
}

function Actions({ meeting, isStarting, actions, soon }: Props & { soon: boolean }): ReactNode {
  const say = useWords(calendarWords);
  const open = meeting.status === 'scheduled';
  const { sessionId } = meeting;
  return (
    <div
      role="group"
      aria-label={say('actionsOf', { title: meeting.title })}
      className="ml-auto flex items-center gap-2"
    >
      {open && <IconButton icon="users" label={say('registrations')} onPress={() => actions.onAnswers(meeting.id)} />}
      {open && meeting.may.change && (
        <>
          <IconButton icon="edit" label={say('edit')} onPress={() => actions.onEdit(meeting)} />
          <IconButton icon="trash" label={say('cancelMeeting')} onPress={() => actions.onCancel(meeting)} />
        </>
      )}
      {open && meeting.may.start && (
        <Button
          tone={soon ? 'primary' : 'plain'}
          icon="play"
          isPending={isStarting}
          onPress={() => actions.onStart(meeting)}
        >
          {say('start')}
        </Button>
      )}
      {meeting.status === 'running' && sessionId && meeting.may.start && (
        <Button tone="primary" icon="login" onPress={() => actions.onEnter(sessionId)}>
          {say('enter')}
        </Button>
      )}
    </div>
  );
}
