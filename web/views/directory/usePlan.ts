import { useState } from 'react';
import type { PlanPreview, SurgeryView } from '../../../server/protocol/surgery.ts';
import { showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { treeWords } from './treeWords.ts';

/** A dry run and, once it passed, the act itself; a change of what is asked takes the dry run away. */
export function usePlan(setting: {
  preview: () => Promise<PlanPreview>;
  apply: () => Promise<SurgeryView>;
  onApplied: (surgery: SurgeryView) => void;
}) {
  const say = useWords(treeWords);
  const [shown, setShown] = useState<PlanPreview | null>(null);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const [busy, setBusy] = useState<'preview' | 'apply' | null>(null);
  const run = (what: 'preview' | 'apply', act: () => Promise<void>): void => {
    if (busy) return;
    setBusy(what);
    setProblem(null);
    act()
      .catch((thrown: unknown) => setProblem(asProblem(thrown)))
      .finally(() => setBusy(null));
  };
  return {
    shown,
    problem,
    busy,
    forget: () => {
      setShown(null);
      setProblem(null);
    },
    preview: () => run('preview', async () => setShown(await setting.preview())),
    apply: () =>
      run('apply', async () => {
        const done = await setting.apply();
        showToast({ tone: 'ok', text: say('applied', { title: done.title }) });
        setShown(null);
        setting.onApplied(done);
      }),
  };
}
