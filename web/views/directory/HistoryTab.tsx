import { useState } from 'react';
import type { ReactNode } from 'react';
import type { SurgeryView } from '../../../server/protocol/surgery.ts';
import { Button } from '../../components/Button.tsx';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import { formatMoment } from '../../lib/format.ts';
import { shownDay } from './shownDay.ts';
import { treeWords } from './treeWords.ts';

/** What was rearranged, newest first; for a day it can be undone. */
export function HistoryTab({ onChanged }: { onChanged: () => void }): ReactNode {
  const say = useWords(treeWords);
  const plans = useRead((signal) => directoryCalls.plans(signal), 'plans');
  const [undoing, setUndoing] = useState<SurgeryView | null>(null);
  if (!plans.data) return plans.problem ? <ErrorState problem={plans.problem} onRetry={plans.reload} /> : <Spinner />;
  if (!plans.data.length) {
    return (
      <EmptyState icon="building" title={say('noHistory')}>
        {say('noHistoryWhy')}
      </EmptyState>
    );
  }
  const undo = (plan: SurgeryView): void => {
    directoryCalls
      .undoPlan(plan.id)
      .then(() => {
        showToast({ tone: 'ok', text: say('undone', { title: plan.title }) });
        plans.reload();
        onChanged();
      })
      .catch(showProblem)
      .finally(() => setUndoing(null));
  };
  return (
    <>
      <ul className="flex flex-col gap-3">
        {plans.data.map((plan) => (
          <Plan key={plan.id} plan={plan} onUndo={() => setUndoing(plan)} />
        ))}
      </ul>
      {undoing && (
        <ConfirmDialog
          title={say('undoTitle')}
          consequence={say('undoWhat', { title: undoing.title })}
          action={say('undo')}
          isOpen
          onConfirm={() => undo(undoing)}
          onClose={() => setUndoing(null)}
        />
      )}
    </>
  );
}

function Plan({ plan, onUndo }: { plan: SurgeryView; onUndo: () => void }): ReactNode {
  const say = useWords(treeWords);
  const language = useLanguage();
  const { counts } = plan;
  return (
    <li className="flex flex-wrap items-center gap-4 rounded-2xl border border-line bg-surface px-5 py-4 shadow-card">
      <div className="min-w-0 grow basis-80">
        <p className="font-semibold">{plan.title}</p>
        <p className="text-[0.9375rem] text-muted">
          {say('by', { name: plan.by, when: formatMoment(plan.at, language), day: shownDay(plan.effectiveOn) })}
        </p>
        <p className="text-[0.9375rem]">
          {say('total', {
            ub: counts.unitsBefore,
            ua: counts.unitsAfter,
            eb: counts.endpointsBefore,
            ea: counts.endpointsAfter,
          })}
        </p>
      </div>
      <p className="text-sm text-muted">
        {plan.undoneAt
          ? say('wasUndone', { when: formatMoment(plan.undoneAt, language) })
          : plan.may.undo && plan.undoUntil
            ? say('undoUntil', { when: formatMoment(plan.undoUntil, language) })
            : null}
      </p>
      {plan.may.undo && (
        <Button icon="refresh" aria-label={say('undoOf', { title: plan.title })} onPress={onUndo}>
          {say('undo')}
        </Button>
      )}
    </li>
  );
}
