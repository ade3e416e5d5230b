import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { faults } from '../support/axe.ts';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import { photograph, PICTURES } from '../support/photograph.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

const OWN_PASSWORD = 'bến suối có hàng tre xanh';
const NAME = 'Nguyễn Thị Phượng Ước';
const LONG_NAME = 'Tôn Nữ Hoàng Nguyễn Thị Phượng Ước, Phó Trưởng phòng Hạ tầng số, Trung tâm Chuyển đổi số tỉnh';

describe('the screen of accounts', function () {
  this.timeout(60_000);
  let service: Service;
  let page: Page;
  let complaints: string[];
  /** what the account of the test is opened with at first */
  let oneTime: string;

  before(async function () {
    this.timeout(120_000);
    service = await startService({ env: { SFU_WORKERS: '1' } });
    ({ page, complaints } = await openBrowser({ colour: 'blue', pitch: 500 }, { width: 1366, height: 768 }));
    const { username, password } = service.firstRun.administrator;
    await page.context().request.post(`${service.url}/api/v1/sign-in`, { data: { username, password } });
  });
  after(async function () {
    this.timeout(30_000);
    await closeBrowsers();
    await service?.stop();
  });

  /** Looks for faults once windows have risen, and keeps pictures at both sizes for who asks with SHOTS=folder. */
  const look = async (name: string) => {
    await page.waitForTimeout(300);
    expect(await faults(page), name).to.deep.equal([]);
    await show(name);
  };
  const show = (name: string) => photograph(page, `accounts-${name}`, process.env['SHOTS']);
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await photograph(page, 'failed-accounts', PICTURES);
  });
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const button = (name: string | RegExp) => page.getByRole('button', { name });

  it('makes an account by the keyboard alone, and shows its password once', async () => {
    await page.goto(`${service.url}/accounts`);
    await page.getByRole('link', { name: 'Tài khoản', exact: true }).waitFor();
    await page.getByRole('table', { name: 'Danh sách tài khoản' }).waitFor();
    await show('list');
    await button('Thêm tài khoản').press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Thêm tài khoản' });
    await dialog.waitFor();
    await press('Enter');
    await page.getByText('Nhập họ và tên.').waitFor();
    await page.keyboard.type(NAME);
    expect(await dialog.getByLabel('Tên đăng nhập').inputValue()).to.equal('nguyen.thi.phuong.uoc');
    const unit = dialog.getByLabel('Đơn vị', { exact: true });
    await press('Tab', 'Tab');
    await press('ArrowDown', 'ArrowDown');
    expect(await unit.inputValue()).to.not.equal('');
    await press('Tab', 'Enter');
    await dialog.getByRole('group', { name: 'Vai trò thứ 1' }).waitFor();
    await look('form');
    await dialog.getByLabel('Tên đăng nhập').press('Enter');
    await page.getByRole('dialog', { name: `Đã tạo tài khoản ${NAME}` }).waitFor();
    await show('made');
    oneTime = await page.getByLabel('Mật khẩu dùng một lần').inputValue();
    expect(oneTime).to.match(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    await press('Escape');
    await page.getByLabel('Tìm theo họ tên').fill('phuong uoc');
    await page.getByText('1 tài khoản', { exact: true }).waitFor();
    await page.getByRole('row', { name: /nguyen\.thi\.phuong\.uoc .*Chưa lần nào.*Chờ đổi mật khẩu/ }).waitFor();
  });

  it('lets the person change the password, told beforehand what ends, and sign out elsewhere', async () => {
    const person = await page
      .context()
      .browser()!
      .newContext({ locale: 'vi-VN', viewport: { width: 1366, height: 768 } });
    const own = await person.newPage();
    await own.goto(`${service.url}/signin?next=/account`);
    await own.getByLabel('Tên đăng nhập').fill('nguyen.thi.phuong.uoc');
    await own.getByLabel('Mật khẩu', { exact: true }).fill(oneTime);
    await own.keyboard.press('Enter');
    await own.getByRole('heading', { name: 'Đổi mật khẩu lần đầu' }).waitFor();
    await own.getByRole('button', { name: 'Để sau' }).press('Enter');
    await own.getByRole('heading', { name: 'Tài khoản của tôi' }).waitFor();
    await own.getByText('Mật khẩu này do người khác đặt.').waitFor();
    const elsewhere = await service.api().ok<{ token: string }>('post', '/sign-in', {
      username: 'nguyen.thi.phuong.uoc',
      password: oneTime,
    });
    await own.reload();
    await own.getByText('1 nơi khác đang đăng nhập bị đăng xuất ngay.').waitFor();
    const main = page;
    page = own;
    await look('own-account');
    await own.getByLabel('Mật khẩu hiện tại').fill('khong-phai-mat-khau');
    await own.getByLabel('Mật khẩu mới', { exact: true }).fill(OWN_PASSWORD);
    await own.getByLabel('Nhập lại mật khẩu mới').fill(OWN_PASSWORD);
    await press('Enter');
    await own.getByText('Mật khẩu hiện tại không đúng.').waitFor();
    await own.getByLabel('Mật khẩu hiện tại').fill(oneTime);
    await press('Enter');
    await own.getByText('Đã đổi mật khẩu.').waitFor();
    expect((await service.api(elsewhere.token).call('get', '/me')).status).to.equal(401);
    await own.getByText('Mật khẩu này do người khác đặt.').waitFor({ state: 'detached' });
    const again = await service.api().ok<{ token: string }>('post', '/sign-in', {
      username: 'nguyen.thi.phuong.uoc',
      password: OWN_PASSWORD,
    });
    await own.reload();
    await own.getByRole('button', { name: 'Đăng xuất mọi nơi khác' }).press('Enter');
    const asked = own.getByRole('alertdialog').getByRole('button', { name: 'Đăng xuất mọi nơi khác' });
    await own.waitForTimeout(1_200);
    await asked.press('Enter');
    await own.getByText('Đã đăng xuất mọi nơi khác.').waitFor();
    expect((await service.api(again.token).call('get', '/me')).status).to.equal(401);
    await own.getByRole('button', { name: 'Đăng xuất mọi nơi khác' }).waitFor({ state: 'detached' });
    // who administers nothing has neither the list nor its place in the menu
    expect(await own.getByRole('link', { name: 'Tài khoản', exact: true }).count()).to.equal(0);
    page = main;
    await disable();
    await own.reload();
    await own.waitForURL(/\/signin/);
    const { status } = await service.api().call('post', '/sign-in', {
      username: 'nguyen.thi.phuong.uoc',
      password: OWN_PASSWORD,
    });
    expect(status).to.equal(401);
    await person.close();
  });

  /** Deactivates the account of the test, by keyboard. */
  async function disable(): Promise<void> {
    await button(`Xem tài khoản ${NAME}`).press('Enter');
    await page.getByRole('dialog', { name: NAME }).waitFor();
    await look('card');
    await button('Khóa tài khoản').press('Enter');
    const asked = page.getByRole('alertdialog');
    await asked.getByText('kể cả màn hình đang điều hành phiên').waitFor();
    await page.waitForTimeout(1_200);
    await look('disable');
    await asked.getByRole('button', { name: 'Khóa tài khoản' }).press('Enter');
    await page.getByRole('row', { name: /nguyen\.thi\.phuong\.uoc .*Đã khóa/ }).waitFor();
  }

  it('gives a new password to who lost it, and changes name and roles', async () => {
    await button(`Xem tài khoản ${NAME}`).press('Enter');
    await button('Mở khóa tài khoản').press('Enter');
    await page.getByRole('row', { name: /nguyen\.thi\.phuong\.uoc .*Đang dùng/ }).waitFor();
    await button(`Xem tài khoản ${NAME}`).press('Enter');
    await button('Đặt lại mật khẩu').press('Enter');
    await page.waitForTimeout(1_200);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Đặt lại mật khẩu' }).press('Enter');
    await page.getByRole('dialog', { name: `Mật khẩu mới của ${NAME}` }).waitFor();
    const password = await page.getByLabel('Mật khẩu dùng một lần').inputValue();
    await service.api().ok('post', '/sign-in', { username: 'nguyen.thi.phuong.uoc', password });
    await press('Escape');
    await button(`Xem tài khoản ${NAME}`).press('Enter');
    await button('Sửa tên và vai trò').press('Enter');
    await page.getByRole('dialog', { name: `Sửa ${NAME}` }).waitFor();
    await page.getByLabel('Họ và tên').fill(LONG_NAME);
    await page.getByLabel('Vai trò', { exact: true }).selectOption({ label: 'Trực kỹ thuật' });
    await button('Thêm vai trò').press('Enter');
    await show('edit');
    await page.getByLabel('Họ và tên').press('Enter');
    await button(`Xem tài khoản ${LONG_NAME}`).waitFor();
    await page.getByRole('cell', { name: /Trực kỹ thuật, .*Chủ tọa, / }).waitFor();
    await show('list-long');
  });

  it('tells in sentences what was done, to one account and by one person', async () => {
    await button(`Xem tài khoản ${LONG_NAME}`).press('Enter');
    await button('Xem nhật ký của tài khoản').press('Enter');
    await page.getByText(`Chỉ xem nhật ký của ${LONG_NAME}`).waitFor();
    for (const act of ['Tạo tài khoản', 'Khóa tài khoản', 'Mở khóa tài khoản', 'Sửa tài khoản']) {
      await page.getByText(`${act} “nguyen.thi.phuong.uoc”`, { exact: true }).waitFor();
    }
    await page.getByText('Đặt lại mật khẩu của “nguyen.thi.phuong.uoc”').waitFor();
    await page.getByText(`Họ và tên: ${NAME} → ${LONG_NAME}`).waitFor();
    await look('log-of-account');
    await button('Bỏ lọc theo tài khoản').press('Enter');
    await page.getByLabel('Người thực hiện').selectOption({ label: NAME });
    await page.getByText('Tạo tài khoản “nguyen.thi.phuong.uoc”').waitFor({ state: 'detached' });
    await page.getByText('Tự đổi mật khẩu (“nguyen.thi.phuong.uoc”)').waitFor();
    expect(await page.getByRole('row').count(), 'the head and the one entry').to.equal(2);
    await page.getByLabel('Việc', { exact: true }).selectOption({ label: 'Khóa tài khoản' });
    await page.getByText('Không có việc nào được ghi').waitFor();
    await page.getByLabel('Người thực hiện').selectOption({ label: 'Tất cả' });
    await page.getByText('Khóa tài khoản “nguyen.thi.phuong.uoc”').waitFor();
  });

  it('has no serious fault in English either, and no complaint in the console', async () => {
    await button(/sang tiếng Anh/).press('Enter');
    await page.getByText('Deactivated the account “nguyen.thi.phuong.uoc”').waitFor();
    await look('log-english');
    await page.getByRole('tab', { name: 'List of accounts' }).click();
    await page.getByRole('table', { name: 'List of accounts' }).waitFor();
    await look('accounts-english');
    await page.getByRole('link', { name: /My account/ }).press('Enter');
    await page.getByRole('heading', { name: 'My account' }).waitFor();
    await page.getByText('This browser stays signed in.').waitFor();
    await look('own-english');
    expect(complaints).to.deep.equal([]);
  });
});
