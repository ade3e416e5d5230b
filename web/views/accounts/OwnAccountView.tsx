import { useState } from 'react';
import type { ReactNode } from 'react';
import { Card } from '../../components/Card.tsx';
import { Frame } from '../../components/Frame.tsx';
import { Banner } from '../../components/Status.tsx';
import { useWords } from '../../i18n/index.ts';
import { accountCalls } from '../../lib/accountCalls.ts';
import { useRead } from '../../lib/api.ts';
import { integrationCalls } from '../../lib/integrationCalls.ts';
import { useMe } from '../../lib/me.tsx';
import { signInWords } from '../signin/words.ts';
import { AccountFacts } from './AccountFacts.tsx';
import { PasswordForm } from './PasswordForm.tsx';
import { SignInList } from './SignInList.tsx';
import { useTree } from './units.ts';
import { accountWords } from './words.ts';

/** Milliseconds between readings: a sign-in that began or ended elsewhere shows. */
const FRESH = 15_000;

/** The own account: who one is, the password, and where one is signed in. */
export function OwnAccountView(): ReactNode {
  const say = useWords(accountWords);
  const words = useWords(signInWords);
  const me = useMe();
  const tree = useTree();
  const signIns = useRead((signal) => accountCalls.signIns(signal), 'signIns', FRESH);
  const tokens = useRead((signal) => integrationCalls.ownTokens(signal), 'tokens');
  const [round, setRound] = useState(0);
  const changed = (): void => {
    // an empty form for the next time
    setRound(round + 1);
    me.reload();
    signIns.reload();
    tokens.reload();
  };
  const others = signIns.data?.filter((one) => !one.current).length ?? null;
  return (
    <Frame title={say('ownTitle')}>
      {me.user?.mustChangePassword && (
        <Banner tone="warn" icon="warning">
          {say('mustChange')}
        </Banner>
      )}
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(30rem,100%),1fr))] items-start gap-6">
        <Card title={words('change')}>
          <PasswordForm key={round} ends={{ others, tokens: tokens.data?.length ?? null }} onDone={changed} />
        </Card>
        <div className="flex flex-col gap-6">
          <Card title={say('about')}>
            {me.user && <AccountFacts user={me.user} tree={tree} />}
            <p className="mt-4 text-sm text-muted">{say('askAdministrator')}</p>
          </Card>
          <SignInList signIns={signIns} />
        </div>
      </div>
    </Frame>
  );
}
