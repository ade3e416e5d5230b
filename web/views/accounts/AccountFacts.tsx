import type { ReactNode } from 'react';
import type { User } from '../../../server/protocol/rest.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import type { Tree } from '../../lib/directoryCalls.ts';
import { unitName } from './units.ts';
import { accountWords } from './words.ts';

/** Who an account is and what it may do. */
export function AccountFacts({ user, tree }: { user: User; tree: Tree | null }): ReactNode {
  const say = useWords(accountWords);
  const unknown = tree ? say('unknownUnit') : '…';
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2">
      <Fact label={say('displayName')}>{user.displayName}</Fact>
      <Fact label={say('username')}>
        <span className="font-mono">{user.username}</span>
      </Fact>
      <Fact label={say('unit')}>{unitName(tree, user.unitId, unknown)}</Fact>
      <Fact label={say('roles')}>
        <Roles user={user} tree={tree} />
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 font-medium break-words">{children}</dd>
    </>
  );
}

/** The roles of an account with their units, a line each. */
export function Roles({ user, tree }: { user: User; tree: Tree | null }): ReactNode {
  const say = useWords(accountWords);
  const common = useWords(commonWords);
  const unknown = tree ? say('unknownUnit') : '…';
  if (user.grants.length === 0) return <span className="text-muted">{say('noRoles')}</span>;
  return (
    <ul>
      {user.grants.map(({ role, unitId }) => (
        <li key={`${role} ${unitId}`}>
          {say('roleAt', { role: common(`role.${role}`), unit: unitName(tree, unitId, unknown) })}
        </li>
      ))}
    </ul>
  );
}
