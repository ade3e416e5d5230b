import { useId } from 'react';
import type { ReactNode } from 'react';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { Button } from './Button.tsx';
import { showToast } from './toasts.ts';

/** A text that is shown to be copied, with its button. */
export function CopyField({ label, value }: { label: string; value: string }): ReactNode {
  const common = useWords(commonWords);
  const id = useId();
  // over plain HTTP there is no clipboard: the field is selected and the keyboard copies
  const select = (): void => document.getElementById(id)?.focus();
  const copy = (): void => {
    const done = (): number => showToast({ tone: 'ok', text: common('copied') });
    if (navigator.clipboard) void navigator.clipboard.writeText(value).then(done, select);
    else select();
  };
  return (
    <div className="flex gap-2">
      <input
        id={id}
        readOnly
        aria-label={label}
        value={value}
        onFocus={(e) => e.target.select()}
        className="min-h-target min-w-0 grow rounded-lg border border-edge bg-surface px-3 font-mono text-sm"
      />
      <Button icon="copy" onPress={copy} autoFocus>
        {common('copy')}
      </Button>
    </div>
  );
}
