import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { PasswordFields } from '../signin/PasswordFields.tsx';
import { useNewPassword } from '../signin/useNewPassword.ts';
import { signInWords } from '../signin/words.ts';
import { accountWords } from './words.ts';

/** How much of the account ends with its old password; null: not known yet. */
export interface EndsWithPassword {
  others: number | null;
  tokens: number | null;
}

/** Changes the own password, and says beforehand what ends with the old one. */
export function PasswordForm({ ends, onDone }: { ends: EndsWithPassword; onDone: () => void }): ReactNode {
  const words = useWords(signInWords);
  const say = useWords(accountWords);
  const form = useNewPassword({ current: '', onDone });
  return (
    <form onSubmit={form.submit} noValidate className="flex max-w-xl flex-col gap-5">
      <ProblemLine problem={form.wrong ? null : form.problem} />
      <Ends {...ends} />
      <PasswordFields form={form} asksCurrent hint={say('rule')} />
      <Button type="submit" tone="primary" icon="lock" isPending={form.busy} className="self-start">
        {words('change')}
      </Button>
    </form>
  );
}

function Ends({ others, tokens }: EndsWithPassword): ReactNode {
  const say = useWords(accountWords);
  const lines = [
    others ? say('ends.others', { count: others }) : null,
    tokens ? say('ends.tokens', { count: tokens }) : null,
    say('ends.here'),
  ].filter((line) => line !== null);
  return (
    <div className="flex gap-3 rounded-xl border border-line bg-sunken px-4 py-3">
      <Icon name="info" size="1.4em" className="mt-0.5 shrink-0 text-accent" />
      <div>
        <p className="font-semibold">{say('ends.before')}</p>
        <ul className="list-disc pl-5">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
