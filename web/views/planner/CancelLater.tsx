import { useState } from 'react';
import type { ReactNode } from 'react';
import type { PlannedMeeting, Scope } from '../../../server/protocol/meetings.ts';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { formatMoment } from '../../lib/format.ts';
import { ScopeChoice } from './ScopeChoice.tsx';
import { plannerWords } from './words.ts';

/** Asks for the reason of a cancellation; it is sent ten seconds later, so that it can be taken back. */
export function CancelLater(props: {
  meeting: PlannedMeeting;
  onClose: () => void;
  onCancel: (meeting: PlannedMeeting, reason: string, scope: Scope) => void;
}): ReactNode {
  const { meeting, onClose, onCancel } = props;
  const say = useWords(plannerWords);
  const language = useLanguage();
  const [reason, setReason] = useState('');
  const [scope, setScope] = useState<Scope>('this');
  const [tried, setTried] = useState(false);
  const short = reason.trim().length < 3;
  const confirm = (): void => {
    setTried(true);
    if (!short) onCancel(meeting, reason.trim(), scope);
  };
  const facts = { title: meeting.title, count: meeting.endpointIds.length };
  return (
    <ConfirmDialog
      title={say('cancelTitle')}
      consequence={say('cancelWhat', { ...facts, when: formatMoment(meeting.startsAt, language) })}
      action={say('cancel')}
      isOpen
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4">
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
        {meeting.series && <ScopeChoice value={scope} onChange={setScope} />}
      </div>
    </ConfirmDialog>
  );
}
