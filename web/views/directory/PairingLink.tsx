import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { Endpoint } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { TextField } from '../../components/fields.tsx';
import { focusFault } from '../../components/focusFault.ts';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import type { Enrolled } from '../../lib/calls.ts';
import { formatMoment } from '../../lib/format.ts';
import { directoryWords } from './words.ts';

/** Makes the one-time link that turns a PC into the endpoint's device, and shows it once. */
export function PairingLink({ endpoint, onMade }: { endpoint: Endpoint; onMade: () => void }): ReactNode {
  const say = useWords(directoryWords);
  const [label, setLabel] = useState(() => say('defaultLabel'));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const [made, setMade] = useState<Enrolled | null>(null);

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (!label.trim()) {
      focusFault(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    calls
      .enrolDevice(endpoint.id, label.trim())
      .then((enrolled) => {
        setMade(enrolled);
        onMade();
      })
      .catch((thrown: unknown) => setProblem(asProblem(thrown)))
      .finally(() => setBusy(false));
  };

  if (made) return <LinkShown made={made} endpoint={endpoint} />;
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4 rounded-xl border border-line bg-bg p-4">
      <ProblemLine problem={problem} />
      <TextField
        label={say('linkLabel')}
        hint={say('linkLabelHint')}
        value={label}
        onChange={setLabel}
        maxLength={80}
        autoFocus
        error={tried && !label.trim() ? say('needLabel') : null}
      />
      <Button type="submit" tone="primary" icon="link" isPending={busy} className="self-start">
        {say('makeLink')}
      </Button>
    </form>
  );
}

function LinkShown({ made, endpoint }: { made: Enrolled; endpoint: Endpoint }): ReactNode {
  const say = useWords(directoryWords);
  const common = useWords(commonWords);
  const language = useLanguage();
  const copy = (): void => {
    const done = (): number => showToast({ tone: 'ok', text: common('copied') });
    // over plain HTTP there is no clipboard: the field is selected and the keyboard copies
    if (navigator.clipboard) void navigator.clipboard.writeText(made.pairUrl).then(done, selectLink);
    else selectLink();
  };
  return (
    <div role="status" className="flex flex-col gap-3 rounded-xl border border-ok/40 bg-ok-soft p-4">
      <p>{say('linkReady', { name: endpoint.name, until: formatMoment(made.expiresAt, language) })}</p>
      <div className="flex gap-2">
        <input
          id="pairing-link"
          readOnly
          aria-label={say('linkTitle')}
          value={made.pairUrl}
          onFocus={(e) => e.target.select()}
          className="min-h-target min-w-0 grow rounded-lg border border-edge bg-surface px-3 font-mono text-sm"
        />
        <Button icon="copy" onPress={copy} autoFocus>
          {common('copy')}
        </Button>
      </div>
    </div>
  );
}

function selectLink(): void {
  const field = document.getElementById('pairing-link');
  if (field instanceof HTMLInputElement) field.focus();
}
