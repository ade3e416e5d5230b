import { useState } from 'react';
import type { ReactNode } from 'react';
import type { GiveWay } from '../../../server/protocol/meetings.ts';
import { Button } from '../../components/Button.tsx';
import { DateField, TimeField } from '../../components/dateFields.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem, useRead } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { dayKey, formatTime, parseClock, toInstant } from '../../lib/format.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import type { GiveWayAnswer } from '../../lib/plannerCalls.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { deskWords } from './deskWords.ts';
import { isShort } from './ReasonDialog.tsx';

/** How a request to make way can be answered. */
const CHOICES = ['postpone', 'move', 'refuse'] as const;
type Choice = (typeof CHOICES)[number];

interface Slot {
  day: string;
  from: string;
  to: string;
}

/** The times of a slot; null while they are none. */
function timesOf({ day, from, to }: Slot): { startsAt: string; endsAt: string } | null {
  const startsAt = toInstant(day, parseClock(from) ?? '');
  const endsAt = toInstant(day, parseClock(to) ?? '');
  return startsAt && endsAt && endsAt > startsAt ? { startsAt, endsAt } : null;
}

/** What is chosen and typed, and whether it can be sent. */
function useAnswer(request: GiveWay, onAnswered: () => void) {
  const say = useWords(deskWords);
  const [choice, setChoice] = useState<Choice>('postpone');
  const [note, setNote] = useState('');
  // right after the meeting that wants the room
  const [slot, setSlot] = useState<Slot>({
    day: dayKey(request.endsAt),
    from: formatTime(request.endsAt),
    to: formatTime(Date.parse(request.endsAt) + 3_600_000),
  });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const times = choice === 'move' ? timesOf(slot) : null;
  const wrong = choice === 'refuse' ? isShort(note) : choice === 'move' && times === null;
  const send = (): void => {
    setTried(true);
    if (busy || wrong) return;
    setBusy(true);
    const body: GiveWayAnswer = { consent: choice !== 'refuse', note: note.trim(), ...times };
    plannerCalls
      .answerGiveWay(request.id, body)
      .then(() => {
        const text = choice === 'refuse' ? say('refusedDone') : say('consentedDone', { meeting: request.meetingTitle });
        showToast({ tone: 'ok', text });
        onAnswered();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  const fault = tried && wrong ? say(choice === 'move' ? 'needTimes' : 'needReason') : null;
  return { choice, setChoice, note, setNote, slot, setSlot, fault, busy, problem, send };
}

/** Answers a request to make way: gives the time up, now or for another one, or refuses with a reason. */
export function AnswerDialog(props: { request: GiveWay; onClose: () => void; onAnswered: () => void }): ReactNode {
  const { request, onClose, onAnswered } = props;
  const say = useWords(deskWords);
  const common = useWords(commonWords);
  const form = useAnswer(request, onAnswered);
  const { choice, slot, setSlot, fault } = form;
  const meeting = useRead((signal) => plannerCalls.meeting(request.meetingId, signal), request.meetingId).data;
  const count = meeting?.endpointIds.length ?? 0;
  const what = choice === 'refuse' ? 'refusedWhat' : 'told';
  return (
    <Dialog
      title={say('answerTitle')}
      isOpen
      onClose={onClose}
      size="md"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button tone="primary" icon="check" isPending={form.busy} onPress={form.send}>
            {say('sendAnswer')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ProblemLine problem={form.problem} />
        <fieldset className="rounded-xl border border-line px-3 py-1">
          <legend className="px-1 text-[0.9375rem] font-semibold">{say('choice')}</legend>
          {CHOICES.map((one) => (
            <label key={one} className="flex min-h-target items-center gap-3 rounded-lg px-2 hover:bg-sunken">
              <input type="radio" name="answer" checked={choice === one} onChange={() => form.setChoice(one)} />
              {say(`choice.${one}`)}
            </label>
          ))}
        </fieldset>
        {choice === 'move' && <Times slot={slot} onChange={setSlot} fault={fault} />}
        <TextField
          label={say(choice === 'refuse' ? 'refuseReason' : 'answerNote')}
          rows={2}
          value={form.note}
          onChange={form.setNote}
          maxLength={300}
          isRequired={choice === 'refuse'}
          error={choice === 'refuse' ? fault : null}
        />
        <p className="text-muted">{say(what, { meeting: request.meetingTitle, count })}</p>
      </div>
    </Dialog>
  );
}

function Times(props: { slot: Slot; onChange: (slot: Slot) => void; fault: string | null }): ReactNode {
  const { slot, onChange, fault } = props;
  const say = useWords(deskWords);
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <DateField
        label={say('day')}
        min={dayKey(serverNow())}
        value={slot.day}
        onChange={(day) => onChange({ ...slot, day })}
        error={fault}
      />
      <TimeField label={say('from')} value={slot.from} onChange={(from) => onChange({ ...slot, from })} />
      <TimeField label={say('to')} value={slot.to} onChange={(to) => onChange({ ...slot, to })} />
    </div>
  );
}
