import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Meeting } from '../../../server/protocol/rest.ts';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { formatMoment } from '../../lib/format.ts';
import { calendarWords } from './words.ts';

/** Cancels a meeting, with the reason that everybody invited will read. */
export function CancelDialog(props: { meeting: Meeting; onClose: () => void; onCancelled: () => void }): ReactNode {
  const { meeting, onClose, onCancelled } = props;
  const say = useWords(calendarWords);
  const language = useLanguage();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const short = reason.trim().length < 3;

  const confirm = (): void => {
    setTried(true);
    if (short || busy) return;
    setBusy(true);
    calls
      .cancelMeeting(meeting.id, reason.trim())
      .then(() => {
        showToast({ tone: 'ok', text: say('cancelled', { title: meeting.title }) });
        onCancelled();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };

  return (
    <ConfirmDialog
      title={say('cancelTitle')}
      consequence={say('cancelWhat', {
        title: meeting.title,
        when: formatMoment(meeting.startsAt, language),
        count: meeting.endpointIds.length,
      })}
      action={say('cancelMeeting')}
      isOpen
      isPending={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4">
        <ProblemLine problem={problem} />
        <TextField
          label={say('cancelReason')}
          hint={say('cancelReasonHint')}
          rows={2}
          value={reason}
          onChange={setReason}
          maxLength={300}
          isRequired
          autoFocus
          error={tried && short ? say('needReason') : null}
        />
      </div>
    </ConfirmDialog>
  );
}
