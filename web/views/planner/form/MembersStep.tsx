import type { ReactNode } from 'react';
import { Button } from '../../../components/Button.tsx';
import { useWords } from '../../../i18n/index.ts';
import { useRead } from '../../../lib/api.ts';
import { calendarWords } from '../../calendar/words.ts';
import { EndpointPicker } from '../../calendar/EndpointPicker.tsx';
import { lastOfKinds } from '../lastOfKinds.ts';
import type { PlannerData } from '../usePlanner.ts';
import type { PlanForm } from './usePlanForm.ts';
import { formWords } from './words.ts';

/** Who is invited: whole levels and groups by one press, the last meeting's list, or one by one. */
export function MembersStep({ form, data }: { form: PlanForm; data: PlannerData }): ReactNode {
  const { plan, change, faults } = form;
  const calendar = useWords(calendarWords);
  return (
    <>
      {faults.endpoints && (
        <p role="alert" className="font-medium text-bad">
          {calendar(faults.endpoints)}
        </p>
      )}
      <Quick form={form} data={data} />
      <EndpointPicker
        directory={data.directory}
        chosen={plan.endpointIds}
        chairEndpointId={plan.chairEndpointId}
        onChange={(endpointIds) => change({ endpointIds })}
      />
    </>
  );
}

/** "All communes", groups and the last list: each adds to what is chosen. */
function Quick({ form, data }: { form: PlanForm; data: PlannerData }): ReactNode {
  const { plan, change } = form;
  const say = useWords(formWords);
  const calendar = useWords(calendarWords);
  const { directory, groups } = data;
  const last = useRead((signal) => lastOfKinds(signal), 'last').data?.find((m) => m.kind === plan.kind);
  const add = (ids: readonly string[]): void =>
    change({ endpointIds: new Set([...plan.endpointIds, ...ids.filter((id) => directory.byId.has(id))]) });
  const levels = directory.levels
    .map(({ code, name }) => ({ name, ids: directory.endpoints.filter((e) => e.level === code).map((e) => e.id) }))
    .filter((l) => l.ids.length > 0);
  return (
    <div role="group" aria-label={say('quick')} className="flex flex-wrap gap-2">
      {levels.map((l) => (
        <Button key={l.name} icon="plus" onPress={() => add(l.ids)}>
          {say('allOf', { name: l.name, count: l.ids.length })}
        </Button>
      ))}
      {groups.map((g) => (
        <Button key={g.id} icon="users" onPress={() => add(g.members)}>
          {`${g.name} (${g.members.length})`}
        </Button>
      ))}
      {last && (
        <Button icon="copy" onPress={() => change({ endpointIds: new Set(last.endpointIds) })}>
          {say('copyLast', { kind: calendar(`kind.${plan.kind}`), count: last.endpointIds.length })}
        </Button>
      )}
      <Button tone="quiet" onPress={() => change({ endpointIds: new Set([plan.chairEndpointId].filter(Boolean)) })}>
        {say('clearAll')}
      </Button>
    </div>
  );
}
