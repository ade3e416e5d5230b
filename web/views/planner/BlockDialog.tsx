import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { PlannedMeeting } from '../../../server/protocol/meetings.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorState, Spinner } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { formatDay, formatSpan } from '../../lib/format.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import type { PlannerData } from './usePlanner.ts';
import { plannerWords } from './words.ts';

interface Props {
  id: string;
  data: PlannerData;
  onClose: () => void;
  onEdit: (meeting: PlannedMeeting) => void;
  onMove: (meeting: PlannedMeeting) => void;
  onCancel: (meeting: PlannedMeeting) => void;
}

/** A booking of the grid, with everything that may be done with it. */
export function BlockDialog(props: Props): ReactNode {
  const { id, data, onClose } = props;
  const say = useWords(plannerWords);
  const read = useRead((signal) => plannerCalls.meeting(id, signal), id);
  const block = data.read.blocks.find((b) => b.id === id);
  const title = read.data?.title ?? block?.title ?? '';
  return (
    <Dialog
      title={title || say('foreign')}
      isOpen
      onClose={onClose}
      size="md"
      footer={read.data && <Acts {...props} meeting={read.data} />}
    >
      {read.data ? (
        <Facts meeting={read.data} data={data} />
      ) : read.problem ? (
        <ErrorState problem={read.problem} onRetry={read.reload} />
      ) : (
        <Spinner />
      )}
    </Dialog>
  );
}

function Facts({ meeting, data }: { meeting: PlannedMeeting; data: PlannerData }): ReactNode {
  const say = useWords(plannerWords);
  const language = useLanguage();
  const chair = data.directory.byId.get(meeting.chairEndpointId);
  const host = data.units.find((u) => u.id === meeting.hostUnitId);
  const rows: [string, ReactNode][] = [
    [say('time'), `${formatSpan(meeting.startsAt, meeting.endsAt)}, ${formatDay(meeting.startsAt, language)}`],
    [say('kind'), say(`kind.${meeting.kind}`)],
    [say('status'), <StatusPill key="s">{say(`step.${meeting.step ?? meeting.status}`)}</StatusPill>],
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

function Acts({ meeting, onEdit, onMove, onCancel }: Props & { meeting: PlannedMeeting }): ReactNode {
  const say = useWords(plannerWords);
  const [, go] = useLocation();
  const open = meeting.may.change && meeting.status === 'scheduled';
  const { sessionId } = meeting;
  return (
    <>
      {open && (
        <Button tone="quiet" icon="trash" className="mr-auto text-bad" onPress={() => onCancel(meeting)}>
          {say('cancel')}
        </Button>
      )}
      {!open && meeting.status === 'scheduled' && <p className="mr-auto text-sm text-muted">{say('noChange')}</p>}
      <Button icon="users" onPress={() => go(`/registrations/${meeting.id}`)}>
        {say('registrations')}
      </Button>
      {meeting.status === 'running' && sessionId && meeting.may.start && (
        <Button tone="primary" icon="login" onPress={() => go(`/chair/${sessionId}`)}>
          {say('enter')}
        </Button>
      )}
      {open && (
        <>
          <Button icon="clock" onPress={() => onMove(meeting)}>
            {say('move')}
          </Button>
          <Button icon="edit" tone="primary" onPress={() => onEdit(meeting)}>
            {say('edit')}
          </Button>
        </>
      )}
    </>
  );
}
