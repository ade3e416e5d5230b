import type { ReactNode } from 'react';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { cx } from './cx.ts';
import { Icon } from './icons.tsx';

/** Quality of a line, in the five words of the interface. */
export type LineGrade = 'good' | 'fair' | 'weak' | 'poor' | 'lost';

const BARS: Record<LineGrade, number> = { good: 5, fair: 4, weak: 3, poor: 2, lost: 0 };
const COLOURS: Record<LineGrade, string> = {
  good: 'text-ok',
  fair: 'text-ok',
  weak: 'text-warn',
  poor: 'text-bad',
  lost: 'text-bad',
};

/** Five bars and the word for them. `isStale`: the figures are older than 10 s, shown grey with a clock. */
export function NetworkBars(props: {
  grade: LineGrade;
  isStale?: boolean;
  /** hides the word from sight, not from screen readers */
  bare?: boolean;
  className?: string;
}): ReactNode {
  const { grade, isStale = false, bare = false, className } = props;
  const say = useWords(commonWords);
  const word = say(`line.${grade}`) + (isStale ? ` (${say('stale')})` : '');
  return (
    <span className={cx('inline-flex items-center gap-2', isStale ? 'text-muted' : COLOURS[grade], className)}>
      <svg viewBox="0 0 26 16" width="1.9em" height="1.15em" aria-hidden="true">
        {[0, 1, 2, 3, 4].map((n) => (
          <rect
            key={n}
            x={n * 5.2}
            y={12 - n * 2.8}
            width={3.7}
            height={4 + n * 2.8}
            rx={1}
            fill={n < BARS[grade] ? 'currentColor' : 'none'}
            stroke="currentColor"
            strokeWidth={0.9}
            opacity={n < BARS[grade] ? 1 : 0.55}
          />
        ))}
        {grade === 'lost' && <path d="M3 2l8 8M11 2l-8 8" stroke="currentColor" strokeWidth={2} />}
      </svg>
      {isStale && <Icon name="clock" size="1em" />}
      <span className={bare ? 'sr-only' : 'font-medium text-ink'}>{word}</span>
    </span>
  );
}

/** Sound level as fourteen lamps. @param level 0 to 1 */
export function LevelMeter(props: { level: number; label: string; vertical?: boolean; className?: string }): ReactNode {
  const { level, label, vertical = false, className } = props;
  const lamps = 14;
  const lit = Math.round(Math.min(1, Math.max(0, level)) * lamps);
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((lit / lamps) * 100)}
      className={cx('flex gap-1', vertical ? 'h-full w-3 flex-col-reverse' : 'h-4 w-full', className)}
    >
      {Array.from({ length: lamps }, (_, n) => (
        <span
          key={n}
          className={cx(
            'grow rounded-xs border border-edge/40',
            n < lit ? (n >= 12 ? 'bg-bad' : n >= 9 ? 'bg-warn' : 'bg-ok') : 'bg-sunken',
          )}
        />
      ))}
    </div>
  );
}
