import { useEffect, useState } from 'react';
import type { Checked } from '../../../../server/protocol/meetings.ts';
import { asProblem } from '../../../lib/api.ts';
import type { ClientProblem } from '../../../lib/api.ts';
import { plannerCalls } from '../../../lib/plannerCalls.ts';
import type { CheckQuestion } from '../../../lib/plannerCalls.ts';

/** Milliseconds without a change before the server is asked. */
const PAUSE = 300;

/** What the server says of the chosen time and endpoints; `isFresh`: of what is chosen now. */
export interface Check {
  answer: Checked | null;
  problem: ClientProblem | null;
  isFresh: boolean;
}

/** Asks again, a moment after every change, whether all that is chosen is free. */
export function useCheck(question: CheckQuestion | null, round = 0): Check {
  const key = question ? `${round}/${JSON.stringify(question)}` : '';
  const [state, setState] = useState<{ key: string; answer: Checked | null; problem: ClientProblem | null }>({
    key: '',
    answer: null,
    problem: null,
  });
  useEffect(() => {
    if (!key) return;
    let stopped = false;
    const timer = setTimeout(() => {
      const asked = JSON.parse(key.slice(key.indexOf('/') + 1)) as CheckQuestion;
      plannerCalls
        .check(asked)
        .then((answer) => !stopped && setState({ key, answer, problem: null }))
        .catch((thrown: unknown) => !stopped && setState({ key, answer: null, problem: asProblem(thrown) }));
    }, PAUSE);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [key]);
  const isFresh = key !== '' && state.key === key;
  return { answer: key ? state.answer : null, problem: isFresh ? state.problem : null, isFresh };
}
