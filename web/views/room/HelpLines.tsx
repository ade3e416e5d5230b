import type { ReactNode } from 'react';
import type { HelpLine } from '../../../server/protocol/rest.ts';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icons.tsx';

/** Telephone, name and place of everybody who can be called, the first to call first. */
export function HelpLines({ lines, className }: { lines: HelpLine[]; className?: string }): ReactNode {
  return (
    <ul className={cx('flex flex-col gap-3 leading-normal', className)}>
      {lines.map((line) => (
        <li key={`${line.endpointId} ${line.phone}`} className="flex flex-wrap items-center gap-x-5">
          <span className="flex items-center gap-3 text-[1.25em] font-bold whitespace-nowrap">
            <Icon name="phone" className="text-accent" />
            {line.phone}
          </span>
          <span className="min-w-0">
            {line.name} <span className="text-muted">· {line.place}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
