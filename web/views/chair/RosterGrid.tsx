import type { ReactNode } from 'react';
import { inSession } from '../../../server/protocol/derive.ts';
import { RosterLine } from './RosterLine.tsx';
import type { RosterLineActions } from './RosterLine.tsx';
import type { groupRows } from './rosterRows.ts';
import type { GridFocus } from './useGridFocus.ts';
import { useChairWords } from './words.ts';

/** The lines of the roster under their areas: one stop of the Tab key, arrows inside. */
export function RosterGrid(props: {
  groups: ReturnType<typeof groupRows>;
  commands: boolean;
  actions: RosterLineActions;
  focus: GridFocus;
}): ReactNode {
  const { groups, commands, actions, focus } = props;
  const say = useChairWords();
  return (
    <div
      ref={focus.ref}
      role="grid"
      tabIndex={-1}
      aria-label={say('roster')}
      aria-readonly
      onFocus={focus.onFocus}
      onKeyDown={focus.onKeyDown}
      className="relative min-h-0 grow scroll-pt-8 overflow-y-auto border-t border-line"
    >
      {groups.map(({ area, rows }) => (
        <div key={area} role="rowgroup" aria-label={area}>
          <div
            role="row"
            className="sticky top-0 z-10 bg-sunken px-2 py-1 text-xs leading-normal font-semibold text-muted"
          >
            <div role="rowheader" aria-colspan={3} className="flex justify-between gap-2">
              <span className="truncate">{area}</span>
              <span className="tabular-nums">
                {rows.filter((row) => inSession(row.participant)).length}/
                {rows.filter((row) => !row.participant.removed).length}
              </span>
            </div>
          </div>
          {rows.map((row) => (
            <RosterLine key={row.participant.endpointId} row={row} commands={commands} actions={actions} />
          ))}
        </div>
      ))}
      {groups.length === 0 && (
        <div role="row">
          <div role="gridcell" className="p-4 text-sm text-muted">
            {say('noneFound')}
          </div>
        </div>
      )}
    </div>
  );
}
