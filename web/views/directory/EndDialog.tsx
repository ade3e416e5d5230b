import { useState } from 'react';
import type { ReactNode } from 'react';
import type { EndpointDetail } from '../../../server/protocol/directory.ts';
import { DateField } from '../../components/dateFields.tsx';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import { dayKey } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { ChangeProblem } from './EndpointPlace.tsx';
import { endpointWords } from './endpointWords.ts';
import { shownDay } from './shownDay.ts';

/** Ends an endpoint from a day on; refused while it is booked after that. */
export function EndDialog(props: { card: EndpointDetail; onClose: () => void; onEnded: () => void }): ReactNode {
  const { card, onClose, onEnded } = props;
  const say = useWords(endpointWords);
  const [on, setOn] = useState(() => dayKey(serverNow()));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const end = (): void => {
    if (busy || !on) return;
    setBusy(true);
    directoryCalls
      .retireEndpoint(card, on)
      .then(() => {
        showToast({ tone: 'ok', text: say('ended', { name: card.name, day: shownDay(on) }) });
        onEnded();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  return (
    <ConfirmDialog
      title={say('end')}
      consequence={say('endWhat', { name: card.name })}
      action={say('end')}
      isOpen
      isPending={busy}
      isDisabled={!on}
      onConfirm={end}
      onClose={onClose}
    >
      <div className="mt-4 flex flex-col gap-4">
        <DateField label={`${say('effectiveOn')} *`} value={on} onChange={setOn} error={on ? null : say('needDay')} />
        <ChangeProblem problem={problem} />
      </div>
    </ConfirmDialog>
  );
}
