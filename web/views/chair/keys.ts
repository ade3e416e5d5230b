/** What a key of the console does. */
export type ConsoleAct =
  | 'microphone'
  | 'camera'
  | 'presentation'
  | 'names'
  | 'nextSpeaker'
  | 'stopSpeaker'
  | 'rollCall'
  | 'search'
  | 'fullScreen'
  | 'keyTable'
  | 'muteAll'
  | 'rollPresent'
  | 'rollAbsent'
  | 'talk';

/** A pressed key as the rules need it. */
export type PressedKey = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey' | 'repeat' | 'isComposing'
>;

const SINGLE: Record<string, ConsoleAct> = {
  m: 'microphone',
  v: 'camera',
  p: 'presentation',
  g: 'names',
  n: 'nextSpeaker',
  x: 'stopSpeaker',
  d: 'rollCall',
  c: 'rollPresent',
  k: 'rollAbsent',
  f: 'fullScreen',
  '/': 'search',
  '?': 'keyTable',
};

/** Every key with its one meaning; `''` is Space. */
export const KEY_ROWS: readonly [string, ConsoleAct | 'pin' | 'rosterWalk' | 'rosterMenu'][] = [
  ['M', 'microphone'],
  ['V', 'camera'],
  ['P', 'presentation'],
  ['N', 'nextSpeaker'],
  ['X', 'stopSpeaker'],
  ['D', 'rollCall'],
  ['C', 'rollPresent'],
  ['K', 'rollAbsent'],
  ['', 'talk'],
  ['Ctrl + Shift + M', 'muteAll'],
  ['1 – 9', 'pin'],
  ['/', 'search'],
  ['G', 'names'],
  ['F', 'fullScreen'],
  ['?', 'keyTable'],
  ['↑ ↓ ← →', 'rosterWalk'],
  ['Enter', 'rosterMenu'],
];

/**
 * Says what a key means on the console: the same at every moment of a session.
 * @param key as the browser reports it
 * @param where `inText`: the focus is in a text field, where letters are letters; `onControl`: on a button, which Space
 *   presses
 * @returns null when the key is none of the console's
 */
export function actOfKey(key: PressedKey, where: { inText: boolean; onControl: boolean }): ConsoleAct | null {
  if (key.isComposing || key.repeat) return null;
  if (key.ctrlKey && key.shiftKey && key.code === 'KeyM') return 'muteAll';
  if (where.inText || key.ctrlKey || key.altKey || key.metaKey) return null;
  if (key.key === ' ') return where.onControl ? null : 'talk';
  return SINGLE[key.key.toLowerCase()] ?? null;
}

/** @returns whether letters typed at this place are text */
export function isTextPlace(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input:not([type="checkbox"]), textarea, select') !== null)
  );
}

/** @returns whether Space already means something at this place */
export function isControlPlace(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    // a button that was pressed with the mouse keeps the focus without being meant
    target.matches(':focus-visible') &&
    target.closest('button, a, input, [role="menu"], [role="dialog"]') !== null
  );
}
