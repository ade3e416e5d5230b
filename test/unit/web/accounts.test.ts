import { expect } from 'chai';
import type { AuditEntry } from '../../../server/protocol/directory.ts';
import { fold } from '../../../web/lib/fold.ts';
import { actName, actSentence, actorWords, changeLines } from '../../../web/views/accounts/auditSentence.ts';
import { auditWords } from '../../../web/views/accounts/auditWords.ts';
import { browserName } from '../../../web/views/accounts/browserName.ts';
import { oneTimePassword, usernameOf } from '../../../web/views/accounts/oneTimePassword.ts';
import { unitOptions } from '../../../web/views/accounts/units.ts';

const names = {
  things: new Map([
    ['u1', 'Sở Y tế'],
    ['e1', 'Điểm cầu Sở Y tế'],
  ]),
  language: 'vi' as const,
};
const entry = (part: Partial<AuditEntry>): AuditEntry => ({
  id: 'x',
  at: '2026-11-23T02:00:00Z',
  actor: 'user:p1',
  actorName: 'Quản trị',
  action: 'unit.changed',
  subject: 'unit:u1',
  before: null,
  after: null,
  ...part,
});

describe('the log of changes in words', () => {
  it('names what was done and to what, by the name of today', () => {
    expect(actSentence(entry({}), names)).to.equal('Sửa đơn vị “Sở Y tế”');
    expect(actSentence(entry({ subject: 'unit:u2', after: { name: 'Xã Mới' } }), names)).to.equal(
      'Sửa đơn vị “Xã Mới”',
    );
    expect(
      actSentence(entry({ action: 'surgery.applied', subject: 'surgery:s', after: { title: 'Sáp nhập' } }), names),
    ).to.equal('Sắp xếp lại tổ chức: “Sáp nhập”');
    const user = entry({ action: 'user.disabled', subject: 'user:p2', after: { username: 'lan' } });
    expect(actSentence(user, { ...names, language: 'en' })).to.equal('Deactivated the account “lan”');
    expect(changeLines(user, names), 'nothing beyond the sentence').to.deep.equal([]);
  });

  it('says the act as it is stored where it has no words, and never hides it', () => {
    expect(actSentence(entry({ action: 'unit.painted' }), names)).to.equal('unit.painted “Sở Y tế”');
    expect(actName('user.password_changed', 'vi')).to.equal('Tự đổi mật khẩu');
    expect(actName('surgery.applied', 'en')).to.equal('Rearranged the organisation');
    expect(auditWords.tables.vi).to.have.property('act.endpoint.duty');
  });

  it('tells a device by its endpoint', () => {
    expect(actorWords(entry({ actor: 'device:d1', actorName: 'e1' }), names)).to.equal('máy của Điểm cầu Sở Y tế');
  });

  it('shows the fields that differ, with units, roles, days and flags in words', () => {
    const change = entry({
      before: { name: 'Cũ', parentId: null, validTo: null, enabled: true, sort: 3, version: 1 },
      after: { name: 'Mới', parentId: 'u1', validTo: '2026-12-31', enabled: false, sort: 3, version: 2 },
    });
    expect(changeLines(change, names)).to.deep.equal([
      'Tên: Cũ → Mới',
      'Đơn vị trên: trống → Sở Y tế',
      'Hết ngày: trống → 31/12/2026',
      'Đang bật: có → không',
    ]);
    const grants = [{ role: 'chairperson', unitId: 'u1' }];
    const made = entry({ subject: 'user:p2', after: { username: 'lan', grants, other: { a: 1 } } });
    expect(changeLines(made, names)).to.deep.equal(['Vai trò: Chủ tọa (Sở Y tế)', 'other: {"a":1}']);
  });
});

describe('what the screen of accounts makes', () => {
  it('are one-time passwords that can be dictated, no two alike', () => {
    const made = new Set(Array.from({ length: 200 }, oneTimePassword));
    expect(made.size).to.equal(200);
    for (const password of made) {
      expect(password).to.match(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
      expect(new Set(password).size).to.be.at.least(6);
    }
  });

  it('is a username from a name', () => {
    expect(usernameOf(fold('  Đỗ Thị  Phượng-Ước '))).to.equal('do.thi.phuong.uoc');
    expect(usernameOf(fold('Trực 24/24'))).to.equal('truc.24.24');
    expect(usernameOf('')).to.equal('');
  });

  it('are the names of browsers', () => {
    const chrome =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
    expect(browserName(chrome)).to.equal('Chrome, Windows');
    expect(browserName(`${chrome} Edg/140.0`)).to.equal('Edge, Windows');
    expect(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).to.equal(
      'Firefox, Linux',
    );
    expect(browserName('dong-bo-lich/2.0')).to.equal('dong-bo-lich/2.0');
  });

  it('are the units that one administers, each below the one above', () => {
    const unit = (id: string, parentId: string | null, sort: number) => {
      const dates = { validFrom: '2020-01-01', validTo: null };
      return { id, parentId, sort, code: id, name: id, shortName: id, level: 'x', version: 1, ...dates };
    };
    const units = [unit('tinh', null, 0), unit('b', 'tinh', 2), unit('a', 'tinh', 1), unit('a1', 'a', 0)];
    const user = (unitId: string) => ({ grants: [{ role: 'administrator' as const, unitId }] });
    const labels = (unitId: string) => unitOptions(units, user(unitId)).map((one) => one.label);
    expect(labels('tinh')).to.deep.equal(['tinh', '\u2003a', '\u2003\u2003a1', '\u2003b']);
    expect(labels('a')).to.deep.equal(['a', '\u2003a1']);
    expect(unitOptions(units, { grants: [{ role: 'chairperson', unitId: 'tinh' }] })).to.deep.equal([]);
  });
});
