import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { ArchiveFault, unzip, zipStored } from '../../../server/directory/archive.ts';
import { dayOf, escapeFormula, operationOf, unescapeFormula } from '../../../server/directory/sheetColumns.ts';
import { planOfSheet } from '../../../server/directory/sheetPlan.ts';
import type { SheetKind } from '../../../server/protocol/surgery.ts';

const rows = {
  levels: [{ code: 'any', name: 'Cấp xã', nameEn: 'Commune', rank: 1 }],
  units: [],
  endpoints: [],
  unitPasts: [],
  endpointPasts: [],
};
const plan = (kind: SheetKind, ...lines: string[][]) =>
  planOfSheet(
    kind,
    lines.map((cells, i) => ({ row: i + 1, cells })),
    rows,
  );

describe('a day in a sheet', () => {
  it('is read as people write it, the day first', () => {
    for (const text of ['2025-07-01', '01/07/2025', '1-7-2025', '1.7.2025']) expect(dayOf(text)).to.equal('2025-07-01');
  });

  it('is refused when no calendar has it', () => {
    for (const text of ['32/02/2025', '29/02/2025', '2025-13-01', 'mai', '1/7/25', ''])
      expect(dayOf(text), text).to.equal(null);
    expect(dayOf('29/02/2028')).to.equal('2028-02-29');
  });
});

describe('a text that a spreadsheet would run', () => {
  it('is escaped and read back as it was', () => {
    for (const text of ['=1+1', '+84 207', '-5', '@SUM(1)', '\t=1']) {
      expect(escapeFormula(text)).to.equal(`'${text}`);
      expect(unescapeFormula(escapeFormula(text))).to.equal(text);
    }
    for (const text of ['Xã Tân Trào', "'Ân", '5=5']) expect(unescapeFormula(escapeFormula(text))).to.equal(text);
  });
});

describe('a sheet of operations', () => {
  it('understands its words with and without accents, in Vietnamese and English', () => {
    expect(['Sáp nhập', 'SAP NHAP', 'merge', 'Gộp'].map(operationOf)).to.deep.equal(Array(4).fill('mergeUnits'));
    expect(operationOf('bay')).to.equal(undefined);
  });

  it('becomes a plan of one day; rows that split one unit are one step', () => {
    const { operations, faults, effectiveOn } = plan(
      'surgery',
      ['Thao tác', 'Mã', 'Mã đích', 'Tên', 'Cấp', 'Điểm cầu', 'Ngày hiệu lực'],
      ['Tách', 'A', 'A1', 'Một', 'cap xa', 'E1, E2', '01/07/2025'],
      ['Tách', 'A', 'A2', 'Hai', 'any', 'E3', ''],
      ['Giải thể', 'A', '', '', '', '', '2025-07-01'],
    );
    expect([faults, effectiveOn]).to.deep.equal([[], '2025-07-01']);
    expect(operations.map((step) => [step.op, step.row])).to.deep.equal([
      ['splitUnit', 2],
      ['retireUnit', 4],
    ]);
    const [split] = operations;
    if (split?.op !== 'splitUnit') return expect.fail('no split');
    expect(split.into.map((part) => [part.code, part.level, part.endpoints])).to.deep.equal([
      ['A1', 'any', ['E1', 'E2']],
      ['A2', 'any', ['E3']],
    ]);
  });

  it('names row and column of what is wrong with it', () => {
    const { faults } = plan(
      'surgery',
      ['Thao tác', 'Mã', 'Mã đích', 'Ngày hiệu lực'],
      ['Gộp', 'A', '', '32/02/2025'],
      ['Chuyển', '', 'B', '01/07/2025'],
      ['Chuyển', 'A', 'B', '02/07/2025'],
    );
    expect(faults.map((fault) => [fault.row, fault.column, fault.code])).to.have.deep.members([
      [2, 'Mã đích', 'missing_value'],
      [2, 'Ngày hiệu lực', 'bad_date'],
      [3, 'Mã', 'missing_value'],
      [4, 'Ngày hiệu lực', 'two_dates'],
    ]);
    expect(plan('surgery', ['Thao tác']).faults[0]).to.include({ code: 'missing_column', column: 'Mã', row: 1 });
  });
});

describe('the day of a sheet', () => {
  const sheet = (day: string) =>
    [
      ['Thao tác', 'Mã', 'Cấp', 'Ngày hiệu lực'],
      ['Đổi tên', 'A', 'commune', day],
    ].map((cells, i) => ({ row: i + 1, cells }));
  const read = (day: string, asked: string | null) => {
    const { effectiveOn, faults } = planOfSheet('surgery', sheet(day), rows, asked);
    return [effectiveOn, faults.map(({ row, column, code }) => `${row} ${column} ${code}`)];
  };

  it('is the one it names, or the one that was chosen beside it', () => {
    expect(read('01/07/2025', null)).to.deep.equal(['2025-07-01', []]);
    expect(read('', '2025-07-01')).to.deep.equal(['2025-07-01', []]);
    expect(read('01/07/2025', '2025-07-01')).to.deep.equal(['2025-07-01', []]);
    expect(read('', null)).to.deep.equal([null, []]);
  });

  it('may not be two: neither the sheet nor the form passes the other over in silence', () => {
    expect(read('02/07/2025', '2025-07-01')[1]).to.deep.equal(['2 Ngày hiệu lực two_dates']);
  });
});

describe('a sheet of endpoints', () => {
  it('names every fault of a row at once', () => {
    const heading = ['Mã', 'Tên', 'Đơn vị', 'Đường truyền', 'Loại', 'Người trực', 'Điện thoại trực'];
    const { faults } = plan('endpoints', heading, ['R9', 'Mới', 'A', 'Vệ tinh', 'Lạ', 'Lan', 'gọi tôi']);
    expect(faults.map(({ row, column, value }) => [row, column, value])).to.have.deep.members([
      [2, 'Đường truyền', 'Vệ tinh'],
      [2, 'Loại', 'Lạ'],
      [2, 'Điện thoại trực', 'gọi tôi'],
    ]);
  });
});

describe('an archive', () => {
  const name = 'xl/worksheets/sheet1.xml';
  const all = () => true;

  it('is unpacked as it was packed', () => {
    const files = [name, 'b'].map((one) => ({ name: one, bytes: Buffer.from(`nội dung ${one}`) }));
    expect(unzip(zipStored(files), all, 1000)).to.deep.equal(files);
    expect(unzip(zipStored(files), (one) => one === 'b', 1000)).to.deep.equal([files[1]]);
  });

  it('is not unpacked past the limit, whatever it says of itself', () => {
    const packed = zipStored([{ name, bytes: deflateRawSync(Buffer.alloc(1_000_000)) }]);
    for (const at of [8, packed.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 10]) packed.writeUInt16LE(8, at);
    expect(() => unzip(packed, all, 100_000))
      .to.throw()
      .and.be.instanceOf(ArchiveFault);
    expect(unzip(packed, all, 1_000_000)[0]?.bytes.length).to.equal(1_000_000);
  });

  it('that is damaged anywhere is refused in a sentence', () => {
    const good = zipStored([{ name, bytes: Buffer.from('x'.repeat(50)) }]);
    // the last bytes are an empty comment, which nobody needs
    for (let cut = 0; cut < good.length - 6; cut += 3) {
      try {
        unzip(good.subarray(0, cut), all, 1000);
      } catch (err) {
        expect(err).to.be.instanceOf(ArchiveFault);
        continue;
      }
      expect.fail(`cut at ${cut}`);
    }
  });
});
