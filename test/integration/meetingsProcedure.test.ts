import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Procedure } from '../../server/meetings/procedure.ts';
import type { GiveWay, MeetingDocument, PlannedMeeting, Template } from '../../server/protocol/meetings.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';

type Refused = { code: string; detail: string };
const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

for (const database of databases()) {
  describe(`the procedure of meetings on ${database.name}`, () => {
    let office: Office;
    let province: Person;
    let district: Person;
    let clerk: Person;
    let hours = 24;

    const plan = async (who: Person, codes: string[], extra: Record<string, unknown> = {}) =>
      who.ok<PlannedMeeting>('post', '/meetings', await office.wish(codes, (hours += 2), extra));
    const post = (who: Person, id: string, step: string, body?: unknown) =>
      who.call<PlannedMeeting & Refused>('post', `/meetings/${id}/${step}`, body);
    const files = () => {
      try {
        return readdirSync(join(office.dataDir, 'documents')).length;
      } catch {
        return 0;
      }
    };

    before(async function () {
      this.timeout(DATABASE_START_MS);
      office = await new Office(await database.open()).open();
      province = await office.person('chairperson', 'TINH-TQ');
      district = await office.person('administrator', 'SD');
      clerk = await office.person('operator', 'SD');
    });
    after(() => office?.close());

    it('holds no meeting that is secret, and says why', async () => {
      for (const classification of ['confidential', 'secret', 'top_secret']) {
        const wish = await office.wish(['SD-UBND'], 5, { classification });
        const refused = await province.call<Refused>('post', '/meetings', wish);
        expect(refused.status).to.equal(422);
        expect(refused.body.code).to.equal('classification_refused');
        expect(refused.body.detail).to.contain('Không mật');
        const draft = await province.call<Refused>('post', '/meetings', { ...wish, status: 'draft' });
        expect(draft.body.code).to.equal('classification_refused');
      }
      const made = await plan(province, ['SD-UBND']);
      const changed = await province.call<Refused>('patch', `/meetings/${made.id}`, { classification: 'secret' });
      expect(changed.body.code).to.equal('classification_refused');
    });

    it('keeps deputy, secretary, agenda, host and flags, and lets deputy and secretary run the meeting', async () => {
      const helper = await office.person(null, 'SD');
      const agenda = [{ title: 'Báo cáo tuần', minutes: 20, endpointId: null, speaker: 'Đ/c Hùng' }];
      const extra = { deputyUserId: helper.id, secretaryUserId: clerk.id, agenda, public: true, autoOpen: true };
      const made = await plan(province, ['UBND-TINH', 'SD-UBND'], { ...extra, hostUnitId: await office.unitId('SD') });
      expect(made).to.deep.include({ ...extra, hostUnitId: await office.unitId('SD') });
      expect((await helper.ok<PlannedMeeting>('get', `/meetings/${made.id}`)).may.start).to.equal(true);
      expect((await district.ok<PlannedMeeting>('get', `/meetings/${made.id}`)).may.change).to.equal(true);
      const nobody = await province.call<Refused>('patch', `/meetings/${made.id}`, { deputyUserId: made.id });
      expect(nobody.body.code).to.equal('bad_request');
    });

    it('lets an operator write a draft that takes no time, and a planner approve it', async () => {
      const draft = await plan(clerk, ['SD-UBND', 'SD-TAN-TRAO'], { status: 'draft' });
      expect(draft).to.include({ status: 'draft', step: 'draft' });
      expect(draft.may).to.deep.equal({
        start: false,
        change: true,
        submit: true,
        approve: false,
        postpone: false,
      });
      // the time is free, the endpoints do not see it
      const device = await office.device('SD-TAN-TRAO');
      expect((await device.call('get', `/meetings/${draft.id}`)).status).to.equal(404);
      const commune = await office.person('operator', 'SD-TAN-TRAO');
      expect((await commune.call('get', `/meetings/${draft.id}`)).status).to.equal(404);
      await clerk.ok('patch', `/meetings/${draft.id}`, { note: 'Dự thảo lần hai' });
      expect((await post(clerk, draft.id, 'approve')).status).to.equal(403);
      expect((await post(clerk, draft.id, 'submit')).body).to.include({ status: 'submitted' });
      expect((await clerk.call('patch', `/meetings/${draft.id}`, { note: 'muộn' })).status).to.equal(403);
      const back = await post(district, draft.id, 'send-back', { reason: 'Thiếu chương trình' });
      expect(back.body).to.include({ status: 'draft', cancelReason: 'Thiếu chương trình' });
      await post(clerk, draft.id, 'submit');
      const approved = await post(district, draft.id, 'approve');
      expect(approved.body).to.deep.include({ status: 'scheduled', endpointIds: draft.endpointIds });
      const { startsAt, endsAt } = draft;
      const late = await province.call<Refused>(
        'post',
        '/meetings',
        await office.wish(['SD-TAN-TRAO'], 1, { startsAt, endsAt }),
      );
      expect(late.body.code).to.equal('schedule_conflict');
    });

    it('tells a clash when a draft is submitted, and refuses to approve what was taken meanwhile', async () => {
      const draft = await plan(clerk, ['SD-UBND'], { status: 'draft' });
      await post(clerk, draft.id, 'submit');
      const { startsAt, endsAt } = draft;
      await province.ok('post', '/meetings', await office.wish(['SD-UBND'], 1, { startsAt, endsAt }));
      expect((await post(district, draft.id, 'approve')).body).to.include({ code: 'schedule_conflict' });
      const second = await clerk.ok<PlannedMeeting>(
        'post',
        '/meetings',
        await office.wish(['SD-UBND'], 1, { startsAt, endsAt, status: 'draft' }),
      );
      expect((await post(clerk, second.id, 'submit')).body).to.include({ code: 'schedule_conflict' });
    });

    it('postpones with a reason, frees the endpoints, and takes the meeting back with new times', async () => {
      const made = await plan(province, ['YS-UBND']);
      const { startsAt, endsAt } = made;
      expect((await post(province, made.id, 'postpone', { reason: 'x' })).status).to.equal(400);
      const gone = await post(province, made.id, 'postpone', { reason: 'Bão số 9' });
      expect(gone.body).to.include({ status: 'postponed', cancelReason: 'Bão số 9' });
      await province.ok('post', '/meetings', await office.wish(['YS-UBND'], 1, { startsAt, endsAt }));
      const same = await post(province, made.id, 'postpone', { reason: 'Hết bão', startsAt, endsAt });
      expect(same.body).to.include({ code: 'schedule_conflict' });
      const later = await office.wish(['YS-UBND'], (hours += 2));
      const times = { startsAt: later['startsAt'], endsAt: later['endsAt'] };
      expect((await post(province, made.id, 'postpone', { reason: 'Hết bão', ...times })).body).to.include({
        status: 'scheduled',
        ...times,
      });
      expect((await province.call('post', '/meetings', later)).status).to.equal(409);
      expect((await post(clerk, made.id, 'postpone', { reason: 'không được' })).status).to.equal(404);
    });

    it('lets the host give way on request, by moving its meeting', async () => {
      const made = await plan(district, ['SD-UBND', 'SD-TAN-TRAO']);
      const { startsAt, endsAt } = made;
      const wanted = {
        unitId: await office.unitId('YS'),
        title: 'Họp khẩn',
        startsAt,
        endsAt,
        reason: 'Phòng chống lũ',
      };
      const neighbour = await office.person('chairperson', 'YS');
      const asked = await neighbour.call<GiveWay & Refused>('post', `/meetings/${made.id}/give-way`, wanted);
      expect(asked.status).to.equal(201);
      expect(asked.body).to.include({ state: 'asked', meetingTitle: '' });
      const force = await neighbour.call<Refused>('post', `/meetings/${made.id}/give-way`, {
        ...wanted,
        displace: true,
      });
      expect(force.body.code).to.equal('not_allowed');
      const { items } = await district.ok<{ items: GiveWay[] }>('get', '/give-ways?state=asked');
      expect(items.map((one) => [one.id, one.may.answer, one.meetingTitle])).to.deep.include([
        asked.body.id,
        true,
        made.title,
      ]);
      expect((await neighbour.call('post', `/give-ways/${asked.body.id}/answer`, { consent: true })).status).to.equal(
        403,
      );
      const later = await office.wish(['SD-UBND'], (hours += 2));
      const answer = { consent: true, startsAt: later['startsAt'], endsAt: later['endsAt'] };
      expect(await district.ok('post', `/give-ways/${asked.body.id}/answer`, answer)).to.include({
        state: 'consented',
      });
      const moved = await district.ok<PlannedMeeting>('get', `/meetings/${made.id}`);
      expect(moved).to.include({ startsAt: later['startsAt'], status: 'scheduled' });
      expect((await district.call('post', `/give-ways/${asked.body.id}/answer`, { consent: false })).status).to.equal(
        412,
      );
    });

    it('lets a unit above displace a meeting, which is postponed with the reason that its people read', async () => {
      const made = await plan(district, ['SD-UBND']);
      const { startsAt, endsAt } = made;
      const wanted = {
        unitId: await office.unitId('TINH-TQ'),
        title: 'Họp khẩn của tỉnh',
        startsAt,
        endsAt,
        reason: 'Chỉ đạo',
      };
      const done = await province.ok<GiveWay>('post', `/meetings/${made.id}/give-way`, { ...wanted, displace: true });
      expect(done.state).to.equal('displaced');
      const gone = await district.ok<PlannedMeeting>('get', `/meetings/${made.id}`);
      expect(gone.status).to.equal('postponed');
      expect(gone.cancelReason).to.contain('Họp khẩn của tỉnh').and.to.contain('Chỉ đạo');
      await province.ok('post', '/meetings', await office.wish(['SD-UBND'], 1, { startsAt, endsAt }));
    });

    it('keeps templates, which serve those who plan below', async () => {
      const unitId = await office.unitId('TINH-TQ');
      const { id } = await office.endpoint('UBND-TINH');
      const form = {
        title: 'Giao ban tuần',
        endpointIds: [id],
        chairEndpointId: id,
        startTime: '08:00',
        rrule: 'FREQ=WEEKLY;BYDAY=MO',
      };
      const made = await province.ok<Template>('post', '/meeting-templates', {
        name: 'Giao ban toàn tỉnh',
        unitId,
        form,
      });
      expect(made.form).to.deep.include({ ...form, minutes: 60, agenda: [] });
      const again = await province.call<Refused>('post', '/meeting-templates', {
        name: 'giao ban  toàn tỉnh',
        unitId,
        form,
      });
      expect(again.body.code).to.equal('name_taken');
      const below = await district.ok<{ items: Template[] }>('get', '/meeting-templates');
      expect(below.items.map((one) => [one.id, one.may.change])).to.deep.equal([[made.id, false]]);
      expect((await district.call('patch', `/meeting-templates/${made.id}`, { name: 'Khác' })).status).to.equal(403);
      const changed = await province.ok<Template>('patch', `/meeting-templates/${made.id}`, { name: 'Khác' });
      expect(changed).to.include({ name: 'Khác', version: 2 });
      expect(
        (await province.call('patch', `/meeting-templates/${made.id}`, { name: 'X' }, { 'If-Match': '"1"' })).status,
      ).to.equal(412);
      expect((await province.call('delete', `/meeting-templates/${made.id}`)).status).to.equal(204);
    });

    it('lets one win of those who lead on, change or call off the same form at once', async () => {
      const guard = { 'If-Match': '"1"' };
      const ways: Record<string, [string, string, unknown?]> = {
        approve: ['post', '/approve'],
        submit: ['post', '/submit'],
        cancel: ['delete', '', { reason: 'Không cần nữa' }],
        series: ['delete', '?scope=all', { reason: 'Không cần nữa' }],
      };
      const recurrence = { rrule: 'FREQ=DAILY;COUNT=3' };
      for (const [way, [method, step, body]] of Object.entries(ways)) {
        for (let round = 0; round < 3; round += 1) {
          const { id } =
            way === 'series'
              ? await plan(district, ['SD-TU-THINH'], { recurrence })
              : await plan(district, ['SD-UBND'], { status: 'draft' });
          const answers = await Promise.all(
            [...Array(12).keys()].map((i) =>
              i % 2
                ? district.call<Refused>(method as 'post', `/meetings/${id}${step}`, body, guard)
                : district.call<Refused>('patch', `/meetings/${id}`, { note: `Sửa ${i}` }, guard),
            ),
          );
          const won = answers.filter(({ status }) => status === 200);
          expect(
            won.map(({ headers }) => headers.get('etag')),
            way,
          ).to.deep.equal(['"2"']);
        }
      }
    });

    it('compares the form that was seen with the one under the lock', async () => {
      const { id } = await plan(district, ['SD-UBND'], { status: 'draft' });
      const actor = await office.signIns.byToken(district.token);
      if (actor?.kind !== 'user') throw new Error('the administrator is signed out');
      const conflict = await office.meetings
        .callOff(actor, id, 'cancelled', 'Cũ', { version: 2 })
        .catch((err: unknown) => err);
      expect(conflict).to.include({ code: 'version_conflict' });
      expect(await district.ok('get', `/meetings/${id}`)).to.include({ status: 'draft', version: 1 });
      await district.ok('patch', `/meetings/${id}`, { note: 'Bản hai' });
      const approved = await new Procedure(office.meetings).approve(actor, id, 1).catch((err: unknown) => err);
      expect(approved).to.include({ code: 'version_conflict' });
      expect(await district.ok('get', `/meetings/${id}`)).to.include({ status: 'draft', version: 2 });
    });

    it('lets one win who removes or changes the same template', async () => {
      const form = { title: 'Họp', minutes: 30, endpointIds: [(await office.endpoint('SD-UBND')).id] };
      const guard = { 'If-Match': '"1"' };
      for (let round = 0; round < 3; round += 1) {
        const wish = { name: `Mẫu ${round}`, unitId: await office.unitId('SD'), form };
        const made = await district.ok<Template>('post', '/meeting-templates', wish);
        const path = `/meeting-templates/${made.id}`;
        const answers = await Promise.all(
          [...Array(12).keys()].map((i) =>
            i % 2
              ? district.call('delete', path, undefined, guard)
              : district.call('patch', path, { name: `Đổi ${i} ${round}` }, guard),
          ),
        );
        expect(answers.filter(({ status }) => status < 300)).to.have.length(1);
      }
    });

    describe('papers', () => {
      let meeting: PlannedMeeting;
      const send = async (
        who: Person,
        name: string,
        body: Uint8Array | ReadableStream<Uint8Array>,
        id = meeting.id,
      ) => {
        const response = await fetch(`${office.url}/api/v1/meetings/${id}/documents?name=${encodeURIComponent(name)}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/octet-stream' },
          body: body as never,
          ...({ duplex: 'half' } as object),
        });
        return { status: response.status, body: (await response.json()) as MeetingDocument & Refused };
      };

      before(async () => {
        meeting = await plan(province, ['SD-UBND']);
      });

      it('are taken in by their content and given out as downloads under their own name', async () => {
        const name = 'Báo cáo (quý IV) "mật"?.pdf';
        const kept = await send(province, name, PDF);
        expect(kept.status).to.equal(201);
        expect(kept.body).to.include({ name, type: 'application/pdf', bytes: PDF.length });
        expect(readdirSync(join(office.dataDir, 'documents'))[0]).to.match(/^[0-9a-f]{32}$/);
        const device = await office.device('SD-UBND');
        const path = `/meetings/${meeting.id}/documents`;
        expect((await device.ok<{ items: unknown[] }>('get', path)).items).to.have.length(1);
        const got = await fetch(`${office.url}/api/v1${path}/${kept.body.id}`, {
          headers: { authorization: `Bearer ${province.token}` },
        });
        expect(Buffer.from(await got.arrayBuffer()).equals(PDF)).to.equal(true);
        expect(got.headers.get('content-disposition'))
          .to.match(/^attachment; /)
          .and.to.contain(encodeURIComponent('Báo cáo '));
        const text = await send(province, 'ghi chú.txt', Buffer.from('Nội dung họp: Đường truyền ổn định'));
        expect(text.body).to.include({ type: 'text/plain' });
      });

      it('are refused by name or content, with nothing left on the disk', async () => {
        const before = files();
        const cases: [string, Uint8Array, string][] = [
          ['../x', PDF, 'file_refused'],
          ['..\\x.pdf', PDF, 'file_refused'],
          ['.htaccess', PDF, 'file_refused'],
          ['tệp\u0000.pdf', PDF, 'file_refused'],
          ['rỗng.pdf', Buffer.alloc(0), 'file_refused'],
          ['trang.pdf', Buffer.from('<!DOCTYPE html><script>alert(1)</script>'), 'file_refused'],
          ['ảnh.svg', Buffer.from('<svg onload="alert(1)"/>'), 'file_refused'],
          ['chương trình.pdf', Buffer.from('7f454c46020101000000000000000000', 'hex'), 'file_refused'],
          ['rác.pdf', Buffer.from([0, 1, 2, 3, 255, 254]), 'file_refused'],
        ];
        for (const [name, body, code] of cases)
          expect((await send(province, name, body)).body.code, name).to.equal(code);
        expect(files()).to.equal(before);
      });

      it('of 100 MB are refused, announced or not, with nothing left on the disk', async () => {
        const before = files();
        expect(
          (await send(province, 'lớn.pdf', Buffer.alloc(51 * 1024 * 1024)).catch(() => null))?.status ?? 413,
        ).to.equal(413);
        let sent = 0;
        const endless = new ReadableStream<Uint8Array>({
          pull(c) {
            sent += 1;
            if (sent > 100) c.close();
            else c.enqueue(Buffer.alloc(1024 * 1024, 32));
          },
        });
        const answer = await send(province, 'lớn.txt', endless).catch(() => null);
        expect(answer?.status ?? 413).to.equal(413);
        await new Promise((done) => setTimeout(done, 200));
        expect(files()).to.equal(before);
      });

      it('are kept by who runs or plans the meeting alone, and removed with their file', async () => {
        expect((await send(clerk, 'a.pdf', PDF)).status).to.equal(403);
        const stranger = await office.person('administrator', 'YS');
        expect((await send(stranger, 'a.pdf', PDF)).status).to.equal(404);
        const { body } = await send(district, 'b.pdf', PDF);
        const before = files();
        expect((await clerk.call('delete', `/meetings/${meeting.id}/documents/${body.id}`)).status).to.equal(403);
        expect((await district.call('delete', `/meetings/${meeting.id}/documents/${body.id}`)).status).to.equal(204);
        expect(files()).to.equal(before - 1);
      });
    });
  });
}
