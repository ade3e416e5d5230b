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
} from '../db/columns.ts';
import type { Category, LineClass } from '../protocol/directory.ts';
import type { UnitRow } from './unitTree.ts';

/** A level of the organisation: its name and place are data. */
export interface LevelRow {
  code: string;
  name: string;
  /** null: the one name stands in every language */
  nameEn: string | null;
  /** 1 stands first in rosters */
  rank: number;
}

/** A unit as it is stored: its life, and the names and place that it was given last. */
export interface StoredUnit extends UnitRow {
  nameFold: string;
  /** day from which the names and place hold; null: since `validFrom` */
  since: string | null;
  /** unit that took over when this one ended */
  successorId: string | null;
  version: number;
}

/** Names and place that a unit had before, from `validFrom` until just before `validTo`. */
export interface UnitPastRow {
  id: string;
  unitId: string;
  parentId: string | null;
  name: string;
  shortName: string;
  levelCode: string;
  validFrom: string;
  validTo: string;
}

/** An endpoint as it is stored: its life, and the names and unit that it was given last; lines in kbit/s. */
export interface EndpointRow {
  id: string;
  unitId: string;
  code: string;
  name: string;
  shortName: string;
  nameFold: string;
  sort: number;
  category: Category;
  lineClass: LineClass;
  downKbps: number;
  upKbps: number;
  /** JSON texts, see protocol/directory.ts */
  equipment: string | null;
  contacts: string | null;
  duty: string | null;
  validFrom: string;
  validTo: string | null;
  /** day from which the names and the unit hold; null: since `validFrom` */
  since: string | null;
  version: number;
}

/** Names and unit that an endpoint had before, from `validFrom` until just before `validTo`. */
export interface EndpointPastRow {
  id: string;
  endpointId: string;
  unitId: string;
  name: string;
  shortName: string;
  validFrom: string;
  validTo: string;
}

/** Rows of the whole directory, of any time. */
export interface DirectoryRows {
  levels: LevelRow[];
  units: StoredUnit[];
  endpoints: EndpointRow[];
  unitPasts: UnitPastRow[];
  endpointPasts: EndpointPastRow[];
}

export const levelEntity = new EntitySchema<LevelRow>({
  name: 'level',
  columns: {
    code: textColumn('code', 40, { primary: true }),
    name: textColumn('name', 120),
    nameEn: textColumn('name_en', 120, { nullable: true }),
    rank: intColumn('rank'),
  },
});

export const unitEntity = new EntitySchema<StoredUnit>({
  name: 'unit',
  columns: {
    id: idColumn(),
    parentId: refColumn('parent_id', { nullable: true }),
    code: textColumn('code', 60),
    name: textColumn('name', 120),
    shortName: textColumn('short_name', 60),
    nameFold: textColumn('name_fold', 240),
    levelCode: textColumn('level_code', 40),
    sort: intColumn('sort'),
    validFrom: dayColumn('valid_from'),
    validTo: dayColumn('valid_to', { nullable: true }),
    since: dayColumn('since', { nullable: true }),
    // no foreign key: a self reference more would make two units depend on one another in a circle
    successorId: refColumn('successor_id', { nullable: true }),
    version: intColumn('version', { default: 1 }),
  },
  indices: [
    index('unit_code', ['code'], true),
    index('unit_parent', ['parentId']),
    index('unit_level', ['levelCode']),
    index('unit_name_fold', ['nameFold']),
  ],
  foreignKeys: [
    foreignKey('unit_parent_fk', 'parentId', 'unit', 'RESTRICT'),
    { ...foreignKey('unit_level_fk', 'levelCode', 'level', 'RESTRICT'), referencedColumnNames: ['code'] },
  ],
});

export const unitPastEntity = new EntitySchema<UnitPastRow>({
  name: 'unit_past',
  columns: {
    id: idColumn(),
    unitId: refColumn('unit_id'),
    // no foreign key: the past must not keep a unit from being taken back
    parentId: refColumn('parent_id', { nullable: true }),
    name: textColumn('name', 120),
    shortName: textColumn('short_name', 60),
    levelCode: textColumn('level_code', 40),
    validFrom: dayColumn('valid_from'),
    validTo: dayColumn('valid_to'),
  },
  indices: [index('unit_past_unit', ['unitId', 'validFrom'])],
  foreignKeys: [foreignKey('unit_past_unit_fk', 'unitId', 'unit', 'CASCADE')],
});

export const endpointEntity = new EntitySchema<EndpointRow>({
  name: 'endpoint',
  columns: {
    id: idColumn(),
    unitId: refColumn('unit_id'),
    code: textColumn('code', 60),
    name: textColumn('name', 120),
    shortName: textColumn('short_name', 60),
    nameFold: textColumn('name_fold', 240),
    sort: intColumn('sort'),
    category: textColumn('category', 20, { default: 'administrative' }),
    lineClass: textColumn('line_class', 20, { default: 'dedicated' }),
    downKbps: intColumn('down_kbps'),
    upKbps: intColumn('up_kbps'),
    equipment: longTextColumn('equipment', { nullable: true }),
    contacts: longTextColumn('contacts', { nullable: true }),
    duty: longTextColumn('duty', { nullable: true }),
    validFrom: dayColumn('valid_from'),
    validTo: dayColumn('valid_to', { nullable: true }),
    since: dayColumn('since', { nullable: true }),
    version: intColumn('version', { default: 1 }),
  },
  indices: [
    index('endpoint_code', ['code'], true),
    index('endpoint_unit', ['unitId']),
    index('endpoint_name_fold', ['nameFold']),
  ],
  foreignKeys: [foreignKey('endpoint_unit_fk', 'unitId', 'unit', 'RESTRICT')],
});

export const endpointPastEntity = new EntitySchema<EndpointPastRow>({
  name: 'endpoint_past',
  columns: {
    id: idColumn(),
    endpointId: refColumn('endpoint_id'),
    unitId: refColumn('unit_id'),
    name: textColumn('name', 120),
    shortName: textColumn('short_name', 60),
    validFrom: dayColumn('valid_from'),
    validTo: dayColumn('valid_to'),
  },
  indices: [index('endpoint_past_endpoint', ['endpointId', 'validFrom'])],
  foreignKeys: [foreignKey('endpoint_past_endpoint_fk', 'endpointId', 'endpoint', 'CASCADE')],
});
