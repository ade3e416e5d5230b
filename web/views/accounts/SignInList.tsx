import { useState } from 'react';
import type { ReactNode } from 'react';
import type { SignInSession } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { Icon } from '../../components/icons.tsx';
import { ErrorState, Spinner } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { accountCalls } from '../../lib/accountCalls.ts';
import type { Read } from '../../lib/api.ts';
import { formatAge, formatMoment } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { browserName } from './browserName.ts';
import { accountWords } from './words.ts';

/** Where the own account is signed in, and ending that. */
export function SignInList({ signIns }: { signIns: Read<SignInSession[]> }): ReactNode {
  const say = useWords(accountWords);
  const [asking, setAsking] = useState(false);
  const others = signIns.data?.filter((one) => !one.current).length ?? 0;
  const end = (work: Promise<void>, text: string): void => {
    work
      .then(() => showToast({ tone: 'ok', text }))
      .catch(showProblem)
      .finally(() => {
        setAsking(false);
        signIns.reload();
      });
  };
  return (
    <Card
      title={say('signIns')}
      bodyClassName="p-0!"
      actions={
        others > 0 && (
          <Button icon="logout" aria-haspopup="dialog" onPress={() => setAsking(true)}>
            {say('endOthers')}
          </Button>
        )
      }
    >
      {!signIns.data ? (
        signIns.problem ? (
          <ErrorState problem={signIns.problem} onRetry={signIns.reload} />
        ) : (
          <Spinner />
        )
      ) : (
        <ul>
          {signIns.data.map((one) => (
            <Line
              key={one.id}
              signIn={one}
              onEnd={(name) => end(accountCalls.endSignIn(one.id), say('endedOne', { browser: name }))}
            />
          ))}
        </ul>
      )}
      {asking && (
        <ConfirmDialog
          title={say('endOthersTitle')}
          consequence={say('endOthersWhat', { count: others })}
          action={say('endOthers')}
          isOpen
          onConfirm={() => end(accountCalls.endOtherSignIns(), say('endedOthers'))}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  );
}

function Line({ signIn, onEnd }: { signIn: SignInSession; onEnd: (name: string) => void }): ReactNode {
  const say = useWords(accountWords);
  const language = useLanguage();
  const now = useServerNow(10_000);
  const browser = browserName(signIn.agent);
  const when = formatMoment(signIn.createdAt, language);
  const age = formatAge(Math.max(0, now - Date.parse(signIn.lastSeenAt)), language);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-5 py-3 last:border-b-0">
      <Icon name="device" size={24} className="text-muted" />
      <div className="min-w-0 grow basis-60">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {browser}
          {signIn.current && (
            <StatusPill tone="ok" icon="check">
              {say('here')}
            </StatusPill>
          )}
        </p>
        <p className="text-[0.9375rem] text-muted">
          {say('since', { when })} · {say('from', { address: signIn.address })}
          {!signIn.current && ` · ${say('seen', { age })}`}
        </p>
      </div>
      {!signIn.current && (
        <Button icon="logout" aria-label={say('endOneOf', { browser, when })} onPress={() => onEnd(browser)}>
          {say('endOne')}
        </Button>
      )}
    </li>
  );
}
