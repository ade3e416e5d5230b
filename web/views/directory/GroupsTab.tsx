import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Group } from '../../../server/protocol/directory.ts';
import { Button, IconButton } from '../../components/Button.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import { GroupDialog } from './GroupDialog.tsx';
import { treeWords } from './treeWords.ts';

/** Groups of endpoints that outlive rearrangements. */
export function GroupsTab({ mayChange }: { mayChange: boolean }): ReactNode {
  const say = useWords(treeWords);
  const groups = useRead((signal) => directoryCalls.groups(signal), 'groups');
  const [open, setOpen] = useState<Group | 'new' | null>(null);
  if (!groups.data)
    return groups.problem ? <ErrorState problem={groups.problem} onRetry={groups.reload} /> : <Spinner />;
  const add = mayChange && (
    <Button icon="plus" tone="primary" onPress={() => setOpen('new')}>
      {say('newGroup')}
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      {groups.data.length > 0 ? (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-muted">{say('groupsLead')}</p>
            {add}
          </div>
          <ul className="grid gap-3 lg:grid-cols-2">
            {groups.data.map((group) => (
              <GroupLine key={group.id} group={group} onOpen={() => setOpen(group)} />
            ))}
          </ul>
        </>
      ) : (
        <EmptyState icon="users" title={say('noGroups')} action={add}>
          {say('noGroupsWhy')}
        </EmptyState>
      )}
      {open && (
        <GroupDialog
          group={open === 'new' ? null : open}
          onClose={() => setOpen(null)}
          onSaved={() => {
            setOpen(null);
            groups.reload();
          }}
        />
      )}
    </div>
  );
}

function GroupLine({ group, onOpen }: { group: Group; onOpen: () => void }): ReactNode {
  const say = useWords(treeWords);
  return (
    <li className="flex items-center gap-3 rounded-2xl border border-line bg-surface px-5 py-3 shadow-card">
      <div className="min-w-0 grow">
        <p className="font-semibold">{group.name}</p>
        {group.note && <p className="text-[0.9375rem] text-muted">{group.note}</p>}
      </div>
      <StatusPill tone="accent" className="shrink-0">
        {say('endpointCount', { count: group.members.length })}
      </StatusPill>
      {group.may.change && (
        <IconButton icon="edit" label={say('editGroup', { name: group.name })} tip="start" onPress={onOpen} />
      )}
    </li>
  );
}
