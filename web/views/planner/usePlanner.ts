import { useMemo, useState } from 'react';
import type { Endpoint } from '../../../server/protocol/rest.ts';
import { useRead } from '../../lib/api.ts';
import type { Read } from '../../lib/api.ts';
import { dayKey, toInstant, toRfc3339 } from '../../lib/format.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import type { Block, PlannerRead } from '../../lib/plannerCalls.ts';
import { useDirectory } from '../calendar/useDirectory.ts';
import type { Directory } from '../calendar/useDirectory.ts';
import { DAY, daysOf } from './days.ts';
import type { Span } from './days.ts';
import { isFree, NO_FILTER, passes, subtreeOf } from './rows.ts';
import type { Filter } from './rows.ts';

/** Milliseconds between readings of the bookings. */
const FRESH = 15_000;
const NO_GROUPS: Awaited<ReturnType<typeof plannerCalls.groups>> = [];
const NO_UNITS: Awaited<ReturnType<typeof plannerCalls.units>> = [];
const NOTHING: PlannerRead = { blocks: [], byEndpoint: new Map() };

/** What the planner shows: days, bookings, endpoints that pass the filter. */
export interface PlannerData {
  days: number[];
  read: PlannerRead;
  week: Read<PlannerRead>;
  directory: Directory;
  endpoints: readonly Endpoint[];
  groups: Awaited<ReturnType<typeof plannerCalls.groups>>;
  units: Awaited<ReturnType<typeof plannerCalls.units>>;
  filter: Filter;
  setFilter: (filter: Filter) => void;
}

/** Bookings that wait to be cancelled, are of another kind, or were moved just now. */
interface Changes {
  hidden: ReadonlySet<string>;
  /** milliseconds by which a block was moved, until the server's answer is read */
  moved: ReadonlyMap<string, number>;
  kind: string;
  step: string;
}

/** The bookings with what this browser knows better than the last reading. */
function changed(read: PlannerRead, { hidden, moved, kind, step }: Changes): PlannerRead {
  if (!hidden.size && !moved.size && !kind && !step) return read;
  const shown = new Map<Block, Block | null>();
  for (const block of read.blocks) {
    const shift = moved.get(block.id);
    const isOther = (kind && block.kind !== kind) || (step && block.status !== step);
    if (hidden.has(block.id) || isOther) shown.set(block, null);
    else shown.set(block, shift ? { ...block, start: block.start + shift, end: block.end + shift } : block);
  }
  const keep = (blocks: readonly Block[]): Block[] => blocks.flatMap((b) => shown.get(b) ?? []);
  const byEndpoint = new Map([...read.byEndpoint].map(([id, blocks]) => [id, keep(blocks)]));
  return { blocks: keep(read.blocks), byEndpoint };
}

/** Reads what the planner shows of a view's days. */
export function usePlanner(span: Span, day: number, changes: Omit<Changes, 'kind' | 'step'>): PlannerData {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const directory = useDirectory();
  const key = daysOf(span, day).join();
  const days = useMemo(() => key.split(',').map(Number), [key]);
  const from = days[0] ?? day;
  const to = (days.at(-1) ?? day) + DAY;
  const calledOff = filter.calledOff === 'shown';
  const week = useRead(
    (signal) => plannerCalls.week(toRfc3339(from), toRfc3339(to), calledOff, signal),
    `${from}/${to}/${calledOff}`,
    FRESH,
  );
  // the filters' lists come after what is seen at first
  const stands = week.data !== null;
  const groups = useRead((signal) => plannerCalls.groups(signal), stands ? 'groups' : null).data ?? NO_GROUPS;
  const units = useRead((signal) => plannerCalls.units(signal), stands ? 'units' : null).data ?? NO_UNITS;
  const { hidden, moved } = changes;
  const read = useMemo(
    () => changed(week.data ?? NOTHING, { hidden, moved, kind: filter.kind, step: filter.step }),
    [week.data, hidden, moved, filter.kind, filter.step],
  );
  const endpoints = useMemo(() => {
    const group = filter.groupId ? groups.find((g) => g.id === filter.groupId) : undefined;
    const sets = {
      members: group ? new Set(group.members) : null,
      units: filter.unitId ? subtreeOf(units, filter.unitId) : null,
    };
    const start = toInstant(dayKey(day), filter.freeFrom);
    const end = toInstant(dayKey(day), filter.freeTo);
    const free = start && end && end > start ? { start: Date.parse(start), end: Date.parse(end) } : null;
    return directory.endpoints.filter(
      (e) => passes(filter, e, sets) && (!free || isFree(week.data?.byEndpoint.get(e.id), free)),
    );
  }, [directory.endpoints, filter, groups, units, day, week.data]);
  return { days, read, week, directory, endpoints, groups, units, filter, setFilter };
}
