import type { ReactNode } from 'react';
import type { PlanFault, PlanPreview } from '../../../server/protocol/surgery.ts';
import { Banner, StatusPill } from '../../components/Status.tsx';
import { useInSight } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { shownDay } from './shownDay.ts';
import { treeWords } from './treeWords.ts';

const COUNTS = [
  'unitsCreated',
  'unitsRenamed',
  'unitsMoved',
  'unitsRetired',
  'endpointsCreated',
  'endpointsChanged',
  'endpointsMoved',
  'endpointsRetired',
  'unchanged',
] as const;

/** What a dry run found: counts, faults by row and column, who would be orphaned, bookings, and every change. */
export function PlanResult({ preview }: { preview: PlanPreview }): ReactNode {
  const say = useWords(treeWords);
  const place = useInSight<HTMLElement>(preview);
  const { counts, faults, orphans, bookings } = preview;
  return (
    <section ref={place} aria-label={say('result')} className="flex flex-col gap-4">
      <Banner tone={preview.ok ? 'ok' : 'bad'} icon={preview.ok ? 'check' : 'warning'} live="status">
        <p className="font-semibold">{preview.ok ? say('ok') : say('notOk', { count: faults.length })}</p>
        <p className="text-[0.9375rem]">
          {say('holdsFrom', { day: shownDay(preview.effectiveOn) })} ·{' '}
          {say('total', {
            ub: counts.unitsBefore,
            ua: counts.unitsAfter,
            eb: counts.endpointsBefore,
            ea: counts.endpointsAfter,
          })}
        </p>
      </Banner>
      <div className="flex flex-wrap gap-2">
        {COUNTS.filter((key) => counts[key] > 0).map((key) => (
          <StatusPill key={key} tone="accent">{`${say(`count.${key}`)}: ${counts[key]}`}</StatusPill>
        ))}
      </div>
      {bookings.count > 0 && <p>{say('bookings', { count: bookings.count, meetings: bookings.meetings })}</p>}
      {faults.length > 0 && <Faults faults={faults} />}
      {orphans.length > 0 && (
        <p className="text-bad">
          {say('orphans')}: {orphans.map((o) => `${o.name} (${o.code})`).join(', ')}
        </p>
      )}
      <Changes preview={preview} />
    </section>
  );
}

const CELL = 'border-t border-line px-3 py-1.5 align-top';

function Faults({ faults }: { faults: readonly PlanFault[] }): ReactNode {
  const say = useWords(treeWords);
  return (
    <div className="overflow-x-auto rounded-xl border border-bad/40">
      <table className="w-full text-left text-[0.9375rem]">
        <caption className="sr-only">{say('faults')}</caption>
        <thead className="bg-bad-soft">
          <tr>
            {(['row', 'column', 'value', 'fault'] as const).map((head) => (
              <th key={head} scope="col" className="px-3 py-1.5 font-semibold">
                {say(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {faults.map((fault, n) => (
            <tr key={`${fault.row}/${fault.column}/${n}`}>
              <td className={CELL}>{fault.row ?? '–'}</td>
              <td className={CELL}>{fault.column ?? '–'}</td>
              <td className={`${CELL} max-w-60 wrap-anywhere`}>{fault.value ?? '–'}</td>
              <td className={CELL} title={fault.message}>
                {say(`fault.${fault.code}`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Changes({ preview }: { preview: PlanPreview }): ReactNode {
  const say = useWords(treeWords);
  const { changes } = preview;
  if (!changes.length) return null;
  const shown = (state: (typeof changes)[number]['before']): string =>
    state
      ? [state.name, state.place, state.validTo && say('ends', { day: shownDay(state.validTo) })]
          .filter(Boolean)
          .join(' · ')
      : '–';
  return (
    <details open={changes.length <= 12}>
      <summary className="flex min-h-target cursor-pointer items-center font-semibold">
        {say('changes', { count: changes.length })}
      </summary>
      <table className="w-full text-left text-[0.9375rem]">
        <thead>
          <tr>
            {(['code', 'before', 'after'] as const).map((head) => (
              <th key={head} scope="col" className="px-3 py-1.5 font-semibold">
                {say(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.kind}/${change.code}`}>
              <td className={`${CELL} whitespace-nowrap`}>{change.code}</td>
              <td className={CELL}>{shown(change.before)}</td>
              <td className={CELL}>{shown(change.after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
