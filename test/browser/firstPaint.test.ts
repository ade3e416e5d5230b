import { expect } from 'chai';
import type { Page, Response } from 'playwright-core';
import { SESSION_COOKIE } from '../../server/http/route.ts';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import type { OpenBrowser } from '../support/browsers.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

/** What each view needs first, and what is on the screen when it has it. */
const VIEWS = {
  '/meetings': { asks: ['/me', '/meetings', '/endpoints', '/levels'], stands: '[role=tabpanel]' },
  '/planner?view=week': { asks: ['/me', '/planner', '/endpoints', '/levels'], stands: '[role=treegrid] [role=row]' },
  '/directory': { asks: ['/me', '/endpoints', '/levels'], stands: 'text=TPTQ-MINH-XUAN' },
};

const pathOf = (url: string): string => new URL(url).pathname;
const isFont = (url: string): boolean => url.endsWith('.woff2');

describe('the first load of a page', function () {
  this.timeout(120_000);
  let service: Service;
  let token: string;
  let opened: OpenBrowser;
  const seen: Response[] = [];

  before(async () => {
    service = await startService({ env: { SFU_WORKERS: '1' } });
    const { username, password } = service.firstRun.administrator;
    ({ token } = await service.api().ok<{ token: string }>('post', '/sign-in', { username, password }));
    opened = await openBrowser({ colour: 'green', pitch: 800 });
  });
  after(async () => {
    await closeBrowsers();
    await service?.stop();
  });

  /** A page of a browser that has seen nothing of the application. */
  async function fresh(isSignedIn: boolean): Promise<Page> {
    const context = await opened.browser.newContext({ locale: 'vi-VN' });
    if (isSignedIn) await context.addCookies([{ name: SESSION_COOKIE, value: token, url: service.url }]);
    const page = await context.newPage();
    seen.length = 0;
    page.on('response', (response) => void seen.push(response));
    return page;
  }

  const typefaceRead = (page: Page) =>
    page.waitForFunction(() => localStorage.getItem('nhipcau.typeface') !== null, undefined, { timeout: 30_000 });

  for (const [address, { asks, stands }] of Object.entries(VIEWS)) {
    it(`asks for what ${address} needs before its code is there, and for nothing of it twice`, async () => {
      const page = await fresh(true);
      await page.goto(service.url + address);
      await page.locator(stands).first().waitFor({ timeout: 30_000 });
      await typefaceRead(page);
      const asked = seen.map((one) => pathOf(one.url()));
      for (const path of asks)
        expect(
          asked.filter((one) => one === `/api/v1${path}`),
          path,
        ).to.have.lengthOf(1);
      await page.context().close();
    });
  }

  it('brings code and long answers compressed, and the typeface after the screen stands', async () => {
    const page = await fresh(true);
    await page.goto(`${service.url}/directory`);
    await typefaceRead(page);
    const coding = async (path: RegExp) => {
      const found = seen.find((one) => path.test(pathOf(one.url())));
      return (await found?.allHeaders())?.['content-encoding'];
    };
    expect(await coding(/\/main-[\w-]+\.js$/)).to.equal('br');
    expect(await coding(/\/index-[\w-]+\.css$/)).to.equal('br');
    expect(await coding(/\/api\/v1\/endpoints$/)).to.be.oneOf(['br', 'gzip']);
    const order = seen.map((one) => pathOf(one.url()));
    expect(order.findIndex(isFont)).to.be.greaterThan(order.indexOf('/api/v1/endpoints'));
    // what "đ", "ơ" and "ư" are in is the Vietnamese part, not the one for all other Latin letters
    const fonts = order.filter(isFont);
    expect(fonts.some((one) => one.includes('vietnamese'))).to.equal(true);
    expect(fonts.filter((one) => one.includes('latin-ext'))).to.deep.equal([]);
    await page.context().close();
  });

  it('tells who is not signed in at once, and asks again after the sign-in', async () => {
    const page = await fresh(false);
    await page.goto(`${service.url}/directory`);
    await page.getByLabel('Tên đăng nhập').fill(service.firstRun.administrator.username);
    const refused = seen.filter((one) => one.status() === 401).map((one) => pathOf(one.url()));
    expect(refused).to.deep.equal(['/api/v1/me']);
    await page.getByLabel('Mật khẩu', { exact: true }).fill(service.firstRun.administrator.password);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Để sau' }).click();
    await page.locator(VIEWS['/directory'].stands).first().waitFor({ timeout: 30_000 });
    await page.context().close();
  });
});
