import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { PlannedMeeting, Scope, Template } from '../../../server/protocol/meetings.ts';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { formatDate, formatSpan } from '../../lib/format.ts';
import { hasRole, useMe } from '../../lib/me.tsx';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { serverNow } from '../../lib/serverClock.ts';
import type { Planner } from '../calendar/draft.ts';
import { BlockDialog } from './BlockDialog.tsx';
import { CancelLater } from './CancelLater.tsx';
import { emptyPlan, planAfter, planFrom, planOf } from './form/plan.ts';
import type { FormStep, PlanDraft, PlanPlace } from './form/plan.ts';
import { PlanFormDialog } from './form/PlanForm.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { TemplateDialog } from './TemplateDialog.tsx';
import type { useLater } from './undo.ts';
import type { PlannerData } from './usePlanner.ts';
import type { Waiting } from './useWaiting.ts';
import { ViewsDialog } from './ViewsDialog.tsx';
import { WaitingDialog } from './WaitingDialog.tsx';
import type { Span } from './days.ts';
import { plannerWords } from './words.ts';

/** Which window stands over the planner; `id` alone: the meeting is read first. */
export type Open =
  | { kind: 'block' | 'edit' | 'cancel'; id: string }
  | { kind: 'form'; at?: PlanPlace; first?: PlanDraft; meeting?: PlannedMeeting }
  | { kind: 'move'; meeting: PlannedMeeting; start?: number; problem?: ClientProblem }
  | { kind: 'cancelling'; meeting: PlannedMeeting }
  | { kind: 'templates' | 'waiting' | 'views' }
  | { kind: 'keys' }
  | null;

interface Props {
  open: Open;
  setOpen: (open: Open) => void;
  data: PlannerData;
  later: ReturnType<typeof useLater>;
  offer: (text: string, run: () => void) => void;
  takeBack: (after: PlannedMeeting, before: PlannedMeeting) => void;
  waiting: Waiting;
  span: Span;
  /** the shown day, epoch milliseconds */
  day: number;
  onSpan: (span: Span) => void;
  /** shows the day of a meeting that was just saved */
  onShow: (day: number) => void;
  letters: boolean;
  setLetters: (letters: boolean) => void;
}

/** Puts a cancellation off for as long as it can be taken back. */
function useCancelling({ later, offer, data, setOpen }: Props) {
  const say = useWords(plannerWords);
  return (meeting: PlannedMeeting, reason: string, scope: Scope): void => {
    const { id, title } = meeting;
    setOpen(null);
    later.put(id, () => {
      plannerCalls
        .cancel(id, reason, scope)
        .then(() => showToast({ tone: 'neutral', text: say('cancelled', { title }) }))
        .catch(showProblem)
        .finally(data.week.reload);
    });
    offer(say('cancelling', { title }), () => {
      later.drop(id);
      showToast({ tone: 'neutral', text: say('keptAgain', { title }) });
    });
  };
}

/** The window that is open over the planner, if any. */
export function Windows(props: Props): ReactNode {
  const { open, setOpen, data, letters, setLetters } = props;
  const say = useWords(plannerWords);
  const { user } = useMe();
  const cancel = useCancelling(props);
  const close = (): void => setOpen(null);
  const unitId = user?.grants[0]?.unitId ?? user?.unitId ?? '';
  if (!open) return null;
  switch (open.kind) {
    case 'block':
      return <BlockWindow {...props} id={open.id} />;
    case 'edit':
    case 'cancel':
      return <Reading {...props} id={open.id} to={open.kind} />;
    case 'cancelling':
      return <CancelLater meeting={open.meeting} onClose={close} onCancel={cancel} />;
    case 'move':
      return (
        <MoveDialog
          meeting={open.meeting}
          data={data}
          start={open.start ?? null}
          refused={open.problem ?? null}
          unitId={unitId}
          onClose={close}
          onMoved={(after) => {
            close();
            data.week.reload();
            const time = `${formatSpan(after.startsAt, after.endsAt)}, ${formatDate(after.startsAt)}`;
            props.offer(say('moved', { title: after.title, time }), () => props.takeBack(after, open.meeting));
          }}
        />
      );
    case 'form':
      return <FormWindow {...props} open={open} unitId={unitId} />;
    case 'templates':
      return <TemplateWindow {...props} />;
    case 'waiting':
      return (
        <WaitingDialog
          waiting={props.waiting}
          data={data}
          onOpen={(id) => setOpen({ kind: 'block', id })}
          onClose={close}
        />
      );
    case 'views':
      return <ViewsWindow {...props} userId={user?.id ?? ''} />;
    default:
      return <KeysDialog isOn={letters} onChange={setLetters} onClose={close} />;
  }
}

function BlockWindow({ id, data, waiting, setOpen }: Props & { id: string }): ReactNode {
  return (
    <BlockDialog
      id={id}
      data={data}
      onClose={() => setOpen(null)}
      onEdit={(meeting) => setOpen({ kind: 'form', meeting })}
      onMove={(meeting) => setOpen({ kind: 'move', meeting })}
      onCancel={(meeting) => setOpen({ kind: 'cancelling', meeting })}
      onChanged={() => {
        data.week.reload();
        waiting.reload();
      }}
    />
  );
}

/** Reads the meeting under the cursor, then opens what the key asked for. */
function Reading({ id, to, setOpen }: Props & { id: string; to: 'edit' | 'cancel' }): ReactNode {
  const say = useWords(plannerWords);
  useEffect(() => {
    let stopped = false;
    plannerCalls
      .meeting(id)
      .then((meeting) => {
        if (stopped) return;
        if (!meeting.may.change) {
          showToast({ tone: 'bad', text: say('noChange') });
          setOpen(null);
        } else setOpen(to === 'edit' ? { kind: 'form', meeting } : { kind: 'cancelling', meeting });
      })
      .catch((thrown: unknown) => {
        if (stopped) return;
        showProblem(thrown);
        setOpen(null);
      });
    return () => {
      stopped = true;
    };
  }, [id, to, setOpen, say]);
  return null;
}

function ViewsWindow({ data, span, onSpan, setOpen, userId }: Props & { userId: string }): ReactNode {
  return (
    <ViewsDialog
      userId={userId}
      filter={data.filter}
      span={span}
      onClose={() => setOpen(null)}
      onUse={(view) => {
        data.setFilter(view.filter);
        onSpan(view.span);
        setOpen(null);
      }}
    />
  );
}

function usePlannerUser(): Planner {
  const { user } = useMe();
  return { unitId: user?.unitId, chairUserId: user && hasRole(user, 'chairperson') ? user.id : null };
}

function FormWindow(props: Props & { open: Extract<Open, { kind: 'form' }>; unitId: string }): ReactNode {
  const { open, setOpen, data, unitId, onShow } = props;
  const planner = usePlannerUser();
  const [first] = useState<PlanDraft>(() =>
    open.meeting
      ? planOf(open.meeting)
      : (open.first ?? emptyPlan(serverNow(), data.directory.endpoints, planner, open.at)),
  );
  // a template has filled in everything: only the time is to be looked at
  const step: FormStep = open.first ? 'time' : 'content';
  return (
    <PlanFormDialog
      data={data}
      first={first}
      step={step}
      meeting={open.meeting ?? null}
      unitId={unitId}
      onClose={() => setOpen(null)}
      onSaved={(start) => {
        setOpen(null);
        onShow(start);
        data.week.reload();
      }}
    />
  );
}

function TemplateWindow({ setOpen, data, day }: Props): ReactNode {
  const planner = usePlannerUser();
  // the first day that suits is looked for from the shown one on
  const from = (): number => Math.max(day, serverNow());
  const fromTemplate = (template: Template): void => {
    const groups = data.groups.filter((g) => template.form.groupIds.includes(g.id));
    const members = new Set(groups.flatMap((g) => g.members));
    const empty = emptyPlan(serverNow(), data.directory.endpoints, planner);
    const plan = planFrom(template, members, empty, from());
    // endpoints that have ended since cannot be invited
    const endpointIds = new Set([...plan.endpointIds].filter((id) => data.directory.byId.has(id)));
    setOpen({ kind: 'form', first: { ...plan, endpointIds } });
  };
  return (
    <TemplateDialog
      onClose={() => setOpen(null)}
      onNew={() => setOpen({ kind: 'form' })}
      onTemplate={fromTemplate}
      onMeeting={(meeting) => {
        plannerCalls
          .meeting(meeting.id)
          .then((found) => setOpen({ kind: 'form', first: planAfter(found, from()) }))
          .catch(showProblem);
      }}
    />
  );
}
