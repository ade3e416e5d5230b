import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { TextField } from '../../components/fields.tsx';
import { focusFault } from '../../components/focusFault.ts';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { signInWords } from './words.ts';

/** Shortest password that the server takes. */
const SHORTEST = 12;

interface Props {
  /** the password just typed, so that it need not be typed again; empty: it is asked for */
  current: string;
  onDone: () => void;
}

function useNewPassword({ current: typed, onDone }: Props) {
  const say = useWords(signInWords);
  const [current, setCurrent] = useState(typed);
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const short = next.length < SHORTEST;
  const differs = next !== again;

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (short || differs || !current) {
      focusFault(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    calls
      .changePassword(current, next)
      .then(() => {
        showToast({ tone: 'ok', text: say('changed') });
        onDone();
      })
      .catch((thrown: unknown) => setProblem(asProblem(thrown)))
      .finally(() => setBusy(false));
  };
  return { current, setCurrent, next, setNext, again, setAgain, tried, busy, problem, short, differs, submit };
}

/** Asks for a password of one's own after the first sign-in; may be put off, so that a trial can go on. */
export function FirstPassword(props: Props): ReactNode {
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
