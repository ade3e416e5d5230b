import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { PasswordFields } from './PasswordFields.tsx';
import { useNewPassword } from './useNewPassword.ts';
import type { NewPasswordProps } from './useNewPassword.ts';
import { signInWords } from './words.ts';

/**
 * Asks for a password of one's own after the first sign-in.
 * @param props.mayWait it may be put off, so that a trial can go on
 */
export function FirstPassword(props: NewPasswordProps & { mayWait: boolean }): ReactNode {
  const say = useWords(signInWords);
  const form = useNewPassword(props);
  return (
    <form onSubmit={form.submit} noValidate className="flex flex-col gap-5">
      <ProblemLine problem={form.wrong ? null : form.problem} />
      <PasswordFields form={form} asksCurrent={!props.current} hint={say('nextHint')} autoFocus />
      <div className="mt-1 flex flex-wrap gap-3">
        <Button type="submit" tone="primary" size="lg" isPending={form.busy} className="grow">
          {say('change')}
        </Button>
        {props.mayWait && (
          <Button size="lg" onPress={props.onDone}>
            {say('later')}
          </Button>
        )}
      </div>
    </form>
  );
}
