import { reachOf } from '../views/calendar/reach.ts';
import { shownBy, timeShown } from '../views/planner/address.ts';
import type { Query } from './ahead.ts';
import { dayStart } from './format.ts';
import type { View } from './views.ts';

/** Path and query of a request. */
export type Ask = [path: string, query?: Query];

/** One page of a list as `wholeList` reads it. */
const whole = (path: string, query: Query = {}): Ask => [path, { ...query, limit: 500 }];

/**
 * What a view reads first when somebody is signed in, in the order of need; the view's own calls say the same.
 * @param search query of the page's address
 * @param now epoch milliseconds
 */
export function firstAsks(view: View | undefined, search: string, now: number): Ask[] {
  const { span, day } = shownBy(search, now);
  const asks: Partial<Record<View, Ask[]>> = {
    meetings: [whole('/meetings', reachOf('upcoming', dayStart(now), now)), whole('/endpoints'), whole('/levels')],
    planner: [['/planner', timeShown(span, day)], whole('/endpoints'), whole('/levels')],
    directory: [whole('/endpoints'), whole('/levels')],
  };
  return (view && asks[view]) ?? [];
}
