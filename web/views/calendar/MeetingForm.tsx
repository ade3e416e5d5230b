import { useRef, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { FLOOR_MODES } from '../../../server/protocol/snapshot.ts';
import { MEETING_KINDS } from '../../../server/protocol/rest.ts';
import type { Meeting } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Select, TextField } from '../../components/fields.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { dayKey } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { Conflicts, conflictsOf } from './Conflicts.tsx';
import { bodyOf, draftOf, faultsOf, newDraft } from './draft.ts';
import type { Draft, DraftFaults } from './draft.ts';
import { EndpointPicker } from './EndpointPicker.tsx';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

/** Books a meeting, or changes one; a refusal keeps everything that was typed. */
export function MeetingForm(props: {
  directory: Directory;
  unitId: string | undefined;
  /** the meeting to change; null: a new one */
  meeting: Meeting | null;
  onClose: () => void;
  onSaved: () => void;
}): ReactNode {
  const { directory, unitId, meeting, onClose, onSaved } = props;
  const say = useWords(calendarWords);
  const common = useWords(commonWords);
  const [draft, setDraft] = useState<Draft>(() =>
    meeting ? draftOf(meeting) : newDraft(serverNow(), directory.endpoints, unitId),
  );
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  // the same key over repeated presses: a booking whose answer was lost is not made twice
  const key = useRef(crypto.randomUUID());

  const faults = tried ? faultsOf(draft, serverNow()) : {};
  const conflicts = conflictsOf(problem);
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
    key.current = crypto.randomUUID();
    setProblem(null);
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (busy || Object.keys(faultsOf(draft, serverNow())).length) return;
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

  return (
    <Dialog
      title={say(meeting ? 'editTitle' : 'newTitle')}
      isOpen
      onClose={onClose}
      size="lg"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="meeting-form" tone="primary" icon="check" isPending={busy}>
            {meeting ? say('saveChange') : say('saveNew', { count: draft.endpointIds.size })}
          </Button>
        </>
      }
    >
      <form id="meeting-form" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-6">
        {conflicts.length ? (
          <Conflicts
            conflicts={conflicts}
            directory={directory}
            chairEndpointId={draft.chairEndpointId}
            onDrop={(ids) => change({ endpointIds: new Set([...draft.endpointIds].filter((id) => !ids.includes(id))) })}
          />
        ) : (
          <ProblemLine problem={problem} />
        )}
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

function Fields(props: {
  draft: Draft;
  faults: DraftFaults;
  directory: Directory;
  change: (part: Partial<Draft>) => void;
}): ReactNode {
  const { draft, faults, directory, change } = props;
  const say = useWords(calendarWords);
  const common = useWords(commonWords);
  const fault = (of: keyof DraftFaults): string | null => {
    const what = faults[of];
    return what ? say(what) : null;
  };
  return (
    <div className="grid gap-5 md:grid-cols-6">
      <TextField
        label={say('name')}
        value={draft.title}
        onChange={(title) => change({ title })}
        maxLength={200}
        isRequired
        autoFocus
        error={fault('title')}
        className="md:col-span-4"
      />
      <Select
        label={say('kind')}
        value={draft.kind}
        onChange={(v) => change({ kind: MEETING_KINDS.find((k) => k === v) ?? 'briefing' })}
        options={MEETING_KINDS.map((k) => ({ value: k, label: say(`kind.${k}`) }))}
        className="md:col-span-2"
      />
      <TextField
        label={say('date')}
        type="date"
        min={dayKey(serverNow())}
        value={draft.day}
        onChange={(day) => change({ day })}
        error={fault('day')}
        className="md:col-span-2"
      />
      <TextField
        label={say('from')}
        type="time"
        value={draft.from}
        onChange={(from) => change({ from })}
        error={fault('from')}
        className="md:col-span-2"
      />
      <TextField
        label={say('to')}
        type="time"
        value={draft.to}
        onChange={(to) => change({ to })}
        error={fault('to')}
        className="md:col-span-2"
      />
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
        {say('classification')}
      </p>
    </div>
  );
}
