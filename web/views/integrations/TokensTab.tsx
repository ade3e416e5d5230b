import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiToken, ApiTokenMade, OwnedApiToken } from '../../../server/protocol/integrations.ts';
import { Button } from '../../components/Button.tsx';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { OnceDialog } from '../../components/OnceDialog.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import type { Read } from '../../lib/api.ts';
import { formatDate } from '../../lib/format.ts';
import { integrationCalls } from '../../lib/integrationCalls.ts';
import { useMe } from '../../lib/me.tsx';
import { TokenDialog } from './TokenDialog.tsx';
import { integrationWords } from './words.ts';

const CELL = 'px-5 py-2 align-middle';

/** A token of the list; the owner is known where all tokens are seen. */
type Listed = ApiToken & { user?: OwnedApiToken['user'] };

/** Who administers the whole province sees everybody's tokens, others their own. */
async function readTokens(pages: number, signal: AbortSignal): Promise<{ items: Listed[]; more: boolean }> {
  const items: Listed[] = [];
  let cursor: string | null = null;
  try {
    for (let page = 0; page < pages; page++) {
      const read = await integrationCalls.allTokens(cursor, signal);
      items.push(...read.items);
      cursor = read.nextCursor;
      if (cursor === null) break;
    }
    return { items, more: cursor !== null };
  } catch (thrown) {
    const refused = thrown !== null && typeof thrown === 'object' && 'problem' in thrown;
    if (!refused || (thrown.problem as { code?: string }).code !== 'not_allowed') throw thrown;
    return { items: await integrationCalls.ownTokens(signal), more: false };
  }
}

/** The API tokens that work, making one and revoking. */
export function TokensTab(): ReactNode {
  const say = useWords(integrationWords);
  const me = useMe();
  const [pages, setPages] = useState(1);
  const tokens = useRead((signal) => readTokens(pages, signal), `tokens ${pages}`);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<ApiTokenMade | null>(null);
  const [revoking, setRevoking] = useState<Listed | null>(null);
  const revoke = (token: Listed): void => {
    const others = token.user && token.user.id !== me.user?.id;
    (others ? integrationCalls.revokeAnyToken(token.id) : integrationCalls.revokeToken(token.id))
      .then(() => {
        showToast({ tone: 'ok', text: say('revoked', { name: token.name }) });
        tokens.reload();
      })
      .catch(showProblem)
      .finally(() => setRevoking(null));
  };
  return (
    <section className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <p className="max-w-prose text-muted">
          {say('tokensWhat')}{' '}
          <a href="/api/v1/openapi.json" target="_blank" rel="noopener" className="text-accent underline">
            {say('described')}
          </a>
        </p>
        <Button tone="primary" icon="plus" aria-haspopup="dialog" onPress={() => setMaking(true)}>
          {say('makeToken')}
        </Button>
      </div>
      <TokenList tokens={tokens} onMore={() => setPages(pages + 1)} onRevoke={setRevoking} />
      {making && (
        <TokenDialog
          onClose={() => setMaking(false)}
          onMade={(token) => {
            setMaking(false);
            setMade(token);
            tokens.reload();
          }}
        />
      )}
      {made && <TokenShown token={made.token} onClose={() => setMade(null)} />}
      {revoking && (
        <ConfirmDialog
          title={say('revokeTitle')}
          consequence={say('revokeWhat', { name: revoking.name })}
          action={say('revoke')}
          isOpen
          onConfirm={() => revoke(revoking)}
          onClose={() => setRevoking(null)}
        />
      )}
    </section>
  );
}

function TokenShown({ token, onClose }: { token: string; onClose: () => void }): ReactNode {
  const say = useWords(integrationWords);
  return (
    <OnceDialog
      title={say('tokenOnce')}
      secret={token}
      secretLabel={say('secretText')}
      understood={say('understood')}
      onClose={onClose}
    >
      <p>{say('tokenOnceWhy')}</p>
    </OnceDialog>
  );
}

function TokenList(props: {
  tokens: Read<{ items: Listed[]; more: boolean }>;
  onMore: () => void;
  onRevoke: (token: Listed) => void;
}): ReactNode {
  const { tokens, onMore, onRevoke } = props;
  const say = useWords(integrationWords);
  if (!tokens.data)
    return tokens.problem ? <ErrorState problem={tokens.problem} onRetry={tokens.reload} /> : <Spinner />;
  if (tokens.data.items.length === 0) return <EmptyState icon="lock" title={say('noTokens')} />;
  return (
    <>
      <TokenTable items={tokens.data.items} onRevoke={onRevoke} />
      {tokens.data.more && (
        <Button className="self-center" onPress={onMore}>
          {say('more')}
        </Button>
      )}
    </>
  );
}

function TokenTable({ items, onRevoke }: { items: Listed[]; onRevoke: (token: Listed) => void }): ReactNode {
  const say = useWords(integrationWords);
  return (
    <PlainTable
      caption={say('tokenList')}
      heads={(['name', 'owner', 'scopes', 'ends', 'used', 'action'] as const).map((head) => say(head))}
    >
      {items.map((token) => (
        <TokenRow key={token.id} token={token} onRevoke={onRevoke} />
      ))}
    </PlainTable>
  );
}

function TokenRow({ token, onRevoke }: { token: Listed; onRevoke: (token: Listed) => void }): ReactNode {
  const say = useWords(integrationWords);
  const me = useMe();
  return (
    <tr className="border-b border-line last:border-b-0 hover:bg-bg">
      <th scope="row" className={`${CELL} font-medium`}>
        {token.name}
        <span className="block font-mono text-sm font-normal text-muted">{token.hint}…</span>
      </th>
      <td className={CELL}>{token.user?.displayName ?? me.user?.displayName}</td>
      <td className={`${CELL} max-w-md text-[0.9375rem]`}>{token.scopes.map((s) => say(`scope.${s}`)).join(' · ')}</td>
      <td className={`${CELL} whitespace-nowrap`}>{formatDate(token.expiresAt)}</td>
      <td className={`${CELL} whitespace-nowrap text-muted`}>
        {token.lastUsedAt ? formatDate(token.lastUsedAt) : say('never')}
      </td>
      <td className={CELL}>
        <Button
          icon="trash"
          aria-label={say('revokeOf', { name: token.name })}
          aria-haspopup="dialog"
          onPress={() => onRevoke(token)}
        >
          {say('revoke')}
        </Button>
      </td>
    </tr>
  );
}
