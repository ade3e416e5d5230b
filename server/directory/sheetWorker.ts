import { parentPort, workerData } from 'node:worker_threads';
import { parse } from 'csv-parse/sync';
import ExcelJS from 'exceljs';
import { ArchiveFault, unzip, zipStored } from './archive.ts';
import type { Cell, SheetJob, SheetResult } from './sheetReader.ts';

/**
 * Reads one sheet in a thread of its own: a hostile file costs this thread, which has bounded memory and time, and never
 * the sessions that run meanwhile.
 */

/** Largest workbook when unpacked, in bytes. */
const MAX_UNPACKED = 24 * 1024 * 1024;
/** Formatted rows and columns, empty ones too. */
const MAX_ROWS = 20_000;
const MAX_COLUMNS = 60;
/** What a table of text needs of a workbook; pictures, macros and links are never unpacked. */
const PARTS =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|xl\/workbook\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/sharedStrings\.xml|xl\/styles\.xml|xl\/worksheets\/sheet\d+\.xml)$/;
/** Parts of a sheet that are not read: some of them blow up in memory (a merged cell as large as the sheet). */
const IGNORED = [
  'cols',
  'mergeCells',
  'dataValidations',
  'conditionalFormatting',
  'hyperlinks',
  'autoFilter',
  'drawing',
  'legacyDrawing',
  'tableParts',
  'extLst',
  'rowBreaks',
  'picture',
  'sheetProtection',
];

async function read({ type, bytes, maxRows }: SheetJob): Promise<SheetResult> {
  const rows = type === 'xlsx' ? await readWorkbook(Buffer.from(bytes)) : readCsv(bytes);
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (filled.length > maxRows + 1) return { fault: `The sheet has more than ${maxRows} rows.` };
  return { rows: filled };
}

async function readWorkbook(bytes: Buffer): Promise<{ row: number; cells: Cell[] }[]> {
  const clean = zipStored(unzip(bytes, (name) => PARTS.test(name), MAX_UNPACKED));
  const workbook = new ExcelJS.Workbook();
  const options = { ignoreNodes: IGNORED, maxRows: MAX_ROWS, maxCols: MAX_COLUMNS };
  await workbook.xlsx.load(clean as unknown as ExcelJS.Buffer, options);
  const sheet = workbook.worksheets[0];
  if (!sheet) throw new ArchiveFault('The workbook has no sheet.');
  const rows: { row: number; cells: Cell[] }[] = [];
  sheet.eachRow((row, number) => {
    const cells: Cell[] = [];
    row.eachCell({ includeEmpty: true }, (cell, column) => (cells[column - 1] = cellOf(cell.value)));
    rows.push({ row: number, cells: Array.from(cells, (cell) => cell ?? '') });
  });
  return rows;
}

function cellOf(value: ExcelJS.CellValue): Cell {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10);
  if (typeof value !== 'object') return String(value).trim();
  if ('formula' in value || 'sharedFormula' in value) return { formula: true };
  if ('richText' in value)
    return value.richText
      .map((part) => part.text)
      .join('')
      .trim();
  if ('text' in value) return cellOf(value.text as ExcelJS.CellValue);
  return 'error' in value ? String(value.error) : '';
}

function readCsv(bytes: Uint8Array): { row: number; cells: Cell[] }[] {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  let text: string;
  try {
    text = new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ArchiveFault('The text is not in UTF-8: save it as "CSV UTF-8".');
  }
  const head = text.slice(0, text.indexOf('\n') + 1 || undefined);
  const count = (mark: string) => head.split(mark).length;
  const delimiter = [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
  const records = parse(text, {
    delimiter,
    relax_column_count: true,
    skip_empty_lines: false,
    trim: true,
    max_record_size: 100_000,
  });
  return records.map((cells, index) => ({ row: index + 1, cells: cells.slice(0, MAX_COLUMNS) }));
}

function faultOf(err: unknown): string {
  if (err instanceof ArchiveFault) return err.message;
  const message = err instanceof Error ? err.message : '';
  if (/^Max \w+ count/.test(message)) return `The sheet has more than ${MAX_ROWS} rows or ${MAX_COLUMNS} columns.`;
  return 'The file cannot be read as a table.';
}

const job = workerData as SheetJob;
const result = await read(job).catch((err: unknown): SheetResult => ({ fault: faultOf(err) }));
parentPort?.postMessage(result);
