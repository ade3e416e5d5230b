import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { useNewPassword } from './useNewPassword.ts';
import type { NewPasswordProps } from './useNewPassword.ts';
import { signInWords } from './words.ts';

/** Asks for a password of one's own after the first sign-in; may be put off, so that a trial can go on. */
export function FirstPassword(props: NewPasswordProps): ReactNode {
  const say = useWords(signInWords);
  const form = useNewPassword(props);
  const { tried, problem } = form;
  const wrong = problem?.code === 'wrong_credentials';
  return (
    <form onSubmit={form.submit} noValidate className="flex flex-col gap-5">
      <ProblemLine problem={wrong ? null : problem} />
      {(!props.current || wrong) && (
        <TextField
          label={say('current')}
          type="password"
          autoComplete="current-password"
          value={form.current}
          onChange={form.setCurrent}
          error={wrong ? say('wrongCurrent') : tried && !form.current ? say('needPassword') : null}
        />
      )}
      <TextField
        label={say('next')}
        hint={say('nextHint')}
        type="password"
        autoComplete="new-password"
        value={form.next}
        onChange={form.setNext}
        autoFocus
        error={tried && form.short ? say('tooShort', { count: form.next.length }) : null}
      />
      <TextField
        label={say('again')}
        type="password"
        autoComplete="new-password"
        value={form.again}
        onChange={form.setAgain}
        error={tried && form.differs ? say('differs') : null}
      />
      <div className="mt-1 flex flex-wrap gap-3">
        <Button type="submit" tone="primary" size="lg" isPending={form.busy} className="grow">
          {say('change')}
        </Button>
        <Button size="lg" onPress={props.onDone}>
          {say('later')}
        </Button>
      </div>
    </form>
  );
}
