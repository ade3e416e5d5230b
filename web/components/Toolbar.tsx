import type { KeyboardEvent, ReactNode } from 'react';
import { cx } from './cx.ts';

const CONTROLS = 'button:not(:disabled), select:not(:disabled), input:not(:disabled), [href]';
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

/** A row of controls with one stop of the Tab key; arrow keys move inside. */
export function Toolbar(props: { label: string; className?: string; children: ReactNode }): ReactNode {
  return (
    <div
      role="toolbar"
      aria-label={props.label}
      aria-orientation="horizontal"
      className={cx('flex flex-wrap items-center gap-2', props.className)}
      onKeyDownCapture={walk}
    >
      {props.children}
    </div>
  );
}

function walk(event: KeyboardEvent<HTMLDivElement>): void {
  // a window opened from the toolbar is its child for React, not on the page
  if (!event.currentTarget.contains(event.target as Node)) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(CONTROLS)].filter((one) => one.offsetParent);
  if (event.key === 'Tab') {
    // from the outermost control the browser itself goes on to what follows the toolbar
    all.at(event.shiftKey ? 0 : -1)?.focus();
    return;
  }
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = all[at + (STEPS[event.key] ?? 0)];
  if (!(event.key in STEPS) || at < 0) return;
  next?.focus();
  event.preventDefault();
  event.stopPropagation();
}
