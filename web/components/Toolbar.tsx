import type { ReactNode } from 'react';
import { Toolbar as AriaToolbar } from 'react-aria-components/Toolbar';
import { cx } from './cx.ts';

/** A row of controls with one stop of the Tab key; arrow keys move inside. */
export function Toolbar(props: { label: string; className?: string; children: ReactNode }): ReactNode {
  return (
    <AriaToolbar aria-label={props.label} className={cx('flex flex-wrap items-center gap-2', props.className)}>
      {props.children}
    </AriaToolbar>
  );
}
