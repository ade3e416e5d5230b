import { useSyncExternalStore } from 'react';

/** Languages of the interface. */
export const LANGUAGES = ['vi', 'en'] as const;

/** One of the languages of the interface. */
export type Language = (typeof LANGUAGES)[number];

/** Text sizes behind A− and A+, as factors of the browser's own size. */
export const TEXT_SCALES = [0.875, 1, 1.125, 1.25, 1.5, 2] as const;

/** What a person chose for this browser; kept in localStorage. */
export interface Prefs {
  language: Language;
  /** factor of the root font size, one of `TEXT_SCALES` */
  textScale: number;
  highContrast: boolean;
}

const KEY = 'nhipcau.prefs';
const DEFAULTS: Prefs = { language: 'vi', textScale: 1, highContrast: false };
const listeners = new Set<() => void>();
let current: Prefs = DEFAULTS;

function read(): Prefs {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>;
    return {
      language: LANGUAGES.find((l) => l === stored.language) ?? DEFAULTS.language,
      textScale: TEXT_SCALES.find((s) => s === stored.textScale) ?? DEFAULTS.textScale,
      highContrast: stored.highContrast === true,
    };
  } catch {
    // storage may be forbidden on a locked-down PC: the defaults serve
    return DEFAULTS;
  }
}

function apply(): void {
  const root = document.documentElement;
  root.lang = current.language;
  root.style.setProperty('--text-scale', String(current.textScale));
  if (current.highContrast) root.dataset.contrast = 'high';
  else delete root.dataset.contrast;
}

/** Reads the stored preferences and puts them on the page. Call once, before the first render. */
export function startPrefs(): Prefs {
  current = read();
  apply();
  return current;
}

/** The preferences as they are now. */
export function prefs(): Prefs {
  return current;
}

/** Changes some preferences, on the page and in storage. */
export function setPrefs(change: Partial<Prefs>): void {
  current = { ...current, ...change };
  apply();
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // the choice then lasts as long as the page
  }
  for (const listener of listeners) listener();
}

/** Calls `listener` after every change. @returns the function that stops it */
export function onPrefs(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The preferences, re-rendering on change. */
export function usePrefs(): Prefs {
  return useSyncExternalStore(onPrefs, prefs);
}

/** The next text size in a direction. @returns null at either end */
export function nextTextScale(scale: number, step: 1 | -1): number | null {
  const at = TEXT_SCALES.findIndex((s) => s === scale);
  return TEXT_SCALES[(at < 0 ? 1 : at) + step] ?? null;
}
