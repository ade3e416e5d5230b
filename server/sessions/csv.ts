import { stringify } from 'csv-stringify/sync';
import type { SessionEvent } from '../protocol/events.ts';
import type { AttendanceRow } from '../protocol/rest.ts';

/** A spreadsheet opens it in Vietnamese, and no name in it is run as a formula. */
const OPTIONS = { header: true, bom: true, escape_formulas: true };

/** @returns attendance as CSV, one stay a line */
export function attendanceCsv(rows: AttendanceRow[]): string {
  const columns = ['code', 'name', 'entry', 'joinedAt', 'leftAt', 'interruptedMs', 'reason', 'endpointId'];
  return stringify(rows, { ...OPTIONS, columns });
}

/** @returns events as CSV, the fact as JSON in its own column */
export function eventsCsv(events: SessionEvent[]): string {
  const rows = events.map((e) => ({
    seq: e.seq,
    at: new Date(e.at).toISOString(),
    type: e.fact.type,
    byEndpointId: e.by.endpointId,
    byUserId: e.by.userId,
    fact: JSON.stringify(e.fact),
  }));
  return stringify(rows, { ...OPTIONS, columns: ['seq', 'at', 'type', 'byEndpointId', 'byUserId', 'fact'] });
}
