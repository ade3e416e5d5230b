import type { ReactNode } from 'react';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { Button, IconButton } from './Button.tsx';
import { cx } from './cx.ts';
import { Icon } from './icons.tsx';
import { closeToast, useToasts } from './toasts.ts';
import type { Toast } from './toasts.ts';

const EDGES: Record<Toast['tone'], string> = { ok: 'border-l-ok', neutral: 'border-l-accent', bad: 'border-l-bad' };
const ICONS = { ok: 'check', neutral: 'info', bad: 'warning' } as const;
const COLOURS: Record<Toast['tone'], string> = { ok: 'text-ok', neutral: 'text-accent', bad: 'text-bad' };

/** Where messages appear; mounted once by main. Both halves exist from the start, so that screen readers watch them. */
export function ToastRegion(): ReactNode {
  const say = useWords(commonWords);
  const toasts = useToasts();
  const part = (tones: Toast['tone'][]): ReactNode =>
    toasts.filter((t) => tones.includes(t.tone)).map((toast) => <Message key={toast.id} toast={toast} />);
  return (
    <div
      role="region"
      // tells the windows' library to leave this region alive and audible beside an open window
      data-react-aria-top-layer="true"
      aria-label={say('messages')}
      className="pointer-events-none fixed right-4 bottom-4 z-70 flex w-[min(26rem,calc(100vw-2rem))] flex-col gap-3 in-data-console:bottom-18 in-data-kiosk:inset-x-0 in-data-kiosk:bottom-36 in-data-kiosk:mx-auto in-data-kiosk:w-[min(44rem,calc(100vw-2rem))]"
    >
      <div role="status" className="flex flex-col gap-3">
        {part(['ok', 'neutral'])}
      </div>
      <div role="alert" className="flex flex-col gap-3">
        {part(['bad'])}
      </div>
    </div>
  );
}

function Message({ toast }: { toast: Toast }): ReactNode {
  const say = useWords(commonWords);
  return (
    <div
      className={cx(
        'rising pointer-events-auto flex items-start gap-3 rounded-xl border border-l-4 border-line bg-raised py-2 pr-2 pl-4 text-ink shadow-high',
        'in-data-kiosk:items-center in-data-kiosk:text-2xl',
        EDGES[toast.tone],
      )}
    >
      <Icon name={ICONS[toast.tone]} size="1.4em" className={cx('mt-2.5 in-data-kiosk:mt-0', COLOURS[toast.tone])} />
      <p className="grow py-2 text-[0.9375rem] in-data-kiosk:text-2xl in-data-kiosk:leading-normal">{toast.text}</p>
      {toast.action && (
        <Button
          tone="quiet"
          className="shrink-0 text-accent whitespace-nowrap"
          onPress={() => {
            toast.action?.run();
            closeToast(toast.id);
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton icon="x" label={say('close')} tip="none" onPress={() => closeToast(toast.id)} />
    </div>
  );
}
