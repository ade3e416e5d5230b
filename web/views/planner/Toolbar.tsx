import { useRef } from 'react';
import type { ReactNode } from 'react';
import { Button, IconButton, ToggleButton } from '../../components/Button.tsx';
import type { IconName } from '../../components/icons.tsx';
import { Select } from '../../components/fields.tsx';
import { Toolbar } from '../../components/Toolbar.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { dayKey, formatDate, formatDay } from '../../lib/format.ts';
import { DAY, SPANS, weekStart } from './days.ts';
import type { Span } from './days.ts';
import { plannerWords } from './words.ts';

/** What the bar above the grid shows and changes. */
export interface BarState {
  span: Span;
  /** epoch milliseconds of the shown day */
  day: number;
  zoom: number;
  slot: 15 | 30;
}

/** Factors of the zoom. */
export const ZOOMS = [0.75, 1, 1.5, 2, 3, 4] as const;

/** Which days are shown and how: step, jump, view, zoom, width of a column. */
export function PlannerBar(props: {
  state: BarState;
  onChange: (part: Partial<BarState>) => void;
  onStep: (step: -1 | 1) => void;
  onToday: () => void;
  onPrint: () => void;
  onKeys: () => void;
}): ReactNode {
  const { state, onChange, onStep, onToday, onPrint, onKeys } = props;
  const say = useWords(plannerWords);
  const language = useLanguage();
  const monday = weekStart(state.day);
  const shown =
    state.span === 'day'
      ? formatDay(state.day, language)
      : say('weekOf', { from: formatDate(monday), to: formatDate(monday + 6 * DAY) });
  const zoomAt = ZOOMS.findIndex((z) => z === state.zoom);
  return (
    <Toolbar label={say('spans')} className="gap-x-3">
      <div className="flex items-center gap-1">
        <IconButton icon="arrowLeft" label={say('back')} tone="plain" onPress={() => onStep(-1)} />
        <Button onPress={onToday}>{say('today')}</Button>
        <IconButton icon="arrowRight" label={say('forward')} tone="plain" onPress={() => onStep(1)} />
      </div>
      <p role="status" className="min-w-52 text-lg font-semibold">
        {shown}
      </p>
      <DayJump day={state.day} onChange={(day) => onChange({ day })} />
      <div className="flex gap-1" role="group" aria-label={say('spans')}>
        {SPANS.map((span) => (
          <ToggleButton key={span} isSelected={state.span === span} onChange={() => onChange({ span })}>
            {say(`span.${span}`)}
          </ToggleButton>
        ))}
      </div>
      <div className="ml-auto flex items-center gap-1">
        {state.span !== 'list' && (
          <>
            <Select
              label={say('slot')}
              quiet
              value={String(state.slot)}
              onChange={(v) => onChange({ slot: v === '15' ? 15 : 30 })}
              options={['15', '30'].map((v) => ({ value: v, label: say('minutes', { count: Number(v) }) }))}
              className="w-38"
            />
            <Zoom label={say('smaller')} icon="minus" to={ZOOMS[zoomAt - 1]} onChange={onChange} />
            <Zoom label={say('larger')} icon="plus" to={ZOOMS[zoomAt + 1]} onChange={onChange} />
          </>
        )}
        <Button onPress={onPrint}>{say('print')}</Button>
        <IconButton icon="help" label={say('keys')} tip="start" onPress={onKeys} />
      </div>
    </Toolbar>
  );
}

function Zoom(props: {
  label: string;
  icon: IconName;
  to: number | undefined;
  onChange: (part: Partial<BarState>) => void;
}): ReactNode {
  const { label, icon, to, onChange } = props;
  return (
    <IconButton
      icon={icon}
      label={label}
      tone="plain"
      isDisabled={to === undefined}
      onPress={() => to && onChange({ zoom: to })}
    />
  );
}

/** Jumps to a day by the browser's own calendar. */
function DayJump({ day, onChange }: { day: number; onChange: (day: number) => void }): ReactNode {
  const say = useWords(plannerWords);
  const field = useRef<HTMLInputElement>(null);
  const open = (): void => {
    try {
      field.current?.showPicker();
    } catch {
      // an old browser has none: the arrows still step
    }
  };
  return (
    <div className="relative">
      <IconButton icon="calendar" label={say('chooseDay')} onPress={open} />
      <input
        ref={field}
        type="date"
        tabIndex={-1}
        aria-hidden="true"
        value={dayKey(day)}
        onChange={(e) => e.target.value && onChange(Date.parse(`${e.target.value}T00:00:00+07:00`))}
        className="pointer-events-none absolute bottom-0 left-0 block h-0 w-full opacity-0"
      />
    </div>
  );
}
