import { operationOf } from './sheetColumns.ts';
import { lineFields } from './sheetEndpoints.ts';
import type { RawOperation, RowContext, TableRow } from './sheetTable.ts';
import { given } from './sheetUnits.ts';

/**
 * Reads a row of the sheet of operations: what is done, to whom, and where to.
 * @returns operations; null when a fault was noted
 */
export function surgeryRow(line: TableRow, context: RowContext): RawOperation[] | null {
  const { row, values } = line;
  const { fault, levelOf } = context;
  const op = operationOf(values['op'] ?? '');
  if (op === undefined) {
    const text = values['op'] ?? null;
    fault(text === null ? 'missing_value' : 'unknown_operation', row, 'op', text, `"${text ?? ''}" is no operation.`);
    return null;
  }
  const { code, to, name, shortName } = values;
  const level = values['level'] === undefined ? undefined : levelOf(values['level']);
  const names = given({ name, shortName });
  switch (op) {
    case 'createUnit':
      return [{ op, code, ...names, ...given({ level }), to: to ?? null }];
    case 'changeUnit':
      return [{ op, unit: code, ...names, ...given({ level }) }];
    case 'moveUnit':
      return [
        { op, unit: code, to },
        ...(level === undefined ? [] : [{ op: 'changeUnit' as const, unit: code, level }]),
      ];
    case 'mergeUnits':
      return [{ op, units: listOf(code), to }];
    case 'splitUnit': {
      const parts = { endpoints: listOf(values['endpoints']), units: listOf(values['units']) };
      return [{ op, unit: code, into: [{ code: to, ...names, ...given({ level }), ...parts }], keep: true }];
    }
    case 'retireUnit':
      return [{ op, unit: code, ...given({ to }) }];
    case 'moveEndpoint':
      return [{ op, endpoint: code, to }];
    case 'retireEndpoint':
      return [{ op, endpoint: code }];
    case 'createEndpoint':
    case 'changeEndpoint': {
      const fields = lineFields(line, context);
      return [
        op === 'createEndpoint' ? { op, code, ...names, ...fields, to } : { op, endpoint: code, ...names, ...fields },
      ];
    }
  }
}

/** @returns codes that are separated by commas, semicolons or spaces */
function listOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,;]+/).filter(Boolean);
}
