import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { DateField } from '../../components/dateFields.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Checkbox, Select, TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import type { Level } from '../../lib/calls.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import type { Tree, TreeUnit } from '../../lib/directoryCalls.ts';
import { PlanResult } from './PlanResult.tsx';
import { SplitParts } from './SplitParts.tsx';
import { ACTS, codeOf, emptyForm, planOf, withAct } from './surgeryPlan.ts';
import type { SurgeryForm } from './surgeryPlan.ts';
import { treeWords } from './treeWords.ts';
import { ApplyButton } from './ApplyButton.tsx';
import { usePlan } from './usePlan.ts';

interface Props {
  unit: TreeUnit;
  tree: Tree;
  levels: readonly Level[];
  onClose: () => void;
  onApplied: () => void;
}

/** The form, its plan, and the dry run of it. */
function useSurgery({ unit, tree, onApplied }: Props) {
  const say = useWords(treeWords);
  const [form, setForm] = useState(() => emptyForm(unit, tree.on > tree.today ? tree.on : tree.today));
  const [tried, setTried] = useState(false);
  const plan = planOf(form, unit, `${say(`act.${form.act}`)}: ${unit.shortName}`);
  const need = plan ?? { title: '', operations: [] };
  const run = usePlan({
    preview: () => directoryCalls.previewPlan(need),
    apply: () => directoryCalls.applyPlan(need),
    onApplied,
  });
  const change = (part: Partial<SurgeryForm>): void => {
    setForm((old) => ({ ...old, ...part }));
    run.forget();
  };
  const preview = (): void => {
    setTried(true);
    if (plan) run.preview();
  };
  return { form, change, run, preview, lacks: tried && !plan, tried };
}

/** Renames, moves, merges, splits, ends a unit or adds one, from a day on: first dry, then for good. */
export function SurgeryDialog(props: Props): ReactNode {
  const { unit, onClose } = props;
  const say = useWords(treeWords);
  const common = useWords(commonWords);
  const { form, change, run, preview, lacks, tried } = useSurgery(props);
  const choose = (act: string): void => change(withAct(form, ACTS.find((a) => a === act) ?? 'rename', unit));
  return (
    <Dialog
      title={`${say('planTitle')}: ${unit.shortName}`}
      isOpen
      onClose={onClose}
      size="lg"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button tone={run.shown?.ok ? 'plain' : 'primary'} isPending={run.busy === 'preview'} onPress={preview}>
            {say('preview')}
          </Button>
          <ApplyButton run={run} label={say('apply')} />
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <ProblemLine problem={run.problem} />
        {lacks && (
          <p role="alert" className="font-medium text-bad">
            {say('needAll')}
          </p>
        )}
        <div className="grid gap-5 md:grid-cols-2">
          <Select
            label={say('act')}
            value={form.act}
            onChange={choose}
            options={ACTS.map((a) => ({ value: a, label: say(`act.${a}`) }))}
          />
          <DateField
            label={`${say('effectiveOn')} *`}
            value={form.effectiveOn}
            onChange={(effectiveOn) => change({ effectiveOn })}
            error={tried && !form.effectiveOn ? say('needDay') : null}
          />
          <Fields {...props} form={form} change={change} />
          <PlanName form={form} change={change} />
        </div>
        {run.shown && <PlanResult preview={run.shown} />}
      </div>
    </Dialog>
  );
}

function PlanName({ form, change }: Pick<FieldsProps, 'form' | 'change'>): ReactNode {
  const say = useWords(treeWords);
  return (
    <TextField
      label={say('planName')}
      value={form.title}
      onChange={(title) => change({ title })}
      maxLength={200}
      className="md:col-span-2"
    />
  );
}

interface FieldsProps extends Props {
  form: SurgeryForm;
  change: (part: Partial<SurgeryForm>) => void;
}

/** The fields that the chosen act needs. */
function Fields(props: FieldsProps): ReactNode {
  const { form, change, unit, tree, levels } = props;
  const say = useWords(treeWords);
  const others = tree.units.filter((u) => u.id !== unit.id);
  const choice = (label: string, none: string): ReactNode => (
    <Select
      label={label}
      value={form.toId}
      onChange={(toId) => change({ toId })}
      options={[{ value: '', label: none }, ...others.map((u) => ({ value: u.id, label: `${u.name} (${u.code})` }))]}
      className="md:col-span-2"
    />
  );
  const level = (
    <Select
      label={say('level')}
      value={form.level}
      onChange={(v) => change({ level: v })}
      options={levels.map((l) => ({ value: l.code, label: l.name }))}
    />
  );
  if (form.act === 'move') return choice(`${say('above')} *`, say('choose'));
  if (form.act === 'retire') return choice(say('heir'), say('nobody'));
  if (form.act === 'merge') {
    return (
      <>
        {choice(`${say('into')} *`, say('choose'))}
        <MergeMore {...props} />
      </>
    );
  }
  if (form.act === 'split') {
    return (
      <>
        {level}
        <SplitParts form={form} unit={unit} tree={tree} change={change} />
      </>
    );
  }
  return (
    <>
      <NameFields form={form} change={change} />
      {level}
    </>
  );
}

/** Names of a unit, and the code of a new one. */
function NameFields({ form, change }: Pick<FieldsProps, 'form' | 'change'>): ReactNode {
  const say = useWords(treeWords);
  const isNew = form.act === 'create';
  return (
    <>
      <TextField
        label={say('name')}
        value={form.name}
        onChange={(name) => change({ name, ...(isNew && { code: codeOf(name) }) })}
        maxLength={120}
        isRequired
      />
      <TextField
        label={say('shortName')}
        value={form.shortName}
        onChange={(shortName) => change({ shortName })}
        maxLength={60}
      />
      {isNew && (
        <TextField
          label={say('code')}
          hint={say('codeHint')}
          value={form.code}
          onChange={(v) => change({ code: codeOf(v) })}
          isRequired
        />
      )}
    </>
  );
}

/** Units beside the chosen one that go the same way. */
function MergeMore({ form, change, unit, tree }: FieldsProps): ReactNode {
  const say = useWords(treeWords);
  const siblings = tree.units.filter((u) => u.parentId === unit.parentId && u.id !== unit.id && u.id !== form.toId);
  if (!siblings.length) return null;
  return (
    <fieldset className="md:col-span-2">
      <legend className="mb-1 text-[0.9375rem] font-semibold">{say('more')}</legend>
      <div className="grid max-h-56 grid-cols-[repeat(auto-fill,minmax(16rem,1fr))] overflow-y-auto rounded-xl border border-line p-1">
        {siblings.map((u) => (
          <Checkbox
            key={u.id}
            isSelected={form.alsoIds.includes(u.id)}
            onChange={(isOn) =>
              change({ alsoIds: isOn ? [...form.alsoIds, u.id] : form.alsoIds.filter((i) => i !== u.id) })
            }
          >
            {u.name}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  );
}
