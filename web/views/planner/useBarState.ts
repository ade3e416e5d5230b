import { useCallback, useState } from 'react';
import { dayKey, dayStart } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { shownBy } from './address.ts';
import type { BarState } from './Toolbar.tsx';

/** A change of the view, or how it follows from what is shown. */
export type BarChange = Partial<BarState> | ((old: BarState) => Partial<BarState>);

function fromAddress(): BarState {
  return { ...shownBy(location.search, serverNow()), zoom: 1, slot: 30 };
}

/** Days and view of the planner; both stand in the address, so that a reload or a link shows the same. */
export function useBarState(): [BarState, (change: BarChange) => void] {
  const [state, setState] = useState(fromAddress);
  const change = useCallback((part: BarChange) => {
    setState((old) => {
      const next = { ...old, ...(typeof part === 'function' ? part(old) : part) };
      next.day = dayStart(next.day);
      history.replaceState(history.state, '', `${location.pathname}?day=${dayKey(next.day)}&view=${next.span}`);
      return next;
    });
  }, []);
  return [state, change];
}
