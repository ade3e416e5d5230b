import { useState } from 'react';
import type { ReactNode } from 'react';
import type { WebhookMade, WebhookView } from '../../../server/protocol/integrations.ts';
import { Button } from '../../components/Button.tsx';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { OnceDialog } from '../../components/OnceDialog.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { formatMoment } from '../../lib/format.ts';
import { integrationCalls } from '../../lib/integrationCalls.ts';
import { DeliveryLog } from './DeliveryLog.tsx';
import { WebhookCard } from './WebhookCard.tsx';
import { WebhookDialog } from './WebhookDialog.tsx';
import { integrationWords } from './words.ts';

/** Milliseconds between readings: a webhook that begins to fail shows it. */
const FRESH = 15_000;

/** What is open over the list. */
type Open = { what: 'form' | 'secret' | 'remove' | 'log'; webhook: WebhookView } | { what: 'new' } | null;

/** The webhooks with how they fare, and everything that is done with them. */
export function WebhooksTab(): ReactNode {
  const say = useWords(integrationWords);
  const webhooks = useRead((signal) => integrationCalls.webhooks(signal), 'webhooks', FRESH);
  const [open, setOpen] = useState<Open>(null);
  const [made, setMade] = useState<WebhookMade | null>(null);
  if (!webhooks.data) {
    if (!webhooks.problem) return <Spinner />;
    if (webhooks.problem.code !== 'not_allowed')
      return <ErrorState problem={webhooks.problem} onRetry={webhooks.reload} />;
    return (
      <EmptyState icon="lock" title={say('notWhole')}>
        {say('notWholeWhy')}
      </EmptyState>
    );
  }
  const done = (work: Promise<unknown>, told: string | null): void => {
    work
      .then(() => {
        if (told) showToast({ tone: 'ok', text: told });
        webhooks.reload();
      })
      .catch(showProblem)
      .finally(() => setOpen(null));
  };
  return (
    <section className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <p className="max-w-prose text-muted">{say('webhooksWhat')}</p>
        <Button tone="primary" icon="plus" aria-haspopup="dialog" onPress={() => setOpen({ what: 'new' })}>
          {say('makeWebhook')}
        </Button>
      </div>
      {webhooks.data.length === 0 && <EmptyState icon="link" title={say('noWebhooks')} />}
      <ul className="flex flex-col gap-3">
        {webhooks.data.map((webhook) => (
          <WebhookCard
            key={webhook.id}
            webhook={webhook}
            onOpen={(what) => setOpen({ what, webhook })}
            onPing={() => done(integrationCalls.ping(webhook.id), say('pinged'))}
            onSwitch={(enabled) => done(integrationCalls.changeWebhook(webhook.id, { enabled }), null)}
          />
        ))}
      </ul>
      <Windows
        open={open}
        onClose={() => setOpen(null)}
        onDone={done}
        onMade={(saved) => {
          setOpen(null);
          if ('secret' in saved) setMade(saved);
          webhooks.reload();
        }}
      />
      {made && <SecretShown made={made} onClose={() => setMade(null)} />}
    </section>
  );
}

function SecretShown({ made, onClose }: { made: WebhookMade; onClose: () => void }): ReactNode {
  const say = useWords(integrationWords);
  const language = useLanguage();
  return (
    <OnceDialog
      title={say('secretOnce')}
      secret={made.secret}
      secretLabel={say('secretText')}
      understood={say('understood')}
      onClose={onClose}
    >
      <p>{say('secretOnceWhy')}</p>
      {made.oldSecretUntil && <p>{say('oldSecret', { when: formatMoment(made.oldSecretUntil, language) })}</p>}
    </OnceDialog>
  );
}

function Windows(props: {
  open: Open;
  onClose: () => void;
  onDone: (work: Promise<unknown>, told: string | null) => void;
  onMade: (saved: WebhookMade | WebhookView) => void;
}): ReactNode {
  const { open, onClose, onDone, onMade } = props;
  const say = useWords(integrationWords);
  if (!open) return null;
  if (open.what === 'new') return <WebhookDialog webhook={null} onClose={onClose} onSaved={onMade} />;
  const { webhook } = open;
  const { id, name } = webhook;
  if (open.what === 'form') return <WebhookDialog webhook={webhook} onClose={onClose} onSaved={onMade} />;
  if (open.what === 'log') return <DeliveryLog webhook={webhook} onClose={onClose} />;
  if (open.what === 'remove') {
    const remove = (): void => onDone(integrationCalls.removeWebhook(id), say('removed', { name }));
    return (
      <ConfirmDialog
        title={say('removeTitle')}
        consequence={say('removeWhat', { name })}
        action={say('remove')}
        isOpen
        onConfirm={remove}
        onClose={onClose}
      />
    );
  }
  return (
    <ConfirmDialog
      title={say('newSecretTitle')}
      consequence={say('newSecretWhat')}
      action={say('newSecret')}
      isOpen
      onConfirm={() => onDone(integrationCalls.newSecret(id).then(onMade), null)}
      onClose={onClose}
    />
  );
}
