import { useSyncExternalStore } from 'react';
import { asProblem } from '../lib/api.ts';
import { problemText } from '../i18n/errors.ts';
import { prefs } from '../lib/prefs.ts';

/** One message of the toast region. */
export interface Toast {
  id: number;
  tone: 'ok' | 'neutral' | 'bad';
  text: string;
  /** a control inside, e.g. to undo */
  action?: { label: string; run: () => void };
  /** milliseconds it stays; left out: six seconds, eight with a control */
  stays?: number;
}

/** Milliseconds a message stays; errors stay until they are closed. */
const STAYS = 6_000;
const STAYS_WITH_ACTION = 8_000;
const STAYS_IN_A_ROOM = 12_000;
const MOST = 3;

let shown: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

/** Takes a message away. */
export function closeToast(id: number): void {
  set(shown.filter((t) => t.id !== id));
}

/** Takes away what only confirms, so that it does not lie over the buttons of a window that opens. */
export function closeConfirmations(): void {
  if (shown.some((t) => t.tone === 'ok' && !t.action)) set(shown.filter((t) => t.tone !== 'ok' || t.action));
}

/** Shows a message at the lower right; more than three push out the oldest that is not an error. @returns its id */
export function showToast(toast: Omit<Toast, 'id'>): number {
  const id = ++last;
  const next = [...shown.filter((t) => t.text !== toast.text), { ...toast, id }];
  const surplus = next.length > MOST ? (next.find((t) => t.tone !== 'bad') ?? next[0]) : undefined;
  set(next.filter((t) => t !== surplus));
  const stays = toast.stays ?? (toast.action ? STAYS_WITH_ACTION : STAYS);
  if (toast.tone !== 'bad') setTimeout(() => closeToast(id), stays);
  // nobody stands beside a room's television to close it
  else if ('kiosk' in document.documentElement.dataset) setTimeout(() => closeToast(id), STAYS_IN_A_ROOM);
  return id;
}

/** Shows what was thrown, or a problem of a socket's answer, in the words of its code. */
export function showProblem(thrown: unknown): number {
  const given = thrown !== null && typeof thrown === 'object' && 'code' in thrown && 'detail' in thrown;
  const problem = given ? (thrown as { code: string; ref?: string }) : asProblem(thrown);
  return showToast({ tone: 'bad', text: problemText(problem, prefs().language) });
}

/** The messages that are shown now. */
export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
