import { useState } from 'react';
import type { ReactNode } from 'react';
import { Frame } from '../../components/Frame.tsx';
import { Tabs } from '../../components/Tabs.tsx';
import { useWords } from '../../i18n/index.ts';
import { TokensTab } from './TokensTab.tsx';
import { WebhooksTab } from './WebhooksTab.tsx';
import { integrationWords } from './words.ts';

/** What other programs use: tokens for the API, and webhooks that tell them of events. */
export function IntegrationsView(): ReactNode {
  const say = useWords(integrationWords);
  const [page, setPage] = useState('tokens');
  return (
    <Frame title={say('title')}>
      <Tabs
        label={say('tabs')}
        selected={page}
        onSelect={setPage}
        pages={[
          { id: 'tokens', label: say('tokens'), content: <TokensTab /> },
          { id: 'webhooks', label: say('webhooks'), content: <WebhooksTab /> },
        ]}
      />
    </Frame>
  );
}
