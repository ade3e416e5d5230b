import type { ReactNode } from 'react';
import type { ListedUser } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import type { IconName } from '../../components/icons.tsx';
import { StatusPill } from '../../components/Status.tsx';
import type { Tone } from '../../components/Status.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import type { Tree } from '../../lib/directoryCalls.ts';
import { formatMoment } from '../../lib/format.ts';
import { Roles } from './AccountFacts.tsx';
import { unitName } from './units.ts';
import { accountWords } from './words.ts';

const CELL = 'px-5 py-2 align-middle';

type State = 'active' | 'first' | 'disabled';

const LOOKS: Record<State, { tone: Tone; icon: IconName }> = {
  active: { tone: 'ok', icon: 'check' },
  first: { tone: 'warn', icon: 'clock' },
  disabled: { tone: 'neutral', icon: 'lock' },
};

/** Whether an account can be used, in colour, drawing and word. */
export function AccountState({ user }: { user: ListedUser }): ReactNode {
  const say = useWords(accountWords);
  const state: State = user.disabled ? 'disabled' : user.mustChangePassword ? 'first' : 'active';
  return (
    <StatusPill tone={LOOKS[state].tone} icon={LOOKS[state].icon}>
      {say(`state.${state}`)}
    </StatusPill>
  );
}

/** When an account was signed in last, in words. */
export function LastSignIn({ user }: { user: ListedUser }): ReactNode {
  const say = useWords(accountWords);
  const language = useLanguage();
  return user.lastSignInAt ? formatMoment(user.lastSignInAt, language) : say('never');
}

/** Accounts as a table; the name of each opens it. */
export function AccountTable(props: {
  items: ListedUser[];
  tree: Tree | null;
  onOpen: (account: ListedUser) => void;
}): ReactNode {
  const { items, tree, onOpen } = props;
  const say = useWords(accountWords);
  return (
    <PlainTable
      caption={say('list')}
      heads={(['displayName', 'unit', 'roles', 'lastSignIn', 'state'] as const).map((head) => say(head))}
    >
      {items.map((account) => (
        <Row key={account.id} account={account} tree={tree} onOpen={onOpen} />
      ))}
    </PlainTable>
  );
}

function Row(props: { account: ListedUser; tree: Tree | null; onOpen: (account: ListedUser) => void }): ReactNode {
  const { account, tree, onOpen } = props;
  const say = useWords(accountWords);
  return (
    <tr className="border-b border-line last:border-b-0 hover:bg-bg">
      <th scope="row" className={'max-w-sm min-w-52 px-5 pt-0.5 pb-2 align-middle font-normal'}>
        <Button
          tone="quiet"
          className="-ml-3 justify-start! px-3! py-1.5! text-left! leading-normal!"
          aria-label={say('open', { name: account.displayName })}
          aria-haspopup="dialog"
          onPress={() => onOpen(account)}
        >
          <span className="break-words text-accent underline-offset-4 hover:underline">{account.displayName}</span>
        </Button>
        <span className="block font-mono text-sm break-all text-muted">{account.username}</span>
      </th>
      <td className={`${CELL} min-w-40`}>{unitName(tree, account.unitId, tree ? say('unknownUnit') : '…')}</td>
      <td className={`${CELL} min-w-52 text-[0.9375rem]`}>
        <Roles user={account} tree={tree} />
      </td>
      <td className={`${CELL} min-w-36 text-[0.9375rem] text-muted`}>
        <LastSignIn user={account} />
      </td>
      <td className={CELL}>
        <AccountState user={account} />
      </td>
    </tr>
  );
}
