import { useEffect, useRef, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { Endpoint } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { CopyField } from '../../components/CopyField.tsx';
import { TextField } from '../../components/fields.tsx';
import { focusFault } from '../../components/focusFault.ts';
import { ProblemLine } from '../../components/States.tsx';
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

  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.scrollIntoView({ block: 'nearest' }), []);

  if (made) return <LinkShown made={made} endpoint={endpoint} />;
  return (
    <form
      ref={form}
      noValidate
      onSubmit={submit}
      className="flex flex-col gap-4 rounded-xl border border-line bg-bg p-4"
    >
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
  const language = useLanguage();
  return (
    <div role="status" className="flex flex-col gap-3 rounded-xl border border-ok/40 bg-ok-soft p-4">
      <p>{say('linkReady', { name: endpoint.name, until: formatMoment(made.expiresAt, language) })}</p>
      <CopyField label={say('linkTitle')} value={made.pairUrl} />
    </div>
  );
}
