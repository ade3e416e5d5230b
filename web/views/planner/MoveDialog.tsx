import { useState } from 'react';
import type { ReactNode } from 'react';
import type { PlannedMeeting, Scope } from '../../../server/protocol/meetings.ts';
import { Button } from '../../components/Button.tsx';
import { DateField, TimeField } from '../../components/dateFields.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { dayKey } from '../../lib/format.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { calendarWords } from '../calendar/words.ts';
import { deskWords } from './deskWords.ts';
import { Clashes } from './form/Clashes.tsx';
import { planFaults, planOf, questionOf, slotOf } from './form/plan.ts';
import { useCheck } from './form/useCheck.ts';
import { ScopeChoice } from './ScopeChoice.tsx';
import type { PlannerData } from './usePlanner.ts';
import { plannerWords } from './words.ts';

interface Props {
  meeting: PlannedMeeting;
  data: PlannerData;
  /** the start that a drag asked for, epoch milliseconds; null: the present one */
  start: number | null;
  /** why that drag was refused */
  refused: ClientProblem | null;
  unitId: string;
  onClose: () => void;
  onMoved: (after: PlannedMeeting) => void;
}

function useMove({ meeting, start, refused, onMoved }: Props) {
  const desk = useWords(deskWords);
  const [plan, setPlan] = useState(() => {
    const first = planOf(meeting);
    if (start === null) return first;
    return { ...first, ...slotOf(start, start + Date.parse(meeting.endsAt) - Date.parse(meeting.startsAt)) };
  });
  const [scope, setScope] = useState<Scope>('this');
  const [jumps, setJumps] = useState(0);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(refused);
  const question = questionOf(plan, meeting, serverNow());
  const check = useCheck(question && { ...question, scope });
  const faults = planFaults(plan, serverNow(), meeting);
  const set = (part: Partial<typeof plan>): void => {
    setPlan((old) => ({ ...old, ...part }));
    setProblem(null);
  };
  const save = (): void => {
    setTried(true);
    if (busy || !question || faults.day || faults.from || faults.to) return;
    setBusy(true);
    const { startsAt, endsAt } = question;
    const endpoints = plan.endpointIds.size === meeting.endpointIds.length ? {} : { endpointIds: question.endpointIds };
    // one that was postponed comes back into the calendar by its new times
    const sent =
      meeting.status === 'postponed'
        ? plannerCalls.postpone(meeting.id, desk('newTimesReason'), { startsAt, endsAt })
        : plannerCalls.change(meeting, { startsAt, endsAt, ...endpoints }, scope);
    sent.then(onMoved).catch((thrown: unknown) => {
      setProblem(asProblem(thrown));
      setBusy(false);
    });
  };
  return {
    ...{ plan, set, scope, setScope, jumps, check, question, save, busy, problem },
    jump: (slot: Parameters<typeof set>[0]) => {
      set(slot);
      setJumps((n) => n + 1);
    },
    faults: tried ? faults : {},
  };
}

/** The same as dragging, by keyboard: another day and hour, with clashes and the nearest free time. */
export function MoveDialog(props: Props): ReactNode {
  const { meeting, data, unitId, onClose } = props;
  const say = useWords(plannerWords);
  const desk = useWords(deskWords);
  const common = useWords(commonWords);
  const isBack = meeting.status === 'postponed';
  const move = useMove(props);
  const { plan, set, question } = move;
  return (
    <Dialog
      title={isBack ? desk('newTimesTitle') : say('moveTitle')}
      isOpen
      onClose={onClose}
      size="md"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button tone="primary" icon="check" isPending={move.busy} onPress={move.save}>
            {say('moveSave')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <p className="text-lg font-semibold">{meeting.title}</p>
        {move.problem?.code !== 'schedule_conflict' && <ProblemLine problem={move.problem} />}
        <MoveFields {...move} />
        {question && (
          <Clashes
            check={move.check}
            directory={data.directory}
            chairEndpointId={plan.chairEndpointId}
            count={question.endpointIds.length}
            wanted={
              unitId ? { unitId, title: meeting.title, startsAt: question.startsAt, endsAt: question.endsAt } : null
            }
            {...(!isBack && {
              onDrop: (ids: string[]) =>
                set({ endpointIds: new Set([...plan.endpointIds].filter((id) => !ids.includes(id))) }),
            })}
            onMoveTo={(start, end) => move.jump(slotOf(start, end))}
          />
        )}
        {meeting.series && !isBack && <ScopeChoice value={move.scope} onChange={move.setScope} />}
      </div>
    </Dialog>
  );
}

function MoveFields(props: Pick<ReturnType<typeof useMove>, 'plan' | 'set' | 'faults' | 'jumps'>): ReactNode {
  const { plan, set, faults, jumps } = props;
  const calendar = useWords(calendarWords);
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <DateField
        key={jumps}
        label={calendar('date')}
        min={dayKey(serverNow())}
        value={plan.day}
        onChange={(day) => set({ day })}
        error={faults.day && calendar(faults.day)}
      />
      <TimeField
        label={calendar('from')}
        value={plan.from}
        onChange={(from) => set({ from })}
        error={faults.from && calendar(faults.from)}
      />
      <TimeField
        label={calendar('to')}
        value={plan.to}
        onChange={(to) => set({ to })}
        error={faults.to && calendar(faults.to)}
      />
    </div>
  );
}
