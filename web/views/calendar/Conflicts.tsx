import type { ReactNode } from 'react';
import type { Conflict } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemLine, useInSight } from '../../components/States.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { formatDay, formatSpan } from '../../lib/format.ts';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

/** Clashes that are shown without asking for more. */
const AT_ONCE = 5;

/** Why a booking was refused: the clashes with the way out, or the sentence of the problem. */
export function Refused(props: {
  problem: ClientProblem | null;
  directory: Directory;
  chairEndpointId: string;
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}): ReactNode {
  const { problem, directory, chairEndpointId, chosen, onChange } = props;
  const conflicts = conflictsOf(problem);
  if (!conflicts.length) return <ProblemLine problem={problem} />;
  return (
    <Conflicts
      conflicts={conflicts}
      directory={directory}
      chairEndpointId={chairEndpointId}
      onDrop={(ids) => onChange(new Set([...chosen].filter((id) => !ids.includes(id))))}
    />
  );
}

/** The clashes that a refusal names. @returns an empty list for any other problem */
function conflictsOf(problem: ClientProblem | null): Conflict[] {
  if (problem?.code !== 'schedule_conflict' || !Array.isArray(problem.conflicts)) return [];
  return problem.conflicts as Conflict[];
}

/** Which endpoints are taken and when, with the way out: leave them out. */
function Conflicts(props: {
  conflicts: Conflict[];
  directory: Directory;
  chairEndpointId: string;
  onDrop: (endpointIds: string[]) => void;
}): ReactNode {
  const { conflicts, directory, chairEndpointId, onDrop } = props;
  const place = useInSight<HTMLElement>(conflicts);
  const say = useWords(calendarWords);
  const busy = [...new Set(conflicts.map((c) => c.endpointId))];
  const removable = busy.filter((id) => id !== chairEndpointId);
  return (
    <section ref={place} role="alert" className="rounded-xl border border-warn/50 bg-warn-soft px-5 py-4">
      <div className="flex flex-wrap items-center gap-3">
        <Icon name="warning" size="1.5em" className="text-warn" />
        <p className="grow font-semibold">{say('conflictTitle', { count: busy.length })}</p>
        {removable.length > 0 && (
          <Button onPress={() => onDrop(removable)}>{say('dropBusy', { count: removable.length })}</Button>
        )}
      </div>
      {removable.length < busy.length && <p className="mt-2 font-medium">{say('chairBusy')}</p>}
      <Lines conflicts={conflicts.slice(0, AT_ONCE)} directory={directory} />
      {conflicts.length > AT_ONCE && (
        <details>
          <summary className="flex min-h-target cursor-pointer items-center font-semibold">
            {say('moreConflicts', { count: conflicts.length - AT_ONCE })}
          </summary>
          <Lines conflicts={conflicts.slice(AT_ONCE)} directory={directory} />
        </details>
      )}
    </section>
  );
}

function Lines({ conflicts, directory }: { conflicts: Conflict[]; directory: Directory }): ReactNode {
  const say = useWords(calendarWords);
  const language = useLanguage();
  return (
    <ul className="mt-3">
      {conflicts.map((c) => (
        <li key={`${c.endpointId}-${c.meetingId}`} className="border-t border-line py-1.5 text-[0.9375rem]">
          <span className="font-semibold">{directory.byId.get(c.endpointId)?.name ?? c.endpointId}</span>
          {' · '}
          {formatSpan(c.startsAt, c.endsAt)}, {formatDay(c.startsAt, language)}
          {' · '}
          <span className="text-muted">{c.title ?? say('conflictOther')}</span>
        </li>
      ))}
    </ul>
  );
}
