import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Select, TextField } from '../../components/fields.tsx';
import { Icon } from '../../components/icons.tsx';
import { EmptyState } from '../../components/States.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { formatDate, formatTime } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { Refused } from './Conflicts.tsx';
import { bodyNow, likelyChair } from './draft.ts';
import type { Briefing, Planner } from './draft.ts';
import { EndpointPicker } from './EndpointPicker.tsx';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

const LENGTHS = [30, 60, 90, 120, 180];

interface Props {
  directory: Directory;
  planner: Planner;
  onClose: () => void;
  onStarted: (sessionId: string) => void;
}

/** What is typed, and the act of booking and starting in one go. */
function useBriefing({ directory, planner, onStarted }: Props) {
  const say = useWords(calendarWords);
  const [briefing, setBriefing] = useState<Briefing>(() => ({
    title: say('nowName', { time: formatTime(serverNow()), date: formatDate(serverNow()) }),
    minutes: 60,
    chairEndpointId: likelyChair(directory.endpoints, planner.unitId),
    chairUserId: planner.chairUserId,
    endpointIds: new Set(directory.endpoints.map((e) => e.id)),
  }));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const change = (part: Partial<Briefing>): void => {
    setBriefing({ ...briefing, ...part });
    setProblem(null);
  };
  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const meeting = await calls.createMeeting(bodyNow(briefing, serverNow()), crypto.randomUUID());
      const { sessionId } = await calls.startMeeting(meeting.id);
      onStarted(sessionId);
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return { briefing, change, start, busy, problem };
}

/** A briefing that begins now: everything is filled in, so that one press starts it. */
export function NowDialog(props: Props): ReactNode {
  const { directory, onClose } = props;
  const say = useWords(calendarWords);
  const common = useWords(commonWords);
  const [choosing, setChoosing] = useState(false);
  const { briefing, change, start, busy, problem } = useBriefing(props);
  const count = briefing.endpointIds.size;
  return (
    <Dialog
      title={say('nowTitle')}
      isOpen
      onClose={onClose}
      size={choosing ? 'lg' : 'md'}
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button
            tone="primary"
            icon="play"
            autoFocus
            isPending={busy}
            isDisabled={!briefing.title.trim() || !count || !briefing.chairEndpointId}
            onPress={() => void start()}
          >
            {say('nowStart', { count })}
          </Button>
        </>
      }
    >
      {!directory.endpoints.length ? (
        <EmptyState icon="building" title={say('noEndpoints')} />
      ) : (
        <div className="flex flex-col gap-5">
          <p className="text-muted">{say('nowLead')}</p>
          <Refused
            problem={problem}
            directory={directory}
            chairEndpointId={briefing.chairEndpointId}
            chosen={briefing.endpointIds}
            onChange={(endpointIds) => change({ endpointIds })}
          />
          <BriefingFields briefing={briefing} change={change} directory={directory} />
          <Invited briefing={briefing} directory={directory} choosing={choosing} onChoose={setChoosing} />
          {choosing && (
            <EndpointPicker
              directory={directory}
              chosen={briefing.endpointIds}
              chairEndpointId={briefing.chairEndpointId}
              onChange={(endpointIds) => change({ endpointIds })}
            />
          )}
        </div>
      )}
    </Dialog>
  );
}

function BriefingFields(props: {
  briefing: Briefing;
  change: (part: Partial<Briefing>) => void;
  directory: Directory;
}): ReactNode {
  const { briefing, change, directory } = props;
  const say = useWords(calendarWords);
  return (
    <>
      <TextField label={say('name')} value={briefing.title} onChange={(title) => change({ title })} maxLength={200} />
      <div className="grid gap-5 sm:grid-cols-[2fr_1fr]">
        <Select
          label={say('chair')}
          value={briefing.chairEndpointId}
          onChange={(id) => change({ chairEndpointId: id, endpointIds: new Set([...briefing.endpointIds, id]) })}
          options={directory.endpoints.map((e) => ({ value: e.id, label: e.name }))}
        />
        <Select
          label={say('duration')}
          value={String(briefing.minutes)}
          onChange={(v) => change({ minutes: Number(v) })}
          options={LENGTHS.map((n) => ({ value: String(n), label: say('minutes', { count: n }) }))}
        />
      </div>
    </>
  );
}

function Invited(props: {
  briefing: Briefing;
  directory: Directory;
  choosing: boolean;
  onChoose: (choosing: boolean) => void;
}): ReactNode {
  const { briefing, directory, choosing, onChoose } = props;
  const say = useWords(calendarWords);
  const count = briefing.endpointIds.size;
  const online = directory.endpoints.filter((e) => e.online && briefing.endpointIds.has(e.id)).length;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-xl border border-line bg-bg px-4 py-3">
      <div className="flex items-center gap-3">
        <Icon name="users" size="1.5em" className="text-accent" />
        <div>
          <p className="font-semibold">
            {say('invited')}: {say('endpoints', { count })}
          </p>
          <p className="text-sm text-muted">{say('onlineOf', { online, all: count })}</p>
        </div>
      </div>
      <Button aria-expanded={choosing} onPress={() => onChoose(!choosing)}>
        {say(choosing ? 'hideChoose' : 'choose')}
      </Button>
    </div>
  );
}
