import { useEffect, useRef } from 'react';

/** What a key of the planner does. */
export type PlannerAct = 'today' | 'previous' | 'next' | 'create' | 'edit' | 'cancel' | 'undo' | 'search' | 'keyTable';

const SINGLE: Record<string, PlannerAct> = {
  t: 'today',
  n: 'create',
  e: 'edit',
  delete: 'cancel',
  arrowleft: 'previous',
  arrowright: 'next',
  '/': 'search',
  '?': 'keyTable',
};

/** A pressed key as the rules need it. */
export type PressedKey = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat' | 'isComposing'>;

/**
 * Says what a key means on the planner.
 * @param where `inText`: letters are letters there; `ownsArrows`: the place has arrow keys of its own
 * @param letters single-letter keys are on
 * @returns null when the key is none of the planner's
 */
export function actOfKey(
  key: PressedKey,
  where: { inText: boolean; ownsArrows: boolean },
  letters: boolean,
): PlannerAct | null {
  if (key.isComposing || where.inText) return null;
  const name = key.key.toLowerCase();
  const control = key.ctrlKey || key.metaKey;
  if (control && !key.altKey && name === 'z') return 'undo';
  if (control && !key.altKey && (name === 'arrowleft' || name === 'arrowright')) return SINGLE[name] ?? null;
  if (control || key.altKey) return null;
  if (where.ownsArrows && name.startsWith('arrow')) return null;
  const isLetter = name.length === 1;
  if ((isLetter && !letters) || (key.repeat && !name.startsWith('arrow'))) return null;
  return SINGLE[name] ?? null;
}

const placeOf = (target: EventTarget | null): { inText: boolean; ownsArrows: boolean } => {
  if (!(target instanceof HTMLElement)) return { inText: false, ownsArrows: false };
  return {
    inText: target.isContentEditable || target.closest('input:not([type="checkbox"]), textarea, select') !== null,
    ownsArrows: target.closest('[role="treegrid"], [role="toolbar"], [role="radiogroup"], [role="tablist"]') !== null,
  };
};

/** Binds the planner's keys; text fields, open dialogs and Vietnamese typing are left alone. */
export function usePlannerKeys(letters: boolean, run: (act: PlannerAct) => void): void {
  const latest = useRef({ letters, run });
  latest.current = { letters, run };
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return;
      const act = actOfKey(event, placeOf(event.target), latest.current.letters);
      if (!act) return;
      event.preventDefault();
      latest.current.run(act);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
