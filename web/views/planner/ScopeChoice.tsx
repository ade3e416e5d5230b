import type { ReactNode } from 'react';
import type { Scope } from '../../../server/protocol/meetings.ts';
import { useWords } from '../../i18n/index.ts';
import { plannerWords } from './words.ts';

const ALL: readonly Scope[] = ['this', 'following', 'all'];

/** Which meetings of a series a change is for. */
export function ScopeChoice(props: { value: Scope; onChange: (scope: Scope) => void }): ReactNode {
  const { value, onChange } = props;
  const say = useWords(plannerWords);
  return (
    <fieldset className="rounded-xl border border-line px-3 py-1">
      <legend className="px-1 text-[0.9375rem] font-semibold">{say('scope')}</legend>
      {ALL.map((scope) => (
        <label key={scope} className="flex min-h-target items-center gap-3 rounded-lg px-2 hover:bg-sunken">
          <input type="radio" name="scope" checked={value === scope} onChange={() => onChange(scope)} />
          {say(`scope.${scope}`)}
        </label>
      ))}
    </fieldset>
  );
}
