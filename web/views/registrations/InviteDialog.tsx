import { useState } from 'react';
import type { ReactNode } from 'react';
import type { PlannedMeeting } from '../../../server/protocol/meetings.ts';
import { Button } from '../../components/Button.tsx';
import { DateField } from '../../components/dateFields.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Checkbox, TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { invitationCalls } from '../../lib/invitationCalls.ts';
import type { Directory } from '../calendar/useDirectory.ts';
import { registrationWords } from './words.ts';

interface Props {
  meeting: PlannedMeeting;
  directory: Directory;
  onClose: () => void;
  onSent: () => void;
}

const EMPTY = { number: '', date: '', place: 'Tuyên Quang', text: '', signerTitle: '', signer: '', copies: '' };

function useInvite({ meeting, directory, onSent }: Props) {
  const say = useWords(registrationWords);
  const [letter, setLetter] = useState(EMPTY);
  const [wholeSeries, setWholeSeries] = useState(meeting.series !== null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const send = (): void => {
    if (busy) return;
    setBusy(true);
    const { date, copies, ...rest } = letter;
    const lines = copies.split('\n').flatMap((line) => line.trim() || []);
    invitationCalls
      .invite(meeting.id, {
        scope: wholeSeries && meeting.series ? 'all' : 'this',
        letter: { ...rest, ...(date && { date }), copies: lines.slice(0, 20) },
      })
      .then(({ mails, endpoints, withoutRecipient }) => {
        showToast({ tone: 'ok', text: say(mails > 0 ? 'sent' : 'noMail', { mails, endpoints }) });
        if (mails > 0 && withoutRecipient.length) {
          const names = withoutRecipient.map((id) => directory.byId.get(id)?.shortName ?? id).join(', ');
          showToast({ tone: 'bad', text: say('without', { count: withoutRecipient.length, names }) });
        }
        onSent();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  const change = (part: Partial<typeof EMPTY>): void => setLetter((old) => ({ ...old, ...part }));
  return { letter, change, wholeSeries, setWholeSeries, busy, problem, send };
}

/** What the letter says beyond the meeting, and sending it. */
export function InviteDialog(props: Props): ReactNode {
  const { meeting, onClose } = props;
  const say = useWords(registrationWords);
  const common = useWords(commonWords);
  const form = useInvite(props);
  return (
    <Dialog
      title={say('inviteTitle')}
      isOpen
      onClose={onClose}
      size="md"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button tone="primary" icon="check" isPending={form.busy} onPress={form.send}>
            {say('send', { count: meeting.endpointIds.length })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <ProblemLine problem={form.problem} />
        <LetterFields letter={form.letter} change={form.change} />
        {meeting.series && (
          <Checkbox isSelected={form.wholeSeries} onChange={form.setWholeSeries}>
            {say('wholeSeries')}
          </Checkbox>
        )}
      </div>
    </Dialog>
  );
}

function LetterFields(props: { letter: typeof EMPTY; change: (part: Partial<typeof EMPTY>) => void }): ReactNode {
  const { letter, change } = props;
  const say = useWords(registrationWords);
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <TextField
        label={say('number')}
        value={letter.number}
        onChange={(number) => change({ number })}
        maxLength={60}
        placeholder="125/GM-UBND"
      />
      <DateField label={say('date')} value={letter.date} onChange={(date) => change({ date })} />
      <TextField label={say('place')} value={letter.place} onChange={(place) => change({ place })} maxLength={80} />
      <TextField
        label={say('text')}
        hint={say('textHint')}
        rows={3}
        value={letter.text}
        onChange={(text) => change({ text })}
        maxLength={4000}
        className="sm:col-span-3"
      />
      <TextField
        label={say('signerTitle')}
        value={letter.signerTitle}
        onChange={(signerTitle) => change({ signerTitle })}
        maxLength={160}
        className="sm:col-span-2"
      />
      <TextField
        label={say('signer')}
        value={letter.signer}
        onChange={(signer) => change({ signer })}
        maxLength={120}
      />
      <TextField
        label={say('copies')}
        hint={say('copiesHint')}
        rows={2}
        value={letter.copies}
        onChange={(copies) => change({ copies })}
        className="sm:col-span-3"
      />
    </div>
  );
}
