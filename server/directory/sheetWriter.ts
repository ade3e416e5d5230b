import { stringify } from 'csv-stringify/sync';
import type { DutyCard } from '../protocol/directory.ts';
import type { SheetKind } from '../protocol/surgery.ts';
import type { DirectoryRows } from './directory.entity.ts';
import type { DayDirectory } from './directoryService.ts';
import { categoryWord, COLUMNS, escapeFormula, lineWord } from './sheetColumns.ts';

/** A table of texts and numbers, the heading first. */
export type Sheet = (string | number)[][];

/**
 * Puts the directory of a day into the columns that import reads back.
 * @param visible units that the reader may see
 */
export function sheetOf(kind: SheetKind, day: DayDirectory, rows: DirectoryRows, visible: ReadonlySet<string>): Sheet {
  const heading = COLUMNS[kind].map((column) => column.heading);
  const codeOf = new Map(rows.units.map((unit) => [unit.id, unit.code]));
  if (kind === 'units') {
    const units = day.tree.units().filter((unit) => visible.has(unit.id));
    const rank = new Map(day.levels.map((level) => [level.code, level.rank]));
    units.sort((a, b) => (rank.get(a.levelCode) ?? 0) - (rank.get(b.levelCode) ?? 0) || a.sort - b.sort);
    return [
      heading,
      ...units.map((unit) => {
        const parent = unit.parentId === null ? '' : (codeOf.get(unit.parentId) ?? '');
        return [unit.code, unit.name, unit.shortName, parent, unit.levelCode];
      }),
    ];
  }
  if (kind === 'surgery') return [heading];
  const duties = new Map(rows.endpoints.map((row) => [row.id, row.duty]));
  const endpoints = day.roster.filter((endpoint) => visible.has(endpoint.unitId));
  return [
    heading,
    ...endpoints.map((e) => {
      const text = duties.get(e.id);
      const duty = text ? (JSON.parse(text) as DutyCard) : null;
      return [
        ...[e.code, e.name, e.shortName, codeOf.get(e.unitId) ?? ''],
        ...[categoryWord(e.category), lineWord(e.lineClass), e.line.downKbps, e.line.upKbps],
        ...[duty?.name ?? '', duty?.phone ?? '', duty?.deputyName ?? '', duty?.deputyPhone ?? ''],
      ];
    }),
  ];
}

const safe = (sheet: Sheet): Sheet =>
  sheet.map((row) => row.map((cell) => (typeof cell === 'string' ? escapeFormula(cell) : cell)));

/** @returns CSV in UTF-8 with a mark that spreadsheets need to see Vietnamese; nothing in it is run as a formula */
export function csvOf(sheet: Sheet): Buffer {
  return Buffer.from(stringify(safe(sheet), { bom: true }), 'utf8');
}

/** @returns an XLSX workbook; nothing in it is run as a formula */
export async function xlsxOf(sheet: Sheet, title: string): Promise<Buffer> {
  // loaded when it is needed: it would slow down every start
  const { default: ExcelJS } = await import('exceljs');
  const workbook = new ExcelJS.Workbook();
  const page = workbook.addWorksheet(title, { views: [{ state: 'frozen', ySplit: 1 }] });
  for (const row of safe(sheet)) page.addRow(row);
  page.getRow(1).font = { bold: true };
  page.columns.forEach((column, index) => {
    const widest = sheet.slice(0, 500).reduce((width, row) => Math.max(width, String(row[index] ?? '').length), 0);
    column.width = Math.min(60, widest + 2);
    column.numFmt = typeof sheet[1]?.[index] === 'number' ? '0' : '@';
  });
  return Buffer.from((await workbook.xlsx.writeBuffer()) as ArrayBuffer);
}
