import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { ReactNode, Ref } from 'react';
import { inSession, stageOf } from '../../../server/protocol/derive.ts';
import { SearchField } from '../../components/fields.tsx';
import { EndpointMenu } from './EndpointMenu.tsx';
import type { MenuPlace } from './EndpointMenu.tsx';
import { RosterLine } from './RosterLine.tsx';
import type { RosterLineActions } from './RosterLine.tsx';
import { groupRows, narrowRows, ROSTER_FILTERS, rosterRows } from './rosterRows.ts';
import type { RosterFilter } from './rosterRows.ts';
import type { ChairConsole } from './useChair.ts';
import { useChairWords } from './words.ts';

/** Every invited endpoint: found by two or three letters without accents, narrowed by one press, acted on by two. */
export function Roster(props: { console: ChairConsole; searchRef: Ref<HTMLInputElement> }): ReactNode {
  const { console: desk, searchRef } = props;
  const say = useChairWords();
  const { snapshot, view, commands, act } = desk;
  const [query, setQuery] = useState('');
  const [filter, setFilter] = useState<RosterFilter>('all');
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const rows = useMemo(() => rosterRows(snapshot, view.media, stageOf(snapshot)), [snapshot, view.media]);
  const wanted = useDeferredValue(query);
  const groups = useMemo(() => groupRows(narrowRows(rows, wanted, filter)), [rows, wanted, filter]);
  const onMenu = useCallback((endpointId: string, anchor: HTMLElement) => setMenu({ endpointId, anchor }), []);
  const actions = useMemo<RosterLineActions>(
    () => ({ onMenu, onFloor: (id, give) => act.on(give ? 'floor.give' : 'floor.release', id) }),
    [onMenu, act],
  );
  const countOf = (kind: RosterFilter): number => narrowRows(rows, '', kind).length;
  return (
    <section aria-label={say('roster')} className="flex min-h-0 grow flex-col">
      <div className="flex flex-col gap-1.5 px-2 pb-1.5">
        <SearchField label={say('search')} value={query} onChange={setQuery} inputRef={searchRef} className="text-sm" />
        <div role="group" aria-label={say('roster')} className="flex gap-1">
          {ROSTER_FILTERS.map((kind) => (
            <button
              key={kind}
              type="button"
              aria-pressed={filter === kind}
              onClick={() => setFilter(kind)}
              className={`min-h-9 min-w-0 grow rounded-lg border px-1 text-[0.6875rem] leading-tight font-semibold 2xl:text-xs ${filter === kind ? 'border-transparent bg-accent text-on-accent' : 'border-edge/50 hover:bg-sunken'}`}
            >
              {say(`filter.${kind}`)} <span className="tabular-nums">{countOf(kind)}</span>
            </button>
          ))}
        </div>
      </div>
      <div className="relative min-h-0 grow overflow-y-auto border-t border-line">
        {groups.length === 0 && <p className="p-4 text-sm text-muted">{say('noneFound')}</p>}
        {groups.map((group) => (
          <section key={group.area} aria-label={group.area}>
            <h3 className="sticky top-0 z-10 flex justify-between bg-sunken px-2 py-1 text-xs leading-normal font-semibold text-muted">
              <span className="truncate">{group.area}</span>
              <span className="tabular-nums">
                {group.rows.filter((row) => inSession(row.participant)).length}/
                {group.rows.filter((row) => !row.participant.removed).length}
              </span>
            </h3>
            <ul>
              {group.rows.map((row) => (
                <RosterLine key={row.participant.endpointId} row={row} commands={commands} actions={actions} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <EndpointMenu console={desk} place={menu} onClose={() => setMenu(null)} />
    </section>
  );
}
