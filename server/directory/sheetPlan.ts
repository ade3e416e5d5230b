import { operation } from '../protocol/surgery.ts';
import type { Operation, PlanFault, SheetKind } from '../protocol/surgery.ts';
import type { DirectoryRows } from './directory.entity.ts';
import { fold } from './fold.ts';
import { endpointRow } from './sheetEndpoints.ts';
import { surgeryRow } from './sheetSurgery.ts';
import { dayOf } from './sheetColumns.ts';
import type { SheetRow } from './sheetReader.ts';
import { cellFault, tableOf } from './sheetTable.ts';
import type { RawOperation, RowContext, Table, TableRow } from './sheetTable.ts';
import { unitRow } from './sheetUnits.ts';

/** What a sheet asks for. */
export interface SheetPlan {
  operations: Operation[];
  faults: PlanFault[];
  /** rows that ask for nothing new */
  unchanged: number;
  /** the one day that the sheet and who sent it name, or null */
  effectiveOn: string | null;
  /** the heading in this sheet of a field of an operation */
  headingOf: (field: string) => string;
}

const READERS: Record<SheetKind, (row: TableRow, context: RowContext) => RawOperation[] | null> = {
  units: unitRow,
  endpoints: endpointRow,
  surgery: surgeryRow,
};

/** Keys of columns by the fields of operations that are called otherwise. */
const COLUMN_OF: Record<SheetKind, Record<string, string>> = {
  units: { unit: 'code', to: 'parent' },
  endpoints: { endpoint: 'code', to: 'unit', line: 'downKbps' },
  surgery: { unit: 'code', endpoint: 'code', line: 'downKbps' },
};

/**
 * Reads a sheet of units, endpoints or operations into a plan; every fault names its row and column.
 * @param asked the day that was chosen beside the sheet, which the sheet must not contradict; null: none
 */
export function planOfSheet(
  kind: SheetKind,
  sheet: readonly SheetRow[],
  rows: DirectoryRows,
  asked: string | null = null,
): SheetPlan {
  const table = tableOf(kind, sheet);
  const faults = [...table.faults];
  const words = rows.levels.flatMap(({ code, name, nameEn }) =>
    [nameEn ?? name, name, code].map((w) => [w, code] as const),
  );
  const byWord = new Map(words.map(([word, code]) => [fold(word), code]));
  const context: RowContext = {
    rows,
    table,
    levelOf: (text) => byWord.get(fold(text)) ?? text,
    fault: (code, row, key, value, message) => faults.push(cellFault(code, row, table.headingOf(key), value, message)),
  };
  const operations: Operation[] = [];
  const seen = new Map<string, number>();
  let unchanged = 0;
  for (const row of table.rows) {
    if (kind !== 'surgery') refuseTwice(row, seen, context);
    const found = READERS[kind](row, context);
    if (found === null) continue;
    if (found.length === 0) unchanged += 1;
    for (const raw of found) {
      const parsed = operation.safeParse({ ...raw, row: row.row });
      if (parsed.success) operations.push(parsed.data);
      else faults.push(...shapeFaults(parsed.error.issues, row, { kind, table, op: raw.op }));
    }
  }
  const effectiveOn = dayOfSheet(table, context, asked);
  const headingOf = (field: string) => table.headingOf(COLUMN_OF[kind][field] ?? field);
  faults.sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  return {
    operations: kind === 'surgery' ? joinSplits(operations) : madeFirst(operations),
    faults,
    unchanged,
    effectiveOn,
    headingOf,
  };
}

function refuseTwice({ row, values }: TableRow, seen: Map<string, number>, context: RowContext): void {
  const code = values['code'];
  if (code === undefined) return;
  const before = seen.get(code);
  if (before === undefined) seen.set(code, row);
  else context.fault('twice_in_sheet', row, 'code', code, `${code} stands in row ${before} already.`);
}

function shapeFaults(
  issues: readonly { path: PropertyKey[]; message: string }[],
  { row, values }: TableRow,
  { kind, table, op }: { kind: SheetKind; table: Table; op: Operation['op'] },
): PlanFault[] {
  return issues.map(({ path, message }) => {
    // the last name in the path is the field, e.g. `into.0.code`, `line.downKbps`, `duty.phone`
    const named = path.filter((step) => typeof step === 'string');
    const joined = named.join('.');
    const field = named.at(-1) ?? '';
    const key =
      joined === 'duty.name'
        ? 'dutyName'
        : joined === 'duty.phone'
          ? 'dutyPhone'
          : columnKey(kind, field, op, path.length);
    const value = values[key] ?? null;
    const code = value === null ? 'missing_value' : 'bad_value';
    const text = value === null ? `A value is missing (${message}).` : `"${value}" cannot stand here: ${message}.`;
    return cellFault(code, row, table.headingOf(key), value, text);
  });
}

function columnKey(kind: SheetKind, field: string, op: Operation['op'], depth: number): string {
  // what a merger takes in stands in the column of codes, and the part that a split makes in the column of targets
  if (op === 'mergeUnits' && field === 'units') return 'code';
  if (op === 'splitUnit' && field === 'code' && depth > 1) return 'to';
  return COLUMN_OF[kind][field] ?? field;
}

/** One plan has one day. */
function dayOfSheet(table: Table, context: RowContext, asked: string | null): string | null {
  let first = asked;
  for (const { row, values } of table.rows) {
    const text = values['effectiveOn'];
    if (text === undefined) continue;
    const day = dayOf(text);
    if (day === null) {
      context.fault('bad_date', row, 'effectiveOn', text, `${text} is no day of the calendar; write e.g. 01/07/2025.`);
    } else if (first !== null && first !== day) {
      context.fault('two_dates', row, 'effectiveOn', text, `The plan has another day already: ${first}.`);
    }
    first ??= day;
  }
  return first;
}

/** Rows that split the same unit, one after the other, are one operation. */
function joinSplits(operations: readonly Operation[]): Operation[] {
  const joined: Operation[] = [];
  for (const step of operations) {
    const last = joined.at(-1);
    if (step.op === 'splitUnit' && last?.op === 'splitUnit' && last.unit === step.unit) last.into.push(...step.into);
    else joined.push(step);
  }
  return joined;
}

/** A new unit comes before what stands in it, in whatever order the rows are. */
function madeFirst(operations: readonly Operation[]): Operation[] {
  const made = new Map<string, Operation>();
  for (const step of operations) if (step.op === 'createUnit') made.set(step.code, step);
  const sorted: Operation[] = [];
  const add = (step: Operation): void => {
    if (step.op !== 'createUnit' || !made.delete(step.code)) return;
    const above = step.to === null ? undefined : made.get(step.to);
    if (above) add(above);
    sorted.push(step);
  };
  for (const step of operations) add(step);
  return [...sorted, ...operations.filter((step) => step.op !== 'createUnit')];
}
