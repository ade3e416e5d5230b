import { useState } from 'react';
import type { FormEvent } from 'react';
import { focusFault } from '../../components/focusFault.ts';
import { showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { signInWords } from './words.ts';

/** Shortest password that the server takes. */
const SHORTEST = 12;

/** What a change of the own password needs. */
export interface NewPasswordProps {
  /** the password just typed, so that it need not be typed again; empty: it is asked for */
  current: string;
  onDone: () => void;
}

/** The state of a form that changes the own password. */
export function useNewPassword({ current: typed, onDone }: NewPasswordProps) {
  const say = useWords(signInWords);
  const [current, setCurrent] = useState(typed);
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const short = next.length < SHORTEST;
  const differs = next !== again;
  const wrong = problem?.code === 'wrong_credentials';

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
  return { current, setCurrent, next, setNext, again, setAgain, tried, busy, problem, wrong, short, differs, submit };
}
