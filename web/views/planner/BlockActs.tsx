import { useState } from 'react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { PlannedMeeting } from '../../../server/protocol/meetings.ts';
import { Button } from '../../components/Button.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { deskWords } from './deskWords.ts';
import { ReasonDialog } from './ReasonDialog.tsx';
import { plannerWords } from './words.ts';

/** What may be done with a meeting from its window; each act reports back when the server has done it. */
export interface BlockActions {
  onEdit: (meeting: PlannedMeeting) => void;
  onMove: (meeting: PlannedMeeting) => void;
  onCancel: (meeting: PlannedMeeting) => void;
  /** the meeting is in another state now */
  onChanged: () => void;
}

/** Statuses in which the form of a meeting can be changed. */
const OPEN: readonly PlannedMeeting['status'][] = ['scheduled', 'draft', 'submitted'];

/** Whether a meeting has left its draft behind: its endpoints know of it, or did. */
export function isPlanned({ status }: Pick<PlannedMeeting, 'status'>): boolean {
  return status !== 'draft' && status !== 'submitted';
}

/** The buttons at the foot of a meeting's window: only what the server will grant. */
export function BlockActs({ meeting, ...acts }: BlockActions & { meeting: PlannedMeeting }): ReactNode {
  const say = useWords(plannerWords);
  const [, go] = useLocation();
  const { status, sessionId, may } = meeting;
  const open = may.change && OPEN.includes(status);
  const planned = isPlanned(meeting);
  return (
    <>
      {open && (
        <Button tone="quiet" icon="trash" className="mr-auto text-bad" onPress={() => acts.onCancel(meeting)}>
          {say('cancel')}
        </Button>
      )}
      {!open && OPEN.includes(status) && <p className="mr-auto text-sm text-muted">{say('noChange')}</p>}
      {status === 'running' && sessionId && may.start && (
        <Button tone="primary" icon="login" onPress={() => go(`/chair/${sessionId}`)}>
          {say('enter')}
        </Button>
      )}
      {open && !planned && (
        <Button icon="edit" onPress={() => acts.onEdit(meeting)}>
          {say('edit')}
        </Button>
      )}
      <StepActs meeting={meeting} {...acts} />
      {open && planned && (
        <>
          <Button icon="clock" onPress={() => acts.onMove(meeting)}>
            {say('move')}
          </Button>
          <Button icon="edit" tone="primary" onPress={() => acts.onEdit(meeting)}>
            {say('edit')}
          </Button>
        </>
      )}
    </>
  );
}

/** Does the steps that need no question, and says what became of all of them. */
function useSteps({ title, endpointIds }: PlannedMeeting, onChanged: () => void) {
  const say = useWords(deskWords);
  const [asks, setAsks] = useState<'sendBack' | 'postpone' | null>(null);
  const [busy, setBusy] = useState(false);
  const told = (key: 'submitted' | 'approved' | 'sentBack' | 'postponed'): void => {
    showToast({ tone: 'ok', text: say(key, { title, count: endpointIds.length }) });
    setAsks(null);
    onChanged();
  };
  const act = (run: () => Promise<unknown>, key: 'submitted' | 'approved'): void => {
    if (busy) return;
    setBusy(true);
    run()
      .then(() => told(key))
      .catch(showProblem)
      .finally(() => setBusy(false));
  };
  return { asks, setAsks, busy, told, act };
}

/** The steps of the procedure that lead on from here: submit, approve, send back, postpone, new times. */
function StepActs({ meeting, onMove, onChanged }: BlockActions & { meeting: PlannedMeeting }): ReactNode {
  const say = useWords(deskWords);
  const { asks, setAsks, busy, told, act } = useSteps(meeting, onChanged);
  const { id, status, may } = meeting;
  return (
    <>
      {status === 'scheduled' && may.postpone && (
        <Button icon="pause" onPress={() => setAsks('postpone')}>
          {say('postpone')}
        </Button>
      )}
      {status === 'postponed' && may.postpone && (
        <Button icon="clock" tone="primary" onPress={() => onMove(meeting)}>
          {say('newTimes')}
        </Button>
      )}
      {status === 'submitted' && may.approve && (
        <Button icon="arrowLeft" onPress={() => setAsks('sendBack')}>
          {say('sendBack')}
        </Button>
      )}
      {may.submit && !may.approve && (
        <Button
          icon="arrowRight"
          tone="primary"
          isPending={busy}
          onPress={() => act(() => plannerCalls.submit(id), 'submitted')}
        >
          {say('submit')}
        </Button>
      )}
      {may.approve && (
        <Button
          icon="check"
          tone="primary"
          isPending={busy}
          onPress={() => act(() => plannerCalls.approve(id), 'approved')}
        >
          {say('approve')}
        </Button>
      )}
      {asks && <Asked meeting={meeting} asks={asks} onTold={told} onClose={() => setAsks(null)} />}
    </>
  );
}

/** Asks why a meeting is sent back or postponed. */
function Asked(props: {
  meeting: PlannedMeeting;
  asks: 'sendBack' | 'postpone';
  onTold: (key: 'sentBack' | 'postponed') => void;
  onClose: () => void;
}): ReactNode {
  const { meeting, asks, onTold, onClose } = props;
  const say = useWords(deskWords);
  const { id, title } = meeting;
  const isBack = asks === 'sendBack';
  return (
    <ReasonDialog
      title={say(isBack ? 'sendBackTitle' : 'postponeTitle')}
      what={say(isBack ? 'sendBackWhat' : 'postponeWhat', { title, count: meeting.endpointIds.length })}
      action={say(asks)}
      onSend={(reason) => (isBack ? plannerCalls.sendBack(id, reason) : plannerCalls.postpone(id, reason))}
      onDone={() => onTold(isBack ? 'sentBack' : 'postponed')}
      onClose={onClose}
    />
  );
}
