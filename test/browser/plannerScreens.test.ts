import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import type { PlannedMeeting, SeriesView } from '../../server/protocol/meetings.ts';
import type { Endpoint } from '../../server/protocol/rest.ts';
import type { Api } from '../support/api.ts';
import { faults } from '../support/axe.ts';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import { MailServer } from '../support/mailServer.ts';
import { photograph, PICTURES } from '../support/photograph.ts';
import { until } from '../support/processes.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { Typist } from '../support/typist.ts';

const DAY = 86_400_000;
/** a Monday in the next weeks, `2026-12-07` */
const MONDAY = (() => {
  const today = new Date(Date.now() + 7 * 3_600_000 + 7 * DAY);
  return new Date(today.getTime() - ((today.getUTCDay() + 6) % 7) * DAY + 7 * DAY).toISOString().slice(0, 10);
})();
const at = (clock: string, days = 0): string =>
  new Date(Date.parse(`${MONDAY}T${clock}:00+07:00`) + days * DAY).toISOString();
const dayAfter = (days: number): string => new Date(Date.parse(MONDAY) + days * DAY).toISOString().slice(0, 10);
/** As it is typed and shown: `07/12/2026`. */
const typed = (day: string): string => day.split('-').toReversed().join('/');
const LONG = 'Giao ban trực tuyến quý IV của Ủy ban nhân dân tỉnh với các xã, phường vùng cao biên giới Ữ Ỗ';

/** What a person who reads one of the languages looks for. */
const WORDS = {
  vi: {
    move: 'Đổi giờ…',
    moveTitle: 'Đổi giờ phiên họp',
    moveSave: 'Đổi giờ',
    moved: /^Đã chuyển/,
    movedBack: /về giờ cũ/,
    date: 'Ngày họp',
    from: 'Bắt đầu lúc',
    to: 'Kết thúc lúc',
    cancelTitle: 'Hủy phiên họp',
    reason: /^Lý do hủy/,
    cancel: 'Hủy phiên',
    cancelling: /sẽ bị hủy sau 10 giây/,
    kept: /^Đã giữ lại/,
    cancelled: /^Đã hủy “/,
    showCancelled: 'Hiện phiên đã hủy',
    state: 'Đã hủy',
    menu: 'Phiên họp của tôi',
    create: 'Tạo phiên',
    form: 'Tạo phiên họp',
    name: /^Tên phiên họp/,
    time: /Thời gian/,
    ask: 'Đóng mà không lưu? Những gì đã nhập sẽ mất.',
    goOn: 'Nhập tiếp',
    discard: 'Đóng, không lưu',
    close: 'Đóng',
    repeat: 'Lặp lại',
    weekly: 'Hằng tuần',
    until: 'Lặp đến hết ngày',
    clash: '1/1 điểm cầu đã có phiên khác, vào 1 trong 4 ngày của chuỗi',
    skip: 'Bỏ 1 ngày bị trùng',
    allDays: /^Xem cả 4 ngày/,
    free: '1 điểm cầu đều trống',
    save: /^Đặt lịch cho/,
    saved: /^Đã đặt lịch “.*: 2 phiên/,
    zoom: ['Thu nhỏ lưới lịch', 'Phóng to lưới lịch'],
  },
  en: {
    move: 'Change the time…',
    moveTitle: 'Change the time',
    moveSave: 'Change the time',
    moved: /is moved to/,
    movedBack: /back at its old time/,
    date: 'Day',
    from: 'From',
    to: 'To',
    cancelTitle: 'Cancel the meeting',
    reason: /^Reason/,
    cancel: 'Cancel meeting',
    cancelling: /will be cancelled in 10 seconds/,
    kept: /is kept/,
    cancelled: /is cancelled/,
    showCancelled: 'Show cancelled',
    state: 'Cancelled',
    menu: 'My meetings',
    create: 'New meeting',
    form: 'New meeting',
    name: /^Title/,
    time: /Time/,
    ask: 'Close without saving? What was entered will be lost.',
    goOn: 'Go on editing',
    discard: 'Close without saving',
    close: 'Close',
    repeat: 'Repeats',
    weekly: 'Every week',
    until: 'Until the end of',
    clash: '1 of 1 endpoints have another meeting, on 1 of the 4 days of the series',
    skip: 'Leave out the 1 day with a clash',
    allDays: /^Show all 4 days/,
    free: 'The endpoint is free',
    save: /^Book for/,
    saved: /is booked: 2 meetings/,
    zoom: ['Zoom the grid out', 'Zoom the grid in'],
  },
} as const;
type Language = keyof typeof WORDS;

describe('the screens of the planner', function () {
  this.timeout(120_000);
  const server = new MailServer();
  let service: Service;
  let page: Page;
  let typist: Typist;
  let admin: Api & { token: string };
  let first: Endpoint;

  const dialog = (name: string) => page.getByRole('dialog', { name, exact: true });
  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: true });
  const focused = (control: Locator) => control.evaluate((one) => one === document.activeElement);
  const plan = (title: string, times: [string, string], extra = {}) =>
    admin.ok<PlannedMeeting>('post', '/meetings', {
      title,
      startsAt: at(times[0]),
      endsAt: at(times[1]),
      endpointIds: [first.id],
      chairEndpointId: first.id,
      ...extra,
    });
  const meeting = (id: string) => admin.ok<PlannedMeeting>('get', `/meetings/${id}`);
  const block = (id: string) => page.locator(`[data-block="${id}"]`).first();
  const show = async (language: Language, view: string, day = MONDAY, others = {}): Promise<void> => {
    const prefs = JSON.stringify({ language, ...others });
    await page.evaluate((text) => localStorage.setItem('nhipcau.prefs', text), prefs);
    await page.goto(`${service.url}/planner?day=${day}&view=${view}`);
    await page.locator('[role=treegrid], table').first().waitFor();
  };
  /** looks for what is hard to use; keeps pictures in the two sizes of the screens for who asks with SHOTS=folder */
  const look = async (name: string): Promise<void> => {
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
    await page.waitForTimeout(250);
    expect(await faults(page), name).to.deep.equal([]);
    await photograph(page, name, process.env.SHOTS);
  };
  const mailOf = (method: string, id: string) =>
    server.mails.find(({ parts }) =>
      parts.some(({ type, bytes }) => {
        const text = bytes.toString('utf8').replaceAll(/\r\n /g, '');
        return type.startsWith('text/calendar') && text.includes(`METHOD:${method}`) && text.includes(id);
      }),
    );

  before(async function () {
    this.timeout(120_000);
    await server.open();
    service = await startService({ env: { SFU_WORKERS: '1', SMTP_URL: server.url } });
    admin = await service.signIn(service.firstRun.administrator);
    first = (await admin.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500')).items[0]!;
    const contacts = [{ name: 'Văn phòng', title: '', phone: null, email: 'vanphong@tinh.example' }];
    await admin.ok('patch', `/endpoints/${first.id}`, { contacts });
    ({ page } = await openBrowser({ colour: 'green', pitch: 800 }, { width: 1366, height: 768 }));
    typist = new Typist(page);
    await page.context().request.post(`${service.url}/api/v1/sign-in`, { data: service.firstRun.administrator });
    await page.goto(`${service.url}/signin`);
  });
  after(async function () {
    this.timeout(30_000);
    await closeBrowsers();
    await service?.stop();
    await server.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await photograph(page, 'failed-planner-screens', PICTURES);
  });

  for (const language of ['vi', 'en'] as const) {
    const words = WORDS[language];
    const hour = language === 'vi' ? ['09', '10', '13', '14'] : ['10', '11', '15', '16'];
    const time = (n: number) => `${hour[n]}:00`;
    let id: string;

    it(`moves a meeting by keyboard alone, and back within ten seconds (${language})`, async () => {
      id = (await plan(`Phiên ${language}`, [time(0), time(1)])).id;
      await admin.ok('post', `/meetings/${id}/invitations`, { scope: 'this' });
      await show(language, 'day');
      await typist.walkTo(`Phiên ${language}`);
      await typist.press('Enter');
      await typist.act(button(words.move, dialog(`Phiên ${language}`)));
      const move = dialog(words.moveTitle);
      await typist.write(move.getByLabel(words.from), time(2));
      await typist.write(move.getByLabel(words.to), time(3));
      await look(`planner-move-${language}`);
      await typist.act(button(words.moveSave, move));
      await page.getByText(words.moved).waitFor();
      expect(await meeting(id)).to.include({ startsAt: at(time(2)), endsAt: at(time(3)) });
      await typist.press('ControlOrMeta+z');
      await page.getByText(words.movedBack).waitFor();
      expect(await meeting(id)).to.include({ startsAt: at(time(0)), endsAt: at(time(1)) });
    });

    it(`cancels it by keyboard alone: taken back once, then for good with a mail, and still to be seen (${language})`, async () => {
      const cancel = async (): Promise<void> => {
        await typist.walkTo(`Phiên ${language}`);
        await typist.press('Delete');
        const sure = page.getByRole('alertdialog', { name: words.cancelTitle });
        await typist.write(sure.getByLabel(words.reason), 'Trùng lịch của tỉnh');
        // the button arms after a second
        await sure.locator('button:not(:disabled)', { hasText: words.cancel }).waitFor();
        await typist.act(button(words.cancel, sure));
        await page.getByText(words.cancelling).waitFor();
        await block(id).waitFor({ state: 'detached' });
      };
      await show(language, 'day');
      await cancel();
      await typist.press('ControlOrMeta+z');
      await page.getByText(words.kept).waitFor();
      await block(id).waitFor();
      expect(await meeting(id)).to.include({ status: 'scheduled' });
      expect(mailOf('CANCEL', id)).to.equal(undefined);
      await show(language, 'day');
      await cancel();
      // in one language the time passes, in the other the page is left before
      if (language === 'en') await typist.act(page.getByRole('link', { name: words.menu }));
      else await page.getByText(words.cancelled).waitFor();
      await until('the cancellation', async () => (await meeting(id)).status === 'cancelled', 15_000);
      await until('its mail', () => mailOf('CANCEL', id), 20_000);
      await show(language, 'day');
      await button(words.create).waitFor();
      expect(await block(id).count()).to.equal(0);
      await typist.act(button(words.showCancelled), 'Space');
      await block(id).waitFor();
      expect(await block(id).getAttribute('data-off')).to.equal('true');
      expect(await block(id).innerText()).to.contain(words.state);
      const line = await block(id)
        .locator('.pl-title')
        .evaluate((one) => getComputedStyle(one).textDecorationLine);
      expect(line).to.equal('line-through');
    });

    it(`leaves single days of a new series out, by keyboard alone (${language})`, async () => {
      const hours: [string, string] = language === 'vi' ? ['07:30', '08:00'] : ['17:00', '17:30'];
      const blocker = { startsAt: at(hours[0], 14), endsAt: at(hours[1], 14) };
      await plan('Họp khác', hours, blocker);
      await show(language, 'week');
      await typist.act(button(words.create));
      const form = dialog(words.form);
      await typist.write(form.getByLabel(words.name), `Chuỗi ${language}`);
      await typist.act(form.getByRole('button', { name: words.time }));
      expect(await form.getByLabel(words.date, { exact: true }).inputValue(), 'the day that is looked at').to.equal(
        typed(MONDAY),
      );
      await typist.write(form.getByLabel(words.from), hours[0]);
      await typist.write(form.getByLabel(words.to), hours[1]);
      await typist.choose(form.getByLabel(words.repeat, { exact: true }), words.weekly);
      await typist.write(form.getByLabel(words.until), typed(dayAfter(21)));
      await form.getByText(words.clash).waitFor();
      await typist.act(button(words.skip, form));
      await form.getByText(words.free).waitFor();
      await typist.act(button(words.allDays, form));
      await typist.act(form.getByRole('checkbox', { name: typed(dayAfter(7)) }), 'Space');
      await look(`planner-skipped-${language}`);
      await typist.act(button(words.save, form));
      await page.getByText(words.saved).waitFor();
      const query = new URLSearchParams({ from: at(hours[0]), to: at(hours[1]) });
      const { items } = await admin.ok<{ items: PlannedMeeting[] }>('get', `/meetings?${query}`);
      const one = items.find(({ title }) => title === `Chuỗi ${language}`)!;
      const series = await admin.ok<SeriesView>('get', `/series/${(await meeting(one.id)).series!.id}`);
      expect(series.except).to.deep.equal([dayAfter(7), dayAfter(14)]);
      expect(series.occurrences.map(({ startsAt }) => startsAt)).to.deep.equal([at(hours[0]), at(hours[0], 21)]);
    });

    it(`asks once before what was typed is lost, not before (${language})`, async () => {
      await show(language, 'day');
      const form = dialog(words.form);
      await typist.press('n');
      await form.waitFor();
      await typist.press('Escape');
      await form.waitFor({ state: 'detached' });
      await typist.act(button(words.create));
      await typist.write(form.getByLabel(words.name), 'Nháp');
      await typist.press('Escape');
      await form.getByText(words.ask).waitFor();
      expect(await focused(button(words.goOn, form))).to.equal(true);
      await look(`planner-leaving-${language}`);
      await typist.press('Escape');
      expect(await focused(form.getByLabel(words.name)), 'typing goes on where it stood').to.equal(true);
      expect(await form.getByLabel(words.name).inputValue()).to.equal('Nháp');
      await button(words.close, form).click();
      await typist.act(button(words.discard, form));
      await form.waitFor({ state: 'detached' });
    });

    it(`has no serious fault in week, day, list, print and with strong contrast (${language})`, async () => {
      if (language === 'vi') await plan(LONG, ['11:00', '12:00']);
      for (const view of ['week', 'day', 'list']) {
        await show(language, view);
        await button(words.showCancelled).click();
        await page.locator('[data-off]').first().waitFor();
        await look(`planner-${view}-${language}`);
      }
      await page.emulateMedia({ media: 'print' });
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      await look(`planner-print-${language}`);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      await page.emulateMedia({ media: null });
      await show(language, 'week', MONDAY, { highContrast: true, textScale: 1.25 });
      for (const name of words.zoom) expect(await button(name).getAttribute('data-tip')).to.equal(name);
      await look(`planner-contrast-${language}`);
    });
  }

  it('proposes no time that is over, whatever week is looked at', async () => {
    await show('vi', 'week', '2026-01-05');
    await button('Tạo phiên').click();
    const form = dialog('Tạo phiên họp');
    await form.getByRole('button', { name: /Thời gian/ }).click();
    const [d, m, y] = (await form.getByLabel('Ngày họp').inputValue()).split('/');
    const start = `${y}-${m}-${d}T${await form.getByLabel('Bắt đầu lúc').inputValue()}:00+07:00`;
    expect(Date.parse(start)).to.be.above(Date.now());
  });

  it('shows that a long title is cut', async () => {
    await show('vi', 'list');
    const title = await page.getByText(/^Giao ban trực tuyến quý IV/).innerText();
    expect(title).to.match(/…$/).and.to.have.length.within(60, 80);
  });

  it('selects no text when the mouse is drawn over the grid', async () => {
    await show('vi', 'day');
    const box = (await typist.grid().boundingBox())!;
    await page.mouse.move(box.x + 40, box.y + 130);
    await page.mouse.down();
    await page.mouse.move(box.x + 700, box.y + 330, { steps: 5 });
    await page.mouse.up();
    expect(await page.evaluate(() => getSelection()?.toString() ?? '')).to.equal('');
  });
});
