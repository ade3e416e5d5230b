import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { AuditEntry } from '../../../server/protocol/directory.ts';
import { Button } from '../../components/Button.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { Banner } from '../../components/Status.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { accountCalls, readPages } from '../../lib/accountCalls.ts';
import { useRead } from '../../lib/api.ts';
import type { Read } from '../../lib/api.ts';
import type { Tree } from '../../lib/directoryCalls.ts';
import { toInstant, toRfc3339 } from '../../lib/format.ts';
import { AuditFilters } from './AuditFilters.tsx';
import type { AuditFilter } from './AuditFilters.tsx';
import { AuditTable } from './AuditTable.tsx';
import { auditWords } from './auditWords.ts';

const DAY_MS = 86_400_000;

/** The account whose log is looked at alone. */
export interface AboutAccount {
  id: string;
  name: string;
}

const NO_FILTER: AuditFilter = { actor: '', action: '', from: '', to: '' };

function wishOf(filter: AuditFilter, about: AboutAccount | null) {
  const from = toInstant(filter.from, '00:00');
  const end = toInstant(filter.to, '00:00');
  return {
    actor: filter.actor,
    action: filter.action,
    subject: about ? `user:${about.id}` : '',
    from: from ?? '',
    to: end ? toRfc3339(Date.parse(end) + DAY_MS) : '',
  };
}

/** @returns everybody whom the entries name, beside those who were known before */
function withActors(known: ReadonlyMap<string, string>, entries: readonly AuditEntry[]): ReadonlyMap<string, string> {
  const fresh = entries.filter(({ actor }) => actor.startsWith('user:') && !known.has(actor));
  return fresh.length > 0 ? new Map([...known, ...fresh.map((one) => [one.actor, one.actorName] as const)]) : known;
}

/** Who changed what, newest first. */
export function AuditTab(props: {
  tree: Tree | null;
  about: AboutAccount | null;
  onClearAbout: () => void;
}): ReactNode {
  const { tree, about, onClearAbout } = props;
  const say = useWords(auditWords);
  const [filter, setFilter] = useState(NO_FILTER);
  const [pages, setPages] = useState(1);
  const [actors, setActors] = useState<ReadonlyMap<string, string>>(new Map());
  const wish = wishOf(filter, about);
  const log = useRead(
    async (signal) => {
      const read = await readPages(pages, (cursor) => accountCalls.audit(wish, cursor, signal));
      setActors((old) => withActors(old, read.items));
      return read;
    },
    `${pages} ${JSON.stringify(wish)}`,
  );
  return (
    <div className="flex flex-col gap-4">
      <AuditFilters
        filter={filter}
        actors={actors}
        onChange={(next) => {
          setFilter(next);
          setPages(1);
        }}
      />
      {about && (
        <Banner tone="accent" icon="user" action={<Button onPress={onClearAbout}>{say('clearAbout')}</Button>}>
          {say('about', { name: about.name })}
        </Banner>
      )}
      <Found log={log} tree={tree} />
      {log.data?.more && (
        <Button className="self-center" onPress={() => setPages(pages + 1)}>
          {say('more')}
        </Button>
      )}
    </div>
  );
}

function Found(props: { log: Read<{ items: AuditEntry[]; more: boolean }>; tree: Tree | null }): ReactNode {
  const { log, tree } = props;
  const say = useWords(auditWords);
  const language = useLanguage();
  const things = useMemo(
    () => new Map([...(tree?.units ?? []), ...(tree?.endpoints ?? [])].map(({ id, name }) => [id, name])),
    [tree],
  );
  if (!log.data) return log.problem ? <ErrorState problem={log.problem} onRetry={log.reload} /> : <Spinner />;
  if (log.data.items.length > 0) return <AuditTable entries={log.data.items} names={{ things, language }} />;
  return (
    <EmptyState icon="list" title={say('none')}>
      {say('noneWhy')}
    </EmptyState>
  );
}
