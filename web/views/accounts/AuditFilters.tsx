import type { ReactNode } from 'react';
import { DateField } from '../../components/dateFields.tsx';
import { Select } from '../../components/fields.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { byName } from '../../lib/fold.ts';
import { actName } from './auditSentence.ts';
import { ACTS, auditWords } from './auditWords.ts';

/** What of the log is wanted; an empty text asks for all. */
export interface AuditFilter {
  /** `user:<id>` */
  actor: string;
  action: string;
  /** days, `2026-11-24`; both are shown */
  from: string;
  to: string;
}

/** Who, what and when. */
export function AuditFilters(props: {
  filter: AuditFilter;
  /** people of the entries that were read so far, by the log's key for them */
  actors: ReadonlyMap<string, string>;
  onChange: (filter: AuditFilter) => void;
}): ReactNode {
  const { filter, actors, onChange } = props;
  const say = useWords(auditWords);
  const language = useLanguage();
  const people = [...actors].map(([value, label]) => ({ value, label })).sort((a, b) => byName(a.label, b.label));
  const acts = ACTS.map((value) => ({ value, label: actName(value, language) }));
  return (
    <div role="search" className="grid grid-cols-[repeat(auto-fit,minmax(15rem,1fr))] items-end gap-4">
      <Select
        label={say('who')}
        value={filter.actor}
        onChange={(actor) => onChange({ ...filter, actor })}
        options={[{ value: '', label: say('everybody') }, ...people]}
      />
      <Select
        label={say('what')}
        value={filter.action}
        onChange={(action) => onChange({ ...filter, action })}
        options={[{ value: '', label: say('everything') }, ...acts]}
      />
      <DateField label={say('from')} value={filter.from} onChange={(from) => onChange({ ...filter, from })} />
      <DateField label={say('to')} value={filter.to} onChange={(to) => onChange({ ...filter, to })} />
    </div>
  );
}
