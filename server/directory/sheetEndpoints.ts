import type { DutyCard } from '../protocol/directory.ts';
import type { EndpointRow } from './directory.entity.ts';
import { categoryOf, lineClassOf } from './sheetColumns.ts';
import type { RawOperation, RowContext, TableRow } from './sheetTable.ts';
import { given, renamed } from './sheetUnits.ts';

/**
 * Reads a row of the sheet of endpoints: a new code makes an endpoint, a known one changes what differs, an empty cell
 * leaves what is.
 * @returns operations; null when a fault was noted
 */
export function endpointRow(line: TableRow, context: RowContext): RawOperation[] | null {
  const { row, values } = line;
  const { rows, fault } = context;
  const { code, name, shortName, unit } = values;
  if (code === undefined) {
    fault('missing_value', row, 'code', null, 'Every row needs a code.');
    return null;
  }
  const fields = lineFields(line, context);
  const known = rows.endpoints.find((endpoint) => endpoint.code === code);
  const duty = dutyOf(values, known);
  if (!known) {
    if (unit === undefined) {
      fault('missing_value', row, 'unit', null, 'A new endpoint needs a unit.');
      return null;
    }
    return [{ op: 'createEndpoint', code, name, ...given({ shortName, duty }), ...fields, to: unit }];
  }
  const change = { ...renamed({ name, shortName }, known), ...changed(fields, known), ...given({ duty }) };
  const operations: RawOperation[] = [];
  if (Object.keys(change).length > 0) operations.push({ op: 'changeEndpoint', endpoint: code, ...change });
  const place = rows.units.find((one) => one.id === known.unitId);
  if (unit !== undefined && unit !== place?.code) operations.push({ op: 'moveEndpoint', endpoint: code, to: unit });
  return operations;
}

/** Reads category, class and capacity of the line; what cannot be read is noted as a fault and left out. */
export function lineFields({ row, values }: TableRow, { fault }: RowContext): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const words = [
    ['category', categoryOf],
    ['lineClass', lineClassOf],
  ] as const;
  for (const [key, find] of words) {
    const text = values[key];
    if (text === undefined) continue;
    const found = find(text);
    if (found !== undefined) fields[key] = found;
    else fault('bad_value', row, key, text, `"${text}" is none of the values of this column.`);
  }
  const [down, up] = [values['downKbps'], values['upKbps']];
  if (down !== undefined || up !== undefined) fields['line'] = { downKbps: whole(down), upKbps: whole(up) };
  return fields;
}

/** @returns the number, or what stood there, so that the check of the operation names it */
function whole(text: string | undefined): unknown {
  const digits = text?.replace(/(?<=\d)[.,\s](?=\d{3}\b)/g, '');
  return digits !== undefined && /^\d{1,9}$/.test(digits) ? Number(digits) : text;
}

function changed(fields: Record<string, unknown>, row: EndpointRow): Record<string, unknown> {
  const { category, lineClass, line } = fields as { category?: string; lineClass?: string; line?: EndpointRow };
  return {
    ...(category !== undefined && category !== row.category && { category }),
    ...(lineClass !== undefined && lineClass !== row.lineClass && { lineClass }),
    ...(line && (line.downKbps !== row.downKbps || line.upKbps !== row.upKbps) && { line }),
  };
}

function dutyOf(values: Record<string, string>, known: EndpointRow | undefined): Record<string, unknown> | undefined {
  const { dutyName, dutyPhone, deputyName, deputyPhone } = values;
  if ([dutyName, dutyPhone, deputyName, deputyPhone].every((one) => one === undefined)) return undefined;
  const now = known?.duty ? (JSON.parse(known.duty) as DutyCard) : null;
  const duty = {
    ...now,
    ...given({ name: dutyName, phone: dutyPhone, deputyName, deputyPhone }),
  };
  return now && JSON.stringify(duty) === JSON.stringify(now) ? undefined : duty;
}
