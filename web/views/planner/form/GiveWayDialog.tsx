import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../../components/Button.tsx';
import { Dialog } from '../../../components/Dialog.tsx';
import { TextField } from '../../../components/fields.tsx';
import { ProblemLine } from '../../../components/States.tsx';
import { showToast } from '../../../components/toasts.ts';
import { useWords } from '../../../i18n/index.ts';
import { asProblem } from '../../../lib/api.ts';
import type { ClientProblem } from '../../../lib/api.ts';
import { plannerCalls } from '../../../lib/plannerCalls.ts';
import { formWords } from './words.ts';

/** The meeting for which another one shall make way. */
export interface Wanted {
  unitId: string;
  title: string;
  startsAt: string;
  endsAt: string;
}

const isShort = (reason: string): boolean => reason.trim().length < 3;

/** Asks the host of another meeting to make way, with a reason. */
export function GiveWayDialog(props: {
  meetingId: string;
  title: string;
  wanted: Wanted;
  onClose: () => void;
}): ReactNode {
  const { meetingId, title, wanted, onClose } = props;
  const say = useWords(formWords);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const send = (): void => {
    setTried(true);
    if (isShort(reason) || busy) return;
    setBusy(true);
    const body = { ...wanted, title: wanted.title.slice(0, 120), reason: reason.trim() };
    plannerCalls
      .askGiveWay(meetingId, body)
      .then(() => {
        showToast({ tone: 'ok', text: say('asked', { title }) });
        onClose();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  return (
    <Dialog
      title={say('giveWayTitle')}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{say('back')}</Button>
          <Button tone="primary" isPending={busy} onPress={send}>
            {say('sendAsk')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p>{say('giveWayWhat', { title })}</p>
        <ProblemLine problem={problem} />
        <TextField
          label={say('giveWayReason')}
          rows={3}
          value={reason}
          onChange={setReason}
          maxLength={300}
          isRequired
          autoFocus
          error={tried && isShort(reason) ? say('needReason') : null}
        />
      </div>
    </Dialog>
  );
}
