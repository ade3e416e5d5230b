import { expect } from 'chai';
import type { Actor } from '../../../server/accounts/actor.ts';
import { assertMayIn, mayIn, visibleUnits } from '../../../server/accounts/rights.ts';
import { UnitTree } from '../../../server/directory/unitTree.ts';
import { ROLES } from '../../../server/protocol/rest.ts';
import type { Role } from '../../../server/protocol/rest.ts';

const unit = (id: string, parentId: string | null) => ({
  id,
  parentId,
  code: id,
  name: id,
  shortName: id,
  levelCode: 'x',
  sort: 0,
  validFrom: '2020-01-01',
  validTo: null,
});
const tree = new UnitTree(
  [unit('tinh', null), unit('huyen', 'tinh'), unit('xa', 'huyen'), unit('khac', 'tinh')],
  '2026-01-01',
);
const user = (role: Role, unitId: string): Actor => ({
  kind: 'user',
  userId: 'u',
  displayName: 'U',
  signInId: 's',
  grants: [{ role, unitId }],
});

describe('rights', () => {
  it('reach from a unit down, never up or aside', () => {
    for (const role of ROLES) {
      const may = ['tinh', 'huyen', 'xa', 'khac', 'unknown'].map((id) => mayIn(user(role, 'huyen'), [role], id, tree));
      expect(may).to.deep.equal([false, true, true, false, false]);
    }
  });

  it('belong to the role that was given and to no other', () => {
    for (const held of ROLES) {
      for (const asked of ROLES) expect(mayIn(user(held, 'tinh'), [asked], 'xa', tree)).to.equal(held === asked);
    }
  });

  it('show the units below every grant, or below those of the roles asked for', () => {
    const actor = user('operator', 'huyen');
    if (actor.kind === 'user') actor.grants.push({ role: 'technician', unitId: 'khac' });
    expect([...visibleUnits(actor, tree)]).to.have.members(['huyen', 'xa', 'khac']);
    expect([...visibleUnits(actor, tree, ['technician'])]).to.deep.equal(['khac']);
  });

  it('are none for a device and for a unit that no longer is', () => {
    const device: Actor = { kind: 'device', deviceId: 'd', endpointId: 'e' };
    expect(visibleUnits(device, tree).size).to.equal(0);
    expect(() => assertMayIn(device, ROLES, 'tinh', tree))
      .to.throw()
      .with.property('code', 'not_allowed');
    expect(visibleUnits(user('administrator', 'gone'), tree).size).to.equal(0);
  });
});
