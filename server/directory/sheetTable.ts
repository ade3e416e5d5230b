import type { FaultCode, Operation, PlanFault, SheetKind } from '../protocol/surgery.ts';
import type { DirectoryRows } from './directory.entity.ts';
import { fold } from './fold.ts';
import { COLUMNS, REQUIRED, unescapeFormula } from './sheetColumns.ts';
import type { SheetRow } from './sheetReader.ts';

/** A row by the keys of its columns; cells that are empty are left out. */
export interface TableRow {
  row: number;
  values: Record<string, string>;
}

/** A sheet whose columns are known. */
export interface Table {
  rows: TableRow[];
  faults: PlanFault[];
  /** the heading of a column as this sheet writes it */
  headingOf: (key: string) => string;
}

/** An operation as a sheet makes it, before it is checked like one that came as JSON. */
export type RawOperation = { op: Operation['op'] } & Record<string, unknown>;

/** What the reader of a row is given. */
export interface RowContext {
  rows: DirectoryRows;
  table: Table;
  /** code of a level by its code or name; the text itself when there is none */
  levelOf: (text: string) => string;
  fault: (code: PlanFault['code'], row: number, key: string, value: string | null, message: string) => void;
}

/** @returns a fault of a cell */
export function cellFault(
  code: FaultCode,
  row: number | null,
  column: string | null,
  value: string | null,
  message: string,
): PlanFault {
  return { code, operation: null, row, column, value: value === null ? null : value.slice(0, 200), message };
}

/** Finds the columns by their headings and the cells of every row; formulas and unknown columns are faults. */
export function tableOf(kind: SheetKind, sheet: readonly SheetRow[]): Table {
  const [heading, ...body] = sheet;
  const faults: PlanFault[] = [];
  const keys: (string | null)[] = [];
  const headings = new Map<string, string>();
  for (const cell of heading?.cells ?? []) {
    const text = typeof cell === 'string' ? cell : '';
    const found = text === '' ? undefined : columnOf(kind, text);
    const taken = found !== undefined && headings.has(found);
    keys.push(found && !taken ? found : null);
    if (found && !taken) headings.set(found, text);
    else if (text !== '') {
      const message = taken ? `The column "${text}" stands here twice.` : `There is no column "${text}".`;
      faults.push(cellFault('unknown_column', heading?.row ?? 1, text, text, message));
    }
  }
  for (const key of REQUIRED[kind]) {
    if (headings.has(key)) continue;
    const name = COLUMNS[kind].find((column) => column.key === key)?.heading ?? key;
    faults.push(cellFault('missing_column', heading?.row ?? 1, name, null, `The column "${name}" is missing.`));
  }
  const headingOf = (key: string) => headings.get(key) ?? key;
  const rows = body.map(({ row, cells }) => {
    const values: Record<string, string> = {};
    for (const [index, cell] of cells.entries()) {
      const key = keys[index];
      if (!key || cell === '') continue;
      if (typeof cell === 'string') values[key] = unescapeFormula(cell).normalize('NFC');
      else
        faults.push(cellFault('formula', row, headingOf(key), null, 'A formula cannot be read: put its value here.'));
    }
    return { row, values };
  });
  return { rows: rows.filter(({ values }) => Object.keys(values).length > 0), faults, headingOf };
}

function columnOf(kind: SheetKind, heading: string): string | undefined {
  const wanted = fold(heading.replace(/\*/g, ''));
  return COLUMNS[kind].find((column) => [column.heading, ...column.also].some((word) => fold(word) === wanted))?.key;
}
