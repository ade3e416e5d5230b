import ExcelJS from 'exceljs';

/** Communes of the seed 2020-87 that became one, and the name of the new one; a sample of the reform of 2025. */
const MERGERS: [string, string, string[]][] = [
  ['X-TAN-TRAO', 'Xã Tân Trào', ['SD-TAN-TRAO', 'SD-MINH-THANH']],
  ['X-SON-DUONG', 'Xã Sơn Dương', ['SD-TT-SON-DUONG', 'SD-PHUC-UNG', 'SD-TU-THINH']],
  ['X-DONG-THO', 'Xã Đông Thọ', ['SD-DONG-THO', 'SD-DONG-QUY']],
  ['X-HONG-SON', 'Xã Hồng Sơn', ['SD-HONG-LAC', 'SD-SON-NAM', 'SD-DAI-PHU']],
];
/** Headings of a sheet of operations. */
export const HEADING = ['Thao tác', 'Mã', 'Mã đích', 'Tên', 'Tên ngắn', 'Cấp', 'Ngày hiệu lực'];

/** @returns rows as a workbook of one sheet */
export async function workbook(rows: (string | Date)[][]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Sắp xếp');
  for (const row of rows) sheet.addRow(row);
  return Buffer.from((await book.xlsx.writeBuffer()) as ArrayBuffer);
}

/**
 * @param on the day from which it holds, `YYYY-MM-DD`; written as a date, as text and as people write it here
 * @param more rows for the end of the sheet
 * @returns the sheet by which the district of Sơn Dương ends and its communes become four
 */
export async function mergerSheet(on: string, more: string[][] = []): Promise<Buffer> {
  const rows: (string | Date)[][] = [HEADING];
  const day = new Date(`${on}T00:00:00Z`);
  for (const [code, name] of MERGERS) rows.push(['Thành lập', code, 'TINH-TQ', name, name.slice(3), 'Cấp xã', day]);
  for (const [code, , from] of MERGERS)
    for (const one of from) rows.push(['Sáp nhập', one, code, '', '', '', on.split('-').toReversed().join('/')]);
  // what is left of the district: its own halls go to the province
  for (const hall of ['SD-UBND', 'SD-HUYEN-UY']) rows.push(['Chuyển điểm cầu', hall, 'TINH-TQ', '', '', '', '']);
  rows.push(['Giải thể', 'SD', '', '', '', '', on]);
  return workbook([...rows, ...more]);
}
