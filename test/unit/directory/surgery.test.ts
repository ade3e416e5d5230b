import { expect } from 'chai';
import type { DirectoryRows, EndpointRow, StoredUnit } from '../../../server/directory/directory.entity.ts';
import { changeSetOf, countsOf } from '../../../server/directory/changeSet.ts';
import { fold, nameKey, toneKey } from '../../../server/directory/fold.ts';
import { endpointsAsOf, unitsAsOf } from '../../../server/directory/history.ts';
import { successorOf } from '../../../server/directory/unitTree.ts';
import { rehearse } from '../../../server/directory/rehearsal.ts';
import { changedSince, rowsAfterUndo, undoOf } from '../../../server/directory/surgeryRecord.ts';
import type { Operation } from '../../../server/protocol/surgery.ts';

const unit = (code: string, parentId: string | null, extra: Partial<StoredUnit> = {}): StoredUnit => ({
  id: `u-${code}`,
  parentId: parentId && `u-${parentId}`,
  code,
  name: `Đơn vị ${code}`,
  shortName: code,
  nameFold: fold(`Đơn vị ${code} ${code}`),
  levelCode: 'any',
  sort: 10,
  validFrom: '2020-01-01',
  validTo: null,
  since: null,
  successorId: null,
  version: 1,
  ...extra,
});
const endpoint = (code: string, unitCode: string, extra: Partial<EndpointRow> = {}): EndpointRow => ({
  ...{ id: `e-${code}`, unitId: `u-${unitCode}`, code, name: `Điểm cầu ${code}`, shortName: code, nameFold: code },
  ...{ sort: 10, category: 'administrative', lineClass: 'dedicated', downKbps: 2000, upKbps: 1000 },
  ...{ equipment: null, contacts: null, duty: null, validFrom: '2020-01-01', validTo: null, since: null, version: 1 },
  ...extra,
});
const rows: DirectoryRows = {
  levels: [{ code: 'any', name: 'Cấp', nameEn: null, rank: 1 }],
  units: [unit('T', null), unit('A', 'T'), unit('B', 'T'), unit('A1', 'A'), unit('A2', 'A')],
  endpoints: [endpoint('EA', 'A'), endpoint('EA1', 'A1'), endpoint('EA1B', 'A1'), endpoint('EB', 'B')],
  unitPasts: [],
  endpointPasts: [],
};
const DAY = '2026-12-01';
const run = (operations: Operation[], from = rows, day = DAY) => rehearse(from, operations, day, 0, () => true);
const faults = (operations: Operation[], from = rows, day = DAY) =>
  run(operations, from, day).faults.map((fault) => [fault.code, fault.operation]);

/** @returns the directory as it stands after a plan */
function after(operations: Operation[], from = rows, day = DAY): DirectoryRows {
  const { draft, set } = run(operations, from, day);
  return {
    levels: from.levels,
    units: [...draft.units.values()],
    endpoints: [...draft.endpoints.values()],
    unitPasts: [...from.unitPasts, ...set.unitPasts],
    endpointPasts: [...from.endpointPasts, ...set.endpointPasts],
  };
}

describe('a plan', () => {
  const merge: Operation[] = [{ op: 'mergeUnits', units: ['A'], to: 'B' }];

  it('merges: units and endpoints go over, the ids stay, the day before knows the old names', () => {
    const merged = after(merge);
    expect(merged.units.find((row) => row.code === 'A')).to.include({ validTo: DAY, successorId: 'u-B' });
    expect(merged.endpoints.map((row) => row.id)).to.deep.equal(rows.endpoints.map((row) => row.id));
    const placed = (day: string) => endpointsAsOf(merged.endpoints, merged.endpointPasts, day).map((row) => row.unitId);
    expect(placed('2026-11-30')).to.deep.equal(['u-A', 'u-A1', 'u-A1', 'u-B']);
    expect(placed(DAY)).to.deep.equal(['u-B', 'u-A1', 'u-A1', 'u-B']);
    const above = (day: string) => unitsAsOf(merged.units, merged.unitPasts, day).map((row) => row.parentId);
    expect(above('2026-11-30')).to.deep.equal(above('2020-01-01'));
    expect(above(DAY).slice(3)).to.deep.equal(['u-B', 'u-B']);
    expect(successorOf('u-A', new Map(merged.units.map((row) => [row.id, row])), DAY)).to.equal('u-B');
  });

  it('splits: endpoints go to the parts that are named, and the unit ends only when it is empty', () => {
    const part = (code: string, endpoints: string[]) => ({ code, name: `Phần ${code}`, endpoints, units: [] });
    const split = (into: ReturnType<typeof part>[]): Operation[] => [
      { op: 'splitUnit', unit: 'A1', into, keep: false },
    ];
    expect(faults(split([part('N1', ['EA1']), part('N2', ['EA1B'])]))).to.deep.equal([]);
    expect(faults(split([part('N1', ['EA1'])]))).to.deep.equal([['orphan', 0]]);
    expect(faults(split([part('N1', ['EB'])]))[0]).to.deep.equal(['unknown_endpoint', 0]);
  });

  it('builds upon its own steps, in order', () => {
    const made: Operation[] = [
      { op: 'createUnit', code: 'N', name: 'Mới', level: 'any', to: 'T' },
      { op: 'moveUnit', unit: 'A1', to: 'N' },
      { op: 'moveEndpoint', endpoint: 'EA', to: 'A1' },
      { op: 'moveUnit', unit: 'A2', to: 'N' },
      { op: 'retireUnit', unit: 'A' },
    ];
    expect(faults(made)).to.deep.equal([]);
    expect(faults(made.toReversed()).map(([code]) => code)).to.include.members(['unknown_unit', 'orphan']);
    const { draft, set } = run(made);
    expect(countsOf(rows, draft, set, made.length)).to.include({ unitsCreated: 1, unitsMoved: 2, unitsRetired: 1 });
  });

  it('names every fault and goes on to the next step', () => {
    expect(
      faults([
        { op: 'moveUnit', unit: 'A', to: 'A1' },
        { op: 'moveUnit', unit: 'A', to: 'Z' },
        { op: 'mergeUnits', units: ['B'], to: 'B' },
        { op: 'createUnit', code: 'A2', name: 'X', level: 'any', to: 'T' },
        { op: 'createUnit', code: 'N', name: 'X', level: 'galaxy', to: 'T' },
        { op: 'changeUnit', unit: 'A1', name: 'đơn vị  a2' },
        { op: 'retireUnit', unit: 'B' },
      ]),
    ).to.have.deep.members([
      ['cycle', 0],
      ['unknown_unit', 1],
      ['same_unit', 2],
      ['code_taken', 3],
      ['unknown_level', 4],
      ['duplicate_name', 5],
      ['orphan', 6],
    ]);
  });

  it('refuses to change the past of a state that is planned later, and corrects one that begins on its day', () => {
    const planned = after([{ op: 'changeUnit', unit: 'A', name: 'Năm sau' }], rows, '2027-01-01');
    expect(faults([{ op: 'changeUnit', unit: 'A', name: 'Nay' }], planned)).to.deep.equal([['later_change', 0]]);
    const again = run([{ op: 'changeUnit', unit: 'A', name: 'Sửa' }], planned, '2027-01-01');
    expect([again.faults, again.set.unitPasts]).to.deep.equal([[], []]);
    expect(faults([{ op: 'changeUnit', unit: 'A', name: 'X' }], rows, '2019-12-31')).to.deep.equal([
      ['before_start', 0],
    ]);
  });

  it('writes nothing but the difference, new units below those that they stand in', () => {
    const { set } = run([
      { op: 'createUnit', code: 'N1', name: 'Một', level: 'any', to: 'T' },
      { op: 'createUnit', code: 'N2', name: 'Hai', level: 'any', to: 'T' },
      { op: 'moveUnit', unit: 'N1', to: 'N2' },
      { op: 'changeUnit', unit: 'A', name: 'Đơn vị A' },
    ]);
    expect(set.newUnits.map((row) => row.code)).to.deep.equal(['N2', 'N1']);
    expect([set.unitEdits, set.unitPasts]).to.deep.equal([[], []]);
  });

  it('can be taken back to what was, as long as nothing touched it', () => {
    const { draft } = run(merge);
    const undo = undoOf(changeSetOf(rows, draft, 0));
    const merged = after(merge);
    expect(changedSince(merged, undo)).to.equal(null);
    const back = rowsAfterUndo(merged, undo);
    expect([back.units, back.endpoints]).to.deep.equal([rows.units, rows.endpoints]);
    const moved = after([{ op: 'moveEndpoint', endpoint: 'EA', to: 'T' }], merged, '2026-12-05');
    expect(changedSince(moved, undo)).to.equal('EA');
    const renamed = after([{ op: 'changeEndpoint', endpoint: 'EA', downKbps: 1 } as never], merged, '2026-12-05');
    expect(changedSince(renamed, undo)).to.equal(null);
  });
});

describe('the same name', () => {
  it('is seen through case, spaces, the form of Unicode and the place of the tone mark', () => {
    const names = ['Xã Hòa An', 'xã  Hoà an', 'XÃ HÒA AN', 'Xã Hoà An'.normalize('NFD')];
    expect(new Set(names.map(nameKey)).size).to.equal(1);
    expect(toneKey('Thuỷ')).to.equal(toneKey('Thủy'));
  });

  it('is not what differs in a letter or a tone', () => {
    const names = ['An', 'Ân', 'Ăn', 'Án', 'Ạn', 'Ơn', 'On', 'Đa', 'Da'];
    expect(new Set(names.map(nameKey)).size).to.equal(names.length);
  });
});
