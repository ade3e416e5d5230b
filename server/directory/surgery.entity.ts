import { EntitySchema } from 'typeorm';
import {
  dayColumn,
  foreignKey,
  idColumn,
  index,
  intColumn,
  longTextColumn,
  refColumn,
  textColumn,
  timeColumn,
} from '../db/columns.ts';

/** A plan that was carried out, with what is needed to take it back. */
export interface SurgeryRow {
  id: string;
  title: string;
  at: Date;
  /** no foreign key: the plan outlives the account */
  actorId: string;
  actorName: string;
  effectiveOn: string;
  /** JSON text: how many units and endpoints became what */
  counts: string;
  /** JSON text, see `changeSet.ts` */
  undo: string;
  /** JSON text: ids of the units over which the undo needs the administrator's role */
  unitIds: string;
  undoneAt: Date | null;
}

/** A named set of endpoints. */
export interface GroupRow {
  id: string;
  name: string;
  /** name by which two groups of a unit would be taken for one another */
  nameKey: string;
  unitId: string;
  note: string;
  /** JSON text: list of ids */
  endpointIds: string;
  /** JSON text */
  rule: string | null;
  version: number;
}

export const surgeryEntity = new EntitySchema<SurgeryRow>({
  name: 'directory_surgery',
  columns: {
    id: idColumn(),
    title: textColumn('title', 200),
    at: timeColumn('at'),
    actorId: refColumn('actor_id'),
    actorName: textColumn('actor_name', 120),
    effectiveOn: dayColumn('effective_on'),
    counts: longTextColumn('counts'),
    undo: longTextColumn('undo_plan'),
    unitIds: longTextColumn('unit_ids'),
    undoneAt: timeColumn('undone_at', { nullable: true }),
  },
  indices: [index('directory_surgery_at', ['at'])],
});

export const groupEntity = new EntitySchema<GroupRow>({
  name: 'endpoint_group',
  columns: {
    id: idColumn(),
    name: textColumn('name', 120),
    nameKey: textColumn('name_key', 240),
    unitId: refColumn('unit_id'),
    note: textColumn('note', 500),
    endpointIds: longTextColumn('endpoint_ids'),
    rule: longTextColumn('rule', { nullable: true }),
    version: intColumn('version'),
  },
  indices: [index('endpoint_group_unit', ['unitId'])],
  foreignKeys: [foreignKey('endpoint_group_unit_fk', 'unitId', 'unit', 'RESTRICT')],
});
