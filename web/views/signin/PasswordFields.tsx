import type { ReactNode } from 'react';
import { TextField } from '../../components/fields.tsx';
import { useWords } from '../../i18n/index.ts';
import type { useNewPassword } from './useNewPassword.ts';
import { signInWords } from './words.ts';

const LONGEST = 200;

/** The fields of a form that changes the own password. */
export function PasswordFields(props: {
  form: ReturnType<typeof useNewPassword>;
  /** the password until now is not known yet */
  asksCurrent: boolean;
  /** what the server wants of a password */
  hint: string;
  /** begins in the new password */
  autoFocus?: boolean;
}): ReactNode {
  const { form, asksCurrent, hint, autoFocus = false } = props;
  const say = useWords(signInWords);
  const { tried } = form;
  return (
    <>
      {(asksCurrent || form.wrong) && (
        <TextField
          label={say('current')}
          type="password"
          autoComplete="current-password"
          value={form.current}
          onChange={form.setCurrent}
          maxLength={LONGEST}
          error={form.wrong ? say('wrongCurrent') : tried && !form.current ? say('needPassword') : null}
        />
      )}
      <TextField
        label={say('next')}
        hint={hint}
        type="password"
        autoComplete="new-password"
        value={form.next}
        onChange={form.setNext}
        maxLength={LONGEST}
        autoFocus={autoFocus}
        error={tried && form.short ? say('tooShort', { count: form.next.length }) : null}
      />
      <TextField
        label={say('again')}
        type="password"
        autoComplete="new-password"
        value={form.again}
        onChange={form.setAgain}
        maxLength={LONGEST}
        error={tried && form.differs ? say('differs') : null}
      />
    </>
  );
}
