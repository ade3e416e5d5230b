import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../../components/Button.tsx';
import { Checkbox } from '../../../components/fields.tsx';
import { Icon } from '../../../components/icons.tsx';
import { useLanguage, useWords } from '../../../i18n/index.ts';
import { dayKey, formatDay } from '../../../lib/format.ts';
import { skippedOf } from './plan.ts';
import type { PlanForm } from './usePlanForm.ts';
import { formWords } from './words.ts';

/** A day of the series: on which the meeting takes place, or would. */
interface SeriesDay {
  /** `2026-11-30` */
  day: string;
  isSkipped: boolean;
  /** endpoints with another meeting then */
  busy: number;
  chair: boolean;
}

/** The days that the server counts, and between them those that were left out. */
function daysOf({ plan, check }: PlanForm): SeriesDay[] {
  const skipped = new Set(skippedOf(plan));
  const counted = (check.answer?.dates ?? []).map(({ startsAt, busy, chair }) => ({
    ...{ day: dayKey(startsAt), busy, chair },
    isSkipped: skipped.has(dayKey(startsAt)),
  }));
  const known = new Set(counted.map(({ day }) => day));
  const others = [...skipped].filter((day) => !known.has(day));
  return [...counted, ...others.map((day) => ({ day, isSkipped: true, busy: 0, chair: false }))].toSorted((a, b) =>
    a.day < b.day ? -1 : 1,
  );
}

/** The days of a series: single ones can be left out. At first those that clash or were left out are shown, all on demand. */
export function SeriesDates({ form }: { form: PlanForm }): ReactNode {
  const { plan, change } = form;
  const say = useWords(formWords);
  const listId = useId();
  const [all, setAll] = useState(false);
  const days = daysOf(form);
  if (plan.repeat === 'never' || days.length < 2) return null;
  const held = days.filter((one) => !one.isSkipped).length;
  const special = days.filter((one) => one.isSkipped || one.busy > 0 || one.chair);
  const shown = all ? days : special;
  const set = (day: string, takesPlace: boolean): void =>
    change({ skipped: takesPlace ? plan.skipped.filter((one) => one !== day) : [...plan.skipped, day] });
  return (
    <fieldset className="flex flex-col gap-2 rounded-xl border border-line px-4 pt-1 pb-3">
      <legend className="px-1 text-[0.9375rem] font-semibold">
        {say('dates', { count: held })}
        {held < days.length && ` · ${say('datesSkipped', { count: days.length - held })}`}
      </legend>
      <ul
        id={listId}
        className="grid max-h-60 gap-x-5 overflow-y-auto sm:grid-cols-2 lg:grid-cols-3"
        hidden={!shown.length}
      >
        {shown.map((one) => (
          <li key={one.day}>
            <DayLine day={one} isLast={held === 1 && !one.isSkipped} onChange={(on) => set(one.day, on)} />
          </li>
        ))}
      </ul>
      {(all || special.length < days.length) && (
        <Button className="self-start" aria-expanded={all} aria-controls={listId} onPress={() => setAll(!all)}>
          {all ? say('datesFew') : say('datesAll', { count: days.length })}
        </Button>
      )}
    </fieldset>
  );
}

/** One day with its box: ticked, the meeting takes place. */
function DayLine(props: { day: SeriesDay; isLast: boolean; onChange: (takesPlace: boolean) => void }): ReactNode {
  const { day, isLast, onChange } = props;
  const say = useWords(formWords);
  const language = useLanguage();
  const clashes = [day.busy > 0 && say('dateBusy', { count: day.busy }), day.chair && say('dateChair')].filter(Boolean);
  return (
    <Checkbox isSelected={!day.isSkipped} isDisabled={isLast} onChange={onChange}>
      <span className={day.isSkipped ? 'line-through' : undefined}>
        {formatDay(`${day.day}T00:00:00+07:00`, language)}
      </span>
      {day.isSkipped && <span className="block text-sm text-muted">{say('dateSkipped')}</span>}
      {!day.isSkipped && clashes.length > 0 && (
        <span className="flex items-center gap-1.5 text-sm font-medium text-warn">
          <Icon name="warning" className="shrink-0" />
          {clashes.join(' · ')}
        </span>
      )}
    </Checkbox>
  );
}
