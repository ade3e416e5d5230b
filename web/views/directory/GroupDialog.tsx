import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Group } from '../../../server/protocol/directory.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Select, TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem, useRead } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import { useMe } from '../../lib/me.tsx';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { EndpointPicker } from '../calendar/EndpointPicker.tsx';
import { useDirectory } from '../calendar/useDirectory.ts';
import type { Directory } from '../calendar/useDirectory.ts';
import { CATEGORY_ORDER } from './categories.ts';
import { treeWords } from './treeWords.ts';

interface Props {
  /** null: a new one */
  group: Group | null;
  onClose: () => void;
  onSaved: () => void;
}

function useGroupForm({ group, onSaved }: Props) {
  const say = useWords(treeWords);
  const { user } = useMe();
  const [form, setForm] = useState({
    name: group?.name ?? '',
    note: group?.note ?? '',
    unitId: group?.unitId ?? user?.grants[0]?.unitId ?? user?.unitId ?? '',
    level: group?.rule?.level ?? '',
    category: group?.rule?.category ?? '',
    ids: new Set(group?.endpointIds) as ReadonlySet<string>,
  });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const send = (act: Promise<unknown>, text: string): void => {
    setBusy(true);
    act
      .then(() => {
        showToast({ tone: 'ok', text });
        onSaved();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  const save = (): void => {
    setTried(true);
    const name = form.name.trim();
    if (busy || !name) return;
    const category = CATEGORY_ORDER.find((c) => c === form.category);
    const rule =
      form.level || category ? { ...(form.level && { level: form.level }), ...(category && { category }) } : null;
    const body = { name, note: form.note.trim(), endpointIds: [...form.ids], rule };
    const act = group
      ? directoryCalls.changeGroup(group, body)
      : directoryCalls.createGroup({ ...body, unitId: form.unitId });
    send(act, say('savedGroup', { name }));
  };
  const remove = (): void => {
    if (group && !busy) send(directoryCalls.removeGroup(group.id), say('removedGroup', { name: group.name }));
  };
  const change = (part: Partial<typeof form>): void => setForm((old) => ({ ...old, ...part }));
  return { form, change, tried, busy, problem, save, remove };
}

/** Makes or changes a group: by rule, by name, or both. */
export function GroupDialog(props: Props): ReactNode {
  const { group, onClose } = props;
  const say = useWords(treeWords);
  const common = useWords(commonWords);
  const directory = useDirectory();
  const state = useGroupForm(props);
  const { form, change, busy, problem, save, remove } = state;
  return (
    <Dialog
      title={group ? say('editGroup', { name: group.name }) : say('newGroup')}
      isOpen
      onClose={onClose}
      size="lg"
      footer={
        <>
          {group && (
            <Button tone="quiet" icon="trash" className="mr-auto text-bad" onPress={remove}>
              {say('removeGroup')}
            </Button>
          )}
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button tone="primary" icon="check" isPending={busy} onPress={save}>
            {say('save')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <ProblemLine problem={problem} />
        <GroupFields {...state} isNew={group === null} directory={directory} />
        <h3 className="text-lg font-semibold">{say('members')}</h3>
        <EndpointPicker
          directory={directory}
          chosen={form.ids}
          chairEndpointId=""
          onChange={(ids) => change({ ids })}
        />
      </div>
    </Dialog>
  );
}

type FieldsProps = Pick<ReturnType<typeof useGroupForm>, 'form' | 'change' | 'tried'> & {
  isNew: boolean;
  directory: Directory;
};

function GroupFields({ form, change, tried, isNew, directory }: FieldsProps): ReactNode {
  const say = useWords(treeWords);
  const units = useRead((signal) => plannerCalls.units(signal), 'units').data ?? [];
  return (
    <div className="grid gap-5 md:grid-cols-2">
      <TextField
        label={say('groupName')}
        value={form.name}
        onChange={(name) => change({ name })}
        maxLength={120}
        isRequired
        autoFocus
        error={tried && !form.name.trim() ? say('needName') : null}
      />
      <Select
        label={say('owner')}
        value={form.unitId}
        isDisabled={!isNew}
        onChange={(unitId) => change({ unitId })}
        options={units.map((u) => ({ value: u.id, label: u.name }))}
      />
      <Select
        label={say('ruleLevel')}
        value={form.level}
        onChange={(level) => change({ level })}
        options={[
          { value: '', label: say('anyLevel') },
          ...directory.levels.map((l) => ({ value: l.code, label: l.name })),
        ]}
      />
      <Select
        label={say('ruleCategory')}
        value={form.category}
        onChange={(category) => change({ category })}
        options={[
          { value: '', label: say('anyCategory') },
          ...CATEGORY_ORDER.map((c) => ({ value: c, label: say(`category.${c}`) })),
        ]}
      />
      <p className="-mt-3 text-sm text-muted md:col-span-2">{say('rule')}</p>
      <TextField
        label={say('note')}
        value={form.note}
        onChange={(note) => change({ note })}
        maxLength={500}
        className="md:col-span-2"
      />
    </div>
  );
}
