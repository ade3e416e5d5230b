import { deflateRawSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { expect } from 'chai';
import ExcelJS from 'exceljs';
import { unzip, zipStored } from '../../server/directory/archive.ts';
import { CSV_TYPE, MAX_SHEET_BYTES, XLSX_TYPE } from '../../server/protocol/surgery.ts';
import { databases } from '../support/database.ts';
import { DirectoryDesk, refused } from '../support/directoryDesk.ts';

async function workbook(rows: unknown[][]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('x');
  for (const row of rows) sheet.addRow(row);
  return Buffer.from((await book.xlsx.writeBuffer()) as ArrayBuffer);
}

describe('sheets of units and endpoints', function () {
  this.timeout(60_000);
  let desk: DirectoryDesk;
  before(async () => {
    desk = await new DirectoryDesk(await databases()[0]!.open()).open('2025-124');
    await desk.person('meoVac', 'administrator', 'X-MEO-VAC');
  });
  after(() => desk.close());
  const send = (what: string, file: Buffer, type = XLSX_TYPE, who = 'admin') =>
    desk.call(who, 'POST', `/directory/import/${what}`, file, { 'content-type': type });
  const fetched = (what: string, who = 'admin') => desk.call(who, 'GET', `/directory/export/${what}`);
  const csv = (...lines: string[]) => Buffer.from(lines.join('\n'));

  it('come out and go in again without a difference, as XLSX and as CSV', async () => {
    for (const kind of ['units', 'endpoints']) {
      for (const [format, type] of [
        ['xlsx', XLSX_TYPE],
        ['csv', CSV_TYPE],
      ] as const) {
        const out = await fetched(`${kind}?format=${format}`);
        expect(out.headers.get('content-type')).to.contain(type);
        expect(out.headers.get('content-disposition')).to.contain(`${kind}-2026-11-24.${format}`);
        const { body, status } = await send(`${kind}/preview`, out.bytes, type);
        expect(status, JSON.stringify(body)).to.equal(200);
        const count = kind === 'units' ? 142 : 141;
        expect([body.faults, body.operations, body.counts.unchanged]).to.deep.equal([[], 0, count]);
      }
    }
  });

  it('show a branch its own rows alone', async () => {
    const rows = parse((await fetched('endpoints?format=csv', 'meoVac')).bytes, { bom: true }) as string[][];
    expect(rows.slice(1).map((row) => row[0])).to.deep.equal(['X-MEO-VAC']);
    const foreign = csv('Mã,Tên', 'X-DONG-VAN,Chiếm');
    const { body } = await send('endpoints/preview', foreign, CSV_TYPE, 'meoVac');
    expect(body.faults[0]).to.deep.include({ code: 'unknown_endpoint', row: 2, column: 'Mã', value: 'X-DONG-VAN' });
  });

  it('import 124 units within seconds, in any order of rows, and take them back', async () => {
    const rows = Array.from({ length: 124 }, (_, i) => [
      `T-${i}`,
      `Thôn ${i}`,
      '',
      i === 0 ? 'X-HA' : `T-${i - 1}`,
      'Xã',
    ]);
    rows.push(['X-HA', 'Xã Hạ', '', 'TINH-TQ', 'xa']);
    const file = await workbook([['Mã', 'TÊN', 'Ten ngan', 'Thuộc đơn vị', 'cap'], ...rows.toReversed()]);
    const begun = performance.now();
    const dry = await send('units/preview', file);
    expect(dry.body.faults).to.deep.equal([]);
    const { body, status } = await send('units/apply', file);
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(body.counts.unitsCreated).to.equal(125);
    expect(performance.now() - begun).to.be.below(20_000);
    const undone = await desk.call('admin', 'POST', '/directory/surgery/undo', { surgeryId: body.id });
    expect(undone.status, JSON.stringify(undone.body)).to.equal(200);
  });

  it('name row and column of each fault', async () => {
    const file = csv(
      'Mã,Tên,Đơn vị,Loại,Tải xuống,Tải lên,Màu',
      'X-MEO-VAC,,,,,,',
      'MOI-1,Phòng mới,,Hành chính,2000,1000,',
      'MOI-2,Phòng mới,KHONG-CO,Hành chính,2000,1000,',
      'MOI-3,Phòng mới,X-MEO-VAC,Vườn trẻ,2000,1000,',
      'MOI-4,Phòng mới,X-MEO-VAC,,nhanh,1000,',
      'mới 5,Phòng mới,X-MEO-VAC,,2000,1000,',
      'MOI-6,,X-MEO-VAC,,2000,1000,',
      'MOI-4,Phòng mới,X-MEO-VAC,,2000,1000,',
    );
    const { body } = await send('endpoints/preview', file, CSV_TYPE);
    const faults = body.faults.map((f: Record<string, unknown>) => [f['row'], f['column'], f['code'], f['value']]);
    expect(faults).to.have.deep.members([
      [1, 'Màu', 'unknown_column', 'Màu'],
      [3, 'Đơn vị', 'missing_value', null],
      [4, 'Đơn vị', 'unknown_unit', 'KHONG-CO'],
      [5, 'Loại', 'bad_value', 'Vườn trẻ'],
      [6, 'Tải xuống', 'bad_value', 'nhanh'],
      [7, 'Mã', 'bad_value', 'mới 5'],
      [8, 'Tên', 'missing_value', null],
      [9, 'Mã', 'twice_in_sheet', 'MOI-4'],
    ]);
    expect(body.ok).to.equal(false);
    const applied = await send('endpoints/apply', file, CSV_TYPE);
    expect(refused(applied)).to.equal('422 plan_refused');
    expect(applied.body.errors[0]).to.have.all.keys('path', 'message');
  });

  it('take "Hoà" and "Hòa", composed or not, for the same name', async () => {
    const same = csv(
      'Mã;Tên',
      `X-HOA-AN;${'Uỷ ban nhân dân xã Hoà An'.normalize('NFD')}`,
      'X-CHIEM-HOA;Ủy ban nhân dân xã Chiêm Hoá',
    );
    const { body } = await send('endpoints/preview', same, CSV_TYPE);
    expect([body.ok, body.operations, body.counts.unchanged]).to.deep.equal([true, 0, 2]);
  });

  it('escape what a spreadsheet would run, and read it back as it was', async () => {
    const id = await desk.endpointId('X-LUNG-CU');
    const name = '=HYPERLINK("http://evil","x")';
    await desk.call('admin', 'PATCH', `/endpoints/${id}`, { name, shortName: '@SUM(1)' });
    const text = (await fetched('endpoints?format=csv')).bytes.toString();
    for (const row of parse(text, { bom: true }) as string[][]) {
      for (const cell of row) expect(cell).to.not.match(/^[=+\-@\t\r]/);
    }
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await fetched('endpoints')).bytes as unknown as ExcelJS.Buffer);
    const cells: ExcelJS.CellValue[] = [];
    book.worksheets[0]?.eachRow((row) => row.eachCell((cell) => cells.push(cell.value)));
    expect(cells).to.include(`'${name}`).and.include("'@SUM(1)");
    expect(cells.filter((cell) => typeof cell === 'object')).to.deep.equal([]);
    const { body } = await send('endpoints/preview', (await fetched('endpoints')).bytes);
    expect([body.ok, body.counts.unchanged]).to.deep.equal([true, 141]);
    const formula = await workbook([
      ['Mã', 'Tên'],
      ['X-LUNG-CU', { formula: 'HYPERLINK("http://evil")', result: 'x' }],
    ]);
    expect((await send('endpoints/preview', formula)).body.faults[0]).to.deep.include({
      code: 'formula',
      row: 2,
      column: 'Tên',
    });
  });

  it('are refused when they are no sheet, too large, too long or a bomb', async () => {
    const junk = await send('units/preview', Buffer.from('PK\u0003\u0004 not a workbook'));
    expect(refused(junk)).to.equal('422 sheet_unreadable');
    expect(refused(await send('units/preview', Buffer.alloc(0), CSV_TYPE))).to.equal('422 sheet_unreadable');
    expect(refused(await send('units/preview', Buffer.from('x'), 'application/pdf'))).to.equal(
      '415 unsupported_media_type',
    );
    const large = await send('units/preview', Buffer.alloc(MAX_SHEET_BYTES + 1, 'a'), CSV_TYPE);
    expect(refused(large)).to.equal('413 payload_too_large');
    const long = csv('Mã,Tên', ...Array.from({ length: 5001 }, (_, i) => `A-${i},Tên ${i}`));
    const tooLong = await send('units/preview', long, CSV_TYPE);
    expect([refused(tooLong), tooLong.body.detail]).to.deep.equal([
      '422 sheet_unreadable',
      'The sheet has more than 5000 rows.',
    ]);
    const latin = await send('units/preview', Buffer.from([0x4d, 0xe3, 0x0a, 0xff, 0xfe]), CSV_TYPE);
    expect(refused(latin)).to.equal('422 sheet_unreadable');
  });

  it('that unpack to gigabytes, or lie about their size, are refused without being unpacked', async () => {
    const rows = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'.repeat(1_000_000);
    const packed = deflateRawSync(Buffer.from(`<worksheet><sheetData>${rows}</sheetData></worksheet>`));
    const honest = zipStored([{ name: 'xl/worksheets/sheet1.xml', bytes: packed }]);
    // the stored entry is turned into a packed one that says it is as small as it looks
    const central = honest.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    honest.writeUInt16LE(8, 8);
    honest.writeUInt16LE(8, central + 10);
    expect(honest.length).to.be.below(MAX_SHEET_BYTES);
    const { body, status } = await send('units/preview', honest);
    expect(`${status} ${body.code}`).to.equal('422 sheet_unreadable');
    expect(body.detail).to.contain('larger inside');
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('x');
    sheet.addRow(['Mã', 'Tên']);
    sheet.addRow(['X-MEO-VAC', 'Ủy ban nhân dân xã Mèo Vạc']);
    sheet.mergeCells('C3:D4');
    const small = Buffer.from((await book.xlsx.writeBuffer()) as ArrayBuffer);
    // one merged cell as large as the sheet: a hundred bytes that a careless reader turns into billions of cells
    const parts = unzip(small, () => true, 10_000_000).map(({ name, bytes }) => {
      return { name, bytes: Buffer.from(bytes.toString().replace('"C3:D4"', '"C3:XFD1048576"')) };
    });
    const merged = await send('endpoints/preview', zipStored(parts));
    expect([merged.body.ok, merged.body.counts?.unchanged]).to.deep.equal([true, 1]);
  });
});
