import { useState } from 'react';
import type { ReactNode } from 'react';
import type { GiveWay, PlannedMeeting } from '../../../server/protocol/meetings.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import type { Tone } from '../../components/Status.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { formatDay, formatMoment, formatSpan } from '../../lib/format.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { AnswerDialog } from './AnswerDialog.tsx';
import { deskWords } from './deskWords.ts';
import type { PlannerData } from './usePlanner.ts';
import type { Waiting } from './useWaiting.ts';
import { plannerWords } from './words.ts';

interface Props {
  waiting: Waiting;
  data: PlannerData;
  onOpen: (meetingId: string) => void;
  onClose: () => void;
}

/** What waits for the caller: meetings to approve, and requests that a meeting makes way. */
export function WaitingDialog({ waiting, data, onOpen, onClose }: Props): ReactNode {
  const say = useWords(deskWords);
  const [answering, setAnswering] = useState<GiveWay | null>(null);
  const problem = waiting.reads.find((read) => read.problem && !read.data)?.problem ?? null;
  const changed = (): void => {
    waiting.reload();
    data.week.reload();
  };
  const withdraw = (request: GiveWay): void => {
    plannerCalls
      .withdrawGiveWay(request.id)
      .then(() => showToast({ tone: 'neutral', text: say('withdrawn') }))
      .catch(showProblem)
      .finally(changed);
  };
  const acts = { data, onOpen, onAnswer: setAnswering, onWithdraw: withdraw };
  return (
    <Dialog title={say('waiting')} isOpen onClose={onClose} size="md">
      <div className="flex flex-col gap-6">
        <ProblemLine problem={problem} />
        <Section title={say('toApprove')} none={waiting.toApprove.length ? null : say('noneToApprove')}>
          {waiting.toApprove.map((meeting) => (
            <ToApprove key={meeting.id} meeting={meeting} data={data} onOpen={onOpen} />
          ))}
        </Section>
        <Section title={say('requests')} none={waiting.giveWays.length ? null : say('noRequests')}>
          {[...waiting.giveWays]
            .sort((a, b) => Number(b.may.answer) - Number(a.may.answer))
            .map((request) => (
              <Request key={request.id} request={request} {...acts} />
            ))}
        </Section>
      </div>
      {answering && (
        <AnswerDialog
          request={answering}
          onClose={() => setAnswering(null)}
          onAnswered={() => {
            setAnswering(null);
            changed();
          }}
        />
      )}
    </Dialog>
  );
}

function Section(props: { title: string; none: string | null; children: ReactNode }): ReactNode {
  const { title, none, children } = props;
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <h3 className="text-lg font-semibold">{title}</h3>
      {none ? <p className="text-muted">{none}</p> : <ul>{children}</ul>}
    </section>
  );
}

const LINE = 'flex flex-wrap items-start gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0';

function ToApprove(props: { meeting: PlannedMeeting; data: PlannerData; onOpen: Props['onOpen'] }): ReactNode {
  const { meeting, data, onOpen } = props;
  const say = useWords(deskWords);
  const words = useWords(plannerWords);
  const language = useLanguage();
  const host = data.units.find((unit) => unit.id === meeting.hostUnitId);
  return (
    <li className={LINE}>
      <div className="min-w-0 grow basis-72">
        <p className="font-semibold">{meeting.title}</p>
        <p className="text-[0.9375rem] text-muted">
          {formatSpan(meeting.startsAt, meeting.endsAt)}, {formatDay(meeting.startsAt, language)}
        </p>
        <p className="text-[0.9375rem] text-muted">
          {[host?.name, words('count', { count: meeting.endpointIds.length })].filter(Boolean).join(' · ')}
        </p>
      </div>
      <Button
        aria-label={`${say('openMeeting')}: ${meeting.title}`}
        aria-haspopup="dialog"
        onPress={() => onOpen(meeting.id)}
      >
        {say('openMeeting')}
      </Button>
    </li>
  );
}

const TONES: Record<GiveWay['state'], Tone> = {
  asked: 'warn',
  consented: 'ok',
  refused: 'bad',
  displaced: 'accent',
  withdrawn: 'neutral',
};

function Request(props: {
  request: GiveWay;
  data: PlannerData;
  onOpen: Props['onOpen'];
  onAnswer: (request: GiveWay) => void;
  onWithdraw: (request: GiveWay) => void;
}): ReactNode {
  const { request, data, onOpen, onAnswer, onWithdraw } = props;
  const say = useWords(deskWords);
  const language = useLanguage();
  const unit = data.units.find((one) => one.id === request.askingUnitId)?.name ?? '…';
  // who asked knows that something is in the way, not what
  const isHost = request.meetingTitle !== '';
  const time = `${formatSpan(request.startsAt, request.endsAt)}, ${formatDay(request.startsAt, language)}`;
  return (
    <li className={LINE} data-request={request.id}>
      <div className="min-w-0 grow basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
          <span>{isHost ? say('requestFrom', { unit, meeting: request.meetingTitle }) : say('requestMine')}</span>
          <StatusPill tone={TONES[request.state]}>{say(`give.${request.state}`)}</StatusPill>
        </p>
        <p className="text-[0.9375rem]">{say('requestFor', { title: request.title, time })}</p>
        <p className="text-[0.9375rem]">{say('requestWhy', { reason: request.reason })}</p>
        {request.answer && <p className="text-[0.9375rem]">{say('answerWas', { answer: request.answer })}</p>}
        <p className="text-sm text-muted">
          {say('requestBy', { name: request.askedBy, time: formatMoment(request.askedAt, language) })}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {request.may.answer && (
          <Button tone="primary" aria-haspopup="dialog" onPress={() => onAnswer(request)}>
            {say('answer')}
          </Button>
        )}
        {isHost && (
          <Button aria-haspopup="dialog" onPress={() => onOpen(request.meetingId)}>
            {say('openMeeting')}
          </Button>
        )}
        {!isHost && request.state === 'asked' && <Button onPress={() => onWithdraw(request)}>{say('withdraw')}</Button>}
      </div>
    </li>
  );
}
