import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { User } from '../../../server/protocol/rest.ts';
import { Button, IconButton } from '../../components/Button.tsx';
import { TextField } from '../../components/fields.tsx';
import { focusFault } from '../../components/focusFault.ts';
import { ProblemLine } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { signInWords } from './words.ts';

/** Name and password; hands over the user and the password that was typed, for the change of a first one. */
export function SignInForm({ onSignedIn }: { onSignedIn: (user: User, password: string) => void }): ReactNode {
  const say = useWords(signInWords);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (!username.trim() || !password) {
      focusFault(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    calls
      .signIn(username.trim(), password)
      .then(({ user }) => onSignedIn(user, password))
      .catch((thrown: unknown) => setProblem(asProblem(thrown)))
      .finally(() => setBusy(false));
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <ProblemLine problem={problem} />
      <TextField
        label={say('username')}
        name="username"
        value={username}
        onChange={setUsername}
        autoComplete="username"
        spellCheck="false"
        autoFocus
        error={tried && !username.trim() ? say('needUsername') : null}
      />
      <Password value={password} onChange={setPassword} error={tried && !password ? say('needPassword') : null} />
      <Button type="submit" tone="primary" size="lg" isPending={busy} className="mt-1">
        {say('submit')}
      </Button>
    </form>
  );
}

/** A password that can be looked at while it is typed; pasting is welcome. */
function Password(props: { value: string; onChange: (value: string) => void; error: string | null }): ReactNode {
  const say = useWords(signInWords);
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      label={say('password')}
      name="password"
      type={shown ? 'text' : 'password'}
      autoComplete="current-password"
      end={
        <IconButton
          icon="eye"
          label={shown ? say('hide') : say('show')}
          tip="none"
          aria-pressed={shown}
          onPress={() => setShown(!shown)}
          className="text-muted"
        />
      }
    />
  );
}
