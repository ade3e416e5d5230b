import type { ReactNode } from 'react';
import type { PlannedMeeting } from '../../../../server/protocol/meetings.ts';
import { DateField, TimeField } from '../../../components/dateFields.tsx';
import { Checkbox, Select } from '../../../components/fields.tsx';
import { useWords } from '../../../i18n/index.ts';
import { useRead } from '../../../lib/api.ts';
import { dayKey, formatDate } from '../../../lib/format.ts';
import { plannerCalls } from '../../../lib/plannerCalls.ts';
import { serverNow } from '../../../lib/serverClock.ts';
import { calendarWords } from '../../calendar/words.ts';
import { deskWords } from '../deskWords.ts';
import { REPEATS, repeatOf, untilOf, usualUntil } from './rule.ts';
import { SeriesDates } from './SeriesDates.tsx';
import type { PlanForm } from './usePlanForm.ts';
import { formWords } from './words.ts';

/** When the meeting is, and whether it repeats; of a series, by which rule its other meetings repeat from now on. */
export function TimeStep({ form, meeting }: { form: PlanForm; meeting: PlannedMeeting | null }): ReactNode {
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
        {!meeting && <Repeating form={form} />}
      </div>
      {!meeting && <SeriesDates form={form} />}
      {meeting?.series && form.scope !== 'this' && <SeriesRule form={form} seriesId={meeting.series.id} />}
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

function Repeating({ form, keep }: { form: PlanForm; keep?: string }): ReactNode {
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
        options={REPEATS.map((r) => ({ value: r, label: r === 'never' && keep ? keep : say(`repeat.${r}`) }))}
        className="md:col-span-2"
      />
      {plan.repeat !== 'never' && (
        <div className="flex flex-col gap-2 md:col-span-2">
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

/** The rule of a series as it is, and another one for the meetings that the change is for. */
function SeriesRule({ form, seriesId }: { form: PlanForm; seriesId: string }): ReactNode {
  const say = useWords(formWords);
  const desk = useWords(deskWords);
  const rule = useRead((signal) => plannerCalls.series(seriesId, signal), seriesId).data?.rrule ?? null;
  const repeat = rule && repeatOf(rule);
  const until = rule && untilOf(rule);
  return (
    <section className="flex flex-col gap-3 rounded-xl border border-line p-4">
      {rule && (
        <p role="status">
          {desk('ruleNow', {
            rule: [
              repeat ? say(`repeat.${repeat}`).toLowerCase() : desk('otherRule'),
              until && desk('untilDay', { day: formatDate(until) }),
            ]
              .filter(Boolean)
              .join(', '),
          })}
        </p>
      )}
      <div className="grid gap-5 md:grid-cols-6">
        <Repeating form={form} keep={desk('keepRule')} />
      </div>
      <SeriesDates form={form} />
      {form.plan.repeat !== 'never' && <p className="text-muted">{desk('ruleWhat')}</p>}
    </section>
  );
}
