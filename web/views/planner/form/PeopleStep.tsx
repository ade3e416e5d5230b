import type { ReactNode } from 'react';
import type { User } from '../../../../server/protocol/rest.ts';
import { Select } from '../../../components/fields.tsx';
import { Icon } from '../../../components/icons.tsx';
import { useWords } from '../../../i18n/index.ts';
import { useRead } from '../../../lib/api.ts';
import { byName } from '../../../lib/fold.ts';
import { useMe } from '../../../lib/me.tsx';
import { plannerCalls } from '../../../lib/plannerCalls.ts';
import type { PlannerData } from '../usePlanner.ts';
import type { PlanForm } from './usePlanForm.ts';
import { formWords } from './words.ts';

/** Who chairs and writes, and from where. */
export function PeopleStep({ form, data }: { form: PlanForm; data: PlannerData }): ReactNode {
  const { plan, change } = form;
  const say = useWords(formWords);
  const { user } = useMe();
  const read = useRead((signal) => plannerCalls.users(signal), 'users');
  const users: User[] = [...(read.data ?? (user ? [user] : []))].sort((a, b) => byName(a.displayName, b.displayName));
  const people = (none: string) => [
    { value: '', label: none },
    ...users.filter((u) => !u.disabled).map((u) => ({ value: u.id, label: u.displayName })),
  ];
  return (
    <>
      <div className="grid gap-5 md:grid-cols-2">
        <Select
          label={say('chair')}
          value={plan.chairEndpointId}
          onChange={(id) => change({ chairEndpointId: id, endpointIds: new Set([...plan.endpointIds, id]) })}
          options={data.directory.endpoints.map((e) => ({ value: e.id, label: e.name }))}
        />
        <Select
          label={say('chairUser')}
          value={plan.chairUserId ?? ''}
          onChange={(id) => change({ chairUserId: id || null })}
          options={people(say('anyChair'))}
        />
        <Select
          label={say('deputy')}
          value={plan.deputyUserId}
          onChange={(deputyUserId) => change({ deputyUserId })}
          options={people(say('nobody'))}
        />
        <Select
          label={say('secretary')}
          value={plan.secretaryUserId}
          onChange={(secretaryUserId) => change({ secretaryUserId })}
          options={people(say('nobody'))}
        />
      </div>
      {read.problem && <p className="text-muted">{say('noUsers')}</p>}
      <p className="flex items-center gap-2 text-[0.9375rem] text-muted">
        <Icon name="info" />
        {say('technician')}
      </p>
    </>
  );
}
