import type { ReactNode } from 'react';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { showToast } from './toasts.ts';

/** Shows a secret that nobody can see again, to be copied. */
export function OnceDialog(props: {
  title: string;
  secret: string;
  /** name of the field with the secret */
  secretLabel: string;
  /** words of the button that closes */
  understood: string;
  children: ReactNode;
  onClose: () => void;
}): ReactNode {
  const { title, secret, secretLabel, understood, children, onClose } = props;
  const common = useWords(commonWords);
  const copy = (): void => {
    const done = (): number => showToast({ tone: 'ok', text: common('copied') });
    // over plain HTTP there is no clipboard: the field is selected and the keyboard copies
    if (navigator.clipboard) void navigator.clipboard.writeText(secret).then(done, selectSecret);
    else selectSecret();
  };
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <Button tone="primary" icon="check" onPress={onClose}>
          {understood}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {children}
        <div className="flex gap-2">
          <input
            id="shown-once"
            readOnly
            aria-label={secretLabel}
            value={secret}
            onFocus={(e) => e.target.select()}
            className="min-h-target min-w-0 grow rounded-lg border border-edge bg-surface px-3 font-mono text-sm"
          />
          <Button icon="copy" onPress={copy} autoFocus>
            {common('copy')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function selectSecret(): void {
  const field = document.getElementById('shown-once');
  if (field instanceof HTMLInputElement) field.focus();
}
