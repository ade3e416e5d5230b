import type { ReactNode } from 'react';
import { FLOOR_MODES } from '../../../../server/protocol/snapshot.ts';
import { Button, IconButton } from '../../../components/Button.tsx';
import { Select, TextField } from '../../../components/fields.tsx';
import { Banner } from '../../../components/Status.tsx';
import { classificationWords } from '../../../i18n/classification.ts';
import { commonWords } from '../../../i18n/common.ts';
import { useWords } from '../../../i18n/index.ts';
import { KINDS } from '../../calendar/draft.ts';
import { calendarWords } from '../../calendar/words.ts';
import type { PlannerData } from '../usePlanner.ts';
import { newAgendaLine } from './plan.ts';
import type { AgendaLine, Classification } from './plan.ts';
import type { PlanForm } from './usePlanForm.ts';
import { formWords } from './words.ts';

// spelled out, since the schemas' module would bring the whole validator into the browser
const CLASSES: readonly Classification[] = ['open', 'confidential', 'secret', 'top_secret'];

/** What the meeting is about; a class other than open explains itself and stops. */
export function ContentStep({ form, data }: { form: PlanForm; data: PlannerData }): ReactNode {
  const { plan, change, faults } = form;
  const say = useWords(formWords);
  const calendar = useWords(calendarWords);
  const common = useWords(commonWords);
  const secret = useWords(classificationWords);
  return (
    <>
      <div className="grid gap-5 md:grid-cols-6">
        <TextField
          label={say('name')}
          value={plan.title}
          onChange={(title) => change({ title })}
          maxLength={120}
          isRequired
          error={faults.title && calendar(faults.title)}
          className="md:col-span-6"
        />
        <Select
          label={say('kind')}
          value={plan.kind}
          onChange={(v) => change({ kind: KINDS.find((k) => k === v) ?? 'briefing' })}
          options={KINDS.map((k) => ({ value: k, label: calendar(`kind.${k}`) }))}
          className="md:col-span-2"
        />
        <Select
          label={secret('classification')}
          value={plan.classification}
          onChange={(v) => change({ classification: CLASSES.find((c) => c === v) ?? 'open' })}
          options={CLASSES.map((c) => ({ value: c, label: secret(`class.${c}`) }))}
          error={faults.classification && secret(faults.classification)}
          className="md:col-span-2"
        />
        <Select
          label={say('mode')}
          value={plan.floorMode}
          onChange={(v) => change({ floorMode: FLOOR_MODES.find((m) => m === v) ?? 'broadcast' })}
          options={FLOOR_MODES.map((m) => ({ value: m, label: common(`mode.${m}`) }))}
          className="md:col-span-2"
        />
      </div>
      {plan.classification !== 'open' && (
        <Banner tone="bad" icon="lock" live="alert">
          {secret('classWhy')}
        </Banner>
      )}
      <Agenda form={form} data={data} />
      <TextField
        label={say('note')}
        hint={say('noteHint')}
        rows={2}
        value={plan.note}
        onChange={(note) => change({ note })}
        maxLength={500}
      />
    </>
  );
}

function Agenda({ form, data }: { form: PlanForm; data: PlannerData }): ReactNode {
  const say = useWords(formWords);
  const { agenda } = form.plan;
  const set = (lines: AgendaLine[]): void => form.change({ agenda: lines });
  const put = (key: number, part: Partial<AgendaLine>): void =>
    set(agenda.map((a) => (a.key === key ? { ...a, ...part } : a)));
  const invited = data.directory.endpoints.filter((e) => form.plan.endpointIds.has(e.id));
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-lg font-semibold">{say('agenda')}</legend>
      {agenda.map((line, n) => (
        <div key={line.key} className="flex items-end gap-3">
          <TextField
            label={say('agendaItem', { n: n + 1 })}
            value={line.title}
            onChange={(title) => put(line.key, { title })}
            maxLength={200}
            className="grow"
          />
          <TextField
            label={say('minutes')}
            value={line.minutes}
            inputMode="numeric"
            onChange={(minutes) => put(line.key, { minutes: minutes.replace(/\D/g, '').slice(0, 3) })}
            className="w-24"
          />
          <Select
            label={say('presenter')}
            value={line.endpointId}
            onChange={(endpointId) => put(line.key, { endpointId })}
            options={[
              { value: '', label: say('nobody') },
              ...invited.map((e) => ({ value: e.id, label: e.shortName })),
            ]}
            className="w-56"
          />
          <IconButton
            icon="trash"
            label={say('removeAgenda', { n: n + 1 })}
            tip="start"
            onPress={() => set(agenda.filter((a) => a.key !== line.key))}
          />
        </div>
      ))}
      {agenda.length < 60 && (
        <Button icon="plus" className="self-start" onPress={() => set([...agenda, newAgendaLine()])}>
          {say('addAgenda')}
        </Button>
      )}
    </fieldset>
  );
}
