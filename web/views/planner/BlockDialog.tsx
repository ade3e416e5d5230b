import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { PlannedMeeting } from '../../../server/protocol/meetings.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { SessionFiles } from '../../components/SessionFiles.tsx';
import { ErrorState, Spinner } from '../../components/States.tsx';
import { Banner, StatusPill } from '../../components/Status.tsx';
import type { Tone } from '../../components/Status.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { formatDay, formatSpan } from '../../lib/format.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { BlockActs, isPlanned } from './BlockActs.tsx';
import type { BlockActions } from './BlockActs.tsx';
import { deskWords } from './deskWords.ts';
import { Papers } from './Papers.tsx';
import type { PlannerData } from './usePlanner.ts';
import { plannerWords } from './words.ts';

interface Props extends BlockActions {
  id: string;
  data: PlannerData;
  onClose: () => void;
}

/** A meeting of the grid, with everything that may be done with it. */
export function BlockDialog({ id, data, onClose, ...acts }: Props): ReactNode {
  const say = useWords(plannerWords);
  const [, go] = useLocation();
  const read = useRead((signal) => plannerCalls.meeting(id, signal), id);
  const block = data.read.blocks.find((b) => b.id === id);
  const title = read.data?.title ?? block?.title ?? '';
  const changed = (): void => {
    read.reload();
    acts.onChanged();
  };
  return (
    <Dialog
      title={title || say('foreign')}
      isOpen
      onClose={onClose}
      size="md"
      footer={read.data && <BlockActs {...acts} onChanged={changed} meeting={read.data} />}
    >
      {read.data ? (
        <div className="flex flex-col gap-5">
          <Waiting meeting={read.data} />
          <Facts meeting={read.data} data={data} />
          {isPlanned(read.data) && (
            <Button icon="users" className="self-start" onPress={() => go(`/registrations/${id}`)}>
              {say('registrations')}
            </Button>
          )}
          {read.data.status === 'ended' && read.data.sessionId && <SessionFiles sessionId={read.data.sessionId} />}
          <Papers meetingId={id} mayKeep={read.data.may.change || read.data.may.start} />
        </div>
      ) : read.problem ? (
        <ErrorState problem={read.problem} onRetry={read.reload} />
      ) : (
        <Spinner />
      )}
    </Dialog>
  );
}

/** That a meeting takes nobody's time yet, before somebody counts on it. */
function Waiting({ meeting }: { meeting: PlannedMeeting }): ReactNode {
  const say = useWords(deskWords);
  const { status } = meeting;
  if (isPlanned(meeting)) return null;
  return (
    <Banner tone="warn" icon={status === 'draft' ? 'edit' : 'clock'}>
      {say(status === 'draft' ? 'draftWhat' : 'submittedWhat')}
    </Banner>
  );
}

const TONES: Partial<Record<PlannedMeeting['status'], Tone>> = {
  draft: 'neutral',
  submitted: 'warn',
  scheduled: 'accent',
  running: 'ok',
  postponed: 'warn',
  cancelled: 'bad',
};

function Facts({ meeting, data }: { meeting: PlannedMeeting; data: PlannerData }): ReactNode {
  const say = useWords(plannerWords);
  const desk = useWords(deskWords);
  const language = useLanguage();
  const { status, cancelReason } = meeting;
  const chair = data.directory.byId.get(meeting.chairEndpointId);
  const host = data.units.find((u) => u.id === meeting.hostUnitId);
  const rows: [string, ReactNode][] = [
    [say('time'), `${formatSpan(meeting.startsAt, meeting.endsAt)}, ${formatDay(meeting.startsAt, language)}`],
    [say('kind'), say(`kind.${meeting.kind}`)],
    [
      say('status'),
      <StatusPill key="s" tone={TONES[status] ?? 'neutral'}>
        {say(`step.${meeting.step ?? status}`)}
      </StatusPill>,
    ],
    [desk(status === 'draft' ? 'returnedWhy' : 'cancelWhy'), cancelReason],
    [say('who'), say('count', { count: meeting.endpointIds.length })],
    [say('chair'), chair?.name],
    [say('host'), host?.name],
    [say('series'), meeting.series && say('inSeries')],
    [say('note'), meeting.note],
  ];
  return (
    <dl className="grid grid-cols-[10rem_1fr] gap-x-4 gap-y-2.5">
      {rows.map(([term, value]) =>
        value ? (
          <div key={term} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-[0.9375rem] text-muted">{term}</dt>
            <dd className="font-medium">{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
