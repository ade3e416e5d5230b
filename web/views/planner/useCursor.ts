import { useEffect, useState } from 'react';
import type { KeyboardEvent, MouseEvent, RefObject } from 'react';
import type { Block, PlannerRead } from '../../lib/plannerCalls.ts';
import { takesTime } from './rows.ts';
import type { Row } from './rows.ts';
import { columnCount, columnOf, momentOfColumn } from './timeline.ts';
import type { Timeline } from './timeline.ts';

/** Where the grid's cursor is. */
export interface Place {
  /** index of the row */
  row: number;
  column: number;
  /** the moment at which the column begins, epoch milliseconds */
  at: number;
  endpointId: string | null;
  /** the block that covers the cell */
  block: Block | null;
}

interface Setting {
  rows: readonly Row[];
  read: PlannerRead;
  line: Timeline;
  gridRef: RefObject<HTMLDivElement | null>;
  scrollToRow: (index: number) => void;
  onOpen: (blockId: string) => void;
  onCreate: (at: number, endpointId: string) => void;
  onToggle: (area: string) => void;
  onStep: (step: -1 | 1) => void;
  onPlace: (place: Place | null) => void;
}

const PAGE = 10;

/** The block that covers a column of a row. */
function blockAt(setting: Setting, row: number, column: number): Block | null {
  const found = setting.rows[row];
  if (found?.kind !== 'endpoint') return null;
  const own = setting.read.byEndpoint.get(found.endpoint.id) ?? [];
  const at = (b: Block): boolean =>
    columnOf(setting.line, b.start) <= column && columnOf(setting.line, b.end - 1) >= column;
  // of two at the same time the one that holds the room; the other stands in the list
  return own.find((b) => at(b) && takesTime(b)) ?? own.find(at) ?? null;
}

/** Keeps a cell in sight beside the sticky names. */
function showColumn(grid: HTMLDivElement | null, line: Timeline, column: number): void {
  if (!grid) return;
  const width = (line.perHour * line.slot) / 60;
  const names = grid.querySelector<HTMLElement>('[role="columnheader"]')?.offsetWidth ?? 0;
  const left = column * width;
  if (left < grid.scrollLeft) grid.scrollLeft = left;
  const over = left + width + names - (grid.scrollLeft + grid.clientWidth);
  if (over > 0) grid.scrollLeft += over;
}

/** The first column that is in sight. */
function firstShown({ gridRef, line }: Setting): number {
  const shown = Math.floor(((gridRef.current?.scrollLeft ?? 0) / line.perHour) * (60 / line.slot));
  return Math.max(0, Math.min(columnCount(line) - 1, shown));
}

/** Tells where the cursor is; a list that takes the grid's place has none. */
function useTold(onPlace: Setting['onPlace'], { row, column, at, endpointId, block }: Place): void {
  useEffect(() => {
    onPlace(row < 0 ? null : { row, column, at, endpointId, block });
    return () => onPlace(null);
  }, [onPlace, row, column, at, endpointId, block]);
}

/** A cell cursor that the arrow keys move; the focus itself stays on the grid. */
export function useCursor(setting: Setting) {
  const { rows, line, onPlace } = setting;
  const [at, put] = useState<{ row: number; column: number } | null>(null);
  const row = at ? Math.min(at.row, rows.length - 1) : -1;
  const column = at ? Math.min(at.column, columnCount(line) - 1) : 0;
  const block = at ? blockAt(setting, row, column) : null;
  const found = rows[row];
  const endpointId = found?.kind === 'endpoint' ? found.endpoint.id : null;
  const moment = momentOfColumn(line, column);

  useTold(onPlace, { row, column, at: moment, endpointId, block });

  const go = (nextRow: number, nextColumn: number): void => {
    const last = columnCount(line) - 1;
    if (nextColumn < 0 || nextColumn > last) {
      setting.onStep(nextColumn < 0 ? -1 : 1);
      return put({ row, column: nextColumn < 0 ? last : 0 });
    }
    const to = Math.max(0, Math.min(rows.length - 1, nextRow));
    put({ row: to, column: nextColumn });
    setting.scrollToRow(to);
    showColumn(setting.gridRef.current, line, nextColumn);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.nativeEvent.isComposing) return;
    const moves: Record<string, () => void> = {
      ArrowUp: () => go(row - 1, column),
      ArrowDown: () => go(row + 1, column),
      ArrowLeft: () => go(row, block ? columnOf(line, block.start) - 1 : column - 1),
      ArrowRight: () => go(row, block ? columnOf(line, block.end - 1) + 1 : column + 1),
      PageUp: () => go(row - PAGE, column),
      PageDown: () => go(row + PAGE, column),
      Home: () => go(row, 0),
      End: () => go(row, columnCount(line) - 1),
      Enter: () => {
        if (found?.kind === 'area') setting.onToggle(found.name);
        else if (block) setting.onOpen(block.id);
        else if (endpointId) setting.onCreate(moment, endpointId);
      },
    };
    const act = moves[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    if (at === null && event.key !== 'Enter') return go(0, firstShown(setting));
    act();
  };

  const onDoubleClick = (event: MouseEvent<HTMLDivElement>): void => {
    const inCells = event.target instanceof HTMLElement && !event.target.closest('[role="rowheader"], [data-block]');
    if (inCells && endpointId && !block) setting.onCreate(moment, endpointId);
  };

  return { place: at && row >= 0 ? { row, column } : null, here: block?.id ?? null, put, onKeyDown, onDoubleClick };
}
