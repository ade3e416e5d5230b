import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Checkbox, TextField } from '../../components/fields.tsx';
import { useWords } from '../../i18n/index.ts';
import type { Tree, TreeUnit } from '../../lib/directoryCalls.ts';
import { codeOf, newPart } from './surgeryPlan.ts';
import type { Part, SurgeryForm } from './surgeryPlan.ts';
import { treeWords } from './treeWords.ts';

/** The units that a split makes, and which endpoints each takes along. */
export function SplitParts(props: {
  form: SurgeryForm;
  unit: TreeUnit;
  tree: Tree;
  change: (part: Partial<SurgeryForm>) => void;
}): ReactNode {
  const { form, unit, tree, change } = props;
  const say = useWords(treeWords);
  const endpoints = tree.endpoints.filter((e) => e.unitId === unit.id);
  const put = (key: number, part: Partial<Part>): void =>
    change({ parts: form.parts.map((p) => (p.key === key ? { ...p, ...part } : p)) });
  return (
    <div className="flex flex-col gap-4 md:col-span-2">
      <Checkbox isSelected={form.keep} onChange={(keep) => change({ keep })}>
        {say('keep')}
      </Checkbox>
      {form.parts.map((part, n) => (
        <fieldset key={part.key} className="rounded-xl border border-line p-4">
          <legend className="px-1 font-semibold">{say('part', { n: n + 1 })}</legend>
          <div className="grid gap-4 md:grid-cols-3">
            <TextField
              label={`${say('name')} *`}
              value={part.name}
              onChange={(name) => put(part.key, { name, code: codeOf(name) })}
              maxLength={120}
            />
            <TextField
              label={say('shortName')}
              value={part.shortName}
              onChange={(shortName) => put(part.key, { shortName })}
              maxLength={60}
            />
            <TextField
              label={`${say('code')} *`}
              value={part.code}
              onChange={(v) => put(part.key, { code: codeOf(v) })}
            />
          </div>
          {endpoints.length > 0 && <p className="mt-3 text-[0.9375rem] font-semibold">{say('takes')}</p>}
          {endpoints.map((e) => (
            <Checkbox
              key={e.id}
              isSelected={part.endpointIds.includes(e.id)}
              onChange={(isOn) =>
                put(part.key, {
                  endpointIds: isOn ? [...part.endpointIds, e.id] : part.endpointIds.filter((i) => i !== e.id),
                })
              }
            >
              {e.name}
            </Checkbox>
          ))}
        </fieldset>
      ))}
      <Button icon="plus" className="self-start" onPress={() => change({ parts: [...form.parts, newPart()] })}>
        {say('addPart')}
      </Button>
    </div>
  );
}
