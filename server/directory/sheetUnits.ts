import { toneKey } from './fold.ts';
import type { RawOperation, RowContext, TableRow } from './sheetTable.ts';

/**
 * Reads a row of the sheet of units: a new code makes a unit, a known one changes what differs, an empty cell leaves what is.
 * @returns operations; null when a fault was noted
 */
export function unitRow({ row, values }: TableRow, { rows, levelOf, fault }: RowContext): RawOperation[] | null {
  const { code, name, shortName, parent } = values;
  if (code === undefined) {
    fault('missing_value', row, 'code', null, 'Every row needs a code.');
    return null;
  }
  const level = values['level'] === undefined ? undefined : levelOf(values['level']);
  const known = rows.units.find((unit) => unit.code === code);
  if (!known) {
    return [{ op: 'createUnit', code, name, ...given({ shortName, level }), to: parent ?? null }];
  }
  const operations: RawOperation[] = [];
  const change = {
    ...renamed({ name, shortName }, known),
    ...(level !== undefined && level !== known.levelCode && { level }),
  };
  if (Object.keys(change).length > 0) operations.push({ op: 'changeUnit', unit: code, ...change });
  const above = rows.units.find((unit) => unit.id === known.parentId);
  if (parent !== undefined && parent !== above?.code) operations.push({ op: 'moveUnit', unit: code, to: parent });
  return operations;
}

/** @returns the fields that are there */
export function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** @returns names that differ from those of a row; another place of the tone mark is no other name */
export function renamed(
  wanted: { name: string | undefined; shortName: string | undefined },
  row: { name: string; shortName: string },
): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const key of ['name', 'shortName'] as const) {
    const text = wanted[key];
    if (text !== undefined && toneKey(text) !== toneKey(row[key])) fields[key] = text;
  }
  return fields;
}
