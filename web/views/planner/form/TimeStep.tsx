import type { ReactNode } from 'react';
import { DateField, TimeField } from '../../../components/dateFields.tsx';
import { Checkbox, Select } from '../../../components/fields.tsx';
import { useWords } from '../../../i18n/index.ts';
import { dayKey } from '../../../lib/format.ts';
import { serverNow } from '../../../lib/serverClock.ts';
import { calendarWords } from '../../calendar/words.ts';
import { REPEATS, usualUntil } from './rule.ts';
import type { PlanForm } from './usePlanForm.ts';
import { formWords } from './words.ts';

/** When the meeting is, and whether it repeats. */
export function TimeStep({ form, isNew }: { form: PlanForm; isNew: boolean }): ReactNode {
  const { plan, change, faults } = form;
  const say = useWords(formWords);
  const calendar = useWords(calendarWords);
  return (
    <>
      <div className="grid gap-5 md:grid-cols-6">
        <SetDay form={form} />
        <TimeField
          label={say('from')}
          value={plan.from}
          onChange={(from) => change({ from })}
          error={faults.from && calendar(faults.from)}
          className="md:col-span-2"
        />
        <TimeField
          label={say('to')}
          value={plan.to}
          onChange={(to) => change({ to })}
          error={faults.to && calendar(faults.to)}
          className="md:col-span-2"
        />
        {isNew && <Repeating form={form} />}
      </div>
      <Checkbox isSelected={plan.autoOpen} onChange={(autoOpen) => change({ autoOpen })}>
        {say('autoOpen')}
      </Checkbox>
    </>
  );
}

function SetDay({ form }: { form: PlanForm }): ReactNode {
  const { plan, change, faults } = form;
  const say = useWords(formWords);
  const calendar = useWords(calendarWords);
  return (
    <DateField
      // the field keeps what is typed: a day that is set from outside begins it anew
      key={form.jumps}
      label={say('date')}
      min={dayKey(serverNow())}
      value={plan.day}
      onChange={(day) => change({ day })}
      error={faults.day && calendar(faults.day)}
      className="md:col-span-2"
    />
  );
}

function Repeating({ form }: { form: PlanForm }): ReactNode {
  const { plan, change, faults } = form;
  const say = useWords(formWords);
  return (
    <>
      <Select
        label={say('repeat')}
        value={plan.repeat}
        onChange={(v) => {
          const repeat = REPEATS.find((r) => r === v) ?? 'never';
          change({ repeat, ...(plan.until > plan.day ? {} : { until: usualUntil(plan.day) }) });
        }}
        options={REPEATS.map((r) => ({ value: r, label: say(`repeat.${r}`) }))}
        className="md:col-span-2"
      />
      {plan.repeat !== 'never' && (
        <div className="md:col-span-2">
          <DateField
            label={say('until')}
            value={plan.until}
            onChange={(until) => change({ until })}
            error={faults.until && say(faults.until)}
          />
          <p className="text-sm text-muted">{say('untilHint')}</p>
        </div>
      )}
    </>
  );
}
