import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { useChairWords } from './words.ts';

/** Asks why an endpoint is absent: one press for the usual reasons, a line for others. */
export function AbsentDialog(props: {
  name: string;
  isOpen: boolean;
  onClose: () => void;
  onReason: (reason: string) => void;
}): ReactNode {
  const { name, isOpen, onClose, onReason } = props;
  const say = useChairWords();
  const [text, setText] = useState('');
  useEffect(() => setText(''), [isOpen]);
  const usual = [say('reason.excused'), say('reason.line'), say('reason.unknown')];
  return (
    <Dialog
      title={`${say('markAbsent')}: ${name}`}
      isOpen={isOpen}
      onClose={onClose}
      size="sm"
      footer={
        <Button tone="primary" onPress={() => onReason(text)}>
          {say('absentSave')}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        {usual.map((reason, i) => (
          <Button key={reason} autoFocus={i === 0} onPress={() => onReason(reason)}>
            {reason}
          </Button>
        ))}
        <TextField label={say('absentReason')} value={text} onChange={setText} maxLength={200} />
      </div>
    </Dialog>
  );
}
