import type { PlanDraft, TreeUnit } from '../../lib/directoryCalls.ts';
import { fold } from '../../lib/fold.ts';

/** What the form rearranges. */
export const ACTS = ['rename', 'move', 'merge', 'split', 'create', 'retire'] as const;
/** One of the form's acts. */
export type Act = (typeof ACTS)[number];

/** A unit that a split makes. */
export interface Part {
  key: number;
  name: string;
  shortName: string;
  code: string;
  endpointIds: readonly string[];
}

/** The form as it is filled in. */
export interface SurgeryForm {
  act: Act;
  title: string;
  /** `2026-12-01` */
  effectiveOn: string;
  name: string;
  shortName: string;
  code: string;
  level: string;
  /** unit that takes over, stands above, or is the heir */
  toId: string;
  /** further units that merge */
  alsoIds: readonly string[];
  keep: boolean;
  parts: readonly Part[];
}

let lastKey = 0;
/** An empty unit of a split. */
export function newPart(): Part {
  return { key: (lastKey += 1), name: '', shortName: '', code: '', endpointIds: [] };
}

/** A code after a name: `Xã Tân Trào` becomes `XA-TAN-TRAO`. */
export function codeOf(name: string): string {
  return fold(name)
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
}

/** An empty form for a unit. @param day from which it shall hold */
export function emptyForm(unit: TreeUnit, day: string): SurgeryForm {
  return {
    act: 'rename',
    title: '',
    effectiveOn: day,
    name: unit.name,
    shortName: unit.shortName,
    code: '',
    level: unit.level,
    toId: '',
    alsoIds: [],
    keep: false,
    parts: [newPart(), newPart()],
  };
}

/** The form after another act was chosen: a new unit has no name yet. */
export function withAct(form: SurgeryForm, act: Act, unit: TreeUnit): SurgeryForm {
  const fresh = act === 'create';
  return { ...form, act, name: fresh ? '' : unit.name, shortName: fresh ? '' : unit.shortName, toId: '' };
}

type Step = PlanDraft['operations'][number];

function stepsOf(form: SurgeryForm, unit: TreeUnit): Step[] | null {
  const named = form.name.trim();
  const shortName = form.shortName.trim() || undefined;
  switch (form.act) {
    case 'rename':
      return named ? [{ op: 'changeUnit', unit: unit.id, name: named, shortName, level: form.level }] : null;
    case 'move':
      return form.toId ? [{ op: 'moveUnit', unit: unit.id, to: form.toId }] : null;
    case 'merge':
      return form.toId ? [{ op: 'mergeUnits', units: [unit.id, ...form.alsoIds], to: form.toId }] : null;
    case 'retire':
      return [{ op: 'retireUnit', unit: unit.id, ...(form.toId && { to: form.toId }) }];
    case 'create':
      if (!named || !form.code) return null;
      return [{ op: 'createUnit', code: form.code, name: named, shortName, level: form.level, to: unit.id }];
    default: {
      const parts = form.parts.filter((p) => p.name.trim() && p.code);
      if (!parts.length) return null;
      const into = parts.map((p) => ({
        code: p.code,
        name: p.name.trim(),
        shortName: p.shortName.trim() || undefined,
        level: form.level,
        endpoints: [...p.endpointIds],
      }));
      return [{ op: 'splitUnit', unit: unit.id, into, keep: form.keep }];
    }
  }
}

/** The plan of a form. @param usual its title when none is typed @returns null while something is missing */
export function planOf(form: SurgeryForm, unit: TreeUnit, usual: string): PlanDraft | null {
  const operations = stepsOf(form, unit);
  if (!operations || !form.effectiveOn) return null;
  return { title: form.title.trim() || usual, effectiveOn: form.effectiveOn, operations };
}
