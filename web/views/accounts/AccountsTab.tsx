import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { ListedUser, User } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { SearchField } from '../../components/fields.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { accountCalls, readPages } from '../../lib/accountCalls.ts';
import { useRead } from '../../lib/api.ts';
import type { Read } from '../../lib/api.ts';
import type { Tree } from '../../lib/directoryCalls.ts';
import { AccountTable } from './AccountTable.tsx';
import { AccountWindows } from './AccountWindows.tsx';
import type { OpenAccount } from './AccountWindows.tsx';
import { accountWords } from './words.ts';

/** Milliseconds without typing before the server is asked. */
const PAUSE = 250;
/** Milliseconds between readings: who signed in or changed the password shows. */
const FRESH = 15_000;

type Listed = Read<{ items: ListedUser[]; more: boolean }>;

/** The accounts of the units that the user administers, and everything that is done with them. */
export function AccountsTab({
  me,
  tree,
  onLog,
}: {
  me: User;
  tree: Tree | null;
  onLog: (account: ListedUser) => void;
}): ReactNode {
  const say = useWords(accountWords);
  const [typed, setTyped] = useState('');
  const [{ q, pages }, setWish] = useState({ q: '', pages: 1 });
  const [open, setOpen] = useState<OpenAccount>(null);
  const accounts = useRead(
    (signal) => readPages(pages, (cursor) => accountCalls.list(q, cursor, signal)),
    `${pages}/${q}`,
    FRESH,
  );
  // what the card shows follows the list
  const fresh = open && 'account' in open && accounts.data?.items.find((one) => one.id === open.account.id);
  const shown = fresh ? { ...open, account: fresh } : open;
  useEffect(() => {
    const timer = setTimeout(
      () => setWish((old) => (old.q === typed.trim() ? old : { q: typed.trim(), pages: 1 })),
      PAUSE,
    );
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="flex flex-col gap-4">
      <div role="search" className="flex flex-wrap items-center gap-4">
        <SearchField label={say('search')} value={typed} onChange={setTyped} className="grow basis-96" />
        <Button
          tone="primary"
          icon="plus"
          aria-haspopup="dialog"
          isDisabled={!tree}
          onPress={() => setOpen({ what: 'new' })}
        >
          {say('make')}
        </Button>
      </div>
      <Found
        accounts={accounts}
        tree={tree}
        onOpen={(account) => setOpen({ what: 'card', account })}
        onMore={() => setWish({ q, pages: pages + 1 })}
      />
      <AccountWindows open={shown} me={me} tree={tree} onOpen={setOpen} onChanged={accounts.reload} onLog={onLog} />
    </div>
  );
}

function Found(props: {
  accounts: Listed;
  tree: Tree | null;
  onOpen: (account: ListedUser) => void;
  onMore: () => void;
}): ReactNode {
  const { accounts, tree, onOpen, onMore } = props;
  const say = useWords(accountWords);
  if (!accounts.data) {
    return accounts.problem ? <ErrorState problem={accounts.problem} onRetry={accounts.reload} /> : <Spinner />;
  }
  const { items, more } = accounts.data;
  if (items.length === 0) {
    return (
      <EmptyState icon="search" title={say('none')}>
        {say('noneWhy')}
      </EmptyState>
    );
  }
  return (
    <>
      <p role="status" className="font-semibold">
        {say(more ? 'shownMore' : 'shown', { count: items.length })}
      </p>
      <AccountTable items={items} tree={tree} onOpen={onOpen} />
      {more && (
        <Button className="self-center" onPress={onMore}>
          {say('more')}
        </Button>
      )}
    </>
  );
}
