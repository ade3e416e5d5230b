import { useRef, useState } from 'react';
import type { PlannedMeeting, Scope } from '../../../../server/protocol/meetings.ts';
import { showProblem, showToast } from '../../../components/toasts.ts';
import { useWords } from '../../../i18n/index.ts';
import { asProblem } from '../../../lib/api.ts';
import type { ClientProblem } from '../../../lib/api.ts';
import { invitationCalls } from '../../../lib/invitationCalls.ts';
import { plannerCalls } from '../../../lib/plannerCalls.ts';
import { serverNow } from '../../../lib/serverClock.ts';
import {
  changed,
  changeOf,
  isTouched,
  planBodyOf,
  planFaults,
  questionOf,
  STEP_OF,
  STEPS,
  templateOf,
} from './plan.ts';
import type { FormStep, PlanDraft, PlanFaults } from './plan.ts';
import { useCheck } from './useCheck.ts';
import { formWords } from './words.ts';

interface Setting {
  first: PlanDraft;
  /** the step that is shown first */
  step: FormStep;
  /** the meeting to change; null: a new one */
  meeting: PlannedMeeting | null;
  /** unit that keeps a saved template */
  unitId: string;
  /** @param start of the saved meeting, epoch milliseconds */
  onSaved: (start: number) => void;
}

/** What is typed in the five steps, where it stands, what the server says of it, and the act of saving. */
export function usePlanForm(setting: Setting) {
  const { meeting } = setting;
  const [plan, setPlan] = useState(setting.first);
  const [step, setStep] = useState<FormStep>(setting.step);
  const [tried, setTried] = useState(false);
  const [round, setRound] = useState(0);
  const [jumps, setJumps] = useState(0);
  const [scope, setScope] = useState<Scope>('this');
  const saving = useSaving({ ...setting, plan, scope });
  const check = useCheck(questionOf(plan, meeting, serverNow(), scope), round);
  const now = serverNow();
  const ruled = meeting && scope === 'this' ? { ...plan, repeat: 'never' as const } : plan;
  const all = planFaults(ruled, now, meeting);
  // the class stops at once; the other faults are shown when a press has asked for them
  const faults: PlanFaults = tried ? all : all.classification ? { classification: all.classification } : {};

  const change = (part: Partial<PlanDraft>): void => {
    setPlan((old) => changed(old, part));
    saving.forget();
  };
  /** Sets the time from outside of its fields. */
  const jump = (slot: Pick<PlanDraft, 'day' | 'from' | 'to'>): void => {
    change(slot);
    setJumps((n) => n + 1);
  };
  const save = async (isDraft = false): Promise<void> => {
    setTried(true);
    const wrong = STEPS.find((s) => faultSteps(all).has(s));
    if (wrong) return setStep(wrong);
    const problem = await saving.save(isDraft);
    if (problem?.code !== 'schedule_conflict') return;
    // the ways out stand where the time is chosen
    setRound((n) => n + 1);
    setStep('time');
  };
  const touched = isTouched(setting.first, plan);
  return { plan, change, jump, jumps, step, setStep, faults, check, save, saving, scope, setScope, touched };
}

/** What a form in five steps hands to its parts. */
export type PlanForm = ReturnType<typeof usePlanForm>;

/** The steps that have a fault. */
export function faultSteps(faults: PlanFaults): Set<FormStep> {
  const wrong = Object.keys(faults) as (keyof PlanFaults)[];
  return new Set(wrong.map((key) => STEP_OF[key]));
}

/** Uploads the papers of a saved meeting. @returns names of those that did not arrive */
async function upload(meetingId: string, files: readonly File[]): Promise<string[]> {
  const failed: string[] = [];
  for (const file of files) {
    await plannerCalls.addDocument(meetingId, file).catch(() => failed.push(file.name));
  }
  return failed;
}

function useSaving({ plan, scope, meeting, unitId, onSaved }: Setting & { plan: PlanDraft; scope: Scope }) {
  const say = useWords(formWords);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  // the same key over repeated presses: a booking whose answer was lost is not made twice
  const key = useRef(crypto.randomUUID());
  const forget = (): void => {
    key.current = crypto.randomUUID();
    setProblem(null);
  };
  const store = async (isDraft: boolean): Promise<{ id: string; text: string }> => {
    const title = plan.title.trim();
    if (meeting) {
      const { id } = await plannerCalls.change(meeting, changeOf(plan, scope), scope);
      return { id, text: say('changed', { title }) };
    }
    const body = { ...planBodyOf(plan), ...(isDraft && { status: 'draft' as const }) };
    const { id, occurrences = 1 } = await plannerCalls.create(body, key.current);
    const told = isDraft ? 'savedDraft' : occurrences > 1 ? 'savedSeries' : 'saved';
    return { id, text: say(told, { title, count: occurrences }) };
  };
  const save = async (isDraft: boolean): Promise<ClientProblem | null> => {
    if (busy) return null;
    setBusy(true);
    setProblem(null);
    try {
      const { id, text } = await store(isDraft);
      showToast({ tone: 'ok', text });
      const failed = await upload(id, plan.files);
      if (failed.length) showToast({ tone: 'bad', text: say('notUploaded', { names: failed.join(', ') }) });
      if (plan.templateName.trim()) await plannerCalls.saveTemplate(templateOf(plan, unitId)).catch(showProblem);
      if (plan.invites && !meeting && !isDraft) {
        await invitationCalls.invite(id, { scope: plan.repeat === 'never' ? 'this' : 'all' }).catch(showProblem);
      }
      onSaved(Date.parse(`${plan.day}T00:00:00+07:00`));
      return null;
    } catch (thrown) {
      const refusal = asProblem(thrown);
      setProblem(refusal);
      setBusy(false);
      return refusal;
    }
  };
  return { busy, problem, save, forget };
}
