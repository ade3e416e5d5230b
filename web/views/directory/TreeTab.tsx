import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { IconButton } from '../../components/Button.tsx';
import { DateField } from '../../components/dateFields.tsx';
import { SearchField } from '../../components/fields.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import type { Level } from '../../lib/calls.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import type { Tree, TreeUnit } from '../../lib/directoryCalls.ts';
import { matches } from '../../lib/fold.ts';
import { dayKey } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { shownDay } from './shownDay.ts';
import { SurgeryDialog } from './SurgeryDialog.tsx';
import { treeWords } from './treeWords.ts';

/** A unit with those below it, and the endpoints in all of them. */
interface Node {
  unit: TreeUnit;
  children: Node[];
  endpoints: number;
}

function nodesOf(tree: Tree): Node[] {
  const own = new Map<string, number>();
  for (const e of tree.endpoints) own.set(e.unitId, (own.get(e.unitId) ?? 0) + 1);
  const nodes = new Map(
    tree.units.map((unit): [string, Node] => [unit.id, { unit, children: [], endpoints: own.get(unit.id) ?? 0 }]),
  );
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    const above = node.unit.parentId ? nodes.get(node.unit.parentId) : undefined;
    (above?.children ?? roots).push(node);
  }
  const total = (node: Node): number => {
    node.children.sort((a, b) => a.unit.sort - b.unit.sort);
    for (const child of node.children) node.endpoints += total(child);
    return node.endpoints;
  };
  for (const root of roots) total(root);
  return roots;
}

/** The organisation of a day: open, search, and rearrange from any unit. */
export function TreeTab({ levels, mayChange }: { levels: readonly Level[]; mayChange: boolean }): ReactNode {
  const say = useWords(treeWords);
  const [on, setOn] = useState(() => dayKey(serverNow()));
  const [q, setQ] = useState('');
  const [chosen, setChosen] = useState<TreeUnit | null>(null);
  const tree = useRead((signal) => directoryCalls.tree(on, signal), on || null);
  const roots = useMemo(() => (tree.data ? nodesOf(tree.data) : []), [tree.data]);
  if (!tree.data) return tree.problem ? <ErrorState problem={tree.problem} onRetry={tree.reload} /> : <Spinner />;
  const found = q ? tree.data.units.filter((u) => matches(q, u.name, u.shortName, u.code)) : null;
  const rearrange = mayChange ? setChosen : null;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end gap-4">
        <SearchField label={say('search')} value={q} onChange={setQ} className="grow basis-72" />
        <DateField label={say('onDay')} value={on} onChange={setOn} className="w-52" />
      </div>
      <p role="status" className="font-semibold">
        {say('summary', {
          units: tree.data.units.length,
          endpoints: tree.data.endpoints.length,
          day: shownDay(tree.data.on),
        })}
      </p>
      <div className="rounded-2xl border border-line bg-surface p-3 shadow-card">
        {found && !found.length && <EmptyState icon="search" title={say('none')} />}
        <ul>
          {found
            ? found.map((unit) => (
                <Leaf key={unit.id} node={{ unit, children: [], endpoints: 0 }} levels={levels} onChange={rearrange} />
              ))
            : roots.map((node) => <Leaf key={node.unit.id} node={node} levels={levels} isOpen onChange={rearrange} />)}
        </ul>
      </div>
      {chosen && (
        <SurgeryDialog
          unit={chosen}
          tree={tree.data}
          levels={levels}
          onClose={() => setChosen(null)}
          onApplied={() => {
            setChosen(null);
            tree.reload();
          }}
        />
      )}
    </div>
  );
}

function Leaf(props: {
  node: Node;
  levels: readonly Level[];
  isOpen?: boolean;
  onChange: ((unit: TreeUnit) => void) | null;
}): ReactNode {
  const { node, levels, onChange } = props;
  const say = useWords(treeWords);
  const [open, setOpen] = useState(props.isOpen ?? false);
  const { unit, children } = node;
  return (
    <li>
      <div className="flex items-center gap-2 rounded-lg pr-2 hover:bg-bg">
        {children.length > 0 ? (
          <IconButton
            icon={open ? 'chevronDown' : 'chevron'}
            label={say(open ? 'closeUnit' : 'openUnit', { name: unit.name })}
            tip="none"
            aria-expanded={open}
            onPress={() => setOpen(!open)}
          />
        ) : (
          <span className="size-target shrink-0" />
        )}
        <span className="min-w-0 truncate font-medium" title={unit.name}>
          {unit.name}
        </span>
        <span className="text-sm whitespace-nowrap text-muted">{unit.code}</span>
        <StatusPill className="max-sm:hidden">
          {levels.find((l) => l.code === unit.level)?.name ?? unit.level}
        </StatusPill>
        {unit.validTo && <StatusPill tone="warn">{say('ends', { day: shownDay(unit.validTo) })}</StatusPill>}
        <span className="ml-auto text-sm whitespace-nowrap text-muted">
          {node.endpoints > 0 && say('endpointCount', { count: node.endpoints })}
        </span>
        {onChange && unit.may.change && (
          <IconButton
            icon="edit"
            label={say('change', { name: unit.shortName })}
            tip="start"
            onPress={() => onChange(unit)}
          />
        )}
      </div>
      {open && children.length > 0 && (
        <ul className="ml-5 border-l border-line pl-2">
          {children.map((child) => (
            <Leaf key={child.unit.id} node={child} levels={levels} onChange={onChange} />
          ))}
        </ul>
      )}
    </li>
  );
}
