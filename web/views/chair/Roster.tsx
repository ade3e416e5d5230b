import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { ReactNode, Ref } from 'react';
import { stageOf } from '../../../server/protocol/derive.ts';
import { cx } from '../../components/cx.ts';
import { SearchField } from '../../components/fields.tsx';
import { Toolbar } from '../../components/Toolbar.tsx';
import { EndpointMenu } from './EndpointMenu.tsx';
import type { MenuPlace } from './EndpointMenu.tsx';
import { RosterGrid } from './RosterGrid.tsx';
import type { RosterLineActions } from './RosterLine.tsx';
import { groupRows, narrowRows, ROLL_FILTERS, ROSTER_FILTERS, rosterRows } from './rosterRows.ts';
import type { RosterFilter, RosterRow } from './rosterRows.ts';
import type { ChairConsole } from './useChair.ts';
import { useGridFocus } from './useGridFocus.ts';
import { useChairWords } from './words.ts';

/** Every invited endpoint: found by two or three letters without accents, narrowed by one press, acted on by two. */
export function Roster(props: {
  console: ChairConsole;
  searchRef: Ref<HTMLInputElement>;
  /** asks for the reason of an absence */
  onAbsent: (endpointId: string) => void;
}): ReactNode {
  const { console: desk, searchRef, onAbsent } = props;
  const say = useChairWords();
  const { snapshot, view, commands, act } = desk;
  const [query, setQuery] = useState('');
  const [filter, setFilter] = useState<RosterFilter>('all');
  const grid = useGridFocus();
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const rows = useMemo(() => rosterRows(snapshot, view.media, stageOf(snapshot)), [snapshot, view.media]);
  const wanted = useDeferredValue(query);
  const groups = useMemo(() => groupRows(narrowRows(rows, wanted, filter)), [rows, wanted, filter]);
  const onMenu = useCallback((endpointId: string, anchor: HTMLElement) => setMenu({ endpointId, anchor }), []);
  const actions = useMemo<RosterLineActions>(
    () => ({ onMenu, onFloor: (id, give) => act.on(give ? 'floor.give' : 'floor.release', id) }),
    [onMenu, act],
  );
  return (
    <section aria-label={say('roster')} className="flex min-h-0 grow flex-col">
      <div className="flex flex-col gap-1.5 px-2 pb-1.5">
        <SearchField
          label={say('search')}
          value={query}
          onChange={setQuery}
          inputRef={searchRef}
          onDown={grid.enter}
          className="text-sm"
        />
        <Filters rows={rows} chosen={filter} onChoose={setFilter} withRoll={snapshot.rollCall !== null} />
      </div>
      <RosterGrid groups={groups} commands={commands} actions={actions} focus={grid} />
      <EndpointMenu console={desk} place={menu} onClose={() => setMenu(null)} onAbsent={onAbsent} />
    </section>
  );
}

/** What the roster is narrowed to, with the count of each; the second line from the first roll call on. */
function Filters(props: {
  rows: RosterRow[];
  chosen: RosterFilter;
  onChoose: (filter: RosterFilter) => void;
  withRoll: boolean;
}): ReactNode {
  const { rows, chosen, onChoose, withRoll } = props;
  const say = useChairWords();
  const lines: (readonly RosterFilter[])[] = withRoll ? [ROSTER_FILTERS, ROLL_FILTERS] : [ROSTER_FILTERS];
  return (
    <Toolbar label={say('filters')} className="flex-col! items-stretch! gap-1!">
      {lines.map((kinds) => (
        <div key={kinds[0]} className="flex gap-1">
          {kinds.map((kind) => (
            <button
              key={kind}
              type="button"
              aria-pressed={chosen === kind}
              onClick={() => onChoose(chosen === kind ? 'all' : kind)}
              className={cx(
                'min-h-9 min-w-0 grow rounded-lg border px-1 text-[0.6875rem] leading-tight font-semibold 2xl:text-xs',
                chosen === kind ? 'border-transparent bg-accent text-on-accent' : 'border-edge/50 hover:bg-sunken',
              )}
            >
              {say(`filter.${kind}`)} <span className="tabular-nums">{narrowRows(rows, '', kind).length}</span>
            </button>
          ))}
        </div>
      ))}
    </Toolbar>
  );
}
