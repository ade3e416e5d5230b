import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ListedUser } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { useWords } from '../../i18n/index.ts';
import type { Tree } from '../../lib/directoryCalls.ts';
import { AccountFacts } from './AccountFacts.tsx';
import { AccountState, LastSignIn } from './AccountTable.tsx';
import { accountWords } from './words.ts';

/** What can be done with an account from its card. */
export type AccountAct = 'form' | 'reset' | 'disable' | 'enable' | 'log';

/** An account with everything that can be done with it. */
export function AccountDrawer(props: {
  account: ListedUser;
  tree: Tree | null;
  isOwn: boolean;
  onAct: (act: AccountAct) => void;
  onClose: () => void;
}): ReactNode {
  const { account, tree, isOwn, onAct, onClose } = props;
  const say = useWords(accountWords);
  return (
    <Dialog title={account.displayName} isOpen onClose={onClose} size="drawer">
      <div className="flex flex-col gap-6">
        <div className="flex flex-col gap-3">
          <AccountFacts user={account} tree={tree} />
          <p className="flex flex-wrap items-center gap-3">
            <AccountState user={account} />
            <span className="text-[0.9375rem] text-muted">
              {say('lastSignIn')}: <LastSignIn user={account} />
            </span>
          </p>
        </div>
        <Acts account={account} isOwn={isOwn} onAct={onAct} />
      </div>
    </Dialog>
  );
}

function Acts(props: { account: ListedUser; isOwn: boolean; onAct: (act: AccountAct) => void }): ReactNode {
  const { account, isOwn, onAct } = props;
  const say = useWords(accountWords);
  const mayAll = account.may.change && !isOwn;
  return (
    <section aria-label={say('acts')} className="flex flex-col items-start gap-3">
      {isOwn && (
        <p>
          {say('isOwn')}{' '}
          <Link href="/account" className="font-semibold text-accent underline underline-offset-4">
            {say('toOwn')}
          </Link>
        </p>
      )}
      {!account.may.change && <p className="text-muted">{say('notYours')}</p>}
      {account.may.change && (
        <Button icon="edit" tone="primary" onPress={() => onAct('form')}>
          {say('edit')}
        </Button>
      )}
      {mayAll && !account.disabled && (
        <Button icon="lock" onPress={() => onAct('reset')}>
          {say('reset')}
        </Button>
      )}
      {mayAll && (
        <Button
          icon={account.disabled ? 'check' : 'stop'}
          onPress={() => onAct(account.disabled ? 'enable' : 'disable')}
        >
          {say(account.disabled ? 'enable' : 'disable')}
        </Button>
      )}
      <Button icon="list" onPress={() => onAct('log')}>
        {say('logOf')}
      </Button>
    </section>
  );
}
