import { expect } from 'chai';
import ical from 'node-ical';
import type { VEvent } from 'node-ical';
import type { Registration } from '../../server/protocol/invitations.ts';
import type { PlannedMeeting, SeriesView } from '../../server/protocol/meetings.ts';
import { DATABASE_START_MS, databases } from '../support/database.ts';
import { MailServer } from '../support/mailServer.ts';
import type { TakenMail } from '../support/mailServer.ts';
import { Office } from '../support/office.ts';
import type { Person } from '../support/office.ts';
import { pdfText } from '../support/pdfText.ts';

type Table = { items: Registration[]; totals: Record<string, number> };
const DAY = 24 * 3_600_000;
/** calendars know no milliseconds */
const second = (iso: string) => `${iso.slice(0, 19)}.000Z`;

const calendarOf = (mail: TakenMail) => {
  const part = mail.parts.find((one) => one.type.startsWith('text/calendar'));
  const text = part?.bytes.toString('utf8') ?? '';
  const events = Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === 'VEVENT');
  return { text, event: events[0] as VEvent, method: /METHOD:(\w+)/.exec(text)?.[1] };
};
const linkOf = (mail: TakenMail) => /dang-ky\/([\w-]{43})/.exec(mail.parts[0]?.bytes.toString('utf8') ?? '')?.[1] ?? '';

for (const database of databases()) {
  describe(`invitations on ${database.name}`, () => {
    const server = new MailServer();
    let office: Office;
    let planner: Person;
    let hours = 48;

    before(async function () {
      this.timeout(DATABASE_START_MS);
      await server.open();
      office = await new Office(await database.open(), [], { smtpUrl: server.url }).open();
      planner = await office.person('chairperson', 'TINH-TQ');
      await setContacts('SD-UBND', 'vanphong@sonduong.example');
      await setContacts('YS-UBND', 'vanphong@yenson.example', 'chu.tich@yenson.example');
      office.directory.forget();
    });
    after(async () => {
      await office?.close();
      await server.close();
    });
    beforeEach(() => {
      server.mails.length = 0;
      server.unknown.clear();
      server.busy = false;
    });

    const setContacts = async (code: string, ...emails: string[]) => {
      const contacts = JSON.stringify(emails.map((email) => ({ name: 'Văn phòng', title: '', phone: null, email })));
      await office.db.dataSource.query('UPDATE endpoint SET contacts = ? WHERE code = ?', [contacts, code]);
    };
    const plan = async (codes: string[], extra: Record<string, unknown> = {}) =>
      planner.ok<PlannedMeeting>('post', '/meetings', await office.wish(codes, (hours += 2), extra));
    const invite = (id: string, body: Record<string, unknown> = {}) =>
      planner.ok<{ mails: number; withoutRecipient: string[]; meetings: number }>(
        'post',
        `/meetings/${id}/invitations`,
        body,
      );
    const table = async (id: string, who: Pick<Person, 'ok'> = planner) =>
      who.ok<Table>('get', `/meetings/${id}/registrations`);
    const send = async () => {
      await office.calendar.outbox?.work();
      return server.mails.splice(0);
    };
    const to = (mails: TakenMail[], address: string) => mails.find((one) => one.to.includes(address))!;

    it('reach every endpoint that has an address, with calendar, letter and link', async () => {
      const agenda = [{ title: 'Báo cáo phòng chống thiên tai', minutes: 30 }];
      const made = await plan(['UBND-TINH', 'SD-UBND', 'YS-UBND'], { title: 'Hội nghị trực tuyến toàn tỉnh', agenda });
      const letter = {
        number: '125/GM-UBND',
        date: '2026-11-20',
        signer: 'Nguyễn Văn Sơn',
        signerTitle: 'Chủ tịch',
        copies: ['Như trên'],
      };
      const sent = await invite(made.id, { letter });
      expect(sent).to.deep.include({ mails: 2, withoutRecipient: [made.endpointIds[0]] });
      expect(await planner.ok('get', `/meetings/${made.id}`)).to.include({ step: 'invited' });
      const states = async () => (await table(made.id)).items.map((one) => one.state).toSorted();
      expect(await states()).to.deep.equal(['none', 'waiting', 'waiting']);
      const mails = await send();
      expect(mails).to.have.length(2);
      expect(await states()).to.deep.equal(['none', 'sent', 'sent']);
      const mail = to(mails, 'chu.tich@yenson.example');
      expect(mail.to).to.have.members(['vanphong@yenson.example', 'chu.tich@yenson.example']);
      expect(mail.headers.get('subject')).to.match(/^Giấy mời: Hội nghị trực tuyến toàn tỉnh, \d\d:\d\d, /);
      expect(mail.parts[0]?.bytes.toString('utf8'))
        .to.contain('Báo cáo phòng chống thiên tai (30 phút)')
        .and.to.match(/dang-ky\/[\w-]{43}/);
      const { event, method, text } = calendarOf(mail);
      expect(method).to.equal('REQUEST');
      expect(text).to.contain(`UID:${made.id}@cau.example`).and.to.contain('SEQUENCE:0');
      expect(event.start.toISOString()).to.equal(second(made.startsAt));
      const pdf = mail.parts.find((one) => one.type.startsWith('application/pdf'))!.bytes;
      expect(pdfText(pdf))
        .to.contain('125/GM-UBND')
        .and.to.contain('Nguyễn Văn Sơn')
        .and.to.contain('ngày 20 tháng 11 năm 2026');
    });

    it('are followed by changes and cancellations under the same id with a greater number, also to who is left out', async () => {
      const made = await plan(['SD-UBND', 'YS-UBND']);
      await invite(made.id);
      await send();
      const later = await office.wish(['SD-UBND'], (hours += 2));
      const change = { startsAt: later['startsAt'], endsAt: later['endsAt'], endpointIds: [made.endpointIds[0]] };
      await planner.ok('patch', `/meetings/${made.id}`, change);
      const mails = await send();
      expect(mails).to.have.length(2);
      const changed = calendarOf(to(mails, 'vanphong@sonduong.example'));
      expect(changed.method).to.equal('REQUEST');
      expect(changed.text).to.contain(`UID:${made.id}@cau.example`).and.to.contain('SEQUENCE:1');
      expect(changed.event.start.toISOString()).to.equal(second(String(change.startsAt)));
      expect(calendarOf(to(mails, 'vanphong@yenson.example')).method).to.equal('CANCEL');
      await planner.ok('delete', `/meetings/${made.id}`, { reason: 'Trùng lịch Trung ương' });
      const [gone] = await send();
      expect(calendarOf(gone!)).to.include({ method: 'CANCEL' });
      expect(calendarOf(gone!).text).to.contain('SEQUENCE:2').and.to.contain('STATUS:CANCELLED');
      expect(gone!.parts[0]?.bytes.toString('utf8')).to.contain('Trùng lịch Trung ương');
    });

    it('are not written about meetings that nobody was invited to', async () => {
      const made = await plan(['SD-UBND']);
      await planner.ok('patch', `/meetings/${made.id}`, { title: 'Tên khác' });
      expect(await send()).to.have.length(0);
    });

    it('to a series are one mail an endpoint, whose calendar holds every meeting at its wall time', async () => {
      const date = new Date(office.opened + 60 * DAY).toISOString().slice(0, 10);
      const made = await plan(['SD-UBND', 'YS-UBND'], {
        startsAt: `${date}T08:00:00+07:00`,
        endsAt: `${date}T09:00:00+07:00`,
        recurrence: { rrule: 'FREQ=WEEKLY;COUNT=53' },
      });
      expect(await invite(made.id, { scope: 'all' })).to.include({ meetings: 53, mails: 2 });
      const starts = async () => {
        const mail = to(await send(), 'vanphong@sonduong.example');
        const { event, method, text } = calendarOf(mail);
        const window = { from: new Date(office.opened), to: new Date(office.opened + 500 * DAY) };
        return { method, text, starts: ical.expandRecurringEvent(event, window).map((one) => one.start.toISOString()) };
      };
      const planned = async () =>
        (await planner.ok<SeriesView>('get', `/series/${made.series?.id}`)).occurrences
          .filter((one) => one.status === 'scheduled')
          .map((one) => one.startsAt);
      const first = await starts();
      expect(first.starts).to.deep.equal(await planned());
      expect(first.text).to.contain('TZID=Asia/Ho_Chi_Minh');
      const { occurrences } = await planner.ok<SeriesView>('get', `/series/${made.series?.id}`);
      // one alone
      await planner.ok('delete', `/meetings/${occurrences[3]!.meetingId}`, { reason: 'Nghỉ lễ' });
      const alone = calendarOf((await send())[0]!);
      expect(alone.method).to.equal('CANCEL');
      expect(alone.text).to.match(/RECURRENCE-ID/);
      // all of them
      const shift = { startsAt: `${date}T09:30:00+07:00`, endsAt: `${date}T10:30:00+07:00` };
      await planner.ok('patch', `/meetings/${made.id}?scope=all`, shift);
      const moved = await starts();
      expect(moved.method).to.equal('REQUEST');
      expect(moved.starts).to.deep.equal(await planned());
      expect(moved.starts).to.have.length(52);
      await planner.ok('delete', `/meetings/${made.id}?scope=all`, { reason: 'Không họp nữa' });
      const end = await send();
      expect(end.map((mail) => calendarOf(mail).method)).to.deep.equal(['CANCEL', 'CANCEL']);
    }).timeout(20_000);

    it('wait while the mail server is away, and arrive once when it is back', async () => {
      const made = await plan(['SD-UBND', 'YS-UBND']);
      await server.close();
      await invite(made.id);
      await office.calendar.outbox?.work();
      await planner.ok('patch', `/meetings/${made.id}`, { title: 'Đổi tên khi mất thư' });
      await office.calendar.outbox?.work();
      expect((await table(made.id)).items.map((one) => one.state)).to.deep.equal(['waiting', 'waiting']);
      await server.open();
      server.busy = true;
      office.clock.ahead += 3_600_000;
      expect(await send()).to.have.length(0);
      server.busy = false;
      office.clock.ahead += 3_600_000;
      const mails = await send();
      expect(mails).to.have.length(4);
      expect(new Set(mails.map((mail) => mail.headers.get('message-id'))).size).to.equal(4);
      office.clock.ahead += DAY;
      expect(await send()).to.have.length(0);
      office.clock.ahead = 0;
      expect((await table(made.id)).items.map((one) => one.state)).to.deep.equal(['sent', 'sent']);
    });

    it('are sent once by two control planes', async () => {
      const made = await plan(['SD-UBND', 'YS-UBND']);
      const other = new Office(office.db, [], { smtpUrl: server.url });
      await invite(made.id);
      await planner.ok('patch', `/meetings/${made.id}`, { title: 'Hai máy chủ' });
      await Promise.all([office.calendar.outbox?.work(), other.calendar.outbox?.work()]);
      await Promise.all([office.calendar.outbox?.work(), other.calendar.outbox?.work()]);
      expect(server.mails).to.have.length(4);
      await other.calendar.stop();
    });

    it('that come back are shown as such with what the mail server said', async () => {
      server.unknown.add('vanphong@sonduong.example');
      const made = await plan(['SD-UBND']);
      await invite(made.id);
      expect(await send()).to.have.length(0);
      const [row] = (await table(made.id)).items;
      expect(row).to.deep.include({ state: 'bounced', recipients: ['vanphong@sonduong.example'] });
      expect(row?.fault).to.contain('no such user');
    });

    it('are answered by device, operator or link, and reminders go to the silent alone', async () => {
      const made = await plan(['UBND-TINH', 'SD-UBND', 'YS-UBND']);
      const [, sd, ys] = made.endpointIds as [string, string, string];
      await invite(made.id);
      const mails = await send();
      const device = await office.device('UBND-TINH');
      const path = `/meetings/${made.id}/registrations`;
      expect((await table(made.id, device as Person)).items).to.have.length(1);
      const three = { answer: 'registered', headCount: 12, delegates: [{ name: 'Đ/c Hùng', title: 'Phó Chủ tịch' }] };
      expect(await device.ok('put', `${path}/${made.endpointIds[0]}`, three)).to.include({
        state: 'registered',
        headCount: 12,
      });
      expect((await device.call('put', `${path}/${sd}`, three)).status).to.equal(403);
      const clerk = await office.person('operator', 'SD');
      expect(await clerk.ok('put', `${path}/${sd}`, { answer: 'declined', note: 'Bận tiếp dân' })).to.include({
        state: 'declined',
      });
      expect((await clerk.call('put', `${path}/${ys}`, three)).status).to.equal(403);
      expect((await table(made.id, clerk)).items.map((one) => one.endpointId)).to.deep.equal([sd]);

      const secret = linkOf(to(mails, 'vanphong@yenson.example'));
      expect(await planner.ok('post', `/meetings/${made.id}/invitations/remind`)).to.deep.equal({ mails: 1 });
      const [reminder] = await send();
      expect(linkOf(reminder!)).to.equal(secret);
      const nobody = office.api();
      const opened = await nobody.ok<{ meetings: { id: string }[]; endpoint: { id: string } }>(
        'get',
        `/invitation/${secret}`,
      );
      expect(opened.endpoint.id).to.equal(ys);
      expect(opened.meetings.map((one) => one.id)).to.deep.equal([made.id]);
      expect((await table(made.id)).items.find((one) => one.endpointId === ys)?.state).to.equal('seen');
      await nobody.ok('put', `/invitation/${secret}/meetings/${made.id}`, { answer: 'registered', headCount: 3 });
      expect((await nobody.call('get', `/invitation/${'x'.repeat(43)}`)).status).to.equal(404);
      const other = await plan(['YS-UBND']);
      expect((await nobody.call('put', `/invitation/${secret}/meetings/${other.id}`, three)).status).to.equal(404);
      const { totals } = await table(made.id);
      expect(totals).to.deep.equal({ endpoints: 3, registered: 2, declined: 1, silent: 0, people: 15 });
      expect(await planner.ok('get', `/meetings/${made.id}`)).to.include({ step: 'registering' });
      expect(await planner.ok('post', `/meetings/${made.id}/invitations/remind`)).to.deep.equal({ mails: 0 });
    });

    it('have a letter that is drawn with every Vietnamese letter', async () => {
      const title = 'Hội nghị về Ữ Ỗ Ặ Ệ Ợ ở xã Đồng Văn';
      const made = await plan(['SD-UBND'], { title });
      const response = await fetch(`${office.url}/api/v1/meetings/${made.id}/letter.pdf`, {
        headers: { authorization: `Bearer ${planner.token}` },
      });
      expect(response.headers.get('content-type')).to.match(/^application\/pdf/);
      expect(pdfText(Buffer.from(await response.arrayBuffer()))).to.contain(title);
      const clerk = await office.person('operator', 'SD');
      expect((await clerk.call('get', `/meetings/${made.id}/letter.pdf`)).status).to.equal(403);
    });

    describe('calendars', () => {
      const read = async (url: string) => {
        const response = await fetch(url.replace('https://cau.example', office.url));
        const text = await response.text();
        const events = Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === 'VEVENT') as VEvent[];
        return { status: response.status, type: response.headers.get('content-type'), events };
      };

      it('of an endpoint and of a person are read by a secret address until it is taken back', async () => {
        const own = await plan(['LB-UBND'], { chairUserId: planner.id, title: 'Phiên của tôi' });
        const { id: endpointId } = await office.endpoint('LB-UBND');
        const feeds = [
          await planner.ok<{ id: string; url: string }>('post', '/feeds', { endpointId }),
          await planner.ok<{ id: string; url: string }>('post', '/feeds', {}),
        ];
        for (const { id, url } of feeds) {
          const before = await read(url);
          expect(before.type).to.match(/^text\/calendar/);
          const event = before.events.find((one) => one.uid === `${own.id}@cau.example`);
          expect(event?.start.toISOString()).to.equal(second(own.startsAt));
          await planner.ok('delete', `/feeds/${id}`);
          expect((await read(url)).status).to.equal(404);
        }
        const stranger = await office.person('operator', 'YS');
        expect((await stranger.call('post', '/feeds', { endpointId })).status).to.equal(404);
        expect((await read(`https://cau.example/api/v1/calendar/${'a'.repeat(43)}.ics`)).status).to.equal(404);
      });

      it('of the public show what is marked so, and nothing else', async () => {
        const shown = await plan(['LB-UBND'], { public: true, title: 'Hội nghị công khai' });
        const hidden = await plan(['LB-UBND'], { title: 'Họp kín' });
        await plan(['LB-UBND'], { public: true, status: 'draft', title: 'Dự thảo' });
        const nobody = office.api();
        const { items } = await nobody.ok<{ items: Record<string, unknown>[] }>('get', '/public/meetings');
        expect(items.map((one) => one['id'])).to.deep.equal([shown.id]);
        expect(items[0]).to.not.have.any.keys('endpointIds', 'note', 'chairUserId');
        const { events } = await read('https://cau.example/api/v1/public/meetings.ics');
        expect(events.map((one) => one.uid)).to.deep.equal([`${shown.id}@cau.example`]);
        expect(JSON.stringify(events)).to.not.contain(hidden.id);
      });
    });
  });
}
