import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { deskWords } from './deskWords.ts';

/** Whether a reason is too short for whoever reads it; the server asks for as much. */
export const isShort = (reason: string): boolean => reason.trim().length < 3;

/** Asks for the reason of an act that others read of, and does it. */
export function ReasonDialog(props: {
  title: string;
  /** what will have happened afterwards */
  what: string;
  action: string;
  onSend: (reason: string) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}): ReactNode {
  const { title, what, action, onSend, onDone, onClose } = props;
  const say = useWords(deskWords);
  const common = useWords(commonWords);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const send = (): void => {
    setTried(true);
    if (isShort(reason) || busy) return;
    setBusy(true);
    onSend(reason.trim())
      .then(onDone)
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button tone="primary" isPending={busy} onPress={send}>
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p>{what}</p>
        <ProblemLine problem={problem} />
        <TextField
          label={say('reason')}
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
