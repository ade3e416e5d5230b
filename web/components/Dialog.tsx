import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { Button, IconButton } from './Button.tsx';
import { cx } from './cx.ts';
import { closeConfirmations } from './toasts.ts';

/** Properties of `Dialog`. */
export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** buttons at the foot; always in sight while the body scrolls */
  footer?: ReactNode;
  /** `sm` a question, `md` a short form, `lg` a long one, `drawer` beside the list it belongs to */
  size?: 'sm' | 'md' | 'lg' | 'drawer';
  /** asked for by the program, needs an answer */
  role?: 'dialog' | 'alertdialog';
}

const WIDTHS = {
  sm: 'w-[min(30rem,100%)] max-h-[min(40rem,100%)] rounded-2xl',
  md: 'w-[min(40rem,100%)] max-h-full rounded-2xl',
  lg: 'w-[min(68rem,100%)] max-h-full rounded-2xl',
  drawer: 'w-[min(34rem,100%)] h-full rounded-l-2xl',
};

/** A window over the page: keeps the focus, closes by Escape and gives the focus back. */
export function Dialog(props: DialogProps): ReactNode {
  const { title, isOpen, onClose, children, footer, size = 'md', role = 'dialog' } = props;
  const say = useWords(commonWords);
  useEffect(() => {
    if (isOpen) closeConfirmations();
  }, [isOpen]);
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === 'dialog' && size === 'drawer'}
      className={cx(
        'fixed inset-0 z-50 flex bg-veil',
        size === 'drawer' ? 'justify-end' : 'items-center justify-center p-4',
      )}
    >
      <Modal className={cx('rising flex flex-col overflow-hidden bg-surface text-ink shadow-high', WIDTHS[size])}>
        <AriaDialog role={role} className="flex min-h-0 grow flex-col outline-none">
          <header className="flex items-center justify-between gap-4 border-b border-line py-2.5 pr-3 pl-6">
            <Heading slot="title" className="text-xl font-semibold">
              {title}
            </Heading>
            <IconButton icon="x" label={say('close')} tip="none" onPress={onClose} />
          </header>
          <div className="min-h-0 grow overflow-y-auto px-6 py-5">{children}</div>
          {footer && (
            <footer className="flex flex-wrap items-center justify-end gap-3 border-t border-line px-6 py-4">
              {footer}
            </footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Milliseconds before the button of an irreversible act can be pressed. */
const ARMS_AFTER = 1000;

/** Properties of `ConfirmDialog`. */
export interface ConfirmDialogProps {
  title: string;
  /** what will have happened afterwards */
  consequence: ReactNode;
  /** words of the button, naming the act */
  action: string;
  isOpen: boolean;
  isPending?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  isDisabled?: boolean;
  children?: ReactNode;
}

/** Asks before something irreversible; its button arms after a second, so that a double click cannot pass through. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { title, consequence, action, isOpen, isPending, onConfirm, onClose, isDisabled, children } = props;
  const say = useWords(commonWords);
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    setArmed(false);
    if (!isOpen) return;
    const timer = setTimeout(() => setArmed(true), ARMS_AFTER);
    return () => clearTimeout(timer);
  }, [isOpen]);
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={onClose}
      size="sm"
      role="alertdialog"
      footer={
        <>
          <Button onPress={onClose}>{say('keep')}</Button>
          <Button tone="danger" isDisabled={!armed || isDisabled} isPending={isPending} onPress={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      <p className="text-base">{consequence}</p>
      {children && <div className="mt-4">{children}</div>}
    </Dialog>
  );
}
