import { EntitySchema } from 'typeorm';
import { dayColumn, foreignKey, idColumn, index, intColumn, refColumn, textColumn } from '../db/columns.ts';
import type { UnitRow } from './unitTree.ts';

/** A level of the organisation: its name and place are data. */
export interface LevelRow {
  code: string;
  name: string;
  /** 1 stands first in rosters */
  rank: number;
}

/** A unit as it is stored. */
export interface StoredUnit extends UnitRow {
  nameFold: string;
}

/** An endpoint as it is stored; lines in kbit/s. */
export interface EndpointRow {
  id: string;
  unitId: string;
  code: string;
  name: string;
  shortName: string;
  nameFold: string;
  sort: number;
  downKbps: number;
  upKbps: number;
  validFrom: string;
  validTo: string | null;
}

export const levelEntity = new EntitySchema<LevelRow>({
  name: 'level',
  columns: {
    code: textColumn('code', 40, { primary: true }),
    name: textColumn('name', 120),
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
    downKbps: intColumn('down_kbps'),
    upKbps: intColumn('up_kbps'),
    validFrom: dayColumn('valid_from'),
    validTo: dayColumn('valid_to', { nullable: true }),
  },
  indices: [
    index('endpoint_code', ['code'], true),
    index('endpoint_unit', ['unitId']),
    index('endpoint_name_fold', ['nameFold']),
  ],
  foreignKeys: [foreignKey('endpoint_unit_fk', 'unitId', 'unit', 'RESTRICT')],
});
