import i18next from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { onPrefs, prefs } from '../lib/prefs.ts';
import type { Language } from '../lib/prefs.ts';

/** Values put into a sentence; `count` also chooses the singular where a language has one. */
export type Values = Record<string, string | number>;

/** i18next's function without its own reading of the sentences' types: ours are in `Words`. */
type Translate = (key: string, values?: Values) => string;

/** Keys of a table as it is written. */
type Written<V> = Extract<keyof V, string>;

/** Keys as they are called: `files_other` is called `files`, with a `count`. */
type Keys<V> = Written<V> extends infer K ? (K extends `${infer Base}_other` ? Base : K & string) : never;

/** English may add `<key>_one` beside `<key>_other`. */
type Singulars<V> = Written<V> extends infer K ? (K extends `${infer Base}_other` ? `${Base}_one` : never) : never;

/** Handle of a view's table of words, from `addWords`. */
export interface Words<V extends Record<string, string>> {
  namespace: string;
  /** type only: the keys */
  readonly keys?: Keys<V>;
}

/** Says a sentence by its key. */
export type Say<V extends Record<string, string>> = (key: Keys<V>, values?: Values) => string;

/** Starts the words in the preferred language and follows the preference. Call once, after `startPrefs`. */
export function startWords(): void {
  const language = prefs().language;
  void i18next.changeLanguage(language);
  onPrefs(() => {
    if (i18next.language !== prefs().language) void i18next.changeLanguage(prefs().language);
  });
}

// Tables are registered while their modules load, which is before any code of main runs.
void i18next.use(initReactI18next).init({
  lng: 'vi',
  fallbackLng: 'vi',
  supportedLngs: ['vi', 'en'],
  initAsync: false,
  resources: {},
  interpolation: { escapeValue: false, prefix: '{', suffix: '}' },
  keySeparator: false,
  nsSeparator: false,
  react: { useSuspense: false },
});

/**
 * Registers a view's words. A key missing in a language does not compile.
 * @param namespace name of the view
 * @param table sentences by key; `{name}` marks a value
 */
export function addWords<const V extends Record<string, string>>(
  namespace: string,
  table: { vi: V; en: Record<Written<V>, string> & Partial<Record<Singulars<V>, string>> },
): Words<V> {
  i18next.addResourceBundle('vi', namespace, table.vi, true, true);
  i18next.addResourceBundle('en', namespace, table.en, true, true);
  return { namespace };
}

/** The words of a view in the chosen language, re-rendering when it changes. */
export function useWords<V extends Record<string, string>>(words: Words<V>): Say<V> {
  // `t` is a new function after a change of the language, so that memoised views change too
  const { t } = useTranslation(words.namespace);
  return useMemo(() => (key: Keys<V>, values?: Values) => (t as unknown as Translate)(key, values), [t]);
}

/** Says a sentence outside of a component (a toast from a handler). */
export function say<V extends Record<string, string>>(words: Words<V>, key: Keys<V>, values?: Values): string {
  return (i18next.t as unknown as Translate)(key, { ns: words.namespace, ...values });
}

/** The language now, re-rendering when it changes. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'en' ? 'en' : 'vi';
}
