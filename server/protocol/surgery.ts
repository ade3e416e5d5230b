import { z } from 'zod';
import {
  CATEGORIES,
  code,
  contacts,
  day,
  dutyCard,
  equipment,
  levelCode,
  LINE_CLASSES,
  name,
  ref,
  shortName,
  sort,
  words,
} from './directory.ts';
import { id, time } from './ids.ts';
import { line, listOf } from './rest.ts';

/** Plans of operations on the directory: what they say, what they would do, what is wrong with them; and sheets. */

const newUnit = { code, name, shortName: shortName.optional(), level: levelCode.optional(), sort: sort.optional() };
const newLine = { lineClass: z.enum(LINE_CLASSES).optional(), line: line.optional() };
/** Row of the sheet that an operation came from, so that a fault can name it. */
const row = { row: z.int().min(1).optional() };
/** One step of a plan. Units and endpoints are named by code or id; what an earlier step made, by its code. */
export const operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('createUnit'), ...row, ...newUnit, to: ref.nullable() }),
  z.strictObject({
    op: z.literal('changeUnit'),
    ...row,
    unit: ref,
    name: name.optional(),
    shortName: shortName.optional(),
    level: levelCode.optional(),
    sort: sort.optional(),
  }),
  z.strictObject({ op: z.literal('moveUnit'), ...row, unit: ref, to: ref.nullable() }),
  z.strictObject({ op: z.literal('mergeUnits'), ...row, units: z.array(ref).min(1).max(500), to: ref }),
  z.strictObject({
    op: z.literal('splitUnit'),
    ...row,
    unit: ref,
    into: z.array(z.strictObject({ ...newUnit, endpoints: z.array(ref).default([]), units: z.array(ref).default([]) })),
    /** false: the unit that was split ends, so nothing may be left in it */
    keep: z.boolean().default(false),
  }),
  z.strictObject({ op: z.literal('retireUnit'), ...row, unit: ref, to: ref.optional() }),
  z.strictObject({
    op: z.literal('createEndpoint'),
    ...row,
    code,
    name,
    shortName: shortName.optional(),
    to: ref,
    category: z.enum(CATEGORIES).optional(),
    ...newLine,
    equipment: equipment.optional(),
    contacts: contacts.optional(),
    duty: dutyCard.nullable().optional(),
    sort: sort.optional(),
  }),
  z.strictObject({
    op: z.literal('changeEndpoint'),
    ...row,
    endpoint: ref,
    name: name.optional(),
    shortName: shortName.optional(),
    category: z.enum(CATEGORIES).optional(),
    ...newLine,
    equipment: equipment.optional(),
    contacts: contacts.optional(),
    duty: dutyCard.nullable().optional(),
    sort: sort.optional(),
  }),
  z.strictObject({ op: z.literal('moveEndpoint'), ...row, endpoint: ref, to: ref }),
  z.strictObject({ op: z.literal('retireEndpoint'), ...row, endpoint: ref }),
]);
export type Operation = z.infer<typeof operation>;
export const OPERATIONS = operation.options.map((o) => o.shape.op.value);

/** Most steps of a plan, and most rows of a sheet. */
export const MAX_OPERATIONS = 5000;
export const planBody = z.strictObject({
  title: words(200).default('—'),
  /** day from which the plan holds; today when left out */
  effectiveOn: day.optional(),
  operations: z.array(operation).min(1).max(MAX_OPERATIONS),
});
export type Plan = z.infer<typeof planBody>;

/** What can be wrong with a step or a cell; the browser words each. */
export const FAULT_CODES = [
  'unknown_unit',
  'unknown_endpoint',
  'unknown_level',
  'unit_ended',
  'endpoint_ended',
  'cycle',
  'code_taken',
  'duplicate_name',
  'orphan',
  'endpoint_booked',
  'later_change',
  'before_start',
  'not_allowed',
  'same_unit',
  'missing_value',
  'bad_value',
  'bad_date',
  'two_dates',
  'formula',
  'unknown_column',
  'missing_column',
  'unknown_operation',
  'twice_in_sheet',
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];
export const planFault = z.object({
  code: z.enum(FAULT_CODES),
  /** index of the step; null for a fault of the sheet itself */
  operation: z.number().int().nullable(),
  /** row of the sheet, the heading is 1; null when there is no sheet */
  row: z.number().int().nullable(),
  /** heading of the column as the sheet has it, or the field of the step */
  column: z.string().nullable(),
  /** what stood there */
  value: z.string().nullable(),
  /** one English sentence */
  message: z.string(),
});
export type PlanFault = z.infer<typeof planFault>;

/** A booking that the plan concerns; it stays whatever happens to the unit. */
export const touchedBooking = z.object({ endpointId: id, meetingId: id, startsAt: time, endsAt: time });
export type TouchedBooking = z.infer<typeof touchedBooking>;

export const planCounts = z.object({
  unitsCreated: z.number().int(),
  unitsRenamed: z.number().int(),
  unitsMoved: z.number().int(),
  unitsRetired: z.number().int(),
  endpointsCreated: z.number().int(),
  endpointsChanged: z.number().int(),
  endpointsMoved: z.number().int(),
  endpointsRetired: z.number().int(),
  /** steps or rows that change nothing */
  unchanged: z.number().int(),
  /** units and endpoints of the whole directory before and after, on the day of the plan */
  unitsBefore: z.number().int(),
  unitsAfter: z.number().int(),
  endpointsBefore: z.number().int(),
  endpointsAfter: z.number().int(),
});
export type PlanCounts = z.infer<typeof planCounts>;

const shownState = z.object({
  name: z.string(),
  shortName: z.string(),
  /** code of the unit above, or of the endpoint's unit */
  place: z.string().nullable(),
  level: z.string().nullable(),
  validTo: day.nullable(),
});
export const planChange = z.object({
  kind: z.enum(['unit', 'endpoint']),
  code: z.string(),
  /** null: it did not exist */
  before: shownState.nullable(),
  after: shownState,
});
export type PlanChange = z.infer<typeof planChange>;

/** The dry run: nothing is written. `ok` is false while there is a fault; at most 500 faults and changes are listed. */
export const planPreview = z.object({
  ok: z.boolean(),
  effectiveOn: day,
  operations: z.number().int(),
  counts: planCounts,
  faults: z.array(planFault),
  /** codes of units and endpoints that would be left without a unit above them */
  orphans: z.array(z.object({ kind: z.enum(['unit', 'endpoint']), code: z.string(), name: z.string() })),
  changes: z.array(planChange),
  bookings: z.object({ count: z.number().int(), meetings: z.number().int(), items: z.array(touchedBooking) }),
});
export type PlanPreview = z.infer<typeof planPreview>;

/** A plan that was carried out. */
export const surgery = z.object({
  id,
  title: z.string(),
  at: time,
  by: z.string(),
  effectiveOn: day,
  counts: planCounts,
  /** until then it can be undone; null when it was */
  undoUntil: time.nullable(),
  undoneAt: time.nullable(),
  may: z.object({ undo: z.boolean() }),
});
export type SurgeryView = z.infer<typeof surgery>;
export const surgeryList = listOf(surgery);
export const undoBody = z.strictObject({ surgeryId: id });

/** What a sheet holds. */
export const SHEET_KINDS = ['units', 'endpoints', 'surgery'] as const;
export type SheetKind = (typeof SHEET_KINDS)[number];
export const sheetParams = z.object({ kind: z.enum(SHEET_KINDS) });
export const sheetQuery = z.strictObject({ effectiveOn: day.optional(), title: words(200).optional() });
export const exportQuery = z.strictObject({ format: z.enum(['xlsx', 'csv']).default('xlsx'), on: day.optional() });
export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const CSV_TYPE = 'text/csv';
/** Largest sheet, in bytes. */
export const MAX_SHEET_BYTES = 2 * 1024 * 1024;
