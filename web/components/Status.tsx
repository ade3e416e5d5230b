import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';

/** What a colour says; never alone, always with words or a drawing. */
export type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'bad';

const PILLS: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted border-line',
  accent: 'bg-accent-soft text-accent border-accent/30',
  ok: 'bg-ok-soft text-ok border-ok/30',
  warn: 'bg-warn-soft text-warn border-warn/30',
  bad: 'bg-bad-soft text-bad border-bad/30',
};

/** A short status: colour, drawing and word together. */
export function StatusPill(props: {
  tone?: Tone;
  icon?: IconName;
  className?: string;
  children: ReactNode;
}): ReactNode {
  const { tone = 'neutral', icon, className, children } = props;
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 rounded-full border px-2.5 py-0.5 text-sm font-semibold whitespace-nowrap',
        PILLS[tone],
        className,
      )}
    >
      {icon && <Icon name={icon} size="1.05em" />}
      {children}
    </span>
  );
}

/** A number on a small ground: how many wait, a place in a queue. */
export function Count(props: { tone?: Tone; className?: string; children: ReactNode }): ReactNode {
  const { tone = 'accent', className, children } = props;
  return (
    <span
      className={cx(
        'inline-flex min-w-6 items-center justify-center rounded-full border px-1.5 text-sm font-bold',
        PILLS[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

/** A message across a view: what is the matter and, where there is something to do, the control for it. */
export function Banner(props: {
  tone?: Tone;
  icon?: IconName;
  /** announced at once (`alert`), in turn (`status`), or not at all */
  live?: 'alert' | 'status';
  action?: ReactNode;
  className?: string;
  children: ReactNode;
}): ReactNode {
  const { tone = 'neutral', icon, live, action, className, children } = props;
  return (
    <div
      role={live}
      className={cx(
        'flex flex-wrap items-center gap-3 rounded-xl border px-4 py-3',
        PILLS[tone],
        'text-ink',
        className,
      )}
    >
      {icon && <Icon name={icon} size="1.4em" className={TEXT[tone]} />}
      <div className="min-w-0 grow basis-60">{children}</div>
      {action}
    </div>
  );
}

const TEXT: Record<Tone, string> = {
  neutral: 'text-muted',
  accent: 'text-accent',
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
};
