import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { Button } from './Button.tsx';
import { Icon } from './icons.tsx';

/** The closing of a form in which something may have been typed. */
export interface Leaving {
  /** the question stands on the form */
  asks: boolean;
  /** closes a form that is as it was; asks first when something would be lost */
  close: () => void;
  keep: () => void;
  discard: () => void;
}

/** Keeps what was typed from being lost by one key: the first wish to close asks, Escape then goes on typing. */
export function useLeaving(isTouched: boolean, onClose: () => void): Leaving {
  const [asks, setAsks] = useState(false);
  const before = useRef<HTMLElement | null>(null);
  const keep = (): void => {
    setAsks(false);
    // where the question stood is nothing any more
    before.current?.focus();
  };
  const close = (): void => {
    if (asks) return keep();
    if (!isTouched) return onClose();
    before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setAsks(true);
  };
  return { asks, close, keep, discard: onClose };
}

/** Asks at the foot of a form, in place of its buttons, whether what was typed may be lost. */
export function DiscardQuestion({ leaving }: { leaving: Leaving }): ReactNode {
  const say = useWords(commonWords);
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => group.current?.querySelector('button')?.focus(), []);
  return (
    <div
      ref={group}
      role="group"
      aria-labelledby="discard-question"
      className="flex grow flex-wrap items-center justify-end gap-3"
    >
      <p id="discard-question" role="alert" className="mr-auto flex items-center gap-2.5 font-semibold">
        <Icon name="warning" size="1.4em" className="shrink-0 text-warn" />
        {say('discardAsk')}
      </p>
      <Button tone="primary" onPress={leaving.keep}>
        {say('goOn')}
      </Button>
      <Button tone="danger" icon="trash" onPress={leaving.discard}>
        {say('discard')}
      </Button>
    </div>
  );
}
