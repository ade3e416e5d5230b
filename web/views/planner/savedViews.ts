import { SPANS } from './days.ts';
import type { Span } from './days.ts';
import { NO_FILTER } from './rows.ts';
import type { Filter } from './rows.ts';

/** A way to look at the planner that a person named. */
export interface SavedView {
  name: string;
  filter: Filter;
  span: Span;
}

/** Most views of a person. */
const MOST = 20;
const keyOf = (userId: string): string => `nhipcau.planner.views.${userId}`;

/** The views that a person saved in this browser; what cannot be read is left out. */
export function readViews(userId: string): SavedView[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? '[]');
    return Array.isArray(stored) ? stored.flatMap(viewOf) : [];
  } catch {
    // storage may be forbidden on a locked-down PC, or hold what another version wrote
    return [];
  }
}

/** Keeps the views of a person in this browser. @returns false when the browser does not let it */
export function writeViews(userId: string, views: readonly SavedView[]): boolean {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(views));
    return true;
  } catch {
    return false;
  }
}

/** The views with one more, which takes the place of one of the same name; the oldest go. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [...views.filter((one) => one.name !== view.name), view].slice(-MOST);
}

/** A view as this version knows it: fields it has no name for are dropped, missing ones filter nothing. */
function viewOf(stored: unknown): SavedView[] {
  if (stored === null || typeof stored !== 'object') return [];
  const { name, filter, span } = stored as Partial<Record<keyof SavedView, unknown>>;
  if (typeof name !== 'string' || !name || filter === null || typeof filter !== 'object') return [];
  const given = filter as Partial<Record<keyof Filter, unknown>>;
  const known = Object.fromEntries(
    (Object.keys(NO_FILTER) as (keyof Filter)[]).map((key) => {
      const value = given[key];
      return [key, typeof value === 'string' ? value : ''];
    }),
  ) as unknown as Filter;
  return [{ name, filter: known, span: SPANS.find((one) => one === span) ?? 'day' }];
}
