import { useMemo, useSyncExternalStore } from 'react';
import { LANGUAGES, onPrefs, prefs } from '../lib/prefs.ts';
import type { Language } from '../lib/prefs.ts';

/** Values put into a sentence; `count` also chooses the singular where a language has one. */
export type Values = Record<string, string | number>;

/** Keys of a table as it is written. */
type Written<V> = Extract<keyof V, string>;

/** Keys as they are called: `files_other` is called `files`, with a `count`. */
type Keys<V> = Written<V> extends infer K ? (K extends `${infer Base}_other` ? Base : K & string) : never;

/** English may add `<key>_one` beside `<key>_other`. */
type Singulars<V> = Written<V> extends infer K ? (K extends `${infer Base}_other` ? `${Base}_one` : never) : never;

/** Handle of a view's table of words, from `addWords`. */
export interface Words<V extends Record<string, string>> {
  readonly namespace: string;
  readonly tables: Record<Language, Readonly<Record<string, string>>>;
  /** type only: the keys */
  readonly keys?: Keys<V>;
}

/** Says a sentence by its key. */
export type Say<V extends Record<string, string>> = (key: Keys<V>, values?: Values) => string;

const PLURALS = Object.fromEntries(LANGUAGES.map((l) => [l, new Intl.PluralRules(l)])) as Record<
  Language,
  Intl.PluralRules
>;

/**
 * A view's words. A key missing in a language does not compile.
 * @param namespace name of the view
 * @param tables sentences by key; `{name}` marks a value
 */
export function addWords<const V extends Record<string, string>>(
  namespace: string,
  tables: { vi: V; en: Record<Written<V>, string> & Partial<Record<Singulars<V>, string>> },
): Words<V> {
  return { namespace, tables: tables as Words<V>['tables'] };
}

/** @returns the sentence of a language with its values put in; a key without a sentence says itself */
export function sentence(
  words: Pick<Words<never>, 'tables'>,
  language: Language,
  key: string,
  values?: Values,
): string {
  const table = words.tables[language];
  const count = values?.count;
  const form = typeof count === 'number' ? table[`${key}_${PLURALS[language].select(count)}`] : undefined;
  const text = form ?? table[key] ?? table[`${key}_other`] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (mark, name: string) => String(values[name] ?? mark)) : text;
}

/** The words of a view in the chosen language, re-rendering when it changes. */
export function useWords<V extends Record<string, string>>(words: Words<V>): Say<V> {
  const language = useLanguage();
  // a new function after a change of the language, so that memoised views change too
  return useMemo(() => (key, values) => sentence(words, language, key, values), [words, language]);
}

/** Says a sentence outside of a component (a toast from a handler). */
export function say<V extends Record<string, string>>(words: Words<V>, key: Keys<V>, values?: Values): string {
  return sentence(words, prefs().language, key, values);
}

/** The language now, re-rendering when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(onPrefs, () => prefs().language);
}
