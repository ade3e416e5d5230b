import { useMemo } from 'react';
import { useLanguage } from '../i18n/index.ts';
import { useRead } from './api.ts';
import { calls } from './calls.ts';
import type { Level } from './calls.ts';

const NONE: readonly Level[] = [];

/** The levels of the organisation, first in rosters first, by their names in the language of the screen. */
export function useLevels(): readonly Level[] {
  const language = useLanguage();
  const { data } = useRead((signal) => calls.levels(signal), 'levels');
  return useMemo(() => {
    if (!data) return NONE;
    const named = data.map((one) => (language === 'en' && one.nameEn ? { ...one, name: one.nameEn } : one));
    return named.sort((a, b) => a.rank - b.rank);
  }, [data, language]);
}
