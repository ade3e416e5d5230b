import { expect } from 'chai';
import { UnitTree } from '../../../server/directory/unitTree.ts';

const row = (id: string, parentId: string | null, validFrom = '2010-01-01', validTo: string | null = null) => ({
  id,
  parentId,
  code: id.toUpperCase(),
  name: `Đơn vị ${id}`,
  shortName: id,
  levelCode: 'any',
  sort: 1,
  validFrom,
  validTo,
});

const rows = [
  row('province', null),
  row('district', 'province', '2010-01-01', '2025-07-01'),
  row('commune', 'district', '2010-01-01', '2025-07-01'),
  row('hamlet', 'commune', '2010-01-01', '2025-07-01'),
  row('newCommune', 'province', '2025-07-01'),
];

describe('the tree of units', () => {
  const tree = new UnitTree(rows, '2020-05-01');

  it('says who stands within whom, at any depth', () => {
    expect(tree.isWithin('hamlet', 'province')).to.equal(true);
    expect(tree.isWithin('hamlet', 'hamlet')).to.equal(true);
    expect(tree.isWithin('district', 'hamlet')).to.equal(false);
    expect(tree.within('district', 'commune')).to.equal(true);
  });

  it('names those above, nearest first', () =>
    expect(tree.ancestors('hamlet').map((unit) => unit.id)).to.deep.equal(['commune', 'district', 'province']));

  it('gathers everything below', () => {
    expect([...tree.subtreeIds('district')].sort()).to.deep.equal(['commune', 'district', 'hamlet']);
    expect([...tree.subtree('hamlet')]).to.deep.equal(['hamlet']);
  });

  it('names the unit above, and the top by itself', () => {
    expect(tree.parentName('commune')).to.equal('Đơn vị district');
    expect(tree.parentName('province')).to.equal('Đơn vị province');
    expect(tree.parentName('nowhere')).to.equal('');
  });

  it('is that of its day: an end belongs to what comes after', () => {
    const before = new UnitTree(rows, '2025-06-30');
    const after = new UnitTree(rows, '2025-07-01');
    expect([before.isWithin('commune', 'province'), before.isWithin('newCommune', 'province')]).to.deep.equal([
      true,
      false,
    ]);
    expect([after.isWithin('commune', 'province'), after.isWithin('newCommune', 'province')]).to.deep.equal([
      false,
      true,
    ]);
  });

  it('gives no rights to what it does not know', () => {
    expect(tree.isWithin('nowhere', 'nowhere')).to.equal(false);
    expect(tree.isWithin('commune', 'nowhere')).to.equal(false);
    expect(tree.subtree('nowhere')).to.deep.equal([]);
  });

  it('survives units that stand in a circle', () => {
    const circle = new UnitTree([row('a', 'b'), row('b', 'a')], '2020-01-01');
    expect(circle.isWithin('a', 'b')).to.equal(true);
    expect([...circle.subtree('a')].sort()).to.deep.equal(['a', 'b']);
  });

  it('looks for what has ended where its successor stands, and lets no right rise by it', () => {
    const merged = [
      { ...row('province', null) },
      { ...row('district', 'province', '2010-01-01', '2025-07-01'), successorId: 'province' },
      { ...row('commune', 'district', '2010-01-01', '2025-07-01'), successorId: 'newCommune' },
      row('newCommune', 'province', '2025-07-01'),
    ];
    const after = new UnitTree(merged, '2025-07-01');
    expect(after.heir('commune')).to.equal('newCommune');
    expect(after.isWithin('newCommune', 'commune')).to.equal(true);
    expect(after.isWithin('commune', 'newCommune')).to.equal(true);
    expect([...after.subtreeIds('commune')].sort()).to.deep.equal(['commune', 'newCommune']);
    expect([...after.subtreeIds('province')].sort()).to.deep.equal(['commune', 'district', 'newCommune', 'province']);
    expect(after.isWithin('province', 'district')).to.equal(false);
    expect([...after.subtreeIds('district')]).to.deep.equal([]);
    const before = new UnitTree(merged, '2025-06-30');
    expect([before.heir('commune'), before.isWithin('newCommune', 'commune')]).to.deep.equal(['commune', false]);
  });
});
