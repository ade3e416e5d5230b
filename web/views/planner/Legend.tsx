import type { ReactNode } from 'react';
import { useWords } from '../../i18n/index.ts';
import { KINDS } from '../calendar/draft.ts';
import { Mark } from './Block.tsx';
import { plannerWords } from './words.ts';

/** Which colour, pattern and letter is which kind of meeting; and, where they are shown, how those called off look. */
export function Legend({ calledOff }: { calledOff: boolean }): ReactNode {
  const say = useWords(plannerWords);
  return (
    <ul aria-label={say('legend')} className="flex flex-wrap gap-x-4 gap-y-1.5 text-sm">
      {([...KINDS, 'foreign'] as const).map((kind) => (
        <li key={kind} className="flex items-center gap-2">
          <span data-kind={kind} className="pl-swatch inline-flex items-center rounded-md py-px pl-1">
            <Mark kind={kind} />
          </span>
          {say(`kind.${kind}`)}
        </li>
      ))}
      {calledOff && (
        <li className="flex items-center gap-2">
          <span
            data-kind="foreign"
            data-off="true"
            className="pl-swatch inline-flex items-center rounded-md py-px pl-1"
          >
            <Mark kind="briefing" />
          </span>
          {say('calledOff')}
        </li>
      )}
    </ul>
  );
}
