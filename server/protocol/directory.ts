import { z } from 'zod';
import { id, time } from './ids.ts';
import { endpoint, endpointsQuery, line, listQuery } from './rest.ts';

/** Bodies and answers of the directory: units and endpoints with dates, levels, groups, the audit log. Plans: surgery.ts. */

/** One line of text as people type it: no control characters; stored in NFC. */
export const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'without control characters');
/** Name of a unit or endpoint, and the one that fits on a tile. */
export const name = words(120);
export const shortName = words(60);
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

/** What stands in a room. */
export const EQUIPMENT_KINDS = [
  'camera',
  'microphone',
  'loudspeaker',
  'display',
  'codec',
  'computer',
  'network',
  'power',
  'other',
] as const;
export type EquipmentKind = (typeof EQUIPMENT_KINDS)[number];
export const equipmentItem = z.strictObject({
  kind: z.enum(EQUIPMENT_KINDS),
  label: words(120),
  note: z.string().trim().max(300).default(''),
});
export type EquipmentItem = z.infer<typeof equipmentItem>;
export const contact = z.strictObject({
  name,
  title: z.string().trim().max(120).default(''),
  phone: phone.nullable().default(null),
  email: z.email().max(200).nullable().default(null),
});
export type Contact = z.infer<typeof contact>;
/** Who is on duty at the endpoint and who stands in. */
export const dutyCard = z.strictObject({
  name,
  phone,
  deputyName: name.nullable().default(null),
  deputyPhone: phone.nullable().default(null),
  note: z.string().trim().max(300).default(''),
});
export type DutyCard = z.infer<typeof dutyCard>;

export const equipment = z.array(equipmentItem).max(40);
export const contacts = z.array(contact).max(20);

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
export const listedEndpoint = endpoint.extend({
  category: z.enum(CATEGORIES),
  lineClass: z.enum(LINE_CLASSES),
  /** what kinds of equipment stand there */
  equipmentKinds: z.array(z.enum(EQUIPMENT_KINDS)),
});
export type ListedEndpoint = z.infer<typeof listedEndpoint>;
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
export const sort = z.int().min(0).max(1_000_000_000);
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
/** `nameEn` left out: the English name stays as it is. */
export const levelBody = z.strictObject({
  name,
  nameEn: name.nullable().optional(),
  rank: z.int().min(1).max(1000),
});

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

export const auditQuery = listQuery.extend({
  subject: z.string().max(80).optional(),
  action: z.string().max(60).optional(),
  /** `user:<id>` or `device:<id>` */
  actor: z.string().max(60).optional(),
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
export type AuditEntry = z.infer<typeof auditEntry>;
