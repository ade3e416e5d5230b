import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import type { PlannedMeeting } from '../../../../server/protocol/meetings.ts';
import { Button } from '../../../components/Button.tsx';
import { cx } from '../../../components/cx.ts';
import { Dialog } from '../../../components/Dialog.tsx';
import { DiscardQuestion, useLeaving } from '../../../components/DiscardQuestion.tsx';
import { Icon } from '../../../components/icons.tsx';
import { ProblemLine } from '../../../components/States.tsx';
import { useWords } from '../../../i18n/index.ts';
import { toInstant } from '../../../lib/format.ts';
import { ScopeChoice } from '../ScopeChoice.tsx';
import type { PlannerData } from '../usePlanner.ts';
import { Clashes } from './Clashes.tsx';
import { ContentStep } from './ContentStep.tsx';
import { MembersStep } from './MembersStep.tsx';
import { PapersStep } from './PapersStep.tsx';
import { PeopleStep } from './PeopleStep.tsx';
import { slotOf, STEPS } from './plan.ts';
import type { FormStep, PlanDraft } from './plan.ts';
import { TimeStep } from './TimeStep.tsx';
import { faultSteps, usePlanForm } from './usePlanForm.ts';
import type { PlanForm } from './usePlanForm.ts';
import { formWords } from './words.ts';

interface Props {
  data: PlannerData;
  first: PlanDraft;
  step: FormStep;
  meeting: PlannedMeeting | null;
  unitId: string;
  onClose: () => void;
  onSaved: (start: number) => void;
}

/** Books a meeting in five steps, or changes one; it can be saved from every step, and a refusal keeps all of it. */
export function PlanFormDialog(props: Props): ReactNode {
  const { data, meeting, unitId, onClose } = props;
  const say = useWords(formWords);
  const form = usePlanForm(props);
  const leaving = useLeaving(form.touched, onClose);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    body.current?.querySelector<HTMLElement>('input, select, textarea, button')?.focus();
  }, [form.step]);
  const shared = { form, data };
  return (
    <Dialog
      title={say(meeting ? 'editTitle' : 'newTitle')}
      isOpen
      onClose={leaving.close}
      size="lg"
      footer={leaving.asks ? <DiscardQuestion leaving={leaving} /> : <Foot form={form} meeting={meeting} />}
    >
      <div className="flex flex-col gap-5">
        <StepBar form={form} />
        <ProblemLine problem={form.saving.problem} />
        {['time', 'members'].includes(form.step) && <Free form={form} data={data} unitId={unitId} />}
        <div ref={body} className="flex flex-col gap-5">
          {form.step === 'content' && <ContentStep {...shared} />}
          {form.step === 'time' && <TimeStep form={form} meeting={meeting} />}
          {form.step === 'members' && <MembersStep {...shared} />}
          {form.step === 'people' && <PeopleStep {...shared} />}
          {form.step === 'papers' && <PapersStep form={form} meeting={meeting} />}
        </div>
        {meeting?.series && <ScopeChoice value={form.scope} onChange={form.setScope} />}
      </div>
    </Dialog>
  );
}

function StepBar({ form }: { form: PlanForm }): ReactNode {
  const say = useWords(formWords);
  const wrong = faultSteps(form.faults);
  return (
    <nav aria-label={say('steps')}>
      <ol className="grid grid-cols-5 gap-2">
        {STEPS.map((step, n) => {
          const here = step === form.step;
          return (
            <li key={step}>
              <button
                type="button"
                aria-current={here ? 'step' : undefined}
                onClick={() => form.setStep(step)}
                className={cx(
                  'flex min-h-target w-full items-center gap-2.5 rounded-lg border px-3 py-1.5 text-left text-[0.9375rem] leading-snug font-semibold',
                  here
                    ? 'border-accent bg-accent-soft text-accent'
                    : 'border-line bg-surface text-muted hover:bg-sunken',
                )}
              >
                <span
                  aria-hidden="true"
                  className={cx(
                    'grid size-6 shrink-0 place-items-center rounded-full text-sm',
                    here ? 'bg-accent text-on-accent' : 'bg-sunken text-ink',
                  )}
                >
                  {n + 1}
                </span>
                <span className="min-w-0">{say(`step.${step}`)}</span>
                {wrong.has(step) && (
                  <>
                    <Icon name="warning" className="ml-auto shrink-0 text-bad" />
                    <span className="sr-only">{say('hasFault')}</span>
                  </>
                )}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Foot({ form, meeting }: { form: PlanForm; meeting: PlannedMeeting | null }): ReactNode {
  const say = useWords(formWords);
  const at = STEPS.indexOf(form.step);
  const back = STEPS[at - 1];
  const next = STEPS[at + 1];
  // a class that may not be met here stops everything
  const stopped = form.plan.classification !== 'open';
  // before anybody is chosen the way leads on; a template, or a meeting that is changed, has its endpoints
  const leadsOn = next !== undefined && !meeting && form.plan.endpointIds.size <= 1;
  return (
    <>
      {back && (
        <Button icon="arrowLeft" className="mr-auto" onPress={() => form.setStep(back)}>
          {say('back')}
        </Button>
      )}
      {!meeting && (
        <Button tone="quiet" isDisabled={stopped} onPress={() => void form.save(true)}>
          {say('saveDraft')}
        </Button>
      )}
      {next && (
        <Button tone={leadsOn ? 'primary' : 'plain'} isDisabled={stopped} onPress={() => form.setStep(next)}>
          {say('next')}
        </Button>
      )}
      <Button
        tone={leadsOn ? 'plain' : 'primary'}
        icon="check"
        isDisabled={stopped}
        isPending={form.saving.busy}
        onPress={() => void form.save()}
      >
        {meeting ? say('saveChange') : say('save', { count: form.plan.endpointIds.size })}
      </Button>
    </>
  );
}

/** Clashes of what is chosen now, with the ways out. */
function Free({ form, data, unitId }: { form: PlanForm; data: PlannerData; unitId: string }): ReactNode {
  const { plan, change, jump, check } = form;
  const startsAt = toInstant(plan.day, plan.from);
  const endsAt = toInstant(plan.day, plan.to);
  if (!startsAt || !endsAt || endsAt <= startsAt || !plan.endpointIds.size) return null;
  const title = plan.title.trim() || '…';
  return (
    <Clashes
      check={check}
      directory={data.directory}
      chairEndpointId={plan.chairEndpointId}
      count={new Set([plan.chairEndpointId, ...plan.endpointIds]).size}
      wanted={unitId ? { unitId, title, startsAt, endsAt } : null}
      onDrop={(ids) => change({ endpointIds: new Set([...plan.endpointIds].filter((id) => !ids.includes(id))) })}
      onSkip={(days) => change({ skipped: [...new Set([...plan.skipped, ...days])] })}
      onMoveTo={(start, end) => jump(slotOf(start, end))}
    />
  );
}
