import type { Category, LineClass } from '../protocol/directory.ts';
import type { Operation, SheetKind } from '../protocol/surgery.ts';
import { fold } from './fold.ts';

/** A column of a sheet: its key, the heading that export writes, and others that import understands. */
export interface Column {
  key: string;
  heading: string;
  also: string[];
}

const column = (key: string, heading: string, ...also: string[]): Column => ({ key, heading, also: [key, ...also] });

const names = [column('name', 'Tên', 'Tên đầy đủ', 'Full name'), column('shortName', 'Tên ngắn', 'Short name')];
const lines = [
  column('category', 'Loại điểm cầu', 'Loại'),
  column('lineClass', 'Đường truyền', 'Line'),
  column('downKbps', 'Tải xuống (kbit/s)', 'Tải xuống', 'Down (kbit/s)', 'Down'),
  column('upKbps', 'Tải lên (kbit/s)', 'Tải lên', 'Up (kbit/s)', 'Up'),
];

/** Columns of every kind of sheet, in the order of export; a heading is understood without accents and in any case. */
export const COLUMNS: Record<SheetKind, Column[]> = {
  units: [
    column('code', 'Mã', 'Mã đơn vị', 'Unit code'),
    ...names,
    column('parent', 'Thuộc đơn vị', 'Mã cấp trên', 'Parent'),
    column('level', 'Cấp', 'Cấp đơn vị'),
  ],
  endpoints: [
    column('code', 'Mã', 'Mã điểm cầu', 'Endpoint code'),
    ...names,
    column('unit', 'Đơn vị', 'Mã đơn vị', 'Unit code'),
    ...lines,
    column('dutyName', 'Người trực', 'On duty'),
    column('dutyPhone', 'Điện thoại trực', 'Duty phone'),
    column('deputyName', 'Người trực thay', 'Deputy'),
    column('deputyPhone', 'Điện thoại trực thay', 'Deputy phone'),
  ],
  surgery: [
    column('op', 'Thao tác', 'Operation'),
    column('code', 'Mã', 'Mã đơn vị', 'Unit', 'Endpoint'),
    column('to', 'Mã đích', 'Sang đơn vị', 'Vào đơn vị', 'Target', 'Into'),
    ...names,
    column('level', 'Cấp', 'Cấp đơn vị'),
    column('endpoints', 'Điểm cầu', 'Các điểm cầu'),
    column('units', 'Đơn vị trực thuộc', 'Các đơn vị'),
    column('effectiveOn', 'Ngày hiệu lực', 'Hiệu lực', 'Effective date', 'Effective on'),
    ...lines,
  ],
};

/** Columns that a sheet cannot do without. */
export const REQUIRED: Record<SheetKind, string[]> = { units: ['code'], endpoints: ['code'], surgery: ['op', 'code'] };

/** Words of the operation column. */
const OPERATION_WORDS: [Operation['op'], string[]][] = [
  ['createUnit', ['Thành lập', 'Tạo đơn vị', 'Tạo', 'create', 'create unit']],
  ['changeUnit', ['Đổi tên', 'Đổi tên đơn vị', 'rename', 'rename unit']],
  ['moveUnit', ['Chuyển', 'Chuyển đơn vị', 'move', 'move unit']],
  ['mergeUnits', ['Sáp nhập', 'Gộp', 'Nhập', 'merge', 'merge units']],
  ['splitUnit', ['Chia tách', 'Tách', 'split', 'split unit']],
  ['retireUnit', ['Giải thể', 'Kết thúc', 'Kết thúc đơn vị', 'retire', 'retire unit']],
  ['createEndpoint', ['Tạo điểm cầu', 'Thêm điểm cầu', 'create endpoint']],
  ['changeEndpoint', ['Đổi tên điểm cầu', 'Sửa điểm cầu', 'change endpoint', 'rename endpoint']],
  ['moveEndpoint', ['Chuyển điểm cầu', 'move endpoint']],
  ['retireEndpoint', ['Kết thúc điểm cầu', 'Ngừng điểm cầu', 'retire endpoint']],
];

const CATEGORY_WORDS: [Category, string[]][] = [
  ['administrative', ['Hành chính']],
  ['sector', ['Chuyên ngành', 'Ngành']],
  ['relay', ['Tiếp sóng', 'Tiếp sóng trung ương']],
  ['room_codec', ['Thiết bị phòng họp', 'Codec', 'room codec']],
];

const LINE_WORDS: [LineClass, string[]][] = [
  ['dedicated', ['TSLCD', 'Truyền số liệu chuyên dùng']],
  ['internet', ['Internet']],
];

const finder = <T extends string>(table: [T, string[]][]) => {
  const byWord = new Map(
    table.flatMap(([value, words]) => [value, ...words].map((word) => [fold(word), value] as const)),
  );
  return (text: string): T | undefined => byWord.get(fold(text));
};

/** @returns the operation of a word, or undefined */
export const operationOf = finder(OPERATION_WORDS);
/** @returns the category of a word, or undefined */
export const categoryOf = finder(CATEGORY_WORDS);
/** @returns the class of line of a word, or undefined */
export const lineClassOf = finder(LINE_WORDS);

/** @returns the word by which the list of changes names an operation; a sheet renames, a form changes anything */
export function operationWord(op: Operation['op'] | undefined): string {
  if (op === 'changeUnit') return 'Sửa đơn vị';
  if (op === 'changeEndpoint') return 'Sửa điểm cầu';
  return OPERATION_WORDS.find(([value]) => value === op)?.[1][0] ?? '';
}

/** @returns the word that export writes for a category */
export function categoryWord(category: Category): string {
  return CATEGORY_WORDS.find(([value]) => value === category)?.[1][0] ?? category;
}

/** @returns the word that export writes for a class of line */
export function lineWord(lineClass: LineClass): string {
  return LINE_WORDS.find(([value]) => value === lineClass)?.[1][0] ?? lineClass;
}

/** Begins a formula in one of the spreadsheet programs. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

/** @returns the text so that no program takes it for a formula */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** @returns the text as it was before `escapeFormula` */
export function unescapeFormula(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}

/**
 * Reads a day as people write it: `2025-07-01`, `01/07/2025`, `1-7-2025`, `1.7.2025` (the day first).
 * @returns `YYYY-MM-DD`, or null when there is no such day in the calendar
 */
export function dayOf(text: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const local = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(text);
  const [year, month, date] = iso ? iso.slice(1) : local ? local.slice(1).toReversed() : [];
  if (!year || !month || !date) return null;
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  const time = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day) ? day : null;
}
