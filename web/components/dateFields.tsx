import { useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { formatDate, parseClock, parseDay } from '../lib/format.ts';
import { IconButton } from './Button.tsx';
import { TextField } from './fields.tsx';

/** What a field of a day and one of a time have in common. */
interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | null;
  className?: string;
}

const shownDay = (key: string): string => (key ? formatDate(`${key}T00:00:00+07:00`) : '');

/**
 * A day, written as here (`24/11/2026`) whatever the language of the PC; the calendar is the browser's own.
 * The value is `2026-11-24`, or empty while what is typed is no day.
 */
export function DateField({ min, ...props }: Props & { min?: string }): ReactNode {
  const { label, value, onChange, error, className } = props;
  const say = useWords(commonWords);
  const [text, setText] = useState(() => shownDay(value));
  const calendar = useRef<HTMLInputElement>(null);
  const openCalendar = (): void => {
    try {
      calendar.current?.showPicker();
    } catch {
      // an old browser has none: the day can still be typed
    }
  };
  return (
    <div className={className}>
      <TextField
        label={label}
        value={text}
        inputMode="numeric"
        autoComplete="off"
        placeholder="24/11/2026"
        onChange={(typed) => {
          setText(typed);
          onChange(parseDay(typed) ?? '');
        }}
        onBlur={() => value && setText(shownDay(value))}
        error={error}
        end={<IconButton icon="calendar" label={say('openCalendar')} tip="start" onPress={openCalendar} />}
      />
      <input
        ref={calendar}
        type="date"
        tabIndex={-1}
        aria-hidden="true"
        min={min}
        value={value}
        onChange={(e) => {
          setText(shownDay(e.target.value));
          onChange(e.target.value);
        }}
        className="pointer-events-none block h-0 w-full opacity-0"
      />
    </div>
  );
}

const HOURS = Array.from({ length: 23 }, (_, n) => parseClock(`${7 + Math.floor(n / 2)}:${n % 2 ? '30' : '00'}`) ?? '');

/** A time of day in 24 hours (`08:30`); `8h30` and `830` are understood. */
export function TimeField({ label, value, onChange, error, className }: Props): ReactNode {
  const id = useId();
  return (
    <>
      <TextField
        label={label}
        value={value}
        inputMode="numeric"
        autoComplete="off"
        placeholder="08:30"
        suggestions={id}
        onChange={onChange}
        onBlur={() => onChange(parseClock(value) ?? value)}
        error={error}
        className={className}
      />
      <datalist id={id}>
        {HOURS.map((hour) => (
          <option key={hour}>{hour}</option>
        ))}
      </datalist>
    </>
  );
}
