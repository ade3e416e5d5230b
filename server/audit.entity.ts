import { EntitySchema } from 'typeorm';
import { idColumn, index, longTextColumn, refColumn, textColumn, timeColumn } from './db/columns.ts';

/** One change that somebody made, as it is stored: rows are only ever added. */
export interface AuditRow {
  id: string;
  at: Date;
  /** `user:<id>` or `device:<id>` */
  actor: string;
  /** how the actor was called on that day */
  actorName: string;
  /** e.g. `unit.changed` */
  action: string;
  /** e.g. `unit:<id>` */
  subject: string;
  /** whose administrators may read it; null: only those of the whole organisation. No key: it outlives the unit. */
  unitId: string | null;
  /** JSON text */
  before: string | null;
  after: string | null;
}

export const auditEntity = new EntitySchema<AuditRow>({
  name: 'audit',
  columns: {
    id: idColumn(),
    at: timeColumn('at'),
    actor: textColumn('actor', 60),
    actorName: textColumn('actor_name', 120),
    action: textColumn('action', 60),
    subject: textColumn('subject', 80),
    unitId: refColumn('unit_id', { nullable: true }),
    before: longTextColumn('state_before', { nullable: true }),
    after: longTextColumn('state_after', { nullable: true }),
  },
  indices: [
    index('audit_at', ['at', 'id']),
    index('audit_subject', ['subject', 'at']),
    index('audit_unit', ['unitId', 'at']),
  ],
});
