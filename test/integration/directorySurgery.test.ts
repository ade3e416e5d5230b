import { expect } from 'chai';
import { CSV_TYPE, XLSX_TYPE } from '../../server/protocol/surgery.ts';
import { databases, DATABASE_START_MS } from '../support/database.ts';
import { DirectoryDesk, refused } from '../support/directoryDesk.ts';
import { HEADING, mergerSheet, workbook } from '../support/mergerSheet.ts';

for (const kind of databases()) {
  describe(`the merger of 2025 from a spreadsheet on ${kind.name}`, function () {
    this.timeout(DATABASE_START_MS);
    let desk: DirectoryDesk;
    let bookings: unknown[];
    let surgeryId = '';
    const send = (who: string, what: string, file: Buffer, type = XLSX_TYPE) =>
      desk.call(who, 'POST', `/directory/import/surgery/${what}`, file, { 'content-type': type });
    const nameOn = async (code: string, day: string) => {
      const { body } = await desk.call('admin', 'GET', `/directory/tree?on=${day}`);
      const endpoint = body.endpoints.find((e: { code: string }) => e.code === code);
      return body.units.find((u: { id: string }) => u.id === endpoint.unitId).name;
    };
    const census = async (day: string) => {
      const { body } = await desk.call('admin', 'GET', `/directory/tree?on=${day}`);
      return [body.units.length, body.endpoints.length];
    };

    before(async () => {
      desk = await new DirectoryDesk(await kind.open()).open();
      const rooms = ['SD-UBND', 'SD-TAN-TRAO', 'SD-MINH-THANH', 'SD-SON-NAM', 'UBND-TINH'];
      for (let week = 0; week < 8; week++) {
        await desk.book(rooms, new Date(Date.parse('2026-11-26T01:00:00Z') + week * 7 * 86_400_000).toISOString());
      }
      bookings = await desk.bookings();
    });
    after(() => desk.close());

    it('is rehearsed: counts, bookings touched, no orphan, nothing written', async () => {
      const { status, body } = await send('admin', 'preview', await mergerSheet('2026-12-01'));
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body.faults).to.deep.equal([]);
      expect(body).to.deep.include({ ok: true, effectiveOn: '2026-12-01', orphans: [] });
      expect(body.counts).to.deep.include({
        unitsCreated: 4,
        unitsRetired: 11,
        endpointsMoved: 12,
        endpointsRetired: 0,
        endpointsBefore: 87,
        endpointsAfter: 87,
        unchanged: 0,
      });
      expect(body.counts.unitsAfter).to.equal(body.counts.unitsBefore - 7);
      expect(body.bookings).to.deep.include({ count: 32, meetings: 8 });
      expect(body.bookings.items[0]).to.have.all.keys('endpointId', 'meetingId', 'startsAt', 'endsAt');
      expect(await census('2026-12-02')).to.deep.equal(await census('2026-11-24'));
    });

    it('says what would be left behind, by row', async () => {
      const rows = [HEADING, ['Giải thể', 'SD', '', '', '', '', '']];
      const { body } = await send('admin', 'preview', await workbook(rows));
      expect(body.ok).to.equal(false);
      expect(body.orphans.length).to.equal(12);
      expect(body.faults[0]).to.deep.include({ code: 'orphan', row: 2 });
    });

    it('is carried out as a whole; no future booking is lost', async () => {
      const { status, body } = await send('admin', 'apply', await mergerSheet('2026-12-01'));
      expect(status, JSON.stringify(body)).to.equal(201);
      expect(body).to.deep.include({ effectiveOn: '2026-12-01', by: 'admin', undoneAt: null, may: { undo: true } });
      surgeryId = body.id;
      expect(await desk.bookings()).to.deep.equal(bookings);
    });

    it('holds from its day on; the days before keep their names and places', async () => {
      expect(await nameOn('SD-MINH-THANH', '2026-11-30')).to.equal('Xã Minh Thanh');
      expect(await nameOn('SD-MINH-THANH', '2026-12-01')).to.equal('Xã Tân Trào');
      const [units] = await census('2026-11-30');
      expect(await census('2026-12-01')).to.deep.equal([units - 7, 87]);
      desk.clock.ms = Date.parse('2026-12-01T00:00:00+07:00');
      const id = await desk.endpointId('SD-MINH-THANH');
      const { body } = await desk.call('admin', 'GET', `/endpoints/${id}`);
      expect(body.area).to.equal('Tỉnh Tuyên Quang');
      expect(
        body.history.map((p: { unitName: string; from: string; to: string }) => [p.unitName, p.from, p.to]),
      ).to.deep.equal([
        ['Xã Minh Thanh', '2020-01-01', '2026-12-01'],
        ['Xã Tân Trào', '2026-12-01', null],
      ]);
      const old = await desk.call('admin', 'GET', `/units/${await desk.unitId('SD-MINH-THANH')}`);
      expect(old.body).to.deep.include({ name: 'Xã Minh Thanh', validTo: '2026-12-01' });
      expect(old.body.successorId).to.equal(await desk.unitId('X-TAN-TRAO'));
      desk.clock.ms = Date.parse('2026-11-24T09:00:00+07:00');
    });

    it('stands in the audit log, each change with what was before', async () => {
      const id = await desk.endpointId('SD-MINH-THANH');
      const { body } = await desk.call('admin', 'GET', `/audit?subject=endpoint:${id}`);
      expect(body.items).to.have.length(1);
      expect(body.items[0]).to.deep.include({ action: 'endpoint.changed', actorName: 'admin' });
      expect(body.items[0].before.unitId).to.equal(await desk.unitId('SD-MINH-THANH'));
      expect(body.items[0].after.unitId).to.equal(await desk.unitId('X-TAN-TRAO'));
    });

    it('cannot be taken back while something later depends on it', async () => {
      const parentId = await desk.unitId('X-TAN-TRAO');
      const later = { code: 'THON-1', name: 'Thôn 1', parentId, level: 'commune', on: '2026-12-01' };
      const made = await desk.call('admin', 'POST', '/units', later);
      expect(made.status, JSON.stringify(made.body)).to.equal(201);
      const undo = () => desk.call('admin', 'POST', '/directory/surgery/undo', { surgeryId });
      expect(refused(await undo())).to.equal('409 undo_refused');
      await desk.db.dataSource.query('DELETE FROM unit WHERE code = ?', ['THON-1']);
      desk.directory.forget();
      const path = `/endpoints/${await desk.endpointId('SD-SON-NAM')}`;
      await desk.call('admin', 'PATCH', path, { unitId: await desk.unitId('UBND-TINH'), on: '2026-12-02' });
      const { body } = await undo();
      expect(body).to.deep.include({ code: 'undo_refused' });
      expect(body.detail).to.contain('SD-SON-NAM');
      await desk.call('admin', 'PATCH', path, { unitId: await desk.unitId('X-HONG-SON'), on: '2026-12-02' });
      const since = "UPDATE endpoint SET since = '2026-12-01' WHERE code = 'SD-SON-NAM'";
      await desk.db.dataSource.query(since);
      desk.directory.forget();
    });

    it('is taken back within a day as if it had never been, but for the log', async () => {
      const { body, status } = await desk.call('admin', 'POST', '/directory/surgery/undo', { surgeryId });
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body).to.deep.include({ may: { undo: false }, undoUntil: null });
      expect(await nameOn('SD-MINH-THANH', '2026-12-01')).to.equal('Xã Minh Thanh');
      expect(await census('2026-12-01')).to.deep.equal(await census('2026-11-24'));
      expect(await desk.bookings()).to.deep.equal(bookings);
      const again = await desk.call('admin', 'POST', '/directory/surgery/undo', { surgeryId });
      expect(refused(again)).to.equal('409 undo_refused');
      const log = await desk.call('admin', 'GET', '/audit?action=unit.restored&limit=500');
      expect(log.body.items.length).to.equal(11);
    });

    it('cannot be taken back after 24 hours', async () => {
      const operations = [{ op: 'changeUnit', unit: 'YS-MY-BANG', name: 'Xã Mỹ Bằng mới' }];
      const { body } = await desk.call('admin', 'POST', '/directory/surgery/apply', { operations });
      desk.clock.ms += 24 * 3_600_000;
      const late = await desk.call('admin', 'POST', '/directory/surgery/undo', { surgeryId: body.id });
      expect(refused(late)).to.equal('409 undo_refused');
      const listed = await desk.call('admin', 'GET', '/directory/surgery?limit=1');
      expect(listed.body.items[0]).to.deep.include({ id: body.id, may: { undo: false } });
      desk.clock.ms -= 24 * 3_600_000;
    });

    it('is refused as a whole by one wrong row, which is named', async () => {
      const text = [
        HEADING.join(';'),
        'Đổi tên;YS-TU-QUAN;;Xã Tứ Quận mới;;;',
        'Sáp nhập;YS-KIM-QUAN;KHONG-CO;;;;',
        'Chuyển;TINH-TQ;YS;;;;',
        'Đổi tên;YS-KIM-QUAN;;Xã Trung Môn;;;32/02/2025',
        'Kết thúc điểm cầu;UBND-TINH;;;;;',
        'Bay;YS;;;;;',
      ].join('\r\n');
      const { body, status } = await send('admin', 'apply', Buffer.from(text), CSV_TYPE);
      expect(`${status} ${body.code}`).to.equal('422 plan_refused');
      const { body: dry } = await send('admin', 'preview', Buffer.from(text), CSV_TYPE);
      const faults = dry.faults.map((f: { row: number; code: string; column: string }) => [f.row, f.code, f.column]);
      expect(faults).to.deep.include.members([
        [3, 'unknown_unit', 'Mã đích'],
        [4, 'cycle', 'Mã đích'],
        [5, 'bad_date', 'Ngày hiệu lực'],
        [5, 'duplicate_name', 'Tên'],
        [6, 'endpoint_booked', 'Mã'],
        [7, 'unknown_operation', 'Thao tác'],
      ]);
      expect((await desk.directory.tree()).units().find((unit) => unit.code === 'YS-TU-QUAN')?.name).to.equal(
        'Xã Tứ Quận',
      );
    });
  });
}
