import { z } from 'zod';
import { id, time } from './ids.ts';
import { endpoint, endpointsQuery, line, listOf, listQuery } from './rest.ts';

/** Bodies and answers of the directory: units and endpoints with dates, groups, plans of operations, import and export. */

/** One line of text as people type it: no control characters; stored in NFC. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'without control characters');
const name = words(120);
const shortName = words(60);
const phone = z
  .string()
  .trim()
  .regex(/^[0-9+().\s-]{3,30}$/, 'a phone number');
/** Calendar day `YYYY-MM-DD` in the service's own zone. */
export const day = z.iso.date();
/** Code of a unit or endpoint, e.g. `SD-TAN-TRAO`; it stays for ever. */
export const code = z
  .string()
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'capital letters without accents, digits and single dashes')
  .max(60);
/** Code of a level. */
export const levelCode = z
  .string()
  .regex(/^[a-z0-9]+([_-][a-z0-9]+)*$/, 'small letters without accents, digits, dashes')
  .max(40);
/** A unit or endpoint by id or by code. */
export const ref = z.string().min(1).max(60);

/** What an endpoint is for. */
export const CATEGORIES = ['administrative', 'sector', 'relay', 'room_codec'] as const;
export type Category = (typeof CATEGORIES)[number];
/** What its line is: the dedicated data network, or the Internet. */
export const LINE_CLASSES = ['dedicated', 'internet'] as const;
export type LineClass = (typeof LINE_CLASSES)[number];

export const equipmentItem = z.strictObject({
  kind: z.enum(['camera', 'microphone', 'loudspeaker', 'display', 'codec', 'computer', 'network', 'power', 'other']),
  label: words(120),
  note: z.string().trim().max(300).default(''),
});
export type EquipmentItem = z.infer<typeof equipmentItem>;
export const contact = z.strictObject({
  name,
  title: z.string().trim().max(120).default(''),
  phone: phone.nullish().transform((v) => v ?? null),
  email: z
    .email()
    .max(200)
    .nullish()
    .transform((v) => v ?? null),
});
export type Contact = z.infer<typeof contact>;
/** Who is on duty at the endpoint and who stands in. */
export const dutyCard = z.strictObject({
  name,
  phone,
  deputyName: name.nullish().transform((v) => v ?? null),
  deputyPhone: phone.nullish().transform((v) => v ?? null),
  note: z.string().trim().max(300).default(''),
});
export type DutyCard = z.infer<typeof dutyCard>;

const equipment = z.array(equipmentItem).max(40);
const contacts = z.array(contact).max(20);

/** The names and place of a unit during `[from, to)`. */
export const unitPeriod = z.object({
  from: day,
  to: day.nullable(),
  name: z.string(),
  shortName: z.string(),
  level: z.string(),
  parentId: id.nullable(),
  parentName: z.string().nullable(),
});
export const unitDetail = z.object({
  id,
  parentId: id.nullable(),
  code: z.string(),
  name: z.string(),
  shortName: z.string(),
  level: z.string(),
  sort: z.number().int(),
  validFrom: day,
  validTo: day.nullable(),
  /** day from which the present names and place hold; later than today when a change is planned */
  since: day,
  /** unit that took over when this one was merged or retired */
  successorId: id.nullable(),
  version: z.number().int(),
  /** oldest first, the present one last */
  history: z.array(unitPeriod),
  may: z.object({ change: z.boolean() }),
});
export type UnitDetail = z.infer<typeof unitDetail>;

/** The name and place of an endpoint during `[from, to)`. */
export const endpointPeriod = z.object({
  from: day,
  to: day.nullable(),
  name: z.string(),
  shortName: z.string(),
  unitId: id,
  unitName: z.string(),
});
/** An entry of the list of endpoints. */
export const listedEndpoint = endpoint.extend({ category: z.enum(CATEGORIES), lineClass: z.enum(LINE_CLASSES) });
export const listedEndpointsQuery = endpointsQuery.extend({
  category: z.enum(CATEGORIES).optional(),
  lineClass: z.enum(LINE_CLASSES).optional(),
});
export const endpointDetail = listedEndpoint.extend({
  equipment,
  contacts,
  duty: dutyCard.nullable(),
  validFrom: day,
  validTo: day.nullable(),
  since: day,
  version: z.number().int(),
  history: z.array(endpointPeriod),
  may: z.object({ change: z.boolean(), changeDuty: z.boolean() }),
});
export type EndpointDetail = z.infer<typeof endpointDetail>;

export const treeQuery = z.strictObject({ on: day.optional() });
/** The organisation of one day, as far as the caller may see it. */
export const directoryTree = z.object({
  on: day,
  today: day,
  units: z.array(
    z.object({
      id,
      parentId: id.nullable(),
      code: z.string(),
      name: z.string(),
      shortName: z.string(),
      level: z.string(),
      sort: z.number().int(),
      validFrom: day,
      validTo: day.nullable(),
      version: z.number().int(),
      may: z.object({ change: z.boolean() }),
    }),
  ),
  endpoints: z.array(
    z.object({
      id,
      unitId: id,
      code: z.string(),
      name: z.string(),
      shortName: z.string(),
      category: z.enum(CATEGORIES),
      lineClass: z.enum(LINE_CLASSES),
      line,
      validFrom: day,
      validTo: day.nullable(),
      version: z.number().int(),
    }),
  ),
});

const on = { on: day.optional() };
const sort = z.int().min(0).max(1_000_000_000);
export const createUnitBody = z.strictObject({
  code,
  name,
  shortName: shortName.optional(),
  parentId: id.nullable(),
  level: levelCode,
  sort: sort.optional(),
  ...on,
});
export const changeUnitBody = z.strictObject({
  name: name.optional(),
  shortName: shortName.optional(),
  parentId: id.nullable().optional(),
  level: levelCode.optional(),
  sort: sort.optional(),
  ...on,
});
/** `heirId`: takes over what still belongs to the unit. */
export const retireUnitBody = z.strictObject({ heirId: id.optional(), ...on });
export const createEndpointBody = z.strictObject({
  code,
  name,
  shortName: shortName.optional(),
  unitId: id,
  category: z.enum(CATEGORIES).default('administrative'),
  lineClass: z.enum(LINE_CLASSES).default('dedicated'),
  line,
  equipment: equipment.default([]),
  contacts: contacts.default([]),
  sort: sort.optional(),
  ...on,
});
export const changeEndpointBody = z.strictObject({
  name: name.optional(),
  shortName: shortName.optional(),
  unitId: id.optional(),
  category: z.enum(CATEGORIES).optional(),
  lineClass: z.enum(LINE_CLASSES).optional(),
  line: line.optional(),
  equipment: equipment.optional(),
  contacts: contacts.optional(),
  sort: sort.optional(),
  ...on,
});
export const retireEndpointBody = z.strictObject({ ...on });
export const dutyBody = z.strictObject({ duty: dutyCard.nullable() });
export const levelBody = z.strictObject({ name, rank: z.int().min(1).max(1000) });

/** Which endpoints a group takes in by itself: all conditions must hold; within `unitId`, or the group's own unit. */
export const groupRule = z.strictObject({
  level: levelCode.optional(),
  category: z.enum(CATEGORIES).optional(),
  unitId: id.optional(),
});
export type GroupRule = z.infer<typeof groupRule>;
const groupIds = z.array(id).max(2000);
export const createGroupBody = z.strictObject({
  name,
  unitId: id,
  note: z.string().trim().max(500).default(''),
  endpointIds: groupIds.default([]),
  rule: groupRule.nullable().default(null),
});
export const changeGroupBody = z.strictObject({
  name: name.optional(),
  note: z.string().trim().max(500).optional(),
  endpointIds: groupIds.optional(),
  rule: groupRule.nullable().optional(),
});
export const group = z.object({
  id,
  name: z.string(),
  /** whose administrators keep it; after a merger the unit that took over */
  unitId: id,
  note: z.string(),
  /** endpoints that were named one by one, as far as the caller may see them */
  endpointIds: z.array(id),
  rule: groupRule.nullable(),
  /** today's endpoints by name and by rule in roster order, as far as the caller may see them */
  members: z.array(id),
  version: z.number().int(),
  may: z.object({ change: z.boolean() }),
});
export type Group = z.infer<typeof group>;

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

export const auditQuery = listQuery.extend({
  subject: z.string().max(80).optional(),
  action: z.string().max(60).optional(),
  from: time.optional(),
  to: time.optional(),
});
export const auditEntry = z.object({
  id,
  at: time,
  actor: z.string(),
  actorName: z.string(),
  action: z.string(),
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});
