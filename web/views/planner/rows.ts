import type { EquipmentKind, ListedEndpoint } from '../../../server/protocol/directory.ts';
import type { Endpoint, Meeting } from '../../../server/protocol/rest.ts';
import { matches } from '../../lib/fold.ts';
import type { Block } from '../../lib/plannerCalls.ts';

/** What the planner shows of all there is. Empty: everything. */
export interface Filter {
  q: string;
  level: string;
  groupId: string;
  unitId: string;
  /** state of the endpoint's device */
  state: '' | 'online' | 'offline';
  kind: string;
  /** status of a meeting */
  step: string;
  /** only endpoints with this equipment */
  equipment: string;
  /** only endpoints that are free in these hours of the shown day, `08:00` */
  freeFrom: string;
  freeTo: string;
  /** also meetings that were cancelled or postponed */
  calledOff: '' | 'shown';
}

export const NO_FILTER: Filter = {
  q: '',
  level: '',
  groupId: '',
  unitId: '',
  state: '',
  kind: '',
  step: '',
  equipment: '',
  freeFrom: '',
  freeTo: '',
  calledOff: '',
};

// the order of the lists; spelled out, since the schemas' module would bring the whole validator into the browser
const EQUIPMENT_ORDER: Record<EquipmentKind, number> = {
  ...{ camera: 0, microphone: 1, loudspeaker: 2, display: 3, codec: 4, computer: 5, network: 6, power: 7, other: 8 },
};
const STEP_ORDER: Record<Exclude<Meeting['status'], 'cancelled' | 'postponed'>, number> = {
  ...{ draft: 0, submitted: 1, scheduled: 2, running: 3, ended: 4 },
};

/** Every kind of equipment, in the order of the list. */
export const EQUIPMENT = Object.keys(EQUIPMENT_ORDER) as EquipmentKind[];
/** The states of meetings that the grid shows, in the order of the procedure. */
export const STEPS = Object.keys(STEP_ORDER) as (keyof typeof STEP_ORDER)[];

/** A row of the grid: the heading of an area, or an endpoint. */
export type Row =
  | { kind: 'area'; key: string; name: string; count: number; isOpen: boolean }
  | { kind: 'endpoint'; key: string; endpoint: Endpoint; area: string };

/** A time that must be free, epoch milliseconds. */
export interface Window {
  start: number;
  end: number;
}

/** Whether a meeting keeps others from its endpoints; a draft does not. */
export function takesTime({ status }: Pick<Block, 'status'>): boolean {
  return status === 'scheduled' || status === 'running' || status === 'ended';
}

/** Whether a meeting was called off: cancelled, or postponed without new times. */
export function isCalledOff({ status }: Pick<Block, 'status'>): boolean {
  return status === 'cancelled' || status === 'postponed';
}

/** Whether one of an endpoint's bookings lies in the window. */
export function isFree(blocks: readonly Block[] | undefined, window: Window): boolean {
  return !blocks?.some((b) => takesTime(b) && b.start < window.end && b.end > window.start);
}

/** Which endpoints pass a filter. `members`: of the chosen group; `units`: of the chosen subtree; null: not asked. */
export function passes(
  filter: Filter,
  endpoint: Pick<ListedEndpoint, 'equipmentKinds'> & Endpoint,
  sets: { members: ReadonlySet<string> | null; units: ReadonlySet<string> | null },
): boolean {
  return (
    (!filter.level || endpoint.level === filter.level) &&
    (!filter.state || endpoint.online === (filter.state === 'online')) &&
    (!filter.equipment || endpoint.equipmentKinds.some((kind) => kind === filter.equipment)) &&
    (!sets.members || sets.members.has(endpoint.id)) &&
    (!sets.units || sets.units.has(endpoint.unitId)) &&
    (!filter.q || matches(filter.q, endpoint.name, endpoint.shortName, endpoint.code, endpoint.area))
  );
}

/** Endpoints under the headings of their areas, in roster order; a closed area keeps only its heading. */
export function rowsOf(endpoints: readonly Endpoint[], closed: ReadonlySet<string>, noArea: string): Row[] {
  const areas = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const area = endpoint.area || noArea;
    const members = areas.get(area);
    if (members) members.push(endpoint);
    else areas.set(area, [endpoint]);
  }
  return [...areas].flatMap(([name, members]): Row[] => {
    const isOpen = !closed.has(name);
    const head: Row = { kind: 'area', key: `area/${name}`, name, count: members.length, isOpen };
    if (!isOpen) return [head];
    return [head, ...members.map((endpoint): Row => ({ kind: 'endpoint', key: endpoint.id, endpoint, area: name }))];
  });
}

/** A unit and everything below it. */
export function subtreeOf(units: readonly { id: string; parentId: string | null }[], rootId: string): Set<string> {
  const found = new Set([rootId]);
  for (let grown = true; grown;) {
    grown = false;
    for (const { id, parentId } of units) {
      if (parentId && found.has(parentId) && !found.has(id)) {
        found.add(id);
        grown = true;
      }
    }
  }
  return found;
}
