import { useState } from 'react';
import type { ReactNode } from 'react';
import { Frame } from '../../components/Frame.tsx';
import { EmptyState } from '../../components/States.tsx';
import { Tabs } from '../../components/Tabs.tsx';
import { ERROR_WORDS } from '../../i18n/errors.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { hasRole, useMe } from '../../lib/me.tsx';
import { AccountsTab } from './AccountsTab.tsx';
import { AuditTab } from './AuditTab.tsx';
import type { AboutAccount } from './AuditTab.tsx';
import { useTree } from './units.ts';
import { accountWords } from './words.ts';

/** The accounts that an administrator keeps, and the log of what was changed. */
export function AccountsView(): ReactNode {
  const say = useWords(accountWords);
  const language = useLanguage();
  const { user } = useMe();
  const tree = useTree();
  const [page, setPage] = useState('accounts');
  const [about, setAbout] = useState<AboutAccount | null>(null);
  if (!user) return null;
  if (!hasRole(user, 'administrator')) {
    return (
      <Frame title={say('title')}>
        <EmptyState icon="lock" title={ERROR_WORDS.not_allowed[language]} />
      </Frame>
    );
  }
  const showLog = ({ id, displayName }: { id: string; displayName: string }): void => {
    setAbout({ id, name: displayName });
    setPage('log');
  };
  return (
    <Frame title={say('title')}>
      <Tabs
        label={say('tabs')}
        selected={page}
        onSelect={setPage}
        pages={[
          { id: 'accounts', label: say('accounts'), content: <AccountsTab me={user} tree={tree} onLog={showLog} /> },
          {
            id: 'log',
            label: say('log'),
            content: <AuditTab tree={tree} about={about} onClearAbout={() => setAbout(null)} />,
          },
        ]}
      />
    </Frame>
  );
}
