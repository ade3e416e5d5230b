import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Checked } from '../../../../server/protocol/meetings.ts';
import type { Conflict } from '../../../../server/protocol/rest.ts';
import { Button } from '../../../components/Button.tsx';
import { Icon } from '../../../components/icons.tsx';
import { useLanguage, useWords } from '../../../i18n/index.ts';
import { dayKey, formatDay, formatSpan } from '../../../lib/format.ts';
import type { Directory } from '../../calendar/useDirectory.ts';
import { GiveWayDialog } from './GiveWayDialog.tsx';
import type { Wanted } from './GiveWayDialog.tsx';
import type { Check } from './useCheck.ts';
import { formWords } from './words.ts';

/** Clashing meetings that are listed at once. */
const AT_ONCE = 4;

/** A meeting that stands in the way, with the chosen endpoints that it holds. */
interface Obstacle {
  meetingId: string;
  title: string | undefined;
  startsAt: string;
  endsAt: string;
  endpointIds: string[];
}

function obstaclesOf(conflicts: readonly Conflict[]): Obstacle[] {
  const found = new Map<string, Obstacle>();
  for (const c of conflicts) {
    const known = found.get(c.meetingId);
    if (known) known.endpointIds.push(c.endpointId);
    else found.set(c.meetingId, { ...c, title: c.title, endpointIds: [c.endpointId] });
  }
  return [...found.values()];
}

interface Props {
  check: Check;
  directory: Directory;
  chairEndpointId: string;
  /** endpoints that are asked for */
  count: number;
  wanted: Wanted | null;
  /** left out: endpoints cannot be left out here */
  onDrop?: (endpointIds: string[]) => void;
  /** leaves days of a series out, `2026-12-28`; left out: none can be */
  onSkip?: (days: string[]) => void;
  onMoveTo: (startsAt: string, endsAt: string) => void;
}

/** Whether all that is chosen is free; if not, what stands in the way and the three ways out. */
export function Clashes(props: Props): ReactNode {
  const { check, count } = props;
  const say = useWords(formWords);
  const { answer, isFresh } = check;
  if (!answer) {
    return (
      <p role="status" className="flex min-h-target items-center gap-2 text-muted">
        {check.problem ? say('notChecked') : say('checking')}
      </p>
    );
  }
  const clean = answer.conflictCount === 0 && answer.chair.length === 0 && answer.capacity.fits;
  return (
    <div className={isFresh ? undefined : 'opacity-60'} aria-busy={!isFresh}>
      {clean ? (
        <p
          role="status"
          className="flex min-h-target items-center gap-3 rounded-xl border border-ok/30 bg-ok-soft px-4 py-2 font-semibold"
        >
          <Icon name="check" size="1.4em" className="text-ok" />
          {say('allFree', { count })}
          {answer.occurrences > 1 && (
            <span className="font-normal">· {say('times', { count: answer.occurrences })}</span>
          )}
        </p>
      ) : (
        <Obstacles {...props} answer={answer} />
      )}
    </div>
  );
}

/** What stands in the way, in a sentence; of a series on how many of its days. */
function Headline({ answer, count }: { answer: Checked; count: number }): ReactNode {
  const say = useWords(formWords);
  const { dates, endpoints, chair } = answer;
  const of = (test: (one: Checked['dates'][number]) => boolean) => ({
    dates: dates.filter(test).length,
    times: dates.length,
  });
  const isSeries = dates.length > 1;
  const busy = { count: endpoints.length, all: count };
  if (busy.count > 0) return isSeries ? say('busySeries', { ...busy, ...of((d) => d.busy > 0) }) : say('busy', busy);
  if (chair.length > 0)
    return isSeries
      ? say(
          'chairBusySeries',
          of((d) => d.chair),
        )
      : say('chairBusy');
  return say('overloaded');
}

function Obstacles(props: Props & { answer: NonNullable<Check['answer']> }): ReactNode {
  const { answer, directory, chairEndpointId, count, wanted, onDrop, onSkip, onMoveTo } = props;
  const say = useWords(formWords);
  const language = useLanguage();
  const [asking, setAsking] = useState<Obstacle | null>(null);
  const obstacles = obstaclesOf(answer.conflicts);
  const busy = answer.endpoints.map((e) => e.endpointId);
  const removable = busy.filter((id) => id !== chairEndpointId);
  const clashing = answer.dates.filter((one) => one.busy > 0 || one.chair).map((one) => dayKey(one.startsAt));
  const free = answer.nearestFree;
  return (
    <section role="alert" className="flex flex-col gap-3 rounded-xl border border-warn/50 bg-warn-soft px-5 py-4">
      <p className="flex items-center gap-3 font-semibold">
        <Icon name="warning" size="1.5em" className="shrink-0 text-warn" />
        <span>
          <Headline answer={answer} count={count} />
        </span>
      </p>
      {!answer.capacity.fits && <p>{say('capacity', { most: answer.capacity.most })}</p>}
      <div className="flex flex-wrap gap-3">
        {free && (
          <Button tone="primary" icon="clock" onPress={() => onMoveTo(free.startsAt, free.endsAt)}>
            {`${say('nearest', { count })}: ${formatSpan(free.startsAt, free.endsAt)}, ${formatDay(free.startsAt, language)}`}
          </Button>
        )}
        {onDrop && removable.length > 0 && (
          <Button onPress={() => onDrop(removable)}>{say('drop', { count: removable.length })}</Button>
        )}
        {onSkip && clashing.length > 0 && clashing.length < answer.dates.length && (
          <Button onPress={() => onSkip(clashing)}>{say('skipBusy', { count: clashing.length })}</Button>
        )}
      </div>
      {!free && clashing.length > 0 && <p>{say('noneFree')}</p>}
      <ObstacleList obstacles={obstacles} directory={directory} onAsk={wanted && setAsking} />
      {answer.conflictCount > answer.conflicts.length && (
        <p className="text-[0.9375rem] text-muted">
          {say('listCut', { shown: answer.conflicts.length, all: answer.conflictCount })}
        </p>
      )}
      {answer.chair.map((c) => (
        <p key={c.meetingId}>
          {say('chairAt', { title: c.title ?? say('foreign'), time: formatSpan(c.startsAt, c.endsAt) })}
        </p>
      ))}
      {asking && wanted && (
        <GiveWayDialog
          meetingId={asking.meetingId}
          title={asking.title ?? say('foreign')}
          wanted={wanted}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}

function ObstacleList(props: {
  obstacles: readonly Obstacle[];
  directory: Directory;
  onAsk: ((obstacle: Obstacle) => void) | null;
}): ReactNode {
  const { obstacles, directory, onAsk } = props;
  const say = useWords(formWords);
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const shown = all ? obstacles : obstacles.slice(0, AT_ONCE);
  const names = (ids: string[]): string => {
    const known = ids.map((id) => directory.byId.get(id)?.shortName ?? '…');
    return known.length > 6
      ? `${known.slice(0, 5).join(', ')} ${say('andMore', { count: known.length - 5 })}`
      : known.join(', ');
  };
  return (
    <ul>
      {shown.map((o) => (
        <li key={o.meetingId} className="flex flex-wrap items-center gap-x-3 border-t border-line py-1.5">
          <p className="min-w-0 grow basis-80 text-[0.9375rem]">
            <span className="font-semibold">{o.title ?? say('foreign')}</span> · {formatSpan(o.startsAt, o.endsAt)},{' '}
            {formatDay(o.startsAt, language)}
            <span className="block text-muted">{names(o.endpointIds)}</span>
          </p>
          {onAsk && (
            <Button tone="quiet" className="text-accent" onPress={() => onAsk(o)}>
              {say('askGiveWay')}
            </Button>
          )}
        </li>
      ))}
      {obstacles.length > shown.length && (
        <li>
          <Button tone="quiet" onPress={() => setAll(true)}>
            {say('showMore', { count: obstacles.length - shown.length })}
          </Button>
        </li>
      )}
    </ul>
  );
}
