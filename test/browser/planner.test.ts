import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Endpoint, Unit } from '../../server/protocol/rest.ts';
import type { Api } from '../support/api.ts';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import { MailServer } from '../support/mailServer.ts';
import { photograph, PICTURES } from '../support/photograph.ts';
import { until } from '../support/processes.ts';
import { readByIcalJs, readByNodeIcal } from '../support/readCalendar.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

const DAY = 86_400_000;
/** Vietnam knows no summer time: what the clocks there must show is reckoned here without any table of zones. */
const ZONE_MS = 7 * 3_600_000;
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
const TITLE = 'Giao ban trực tuyến hằng tuần của Ủy ban nhân dân tỉnh';
const TEMPLATE = 'Giao ban tuần, toàn tỉnh';
/** meetings of a weekly series from a day until the same weekday a year later */
const WEEKS = 53;

/** Midnight of a day of the province, epoch milliseconds. */
const midnight = (ms: number): number => Math.floor((ms + ZONE_MS) / DAY) * DAY - ZONE_MS;
const weekday = (ms: number): number => new Date(ms + ZONE_MS).getUTCDay();
/** What a clock on the wall of the province shows: `2026-11-30 08:00`. */
const wall = (ms: number): string => new Date(ms + ZONE_MS).toISOString().slice(0, 16).replace('T', ' ');
const typed = (ms: number): string => wall(ms).slice(0, 10).split('-').toReversed().join('/');

/** The first working day that is not so near that the clock could overtake the test. */
function firstDay(): number {
  let day = midnight(Date.now()) + 2 * DAY;
  while ([0, 6].includes(weekday(day))) day += DAY;
  return day;
}

declare global {
  interface Window {
    presses?: number;
  }
}

describe('the weekly briefing of all, booked with the clock running', function () {
  this.timeout(60_000);
  const server = new MailServer();
  const first = firstDay();
  const at = (hours: number): string => new Date(first + hours * 3_600_000).toISOString();
  let service: Service;
  let page: Page;
  let admin: Api & { token: string };
  let endpoints: Endpoint[];

  const addressOf = (code: string) => `${code.toLowerCase()}@tinh.example`;
  const dialog = (name: string) => page.getByRole('dialog', { name });
  const presses = () => page.evaluate(() => window.presses ?? -1);

  before(async function () {
    this.timeout(120_000);
    await server.open();
    service = await startService({ env: { SFU_WORKERS: '1', SMTP_URL: server.url } });
    admin = await service.signIn(service.firstRun.administrator);
    const units = (await admin.ok<{ items: Unit[] }>('get', '/units')).items;
    endpoints = (await admin.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500')).items;
    for (const { id, code } of endpoints) {
      const contacts = [{ name: 'Văn phòng', title: '', phone: null, email: addressOf(code) }];
      await admin.ok('patch', `/endpoints/${id}`, { contacts });
    }
    const endpointId = (code: string) => endpoints.find((one) => one.code === code)!.id;
    await admin.ok('post', '/meeting-templates', {
      name: TEMPLATE,
      unitId: units.find(({ code }) => code === 'TINH-TQ')!.id,
      form: {
        title: TITLE,
        startTime: '08:00',
        minutes: 90,
        endpointIds: endpoints.map(({ id }) => id),
        chairEndpointId: endpointId('UBND-TINH'),
        rrule: `FREQ=WEEKLY;BYDAY=${WEEKDAYS[weekday(first)]}`,
      },
    });
    await admin.ok('post', '/meetings', {
      title: 'Họp dân thôn',
      startsAt: at(8.5),
      endsAt: at(9),
      endpointIds: [endpointId('SD-TAN-TRAO')],
      chairEndpointId: endpointId('SD-TAN-TRAO'),
    });
    ({ page } = await openBrowser({ colour: 'green', pitch: 800 }, { width: 1920, height: 1080 }));
    await page.addInitScript(() => {
      window.presses = 0;
      addEventListener('pointerdown', ({ isTrusted }) => isTrusted && (window.presses! += 1), { capture: true });
    });
  });
  after(async function () {
    this.timeout(30_000);
    await closeBrowsers();
    await service?.stop();
    await server.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await photograph(page, 'failed-planner', PICTURES);
  });

  it('takes eight clicks and a minute at the most; the clash is seen before saving, with the next free time', async () => {
    await page.goto(`${service.url}/signin?next=%2Fplanner`);
    await page.getByLabel('Tên đăng nhập').fill(service.firstRun.administrator.username);
    await page.getByLabel('Mật khẩu', { exact: true }).fill(service.firstRun.administrator.password);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    // the first password may be changed another time
    await page.getByRole('button', { name: 'Để sau' }).click();
    await page.getByRole('grid').or(page.getByRole('treegrid')).first().waitFor();
    const began = Date.now();
    const before = await presses();

    await page.getByRole('button', { name: 'Từ mẫu', exact: true }).click();
    await photograph(page, 'planner-templates', process.env.SHOTS);
    await dialog('Tạo phiên từ mẫu').getByRole('button', { name: TEMPLATE }).first().click();
    const form = dialog('Tạo phiên họp');
    const clash = form.getByRole('alert');
    await clash.getByText('1/87 điểm cầu đã có phiên khác').waitFor();
    expect(await clash.innerText())
      .to.contain('Họp dân thôn')
      .and.to.contain('08:30')
      .and.to.contain('Tân Trào');
    await photograph(page, 'planner-clash', process.env.SHOTS);
    await clash.getByRole('button', { name: /Giờ trống gần nhất cho 87 điểm cầu: 09:00 . 10:30/ }).click();
    await form.getByLabel('Lặp đến hết ngày').click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(typed(first + (WEEKS - 1) * 7 * DAY));
    await form.getByText('87 điểm cầu đều trống').waitFor();
    expect(await form.getByRole('status').first().innerText()).to.contain(`${WEEKS} phiên`);
    await photograph(page, 'planner-free', process.env.SHOTS);
    await form.getByRole('button', { name: /Giấy mời, tài liệu/ }).click();
    await form.getByText('Gửi giấy mời tới 87 điểm cầu ngay khi lưu').click();
    await photograph(page, 'planner-letter', process.env.SHOTS);
    await form.getByRole('button', { name: 'Đặt lịch cho 87 điểm cầu' }).click();
    await page.getByText(`Đã đặt lịch “${TITLE}”: ${WEEKS} phiên.`).waitFor({ timeout: 50_000 });
    await form.waitFor({ state: 'detached' });

    const [clicks, seconds] = [(await presses()) - before, (Date.now() - began) / 1000];
    console.log(`      ${clicks} clicks, ${seconds.toFixed(1)} s`);
    expect(clicks).to.be.within(1, 8);
    expect(seconds).to.be.below(60);
    await photograph(page, 'planner-booked', process.env.SHOTS);
  });

  it('invites all by mail, whose calendar two readers place at the right hour of the province across a year', async () => {
    await until('87 mails', () => server.mails.length >= 87, 50_000);
    expect(server.mails).to.have.length(87);
    expect(server.mails.flatMap(({ to }) => to)).to.have.members(endpoints.map(({ code }) => addressOf(code)));
    const wanted = Array.from({ length: WEEKS }, (_, week) => wall(first + week * 7 * DAY + 9 * 3_600_000));
    const { parts } = server.mails[0]!;
    const text = parts.find(({ type }) => type.startsWith('text/calendar'))!.bytes.toString('utf8');
    const [from, to] = [first - DAY, first + 2 * 366 * DAY];
    for (const read of [readByIcalJs(text), readByNodeIcal(text, from, to)]) {
      expect(read.map(({ start }) => wall(start))).to.deep.equal(wanted);
      expect(new Set(read.map(({ start, end }) => (end - start) / 60_000))).to.deep.equal(new Set([90]));
      expect(new Set(read.map(({ title }) => title))).to.deep.equal(new Set([TITLE]));
    }
  });
});
