import type { ReactNode } from 'react';
import { commonWords } from '../i18n/common.ts';
import { useLanguage, useWords } from '../i18n/index.ts';
import { formatDay, formatSeconds, formatTime } from '../lib/format.ts';
import { useServerNow } from '../lib/serverClock.ts';
import { cx } from './cx.ts';
import { Digits } from './Digits.tsx';

/** The server's clock: `08:05:09`, with the day beside or under it. */
export function Clock(props: {
  seconds?: boolean;
  day?: 'beside' | 'below';
  className?: string;
  dayClassName?: string;
}): ReactNode {
  const { seconds = true, day, className, dayClassName } = props;
  const say = useWords(commonWords);
  const language = useLanguage();
  const now = useServerNow();
  return (
    <span
      role="timer"
      aria-label={say('serverTime')}
      className={cx('inline-flex', day === 'below' ? 'flex-col' : 'items-baseline gap-2')}
    >
      <time className={cx('font-semibold', className)}>
        <Digits>{seconds ? formatSeconds(now) : formatTime(now)}</Digits>
      </time>
      {day && <span className={cx('text-sm text-muted', dayClassName)}>{formatDay(now, language)}</span>}
    </span>
  );
}
