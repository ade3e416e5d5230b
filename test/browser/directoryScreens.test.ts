import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { readLinkKey, secretOf } from '../../server/invitations/linkKey.ts';
import type { EndpointDetail } from '../../server/protocol/directory.ts';
import type { Endpoint, Unit } from '../../server/protocol/rest.ts';
import { ERROR_WORDS } from '../../web/i18n/errors.ts';
import { sentence } from '../../web/i18n/index.ts';
import type { Values, Words } from '../../web/i18n/index.ts';
import { LANGUAGES } from '../../web/lib/prefs.ts';
import type { Language } from '../../web/lib/prefs.ts';
import { endpointWords } from '../../web/views/directory/endpointWords.ts';
import { treeWords } from '../../web/views/directory/treeWords.ts';
import { directoryWords } from '../../web/views/directory/words.ts';
import { plannerWords } from '../../web/views/planner/words.ts';
import { registrationWords } from '../../web/views/registrations/words.ts';
import type { Api } from '../support/api.ts';
import { faults } from '../support/axe.ts';
import { inMinutes } from '../support/briefing.ts';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import { MailServer } from '../support/mailServer.ts';
import { photograph } from '../support/photograph.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

/** 60 characters, stacked diacritics among them. */
const LONG = 'Ủy ban nhân dân xã Phường Thượng Nguyễn Hữu Thỗ Ngưỡng Đường';
const SHEET = `Mã,Tên,Đơn vị,Đường truyền,Điện thoại trực\nMOI,Điểm cầu mới,TINH-TQ,Vệ tinh,gọi tôi\n`;
/** All that another theme can spoil. */
const COLOURS = ['color-contrast'];
/** `PHOTOS=folder` keeps a picture of every screen in both sizes, to be looked at. */
const PHOTOS = process.env['PHOTOS'] ?? '';

describe('the screens of the directory, of invitations and of the public', function () {
  this.timeout(120_000);
  const server = new MailServer();
  let service: Service;
  let page: Page;
  let meetingId = '';
  let invited: Endpoint;
  let admin: Api & { token: string };
  let units: Unit[];
  let language: Language = 'vi';

  const of = (words: Pick<Words<never>, 'tables'>, key: string, values?: Values): string =>
    sentence(words, language, key, values);
  const tree = (key: string, values?: Values) => of(treeWords, key, values);
  const answer = (key: string, values?: Values) => of(registrationWords, key, values);
  const dialog = () => page.getByRole('dialog').last();
  const press = (name: string, within: Page | Locator = page) => within.getByRole('button', { name }).first().click();

  before(async function () {
    await server.open();
    service = await startService({ env: { SFU_WORKERS: '1', SMTP_URL: server.url } });
    admin = await service.signIn(service.firstRun.administrator);
    const { items } = await admin.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500');
    units = (await admin.ok<{ items: Unit[] }>('get', '/units?limit=500')).items;
    invited = items[1]!;
    await admin.ok('patch', `/units/${units.find((u) => u.code === 'SD')!.id}`, { name: LONG });
    const contacts = [{ name: 'Lý A', title: 'Văn phòng', phone: '0207 3822 000', email: 'vp@tinh.example' }];
    const equipment = [{ kind: 'camera', label: 'Camera PTZ', note: 'mượn của huyện' }];
    await admin.ok('patch', `/endpoints/${invited.id}`, { name: LONG, shortName: LONG, contacts, equipment });
    const duty = { name: 'Ma Thị Hoà', phone: '0912 345 678' };
    await admin.ok('put', `/endpoints/${invited.id}/duty`, { duty });
    const unitId = units.find((u) => u.code === 'TINH-TQ')!.id;
    await admin.ok('post', '/groups', { name: LONG, unitId, note: LONG, rule: { level: 'commune' } });
    const endpointIds = items.slice(0, 4).map(({ id }) => id);
    const times = { startsAt: inMinutes(1500), endsAt: inMinutes(1560) };
    const form = { title: LONG, kind: 'briefing', endpointIds, chairEndpointId: items[0]!.id };
    ({ id: meetingId } = await admin.ok<{ id: string }>('post', '/meetings', { ...form, ...times }));
    const template = { name: LONG, unitId, form: { ...form, startTime: '08:00', minutes: 60 } };
    await admin.ok('post', '/meeting-templates', template);
    await admin.ok('post', `/meetings/${meetingId}/invitations`, {});
    const declined = { answer: 'declined', headCount: 0, delegates: [], note: LONG };
    await admin.ok('put', `/meetings/${meetingId}/registrations/${items[2]!.id}`, declined);
    ({ page } = await openBrowser({ colour: 'green', pitch: 700 }, { width: 1366, height: 768 }));
    const { username, password } = service.firstRun.administrator;
    await page.context().request.post(`${service.url}/api/v1/sign-in`, { data: { username, password } });
    page.setDefaultTimeout(15_000);
    // a window that still rises is half transparent, which is no fault of its colours
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });
  after(async function () {
    await closeBrowsers();
    await service?.stop();
    await server.close();
  });

  const openTab = async (key: string): Promise<void> => {
    await page.goto(`${service.url}/directory`);
    await page.getByRole('tab', { name: tree(key), exact: true }).click();
  };
  const openDrawer = async (): Promise<void> => {
    await page.goto(`${service.url}/directory`);
    await press(of(directoryWords, 'open', { name: LONG }));
    await dialog().getByText('Camera PTZ').waitFor();
  };
  const openMeeting = async (): Promise<void> => {
    await page.goto(`${service.url}/registrations/${meetingId}`);
    await page.getByRole('table').getByText(LONG).first().waitFor();
  };
  const openLink = async (secret: string): Promise<void> => {
    await page.goto(`${service.url}/dang-ky/${secret}`);
  };
  const openInvitation = async (): Promise<void> => {
    await openLink(secretOf(readLinkKey(service.dataDir), meetingId, invited.id));
    await page.getByRole('heading', { name: LONG }).waitFor();
  };

  /** Each brings its screen up and waits for what it shows. */
  const screens: Record<string, () => Promise<void>> = {
    list: async () => {
      await openTab('endpoints');
      await page.getByRole('table').waitFor();
    },
    drawer: openDrawer,
    'drawer, names and unit': async () => {
      await openDrawer();
      await press(tree('edit', { what: of(endpointWords, 'names') }), dialog());
      await dialog().getByLabel(of(endpointWords, 'name')).waitFor();
    },
    'drawer, ending it': async () => {
      await openDrawer();
      await press(of(endpointWords, 'end'), dialog());
      const asked = page.getByRole('alertdialog');
      await asked.waitFor();
      // it arms after a second
      await asked.getByRole('button', { name: of(endpointWords, 'end'), disabled: false }).waitFor();
    },
    'new endpoint, with faults': async () => {
      await openTab('endpoints');
      await press(of(endpointWords, 'add'));
      await press(of(endpointWords, 'add'), dialog());
      await dialog().getByText(of(endpointWords, 'needUnit')).waitFor();
    },
    tree: async () => {
      await openTab('tree');
      await page.getByText(LONG).waitFor();
    },
    'merger, run dry': async () => {
      await openTab('tree');
      await press(tree('openUnit', { name: LONG }));
      await press(tree('change', { name: 'Hồng Lạc' }));
      await dialog().getByLabel(tree('act')).selectOption('merge');
      await dialog().getByLabel(tree('into')).selectOption({ index: 3 });
      await press(tree('preview'), dialog());
      await dialog()
        .getByRole('region', { name: tree('result') })
        .waitFor();
    },
    split: async () => {
      await openTab('tree');
      await press(tree('openUnit', { name: LONG }));
      await press(tree('change', { name: 'Hồng Lạc' }));
      await dialog().getByLabel(tree('act')).selectOption('split');
      await dialog()
        .getByText(tree('part', { n: 2 }))
        .waitFor();
    },
    groups: async () => {
      await openTab('groups');
      await page.getByText(LONG).first().waitFor();
    },
    'a group': async () => {
      await openTab('groups');
      await press(tree('editGroup', { name: LONG }));
      await dialog().getByRole('checkbox').first().waitFor();
    },
    'sheet with faults': async () => {
      await openTab('sheets');
      const file = { name: 'diem-cau.csv', mimeType: 'text/csv', buffer: Buffer.from(SHEET) };
      await page.locator('input[type=file]').setInputFiles(file);
      await press(tree('previewSheet'));
      await page.getByRole('cell', { name: 'Vệ tinh' }).waitFor();
    },
    history: async () => {
      await openTab('history');
      await press(tree('undo'));
      await page.getByRole('alertdialog').waitFor();
      await page
        .getByRole('button', { name: tree('undo'), exact: true, disabled: false })
        .last()
        .waitFor();
    },
    registrations: openMeeting,
    'registering for an endpoint': async () => {
      await openMeeting();
      await press(answer('registerOf', { name: LONG }));
      await dialog().getByLabel(answer('headCount')).waitFor();
    },
    'the letter of an invitation': async () => {
      await openMeeting();
      await press(answer('inviteAgain'));
      await dialog().getByLabel(answer('number')).waitFor();
    },
    'the public page': openInvitation,
    'answering on the public page': async () => {
      await openInvitation();
      await press(answer('register'));
      await dialog().getByLabel(answer('headCount')).waitFor();
    },
    'the public page of a dead link': async () => {
      await openLink('x'.repeat(43));
      await page.getByText(answer('deadLink')).waitFor();
    },
    templates: async () => {
      await page.goto(`${service.url}/planner`);
      await press(of(plannerWords, 'fromTemplate'));
      await dialog().getByText(LONG).first().waitFor();
    },
  };

  const speak = async (tongue: Language): Promise<void> => {
    language = tongue;
    await page.goto(`${service.url}/signin`);
    await page.evaluate((l) => localStorage.setItem('nhipcau.prefs', JSON.stringify({ language: l })), language);
  };

  it('make an endpoint, rename it from a day on, guard it from a stale form', async () => {
    await speak('vi');
    const word = (key: string, values?: Values) => of(endpointWords, key, values);
    const name = 'Điểm cầu Trạm y tế Hồng Lạc';
    await openTab('endpoints');
    await press(word('add'));
    await dialog().getByLabel(word('name')).fill(name);
    await dialog()
      .getByLabel(word('unit'))
      .selectOption(units.find((u) => u.code === 'SD-HONG-LAC')!.id);
    await press(word('add'), dialog());
    await dialog().getByRole('heading', { name }).waitFor();
    const { items } = await admin.ok<{ items: Endpoint[] }>('get', '/endpoints?q=tram y te');
    expect(items.map(({ code }) => code)).to.deep.equal(['DIEM-CAU-TRAM-Y-TE-HONG-LAC']);
    const card = () => admin.ok<EndpointDetail>('get', `/endpoints/${items[0]!.id}`);

    const edit = tree('edit', { what: word('names') });
    await press(edit, dialog());
    await dialog().getByLabel(word('name')).fill(`${name} mới`);
    await dialog().getByLabel(word('effectiveOn')).fill('31/12/2099');
    await press(tree('save'), dialog());
    const planned = { day: '31/12/2099', name: `${name} mới`, unit: 'Xã Hồng Lạc' };
    await dialog().getByText(word('planned', planned)).waitFor();
    const { history, version, ...now } = await card();
    expect([now.name, history.map((one) => one.name)]).to.deep.equal([name, [name, `${name} mới`]]);

    await press(edit, dialog());
    await dialog().getByLabel(word('name')).fill('Tên của người đến sau');
    await admin.ok('put', `/endpoints/${now.id}/duty`, { duty: { name: 'Ma Thị Hoà', phone: '0912 345 678' } });
    await press(tree('save'), dialog());
    await dialog().getByText(ERROR_WORDS.version_conflict.vi).waitFor();
    expect(await card()).to.deep.include({ version: version + 1, name });

    await page.reload();
    await press(of(directoryWords, 'open', { name }));
    await press(edit, dialog());
    await dialog().getByLabel(word('name')).fill(`${name} cũ`);
    await dialog().getByLabel(word('effectiveOn')).fill('31/12/2098');
    await press(tree('save'), dialog());
    await dialog().getByText(tree('fault.later_change')).waitFor();
  });

  it('end an endpoint from a day on', async () => {
    await speak('vi');
    const end = of(endpointWords, 'end');
    const { items } = await admin.ok<{ items: Endpoint[] }>('get', '/endpoints?q=minh thanh');
    const { id, name } = items[0]!;
    await openTab('endpoints');
    await press(of(directoryWords, 'open', { name }));
    await press(end, dialog());
    const asked = page.getByRole('alertdialog');
    await asked.getByLabel(of(endpointWords, 'effectiveOn')).fill('31/12/2099');
    await asked.getByRole('button', { name: end, disabled: false }).click();
    await asked.waitFor({ state: 'detached' });
    expect((await admin.ok<EndpointDetail>('get', `/endpoints/${id}`)).validTo).to.equal('2099-12-31');
  });

  it('name the levels in the language of the screen', async () => {
    await speak('en');
    await openTab('endpoints');
    await page.getByRole('cell', { name: 'Commune' }).first().waitFor();
    expect(await page.getByLabel(of(directoryWords, 'level')).locator('option').allTextContents()).to.deep.equal([
      ...[of(directoryWords, 'allLevels'), 'Province', 'District', 'Commune'],
    ]);
    expect(await page.getByText(/Cấp (tỉnh|huyện|xã)/).count()).to.equal(0);
  });

  for (const tongue of LANGUAGES) {
    it(`have no serious fault of accessibility and nothing cut off in "${tongue}", in both themes`, async () => {
      await speak(tongue);
      const found: Record<string, string[]> = {};
      for (const [name, show] of Object.entries(screens)) {
        await show();
        const plain = await faults(page);
        await page.evaluate(() => (document.documentElement.dataset['contrast'] = 'high'));
        const strong = (await faults(page, COLOURS)).map((fault) => `high contrast: ${fault}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        const all = [...plain, ...strong, ...(wide > 0 ? [`${wide} pixels wider than the window`] : [])];
        if (all.length) found[name] = all;
        await photograph(page, `${name.replace(/\W+/g, '-')}-${language}`, PHOTOS);
      }
      expect(found).to.deep.equal({});
    });
  }
});
