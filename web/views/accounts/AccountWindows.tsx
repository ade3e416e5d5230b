import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ListedUser, User } from '../../../server/protocol/rest.ts';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { OnceDialog } from '../../components/OnceDialog.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { accountCalls } from '../../lib/accountCalls.ts';
import type { Tree } from '../../lib/directoryCalls.ts';
import { AccountDialog } from './AccountDialog.tsx';
import { AccountDrawer } from './AccountDrawer.tsx';
import type { AccountAct } from './AccountDrawer.tsx';
import { oneTimePassword } from './oneTimePassword.ts';
import type { SavedAccount } from './useAccountForm.ts';
import { accountWords } from './words.ts';

/** What is open over the list of accounts. */
export type OpenAccount =
  | { what: 'card' | 'form' | 'reset' | 'disable'; account: ListedUser }
  | { what: 'new' }
  | { what: 'once'; title: string; username: string; password: string }
  | null;

interface Props {
  open: OpenAccount;
  me: User;
  tree: Tree | null;
  onOpen: (open: OpenAccount) => void;
  onChanged: () => void;
  onLog: (account: ListedUser) => void;
}

/** The windows over the list of accounts. */
export function AccountWindows(props: Props): ReactNode {
  const { open, me, tree, onOpen, onChanged, onLog } = props;
  const say = useWords(accountWords);
  const close = (): void => onOpen(null);
  const enable = async ({ id, displayName }: ListedUser): Promise<void> => {
    await accountCalls.change(id, { disabled: false });
    showToast({ tone: 'ok', text: say('enabled', { name: displayName }) });
    onChanged();
    close();
  };
  const act = (account: ListedUser, what: AccountAct): void => {
    if (what === 'enable') void enable(account).catch(showProblem);
    else if (what === 'log') onLog(account);
    else onOpen({ what, account });
  };
  const saved = ({ displayName: name, username, password }: SavedAccount): void => {
    onChanged();
    if (password === null) showToast({ tone: 'ok', text: say('saved', { name }) });
    onOpen(password === null ? null : { what: 'once', title: say('madeTitle', { name }), username, password });
  };
  if (!open) return null;
  if (open.what === 'once') return <Once {...open} onClose={close} />;
  if (open.what === 'new') {
    return tree && <AccountDialog account={null} me={me} tree={tree} onClose={close} onSaved={saved} />;
  }
  const { account } = open;
  if (open.what === 'card') {
    const isOwn = account.id === me.id;
    return (
      <AccountDrawer account={account} tree={tree} isOwn={isOwn} onAct={(what) => act(account, what)} onClose={close} />
    );
  }
  if (open.what === 'form') {
    return tree && <AccountDialog account={account} me={me} tree={tree} onClose={close} onSaved={saved} />;
  }
  return <Asking {...props} what={open.what} account={account} />;
}

/** Asks before the account's sign-ins end. */
function Asking(props: Props & { what: 'reset' | 'disable'; account: ListedUser }): ReactNode {
  const { what, account, onOpen, onChanged } = props;
  const say = useWords(accountWords);
  const [busy, setBusy] = useState(false);
  const { id, username } = account;
  const name = account.displayName;
  const disable = async (): Promise<OpenAccount> => {
    await accountCalls.change(id, { disabled: true });
    showToast({ tone: 'ok', text: say('disabled', { name }) });
    return null;
  };
  const reset = async (): Promise<OpenAccount> => {
    const password = oneTimePassword();
    await accountCalls.resetPassword(id, password);
    return { what: 'once', title: say('resetDone', { name }), username, password };
  };
  const confirm = (): void => {
    if (busy) return;
    setBusy(true);
    (what === 'reset' ? reset() : disable())
      .then(onOpen)
      .catch((thrown: unknown) => {
        showProblem(thrown);
        onOpen(null);
      })
      .finally(onChanged);
  };
  return (
    <ConfirmDialog
      title={say(`${what}Title`, { name })}
      consequence={say(`${what}What`, { name })}
      action={say(what)}
      isOpen
      isPending={busy}
      onConfirm={confirm}
      onClose={() => onOpen(null)}
    />
  );
}

function Once(props: { title: string; username: string; password: string; onClose: () => void }): ReactNode {
  const { title, username, password, onClose } = props;
  const say = useWords(accountWords);
  return (
    <OnceDialog
      title={title}
      secret={password}
      secretLabel={say('oneTime')}
      understood={say('understood')}
      onClose={onClose}
    >
      <p>{say('madeWhat')}</p>
      <p>
        {say('username')}: <span className="font-mono font-semibold break-all">{username}</span>
      </p>
    </OnceDialog>
  );
}
