import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { CopyField } from './CopyField.tsx';
import { Dialog } from './Dialog.tsx';

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
        <CopyField label={secretLabel} value={secret} />
      </div>
    </Dialog>
  );
}
