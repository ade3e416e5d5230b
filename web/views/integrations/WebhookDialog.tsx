import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { WEBHOOK_EVENTS } from '../../../server/protocol/integrationNames.ts';
import type { WebhookMade, WebhookView } from '../../../server/protocol/integrations.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { focusFault } from '../../components/focusFault.ts';
import { ProblemLine } from '../../components/States.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { integrationCalls } from '../../lib/integrationCalls.ts';
import type { WebhookDraft } from '../../lib/integrationCalls.ts';
import { Choices } from './Choices.tsx';
import { integrationWords } from './words.ts';

interface Props {
  /** the webhook to be changed; null: a new one */
  webhook: WebhookView | null;
  onClose: () => void;
  onSaved: (saved: WebhookMade | WebhookView) => void;
}

function useWebhookForm({ webhook, onSaved }: Props) {
  const [draft, setDraft] = useState<WebhookDraft>(() => ({
    name: webhook?.name ?? '',
    url: webhook?.url ?? '',
    events: webhook?.events ?? [],
  }));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const goodUrl = /^https?:\/\/\S+$/.test(draft.url.trim());
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (!draft.name.trim() || !goodUrl || draft.events.length === 0) {
      focusFault(event.currentTarget);
      return;
    }
    setBusy(true);
    (webhook ? integrationCalls.changeWebhook(webhook.id, draft) : integrationCalls.makeWebhook(draft))
      .then(onSaved)
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  return { draft, setDraft, goodUrl, tried, busy, problem, submit };
}

/** Asks where to send, and of what. */
export function WebhookDialog(props: Props): ReactNode {
  const { webhook, onClose } = props;
  const say = useWords(integrationWords);
  const common = useWords(commonWords);
  const { draft, setDraft, goodUrl, tried, busy, problem, submit } = useWebhookForm(props);
  return (
    <Dialog
      title={say(webhook ? 'changeWebhook' : 'makeWebhook')}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="webhook-form" tone="primary" icon="check" isPending={busy}>
            {common('save')}
          </Button>
        </>
      }
    >
      <form id="webhook-form" noValidate onSubmit={submit} className="flex flex-col gap-5">
        <ProblemLine problem={problem} />
        <TextField
          label={say('name')}
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
          maxLength={80}
          autoFocus
          error={tried && !draft.name.trim() ? say('needName') : null}
        />
        <TextField
          label={say('url')}
          hint={say('urlHint')}
          value={draft.url}
          onChange={(url) => setDraft({ ...draft, url })}
          maxLength={500}
          inputMode="url"
          error={tried && !goodUrl ? say('needUrl') : null}
        />
        <Choices
          label={say('events')}
          values={WEBHOOK_EVENTS}
          chosen={draft.events}
          nameOf={(event) => say(`event.${event}`)}
          onChange={(events) => setDraft({ ...draft, events })}
          error={tried && draft.events.length === 0 ? say('needEvent') : null}
        />
      </form>
    </Dialog>
  );
}
