import { useEffect, useRef } from 'react';
import type { FocusEvent, KeyboardEvent, RefObject } from 'react';

/** Rows that a page key goes over. */
const PAGE = 10;

/** What a grid with one stop of the Tab key puts onto its element. */
export interface GridFocus {
  ref: RefObject<HTMLDivElement | null>;
  onFocus: (event: FocusEvent<HTMLDivElement>) => void;
  onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void;
  /** puts the focus where it was in the grid, or at its first row */
  enter: () => void;
}

/**
 * One stop of the Tab key for a whole grid, as the ARIA pattern says. Rows carry `data-row`, what can have the focus in
 * them carries `data-stop` (the name of its column) and `tabIndex={-1}`; which of them the Tab key reaches is kept on the
 * page itself, so that no row draws again for it.
 */
export function useGridFocus(): GridFocus {
  const ref = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    const grid = ref.current;
    // who had the stop may have left the list, by a filter or a button that is gone
    if (grid && !stopOf(grid)) reach(grid, stops(grid)[0]);
  });
  return {
    ref,
    onFocus: ({ target, currentTarget }) => {
      const stop = target.closest<HTMLElement>('[data-stop]');
      if (stop) reach(currentTarget, stop);
    },
    onKeyDown: (event) => {
      // a menu opened from the grid is its child for React, not on the page
      if (!event.currentTarget.contains(event.target as Node) || event.altKey || event.metaKey) return;
      const next = goal(event.currentTarget, event);
      if (!next) return;
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: 'nearest' });
    },
    enter: () => {
      if (ref.current) stopOf(ref.current)?.focus();
    },
  };
}

function stops(within: HTMLElement): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>('[data-stop]')].filter((one) => one.offsetParent !== null);
}

function stopOf(grid: HTMLElement): HTMLElement | undefined {
  return stops(grid).find((one) => one.tabIndex === 0);
}

function reach(grid: HTMLElement, stop: HTMLElement | undefined): void {
  for (const one of grid.querySelectorAll<HTMLElement>('[data-stop][tabindex="0"]')) one.tabIndex = -1;
  if (stop) stop.tabIndex = 0;
}

/** @returns where a key leads to from what has the focus now; undefined: it is no key of the grid */
function goal(grid: HTMLElement, event: KeyboardEvent): HTMLElement | undefined {
  const at = (event.target as HTMLElement).closest<HTMLElement>('[data-stop]');
  const row = at?.closest<HTMLElement>('[data-row]');
  if (!at || !row) return undefined;
  const inRow = stops(row);
  const along: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
  if (event.key in along) return inRow[inRow.indexOf(at) + (along[event.key] ?? 0)];
  if (!event.ctrlKey && event.key === 'Home') return inRow[0];
  if (!event.ctrlKey && event.key === 'End') return inRow.at(-1);
  const rows = [...grid.querySelectorAll<HTMLElement>('[data-row]')];
  const to = rows[rowAfter(event, rows.indexOf(row), rows.length)];
  if (!to) return undefined;
  const there = stops(to);
  return there.find((one) => one.dataset.stop === at.dataset.stop) ?? there[0];
}

function rowAfter({ key, ctrlKey }: KeyboardEvent, from: number, count: number): number {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };
  if (key in steps) return Math.max(0, Math.min(count - 1, from + (steps[key] ?? 0)));
  if (ctrlKey && key === 'Home') return 0;
  if (ctrlKey && key === 'End') return count - 1;
  return -1;
}
