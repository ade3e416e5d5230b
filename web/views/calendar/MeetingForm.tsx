import { useRef, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { FLOOR_MODES } from '../../../server/protocol/snapshot.ts';
import type { Meeting } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { DateField, TimeField } from '../../components/dateFields.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { DiscardQuestion, useLeaving } from '../../components/DiscardQuestion.tsx';
import { Select, TextField } from '../../components/fields.tsx';
import { Icon } from '../../components/icons.tsx';
import { focusFault } from '../../components/focusFault.ts';
import { showToast } from '../../components/toasts.ts';
import { classificationWords } from '../../i18n/classification.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { dayKey } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { Refused } from './Conflicts.tsx';
import { bodyOf, draftOf, faultsOf, KINDS, newDraft } from './draft.ts';
import type { Draft, DraftFaults, Planner } from './draft.ts';
import { EndpointPicker } from './EndpointPicker.tsx';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

interface Props {
  directory: Directory;
  planner: Planner;
  /** the meeting to change; null: a new one */
  meeting: Meeting | null;
  onClose: () => void;
  onSaved: () => void;
}

const flat = (draft: Draft): string => JSON.stringify({ ...draft, endpointIds: [...draft.endpointIds].toSorted() });

/** What is typed, its faults once a press has asked for them, and the act of saving. */
function useMeetingForm({ directory, planner, meeting, onSaved }: Props) {
  const say = useWords(calendarWords);
  const [draft, setDraft] = useState<Draft>(() =>
    meeting ? draftOf(meeting) : newDraft(serverNow(), directory.endpoints, planner),
  );
  const [first] = useState(draft);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  // the same key over repeated presses: a booking whose answer was lost is not made twice
  const key = useRef(crypto.randomUUID());

  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
    key.current = crypto.randomUUID();
    setProblem(null);
  };
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (Object.keys(faultsOf(draft, serverNow(), meeting)).length) {
      focusFault(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const body = bodyOf(draft);
      if (meeting) await calls.changeMeeting(meeting, body);
      else await calls.createMeeting(body, key.current);
      showToast({ tone: 'ok', text: say(meeting ? 'changed' : 'saved', { title: body.title }) });
      onSaved();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  const touched = flat(draft) !== flat(first);
  const faults = tried ? faultsOf(draft, serverNow(), meeting) : {};
  return { draft, change, submit, busy, problem, faults, touched };
}

/** Books a meeting, or changes one; a refusal keeps everything that was typed. */
export function MeetingForm(props: Props): ReactNode {
  const { directory, meeting, onClose } = props;
  const say = useWords(calendarWords);
  const common = useWords(commonWords);
  const { draft, change, submit, busy, problem, faults, touched } = useMeetingForm(props);
  const leaving = useLeaving(touched, onClose);
  return (
    <Dialog
      title={say(meeting ? 'editTitle' : 'newTitle')}
      isOpen
      onClose={leaving.close}
      size="lg"
      footer={
        leaving.asks ? (
          <DiscardQuestion leaving={leaving} />
        ) : (
          <>
            <Button onPress={leaving.close}>{common('cancel')}</Button>
            <Button type="submit" form="meeting-form" tone="primary" icon="check" isPending={busy}>
              {meeting ? say('saveChange') : say('saveNew', { count: draft.endpointIds.size })}
            </Button>
          </>
        )
      }
    >
      <form id="meeting-form" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-6">
        <Refused
          problem={problem}
          directory={directory}
          chairEndpointId={draft.chairEndpointId}
          chosen={draft.endpointIds}
          onChange={(endpointIds) => change({ endpointIds })}
        />
        <Fields draft={draft} faults={faults} directory={directory} change={change} />
        <section aria-labelledby="invited-title" className="flex flex-col gap-3">
          <h3 id="invited-title" className="text-lg font-semibold">
            {say('invited')}
          </h3>
          {faults.endpoints && (
            <p role="alert" className="font-medium text-bad">
              {say(faults.endpoints)}
            </p>
          )}
          <EndpointPicker
            directory={directory}
            chosen={draft.endpointIds}
            chairEndpointId={draft.chairEndpointId}
            onChange={(endpointIds) => change({ endpointIds })}
          />
        </section>
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  draft: Draft;
  faults: DraftFaults;
  directory: Directory;
  change: (part: Partial<Draft>) => void;
}

function Fields(props: FieldsProps): ReactNode {
  const { draft, faults, change } = props;
  const say = useWords(calendarWords);
  const secret = useWords(classificationWords);
  return (
    <div className="grid gap-5 md:grid-cols-6">
      <TextField
        label={say('name')}
        value={draft.title}
        onChange={(title) => change({ title })}
        maxLength={200}
        isRequired
        autoFocus
        error={faults.title && say(faults.title)}
        className="md:col-span-4"
      />
      <Select
        label={say('kind')}
        value={draft.kind}
        onChange={(v) => change({ kind: KINDS.find((k) => k === v) ?? 'briefing' })}
        options={KINDS.map((k) => ({ value: k, label: say(`kind.${k}`) }))}
        className="md:col-span-2"
      />
      <TimeFields {...props} />
      <RuleFields {...props} />
      <TextField
        label={say('note')}
        hint={say('noteHint')}
        rows={2}
        value={draft.note}
        onChange={(note) => change({ note })}
        maxLength={500}
        className="md:col-span-6"
      />
      <p className="flex items-center gap-2 text-[0.9375rem] text-muted md:col-span-6">
        <Icon name="info" />
        {`${secret('classification')}: ${secret('class.open')}. ${secret('onlyOpen')}`}
      </p>
    </div>
  );
}

function TimeFields({ draft, faults, change }: FieldsProps): ReactNode {
  const say = useWords(calendarWords);
  return (
    <>
      <DateField
        label={say('date')}
        min={dayKey(serverNow())}
        value={draft.day}
        onChange={(day) => change({ day })}
        error={faults.day && say(faults.day)}
        className="md:col-span-2"
      />
      <TimeField
        label={say('from')}
        value={draft.from}
        onChange={(from) => change({ from })}
        error={faults.from && say(faults.from)}
        className="md:col-span-2"
      />
      <TimeField
        label={say('to')}
        value={draft.to}
        onChange={(to) => change({ to })}
        error={faults.to && say(faults.to)}
        className="md:col-span-2"
      />
    </>
  );
}

function RuleFields({ draft, directory, change }: FieldsProps): ReactNode {
  const say = useWords(calendarWords);
  const common = useWords(commonWords);
  return (
    <>
      <Select
        label={say('chair')}
        value={draft.chairEndpointId}
        onChange={(id) => change({ chairEndpointId: id, endpointIds: new Set([...draft.endpointIds, id]) })}
        options={directory.endpoints.map((e) => ({ value: e.id, label: e.name }))}
        className="md:col-span-3"
      />
      <Select
        label={say('mode')}
        value={draft.floorMode}
        onChange={(v) => change({ floorMode: FLOOR_MODES.find((m) => m === v) ?? 'broadcast' })}
        options={FLOOR_MODES.map((m) => ({ value: m, label: common(`mode.${m}`) }))}
        hint={common(`mode.${draft.floorMode}.hint`)}
        className="md:col-span-3"
      />
    </>
  );
}
