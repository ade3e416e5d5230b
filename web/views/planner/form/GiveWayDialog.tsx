import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../../components/Button.tsx';
import { Dialog } from '../../../components/Dialog.tsx';
import { Checkbox, TextField } from '../../../components/fields.tsx';
import { ProblemLine } from '../../../components/States.tsx';
import { showToast } from '../../../components/toasts.ts';
import { useWords } from '../../../i18n/index.ts';
import { asProblem, useRead } from '../../../lib/api.ts';
import type { ClientProblem } from '../../../lib/api.ts';
import { plannerCalls } from '../../../lib/plannerCalls.ts';
import { deskWords } from '../deskWords.ts';
import { subtreeOf } from '../rows.ts';
import { formWords } from './words.ts';

/** The meeting for which another one shall make way. */
export interface Wanted {
  unitId: string;
  title: string;
  startsAt: string;
  endsAt: string;
}

const isShort = (reason: string): boolean => reason.trim().length < 3;

/** Whether the unit that wants the room stands above the host of the meeting that is in its way, as far as it is known. */
function useIsAbove(meetingId: string, unitId: string): boolean {
  const meeting = useRead((signal) => plannerCalls.meeting(meetingId, signal), meetingId).data;
  const units = useRead((signal) => plannerCalls.units(signal), 'units').data;
  if (!meeting?.hostUnitId || !units || meeting.hostUnitId === unitId) return false;
  return subtreeOf(units, unitId).has(meeting.hostUnitId);
}

interface Props {
  meetingId: string;
  title: string;
  wanted: Wanted;
  onClose: () => void;
}

/** The reason that is typed, and sending it. */
function useAsking({ meetingId, title, wanted, onClose }: Props) {
  const say = useWords(formWords);
  const desk = useWords(deskWords);
  const isAbove = useIsAbove(meetingId, wanted.unitId);
  const [displace, setDisplace] = useState(false);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const send = (): void => {
    setTried(true);
    if (isShort(reason) || busy) return;
    setBusy(true);
    const now = isAbove && displace;
    const body = { ...wanted, title: wanted.title.slice(0, 120), reason: reason.trim(), displace: now };
    plannerCalls
      .askGiveWay(meetingId, body)
      .then(() => {
        showToast({ tone: 'ok', text: now ? desk('displaced', { title }) : say('asked', { title }) });
        onClose();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  const fault = tried && isShort(reason) ? say('needReason') : null;
  return { isAbove, displace, setDisplace, reason, setReason, fault, busy, problem, send };
}

/** Asks the host of another meeting to make way, with a reason; a unit above the host may have it make way at once. */
export function GiveWayDialog(props: Props): ReactNode {
  const { title, onClose } = props;
  const say = useWords(formWords);
  const desk = useWords(deskWords);
  const form = useAsking(props);
  return (
    <Dialog
      title={say('giveWayTitle')}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{say('back')}</Button>
          <Button tone="primary" isPending={form.busy} onPress={form.send}>
            {say('sendAsk')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p>{say('giveWayWhat', { title })}</p>
        <ProblemLine problem={form.problem} />
        <TextField
          label={say('giveWayReason')}
          rows={3}
          value={form.reason}
          onChange={form.setReason}
          maxLength={300}
          isRequired
          autoFocus
          error={form.fault}
        />
        {form.isAbove && (
          <Checkbox isSelected={form.displace} onChange={form.setDisplace}>
            {desk('displace', { title })}
          </Checkbox>
        )}
      </div>
    </Dialog>
  );
}
