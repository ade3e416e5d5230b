import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Select, TextField } from '../../components/fields.tsx';
import { Icon } from '../../components/icons.tsx';
import { EmptyState, ProblemLine } from '../../components/States.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { formatDate, formatTime } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { Conflicts, conflictsOf } from './Conflicts.tsx';
import { bodyNow, likelyChair } from './draft.ts';
import { EndpointPicker } from './EndpointPicker.tsx';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

const LENGTHS = [30, 60, 90, 120, 180];

/** A briefing that begins now: everything is filled in, so that one press starts it. */
export function NowDialog(props: {
  directory: Directory;
  unitId: string | undefined;
  onClose: () => void;
  onStarted: (sessionId: string) => void;
}): ReactNode {
  const { directory, unitId, onClose, onStarted } = props;
  const say = useWords(calendarWords);
  const common = useWords(commonWords);
  const [title, setTitle] = useState(() =>
    say('nowName', { time: formatTime(serverNow()), date: formatDate(serverNow()) }),
  );
  const [minutes, setMinutes] = useState(60);
  const [chair, setChair] = useState(() => likelyChair(directory.endpoints, unitId));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(directory.endpoints.map((e) => e.id)));
  const [choosing, setChoosing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const online = directory.endpoints.filter((e) => e.online && chosen.has(e.id)).length;
  const conflicts = conflictsOf(problem);

  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const body = bodyNow(title, serverNow(), minutes, chair, chosen);
      const meeting = await calls.createMeeting(body, crypto.randomUUID());
      const { sessionId } = await calls.startMeeting(meeting.id);
      onStarted(sessionId);
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };

  const nobody = !directory.endpoints.length;
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
            isDisabled={!title.trim() || !chosen.size || !chair}
            onPress={() => void start()}
          >
            {say('nowStart', { count: chosen.size })}
          </Button>
        </>
      }
    >
      {nobody ? (
        <EmptyState icon="building" title={say('noEndpoints')} />
      ) : (
        <div className="flex flex-col gap-5">
          <p className="text-muted">{say('nowLead')}</p>
          {conflicts.length ? (
            <Conflicts
              conflicts={conflicts}
              directory={directory}
              chairEndpointId={chair}
              onDrop={(ids) => {
                setChosen(new Set([...chosen].filter((id) => !ids.includes(id))));
                setProblem(null);
              }}
            />
          ) : (
            <ProblemLine problem={problem} />
          )}
          <TextField label={say('name')} value={title} onChange={setTitle} maxLength={200} />
          <div className="grid gap-5 sm:grid-cols-[2fr_1fr]">
            <Select
              label={say('chair')}
              value={chair}
              onChange={(id) => {
                setChair(id);
                setChosen(new Set([...chosen, id]));
              }}
              options={directory.endpoints.map((e) => ({ value: e.id, label: e.name }))}
            />
            <Select
              label={say('duration')}
              value={String(minutes)}
              onChange={(v) => setMinutes(Number(v))}
              options={LENGTHS.map((n) => ({ value: String(n), label: say('minutes', { count: n }) }))}
            />
          </div>
          <div className="flex flex-wrap items-center justify-between gap-3 rounded-xl border border-line bg-bg px-4 py-3">
            <div className="flex items-center gap-3">
              <Icon name="users" size="1.5em" className="text-accent" />
              <div>
                <p className="font-semibold">
                  {say('invited')}: {say('endpoints', { count: chosen.size })}
                </p>
                <p className="text-sm text-muted">{say('onlineOf', { online, all: chosen.size })}</p>
              </div>
            </div>
            <Button aria-expanded={choosing} onPress={() => setChoosing(!choosing)}>
              {say(choosing ? 'hideChoose' : 'choose')}
            </Button>
          </div>
          {choosing && (
            <EndpointPicker directory={directory} chosen={chosen} chairEndpointId={chair} onChange={setChosen} />
          )}
        </div>
      )}
    </Dialog>
  );
}
