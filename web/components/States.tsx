import { useEffect, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { commonWords } from '../i18n/common.ts';
import { ERROR_WORDS, problemMark } from '../i18n/errors.ts';
import type { ClientErrorCode } from '../i18n/errors.ts';
import { useLanguage, useWords } from '../i18n/index.ts';
import { Button } from './Button.tsx';
import { cx } from './cx.ts';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';

/** What is shown of a problem. */
export interface ShownProblem {
  code: ClientErrorCode;
  ref?: string;
}

/** A place where nothing is yet: what is missing, why, and what to do. */
export function EmptyState(props: {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** it is all that the page shows: its title is the page's heading */
  isPage?: boolean;
  className?: string;
}): ReactNode {
  const { icon = 'info', title, children, action, isPage = false, className } = props;
  const Title = isPage ? 'h1' : 'p';
  return (
    <div className={cx('flex flex-col items-center gap-3 px-6 py-12 text-center', className)}>
      <span className="grid size-16 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon name={icon} size={30} />
      </span>
      <Title className="text-lg font-semibold">{title}</Title>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** Something that could not be read or done: the sentence of its code, the code, and a way to try again. */
export function ErrorState(props: { problem: ShownProblem; onRetry?: () => void; className?: string }): ReactNode {
  const { problem, onRetry, className } = props;
  const say = useWords(commonWords);
  const language = useLanguage();
  const sentence = (ERROR_WORDS[problem.code] ?? ERROR_WORDS.internal)[language];
  return (
    <div role="alert" className={cx('flex flex-col items-center gap-3 px-6 py-10 text-center', className)}>
      <span className="grid size-16 place-items-center rounded-full bg-bad-soft text-bad">
        <Icon name="warning" size={30} />
      </span>
      <p className="max-w-prose text-lg font-medium">{sentence}</p>
      <p className="text-sm text-muted">
        {say('errorCode')} {problemMark(problem)}
      </p>
      {onRetry && (
        <Button icon="refresh" onPress={onRetry} className="mt-2">
          {say('retry')}
        </Button>
      )}
    </div>
  );
}

/** Brings what it is put on into sight when `what` changes to something: a refusal must not stay above the fold. */
export function useInSight<E extends HTMLElement>(what: unknown): RefObject<E | null> {
  const place = useRef<E>(null);
  useEffect(() => {
    if (what) place.current?.scrollIntoView({ block: 'nearest' });
  }, [what]);
  return place;
}

/** One problem inside a form or a dialog, announced at once. */
export function ProblemLine({ problem }: { problem: ShownProblem | null }): ReactNode {
  const place = useInSight<HTMLDivElement>(problem);
  const language = useLanguage();
  if (!problem) return <div role="alert" className="hidden" />;
  return (
    <div
      ref={place}
      role="alert"
      className="flex items-start gap-3 rounded-xl border border-bad/40 bg-bad-soft px-4 py-3"
    >
      <Icon name="warning" size="1.4em" className="mt-0.5 text-bad" />
      <p>
        {(ERROR_WORDS[problem.code] ?? ERROR_WORDS.internal)[language]}{' '}
        <span className="text-sm text-muted">{problemMark(problem)}</span>
      </p>
    </div>
  );
}

/** A turning mark with words; appears after 200 ms, so that quick answers do not flicker. */
export function Spinner({ label, className }: { label?: string; className?: string }): ReactNode {
  const say = useWords(commonWords);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className={cx('flex items-center justify-center gap-3 px-6 py-10 text-muted', className)}>
      {late && (
        <>
          <Icon name="refresh" size="1.5em" className="turning" />
          <span>{label ?? say('loading')}</span>
        </>
      )}
    </div>
  );
}

/** One step of something that takes a while. */
export interface Step {
  label: string;
  state: 'done' | 'active' | 'waiting' | 'failed';
}

const STEP_ICONS = { done: 'check', active: 'refresh', waiting: 'clock', failed: 'warning' } as const;
const STEP_COLOURS = { done: 'text-ok', active: 'text-accent', waiting: 'text-muted', failed: 'text-bad' } as const;

/** The steps of joining (or another slow thing), each with a drawing and its state in words for screen readers. */
export function Steps({ steps, className }: { steps: Step[]; className?: string }): ReactNode {
  const say = useWords(commonWords);
  return (
    <ol className={cx('flex flex-col gap-2', className)} aria-live="polite">
      {steps.map((step) => (
        <li key={step.label} className={cx('flex items-center gap-3', step.state === 'waiting' && 'text-muted')}>
          <Icon
            name={STEP_ICONS[step.state]}
            size="1.4em"
            className={cx(STEP_COLOURS[step.state], step.state === 'active' && 'turning')}
          />
          <span className={step.state === 'active' ? 'font-semibold' : undefined}>{step.label}</span>
          <span className="sr-only">{say(`step.${step.state}`)}</span>
        </li>
      ))}
    </ol>
  );
}
