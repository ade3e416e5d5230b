import { useState } from 'react';
import type { ReactNode } from 'react';
import type { EndpointDetail } from '../../../server/protocol/directory.ts';
import { Button } from '../../components/Button.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import { dayKey } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { ChangeProblem, isPlaced, PlaceFields } from './EndpointPlace.tsx';
import type { PlaceDraft } from './EndpointPlace.tsx';
import { endpointWords } from './endpointWords.ts';
import { shownDay } from './shownDay.ts';
import { treeWords } from './treeWords.ts';

/** What the change of names and unit says: only what is another than before. */
function changeOf(card: EndpointDetail, { name, shortName, unitId, on }: PlaceDraft) {
  const given = { name: name.trim(), shortName: shortName.trim() || name.trim().slice(0, 60), unitId };
  // a change that is planned already is the one that is corrected
  const was = card.history.at(-1) ?? card;
  const changed = Object.entries(given).filter(([key, value]) => was[key as keyof typeof given] !== value);
  return changed.length ? { ...Object.fromEntries(changed), on } : null;
}

/** Renames an endpoint or gives it to another unit, from a day on. */
export function NameForm(props: { card: EndpointDetail; onClose: () => void; onSaved: () => void }): ReactNode {
  const { card, onClose, onSaved } = props;
  const say = useWords(endpointWords);
  const tree = useWords(treeWords);
  const common = useWords(commonWords);
  const [draft, setDraft] = useState<PlaceDraft>(() => {
    const { name, shortName, unitId } = card.history.at(-1) ?? card;
    const today = dayKey(serverNow());
    return { name, shortName, unitId, on: card.since > today ? card.since : today };
  });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const save = (): void => {
    setTried(true);
    if (busy || !isPlaced(draft)) return;
    const change = changeOf(card, draft);
    if (!change) return onClose();
    setBusy(true);
    directoryCalls
      .changeEndpoint(card, change)
      .then(() => {
        showToast({ tone: 'ok', text: say('renamed', { day: shownDay(draft.on) }) });
        onSaved();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  return (
    <div className="flex flex-col gap-4 rounded-xl border border-line bg-bg p-4">
      <ChangeProblem problem={problem} />
      <PlaceFields draft={draft} change={(part) => setDraft((old) => ({ ...old, ...part }))} tried={tried} />
      <p className="text-sm text-muted">{say('effectiveHint')}</p>
      <div className="flex justify-end gap-3">
        <Button onPress={onClose}>{common('cancel')}</Button>
        <Button tone="primary" icon="check" isPending={busy} onPress={save}>
          {tree('save')}
        </Button>
      </div>
    </div>
  );
}
