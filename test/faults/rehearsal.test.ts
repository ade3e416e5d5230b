import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Report } from '../../ops/simulate/report.ts';
import type { Device, Meeting } from '../../server/protocol/rest.ts';
import { signal } from '../support/processes.ts';
import { Quiet } from '../support/quiet.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

const PROGRAM = fileURLToPath(new URL('../../ops/simulate.ts', import.meta.url));

interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the program as a person does. @param breakOff sends Ctrl-C as soon as this is in what it says */
async function simulate(args: string[], breakOff?: string): Promise<Run> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const run: Run = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const said = breakOff !== undefined && run.err.includes(breakOff);
    run.err += text;
    if (breakOff && !said && run.err.includes(breakOff) && child.pid) signal(child.pid, 'SIGINT');
  });
  const late = setTimeout(() => child.pid && signal(child.pid, 'SIGKILL'), 60_000);
  [run.code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return run;
}

describe('a rehearsal with simulated endpoints', function () {
  this.timeout(90_000);
  let service: Service;
  let always: string[];

  before(async () => {
    service = await startService();
    always = ['--url', service.url, '--data-dir', service.dataDir];
  });
  after(() => service?.stop());

  const report = (run: Run): Report => {
    expect(run.out.trim().split('\n'), run.err).to.have.length(1);
    return JSON.parse(run.out) as Report;
  };
  const administrator = () => service.signIn(service.firstRun.administrator);
  const devices = async () =>
    (await (await administrator()).ok<{ items: Device[] }>('get', '/devices?state=active')).items;
  const running = async () =>
    (await (await administrator()).ok<{ items: Meeting[] }>('get', '/meetings?status=running')).items;

  it('brings eight endpoints into a briefing: all join, hear and see, without an error', async () => {
    const quiet = new Quiet().start();
    const run = await simulate([...always, '--endpoints', '8', '--seconds', '5', '--json']);
    const { endpoints, joined, receiving, errors, gapMs, joinMs, floorSwitchMs, packets } = report(run);
    expect({ endpoints, joined, receiving, errors }).to.deep.equal({
      endpoints: 8,
      joined: 8,
      receiving: 8,
      errors: [],
    });
    expect(gapMs.max).to.be.below(quiet.limit(200));
    expect(gapMs.p99).to.be.at.most(gapMs.max);
    expect(joinMs.p50).to.be.above(0);
    expect(joinMs.max).to.be.below(10_000);
    expect(floorSwitchMs.max).to.be.within(1, 5_000);
    // the picture of the stage alone is 180 packets a second for each of seven
    expect(packets.received).to.be.above(4_000);
  });

  it('leaves nothing behind but credentials for the next time, in a file that only its owner reads', async () => {
    expect(await running()).to.deep.equal([]);
    const file = join(service.dataDir, 'simulate-credentials.json');
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const before = await devices();
    const text = readFileSync(file, 'utf8');
    const run = await simulate([...always, '--endpoints', '8', '--seconds', '2', '--profile', 'rollCall', '--json']);
    expect(report(run)).to.deep.include({ joined: 8, errors: [] });
    expect((await devices()).length).to.equal(before.length);
    expect(readFileSync(file, 'utf8')).to.equal(text);
  });

  it('takes part in a meeting that runs already, and lets it run on', async () => {
    const chair = await service.signIn(service.firstRun.chairperson);
    const { items } = await chair.ok<{ items: { id: string }[] }>('get', '/endpoints?limit=5');
    const meeting = await chair.ok<Meeting>('post', '/meetings', {
      title: 'Giao ban tuần',
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      endpointIds: items.map((e) => e.id),
      chairEndpointId: items[0]?.id,
    });
    const { sessionId } = await chair.ok<{ sessionId: string }>('post', `/meetings/${meeting.id}/start`);
    const args = [...always, '--meeting', meeting.id, '--endpoints', '5', '--seconds', '2', '--json'];
    expect(report(await simulate(args))).to.deep.include({ joined: 5, errors: [] });
    expect((await running()).map((m) => m.id)).to.deep.equal([meeting.id]);
    await chair.ok('post', `/sessions/${sessionId}/commands`, { name: 'session.end', input: {} });
  });

  it('shows what a slow line does', async () => {
    const args = [...always, '--endpoints', '3', '--seconds', '3', '--relay', 'rtt=120', '--json'];
    const { joined, errors, delayMs, relayed } = report(await simulate(args));
    expect({ joined, errors, relayed }).to.deep.equal({ joined: 3, errors: [], relayed: { lost: 0, dropped: 0 } });
    // half of the round trip up, half of it down
    expect(delayMs.p50).to.be.within(118, 400);
  });

  it('says in words what it found, and ends its meeting when it is broken off', async () => {
    const run = await simulate([...always, '--endpoints', '2', '--seconds', '60'], 'of 2 joined');
    expect(run.out).to.match(/2 of 2 joined, \d+ errors, largest gap [\d.]+ ms/);
    expect(await running()).to.deep.equal([]);
  });

  const refusals: [string, string[], RegExp, number][] = [
    ['too few endpoints', ['--endpoints', '900'], /900 endpoints are wanted, the directory has 87/, 1],
    ['an unknown meeting', ['--meeting', '01a20380-a59a-7118-970d-7d3b0156b8a6'], /no such meeting/, 1],
    ['a wrong password', ['--admin', 'quantri:khong-phai'], /quantri cannot sign in/, 1],
    ['a wrong option', ['--seconds', 'soon'], /--seconds is wrong/, 2],
  ];
  for (const [what, args, words, code] of refusals) {
    it(`says in one sentence that it cannot begin with ${what}`, async () => {
      const run = await simulate([...always, ...args]);
      expect(run.code, run.err).to.equal(code);
      expect(run.err).to.match(words);
      expect(run.err.trim().split('\n')).to.have.length(1);
      expect(run.out).to.equal('');
    });
  }

  it('says before it starts how many the service carries', async () => {
    const small = await startService({ env: { SEED: 'lab-350', SFU_WORKERS: '1' } });
    try {
      const args = ['--url', small.url, '--data-dir', small.dataDir, '--endpoints', '350'];
      const { code, err } = await simulate(args);
      expect(code, err).to.equal(1);
      expect(err).to.match(/no capacity for 350 endpoints in a \w+: it carries 180 .*give --endpoints 180/);
    } finally {
      await small.stop();
    }
  });

  it('says in one sentence that the service is away', async () => {
    const { code, err } = await simulate(['--data-dir', service.dataDir, '--url', 'http://127.0.0.1:9']);
    expect(code).to.equal(1);
    expect(err.trim()).to.match(/^http:\/\/127\.0\.0\.1:9 cannot be reached: .*$/);
  });

  it('says where it looked for the first run', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'nhip-cau-empty-'));
    const { code, err } = await simulate(['--data-dir', empty]);
    rmSync(empty, { recursive: true });
    expect(code).to.equal(1);
    expect(err.trim()).to.match(/first-run\.json cannot be read: start the service first.*$/);
  });
});
