import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import type { PlannedMeeting } from '../../server/protocol/meetings.ts';
import type { Endpoint } from '../../server/protocol/rest.ts';
import type { Api } from '../support/api.ts';
import { faults } from '../support/axe.ts';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import { photograph, PICTURES } from '../support/photograph.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { Typist } from '../support/typist.ts';

const DAY = 86_400_000;
/** a Monday in the next weeks, `2026-12-07` */
const MONDAY = (() => {
  const today = new Date(Date.now() + 7 * 3_600_000 + 7 * DAY);
  return new Date(today.getTime() - ((today.getUTCDay() + 6) % 7) * DAY + 7 * DAY).toISOString().slice(0, 10);
})();
const at = (clock: string): string => new Date(Date.parse(`${MONDAY}T${clock}:00+07:00`)).toISOString();

/** What a person who reads one of the languages looks for. */
const WORDS = {
  vi: {
    title: 'Giao ban Ủy ban nhân dân các xã, phường quý IV',
    signIn: 'Đăng nhập',
    other: /Chuyển sang tiếng Anh/,
    form: 'Tạo phiên họp',
    name: /^Tên phiên họp/,
    kind: 'Loại phiên',
    thematic: 'Họp chuyên đề',
    addItem: 'Thêm nội dung',
    item: 'Nội dung 1',
    next: 'Tiếp',
    date: 'Ngày họp',
    from: 'Bắt đầu lúc',
    to: 'Kết thúc lúc',
    all: /^Tất cả Cấp xã \(/,
    clear: 'Bỏ chọn tất cả',
    secretary: 'Thư ký',
    isPublic: 'Hiện trong lịch công khai của tỉnh',
    save: /^Đặt lịch cho \d+ điểm cầu$/,
    saved: /^Đã đặt lịch “/,
  },
  en: {
    title: 'Briefing of the communes, fourth quarter',
    signIn: 'Sign in',
    other: /Switch to Vietnamese/,
    form: 'New meeting',
    name: /^Title/,
    kind: 'Kind',
    thematic: 'Thematic meeting',
    addItem: 'Add an item',
    item: 'Item 1',
    next: 'Next',
    date: 'Day',
    from: 'From',
    to: 'To',
    all: /^All of level Commune \(/,
    clear: 'Clear the choice',
    secretary: 'Secretary',
    isPublic: 'Show in the public calendar of the province',
    save: /^Book for \d+ endpoints$/,
    saved: /is booked/,
  },
} as const;

declare global {
  interface Window {
    pointed?: string[];
  }
}

describe('the planner by keyboard alone', function () {
  this.timeout(60_000);
  let service: Service;
  let page: Page;
  let typist: Typist;
  let admin: Api & { token: string };
  let endpoints: Endpoint[];

  const press = (key: string) => typist.press(key);
  const dialog = (name: string) => page.getByRole('dialog', { name, exact: true });
  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: true });
  const reach = (control: Locator) => typist.reach(control);
  const act = (control: Locator, key?: string) => typist.act(control, key);
  const write = (field: Locator, text: string) => typist.write(field, text);
  const found = async (title: string): Promise<PlannedMeeting> => {
    const query = `from=${encodeURIComponent(at('00:00'))}&to=${encodeURIComponent(at('23:00'))}`;
    const { items } = await admin.ok<{ items: PlannedMeeting[] }>('get', `/meetings?${query}`);
    const one = items.find((meeting) => meeting.title === title);
    expect(one, title).to.not.equal(undefined);
    return admin.ok<PlannedMeeting>('get', `/meetings/${one!.id}`);
  };
  /** Looks for what is hard to use; keeps pictures in the two sizes of the screens for who asks with SHOTS=folder. */
  const look = async (name: string): Promise<void> => {
    // what is being asked anew stands pale until the answer comes
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
    await page.waitForTimeout(250);
    expect(await faults(page), name).to.deep.equal([]);
    await photograph(page, name, process.env.SHOTS);
  };

  before(async function () {
    this.timeout(120_000);
    service = await startService({ env: { SFU_WORKERS: '1' } });
    admin = await service.signIn(service.firstRun.administrator);
    endpoints = (await admin.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500')).items;
    ({ page } = await openBrowser({ colour: 'green', pitch: 800 }, { width: 1920, height: 1080 }));
    typist = new Typist(page);
    await page.addInitScript(() => {
      // of the whole visit, over reloads
      const store = sessionStorage;
      const note = (event: Event): void => {
        // a press of Enter makes a click without a count of presses
        if (event.type === 'click' && (event as MouseEvent).detail === 0) return;
        if (event.isTrusted) store.setItem('pointed', `${store.getItem('pointed') ?? ''} ${event.type}`);
      };
      for (const type of ['pointerdown', 'mousedown', 'mousemove', 'touchstart', 'click', 'dblclick', 'wheel'])
        addEventListener(type, note, { capture: true });
    });
  });
  after(async function () {
    this.timeout(30_000);
    await closeBrowsers();
    await service?.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await photograph(page, 'failed-planner-keyboard', PICTURES);
  });

  for (const language of ['vi', 'en'] as const) {
    const words = WORDS[language];
    const [from, to] = language === 'vi' ? (['09:00', '10:30'] as const) : (['14:00', '15:30'] as const);

    it(`signs in and books in five steps (${language})`, async () => {
      if (language === 'vi') {
        await page.goto(`${service.url}/signin?next=${encodeURIComponent(`/planner?day=${MONDAY}&view=day`)}`);
        await write(page.getByLabel('Tên đăng nhập'), service.firstRun.administrator.username);
        await write(page.getByLabel('Mật khẩu', { exact: true }), service.firstRun.administrator.password);
        await press('Enter');
        await act(button('Để sau'));
      } else {
        await page.goto(`${service.url}/planner?day=${MONDAY}&view=day`);
        // the header's tools are one stop of the Tab key; the arrow keys move inside
        const tools = page.getByRole('toolbar').first();
        await reach(tools.locator('button:not(:disabled)').first());
        const other = button(WORDS.vi.other, tools);
        for (let n = 0; n < 6 && !(await other.evaluate((one) => one === document.activeElement)); n += 1)
          await press('ArrowRight');
        await press('Enter');
        await button(words.other).waitFor();
      }
      await typist.grid().waitFor();

      await typist.walkTo(from);
      await press('n');
      const form = dialog(words.form);
      await write(form.getByLabel(words.name), words.title);
      await typist.choose(form.getByLabel(words.kind, { exact: true }), words.thematic);
      await act(button(words.addItem, form));
      await write(form.getByLabel(words.item, { exact: true }), 'Báo cáo tiến độ');
      await look(`form-content-${language}`);
      await act(button(words.next, form));

      expect(await form.getByLabel(words.date).inputValue()).to.equal(MONDAY.split('-').toReversed().join('/'));
      expect(await form.getByLabel(words.from).inputValue()).to.equal(from);
      await write(form.getByLabel(words.to), to);
      await look(`form-time-${language}`);
      await act(button(words.next, form));

      await act(button(words.clear, form));
      await act(button(words.all, form));
      await form.getByRole('status').first().waitFor();
      await look(`form-members-${language}`);
      await act(button(words.next, form));

      await typist.choose(form.getByLabel(words.secretary, { exact: true }), 'Chủ tọa');
      await look(`form-people-${language}`);
      await act(button(words.next, form));

      await act(form.getByLabel(words.isPublic), 'Space');
      await look(`form-papers-${language}`);
      await act(button(words.save, form));
      await page.getByText(words.saved).waitFor();
      await form.waitFor({ state: 'detached' });

      const booked = await found(words.title);
      const communes = endpoints.filter(({ level }) => level === 'commune').map(({ id }) => id);
      expect(booked).to.include({ kind: 'thematic', status: 'scheduled', public: true });
      expect([booked.startsAt, booked.endsAt]).to.deep.equal([at(from), at(to)]);
      expect(booked.agenda.map(({ title }) => title)).to.deep.equal(['Báo cáo tiến độ']);
      expect(booked.endpointIds).to.include.members(communes);
      expect(booked.secretaryUserId).to.be.a('string');
    });
  }

  it('met no mouse and no finger on the way', async () => {
    expect(await page.evaluate(() => sessionStorage.getItem('pointed'))).to.equal(null);
    // and would have met it
    await page.mouse.click(5, 5);
    expect(await page.evaluate(() => sessionStorage.getItem('pointed'))).to.contain('pointerdown');
  });
});
