import type { ReactNode } from 'react';
import type { PlanFault } from '../../../server/protocol/surgery.ts';
import { DateField } from '../../components/dateFields.tsx';
import { Select, TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { endpointWords } from './endpointWords.ts';
import { treeWords } from './treeWords.ts';

/** What an endpoint is called and where it belongs, and the day from which that holds. */
export interface PlaceDraft {
  name: string;
  shortName: string;
  unitId: string;
  /** `2026-12-01`, or empty while what is typed is no day */
  on: string;
}

/** Whether what is typed can be sent. */
export function isPlaced({ name, unitId, on }: PlaceDraft): boolean {
  return Boolean(name.trim() && unitId && on);
}

/** The fields of names, unit and day, the same for a new endpoint and for one that is renamed. */
export function PlaceFields(props: {
  draft: PlaceDraft;
  change: (part: Partial<PlaceDraft>) => void;
  tried: boolean;
  /** what else names it, after the names */
  children?: ReactNode;
}): ReactNode {
  const { draft, change, tried, children } = props;
  const say = useWords(endpointWords);
  const units = useRead((signal) => plannerCalls.units(signal), 'units').data ?? [];
  return (
    <>
      <TextField
        label={say('name')}
        value={draft.name}
        onChange={(name) => change({ name })}
        maxLength={120}
        isRequired
        autoFocus
        error={tried && !draft.name.trim() ? say('needName') : null}
        className="col-span-full"
      />
      <TextField
        label={say('shortName')}
        hint={say('shortHint')}
        value={draft.shortName}
        onChange={(shortName) => change({ shortName })}
        maxLength={60}
      />
      {children}
      <Select
        label={`${say('unit')} *`}
        value={draft.unitId}
        onChange={(unitId) => change({ unitId })}
        options={[
          { value: '', label: say('chooseUnit') },
          ...units.map((u) => ({ value: u.id, label: `${u.name} (${u.code})` })),
        ]}
        error={tried && !draft.unitId ? say('needUnit') : null}
        className="col-span-full"
      />
      <DateField
        label={`${say('effectiveOn')} *`}
        value={draft.on}
        onChange={(on) => change({ on })}
        error={tried && !draft.on ? say('needDay') : null}
      />
    </>
  );
}

/** The problem of a change, and beneath it each fault of the plan that the change was tried as. */
export function ChangeProblem({ problem }: { problem: ClientProblem | null }): ReactNode {
  const say = useWords(treeWords);
  const faults = (problem?.faults ?? []) as readonly PlanFault[];
  return (
    <>
      <ProblemLine problem={problem} />
      {faults.length > 0 && (
        <ul className="list-disc pl-6 font-medium text-bad">
          {faults.map(({ code }, n) => (
            <li key={n}>{say(`fault.${code}`)}</li>
          ))}
        </ul>
      )}
    </>
  );
}
