import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Registration } from '../../../server/protocol/invitations.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import type { Answer } from '../../lib/invitationCalls.ts';
import { registrationWords } from './words.ts';

interface Props {
  registration: Registration;
  name: string;
  /** sends the answer, signed in or by the link of a mail */
  send: (answer: Answer) => Promise<unknown>;
  onClose: () => void;
  onSaved: () => void;
}

/** `Nguyễn Văn A, Chủ tịch` a line, as people. */
function delegatesOf(text: string): { name: string; title: string }[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [name = '', ...rest] = line.split(',');
      return { name: name.trim().slice(0, 120), title: rest.join(',').trim().slice(0, 160) };
    })
    .filter((d) => d.name);
}

function useRegistering({ send: put, registration, name, onSaved }: Props) {
  const say = useWords(registrationWords);
  const [count, setCount] = useState(Math.max(1, registration.headCount));
  const [people, setPeople] = useState(
    registration.delegates.map((d) => [d.name, d.title].filter(Boolean).join(', ')).join('\n'),
  );
  const [note, setNote] = useState(registration.note);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const delegates = delegatesOf(people);
  const headCount = Math.max(count, delegates.length);
  const send = (answer: 'registered' | 'declined'): void => {
    if (busy) return;
    setBusy(true);
    const comes = answer === 'registered';
    const body = { answer, headCount: comes ? headCount : 0, delegates: comes ? delegates : [], note: note.trim() };
    put(body)
      .then(() => {
        showToast({ tone: 'ok', text: say(answer, { count: headCount, name }) });
        onSaved();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  return { headCount, setCount, people, setPeople, note, setNote, busy, problem, send };
}

/** Registers how many come from an endpoint; one press is enough, names are welcome. */
export function RegisterDialog(props: Props): ReactNode {
  const { name, onClose } = props;
  const say = useWords(registrationWords);
  const form = useRegistering(props);
  const { headCount } = form;
  return (
    <Dialog
      title={say('registerOf', { name })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={() => form.send('declined')}>{say('decline')}</Button>
          <Button tone="primary" icon="check" autoFocus isPending={form.busy} onPress={() => form.send('registered')}>
            {say('register')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <ProblemLine problem={form.problem} />
        <div className="flex items-end gap-2">
          <TextField
            label={say('headCount')}
            inputMode="numeric"
            value={String(headCount)}
            onChange={(v) => form.setCount(Math.min(2000, Number(v.replace(/\D/g, '')) || 0))}
            className="grow"
          />
          <Button aria-label={say('less')} onPress={() => form.setCount(Math.max(1, headCount - 1))}>
            −
          </Button>
          <Button aria-label={say('more')} onPress={() => form.setCount(headCount + 1)}>
            +
          </Button>
        </div>
        <TextField
          label={say('delegates')}
          hint={say('delegatesHint')}
          rows={4}
          value={form.people}
          onChange={form.setPeople}
        />
        <TextField label={say('note')} hint={say('reason')} value={form.note} onChange={form.setNote} maxLength={500} />
      </div>
    </Dialog>
  );
}
