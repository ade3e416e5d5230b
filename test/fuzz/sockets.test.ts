import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Endpoint, Meeting, Unit, User } from '../../server/protocol/rest.ts';
import type { Api } from '../support/api.ts';
import { inMinutes, planBriefing, runOf } from '../support/briefing.ts';
import { enrolDevice, pairDevice, takeSeat } from '../support/mediaSeat.ts';
import type { MediaSeat } from '../support/mediaSeat.ts';
import { Quiet } from '../support/quiet.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { closeSockets, connectSocket } from '../support/socket.ts';
import type { AttackOrder, AttackReport } from './attacker.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20261122);
const COLLECT = new URL('../support/collectGarbage.ts', import.meta.url).href;
const MESSAGES = Number(process.env['FUZZ_MESSAGES'] ?? 10_000);

function attackWith(order: AttackOrder): Promise<AttackReport> {
  const worker = new Worker(new URL('./attacker.ts', import.meta.url), { workerData: order });
  return new Promise((done, fail) => {
    worker.once('message', done);
    worker.once('error', fail);
  });
}

/** Resident memory of a process in megabytes. */
function rssOf(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** @returns lines of the service's logs that speak of a fault of the program itself */
function faultsIn(dataDir: string): string[] {
  const folder = join(dataDir, 'logs');
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  return lines.filter((line) => /"level":[56]0|unhandled rejection/.test(line));
}

function percentile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
}

/** Whose credentials the attackers hold. */
interface Attackers {
  chair: Api;
  endpoints: Endpoint[];
  tokens: string[];
}

describe('ten thousand messages of hostile clients', function () {
  this.timeout(120_000 + MESSAGES * 10);
  let service: Service;
  let speaker: MediaSeat;
  let listener: MediaSeat;
  let attackers: Attackers;
  const ran: string[] = [];
  let pids: ReturnType<Service['pids']>;
  const latencies: number[] = [];
  const quiet = new Quiet();
  let warm: Awaited<ReturnType<typeof memory>>;
  let isMeasuring = false;
  let measuring: Promise<void>;

  async function person(administrator: Api, username: string, role: string, unitId: string): Promise<string> {
    const password = `mat-khau-cua-${username}`;
    const grants = [{ role, unitId }];
    await administrator.ok('post', '/users', { username, displayName: username, unitId, password, grants });
    return (await service.signIn({ username, password })).token;
  }

  async function session(planner: Api, endpoints: Endpoint[], chair: Api, title: string): Promise<string> {
    const { user } = await chair.ok<{ user: User }>('get', '/me');
    const meeting = await planner.ok<Meeting>('post', '/meetings', {
      title,
      startsAt: inMinutes(1),
      endsAt: inMinutes(61),
      endpointIds: endpoints.map((one) => one.id),
      chairEndpointId: endpoints[0]?.id,
      chairUserId: user.id,
      floorMode: 'discussion',
    });
    return (await planner.ok<{ sessionId: string }>('post', `/meetings/${meeting.id}/start`)).sessionId;
  }

  /** Attackers get a district of their own: its chair, an operator, an administrator and devices. */
  async function district(administrator: Api): Promise<Attackers> {
    const { items: units } = await administrator.ok<{ items: Unit[] }>('get', '/units');
    const { items } = await administrator.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500&level=commune');
    const unit = units.find((one) => one.level === 'district' && one.name === items[0]?.area) ?? units[0]!;
    const endpoints = items.filter((one) => one.area === items[0]?.area);
    const people = [
      await person(administrator, 'huyen.chutoa', 'chairperson', unit.id),
      await person(administrator, 'huyen.vanhanh', 'operator', unit.id),
      await person(administrator, 'huyen.quantri', 'administrator', unit.id),
    ];
    const devices = await Promise.all(endpoints.slice(0, 5).map((one) => enrolDevice(administrator, one)));
    return { chair: service.api(people[0]), endpoints, tokens: [...people, ...devices.map((one) => one.credential)] };
  }

  /** Opens a session for the attackers; the one before it is over. */
  async function nextOrder({ chair, endpoints, tokens }: Attackers, seed: number, part: number): Promise<AttackOrder> {
    const ended = ran.at(-1);
    if (ended)
      await runOf(chair, ended)
        .command('session.end')
        .catch(() => undefined);
    const open = await session(chair, endpoints.slice(0, 5), chair, 'Giao ban huyện');
    ran.push(open);
    const ids = endpoints.map((one) => one.id);
    const others = [listener.sessionId, ended ?? open, '01900000-0000-7000-8000-000000000000'];
    const known = {
      sessionId: [...Array.from({ length: 8 }, () => open), ...others],
      endpointId: [...ids.slice(0, 5), ...ids.slice(0, 6), speaker.joined.endpointId],
      id: [...ids, open, ...others],
      rtpCapabilities: [speaker.media.rtpCapabilities, {}, { codecs: [{}], headerExtensions: null }],
      dtlsParameters: [{ role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AA:BB' }] }, {}],
      rtpParameters: [speaker.media.rtpParameters('camera', [1, 2, 3]), speaker.media.rtpParameters('microphone', [4])],
      mediaEpoch: [speaker.opened.epoch],
      consumerIds: [[...speaker.offered.values(), 'x'], [...listener.offered.values()]],
    };
    const [messages, requests, strangers] = [MESSAGES * part, MESSAGES * part * 0.15, MESSAGES * part * 0.012];
    return { seed, origin: service.url, messages, requests, strangers, tokens, sessions: [open], known };
  }

  /** An honest room raises and lowers its hand all the time and notes how long the answers take. */
  async function measure(): Promise<void> {
    const { sessionId, raw } = listener;
    for (let turn = 0; isMeasuring; turn++) {
      const began = performance.now();
      await raw.ok(turn % 2 ? 'floor.withdraw' : 'floor.request', { sessionId });
      latencies.push(performance.now() - began);
      await new Promise((done) => setTimeout(done, 60));
    }
  }

  before(async () => {
    service = await startService({ env: { NODE_OPTIONS: `--expose-gc --import=${COLLECT}` } });
    const briefing = await planBriefing(service, 2, 'lecture');
    const [one, two] = await Promise.all(
      briefing.rooms.map(({ endpoint, pairUrl }) => pairDevice(briefing.chair, endpoint.id, pairUrl)),
    );
    const sessionId = await briefing.start();
    speaker = await takeSeat(service.url, one!.credential, sessionId);
    listener = await takeSeat(service.url, two!.credential, sessionId);
    await speaker.produce('microphone');
    await runOf(briefing.chair, sessionId).command('floor.give', { endpointId: one!.endpointId });
    await listener.media.waitForPackets(one!.endpointId, 'microphone', 50);
    attackers = await district(briefing.administrator);
    pids = service.pids();
    isMeasuring = true;
    measuring = measure();
    measuring.catch(() => undefined);
    listener.media.forget();
    quiet.start();
  });

  after(async () => {
    isMeasuring = false;
    await Promise.all([speaker?.close(), listener?.close()]);
    closeSockets();
    await service?.stop();
  });

  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(service?.output().slice(-4_000));
  });

  /** Megabytes: what the control plane holds once all garbage is gone, and what both processes occupy. */
  async function memory() {
    await new Promise((done) => setTimeout(done, 2_000));
    process.kill(pids.server, 'SIGURG');
    await new Promise((done) => setTimeout(done, 1_000));
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    const bytes = ['heap_size_used_bytes', 'external_memory_bytes'].map((name) =>
      Number(new RegExp(`^nhipcau_nodejs_${name} (\\S+)`, 'm').exec(metrics)?.[1]),
    );
    const held = bytes.reduce((sum, one) => sum + one, 0) / 2 ** 20;
    return { held, server: rssOf(pids.server), sfu: rssOf(pids.sfu) };
  }

  it('are each answered with a known code, or cost the connection', async () => {
    // the first part warms every cache, so that the second shows what is not given back
    const first = await attackWith(await nextOrder(attackers, SEED, 0.4));
    warm = await memory();
    const second = await attackWith(await nextOrder(attackers, SEED + 1, 0.6));
    for (const { sockets, http, strangers, seconds } of [first, second]) {
      const { broken, ...figures } = sockets;
      console.log(`      ${seconds.toFixed(1)} s, ${strangers} strangers`, figures, {
        ...http,
        broken: http.broken.length,
      });
      expect(broken.slice(0, 5), `${broken.length} messages`).to.deep.equal([]);
      expect(http.broken.slice(0, 5), `${http.broken.length} requests`).to.deep.equal([]);
      expect(http.routes).to.be.above(25);
    }
    expect(first.sockets.sent + second.sockets.sent).to.be.at.least(MESSAGES);
  });

  it('end no process', () => {
    expect(service.pids()).to.deep.equal(pids);
  });

  it('leave no unhandled rejection and no unexpected error in the logs', () => {
    expect(faultsIn(service.dataDir).slice(0, 3)).to.deep.equal([]);
  });

  it('do not slow honest commands', async () => {
    isMeasuring = false;
    await measuring;
    const [p50, p99, most] = [0.5, 0.99, 1].map((share) => Math.round(percentile(latencies, share)));
    console.log(`      ${latencies.length} honest commands: p50 ${p50} ms, p99 ${p99} ms, longest ${most} ms`);
    // the goal is 200 ms; this machine runs service, attackers and measurement at once
    expect(p99).to.be.below(1_000);
  });

  it('do not touch honest media', () => {
    const { packets, maxGapMs } = listener.media.arrived(speaker.joined.endpointId ?? '', 'microphone');
    const own = Math.round(quiet.standstillMs);
    console.log(`      ${packets} packets, longest gap ${Math.round(maxGapMs)} ms, own standstill ${own} ms`);
    expect(packets).to.be.above(200);
    expect(maxGapMs).to.be.below(quiet.limit(200));
  });

  it('take no memory for good', async () => {
    const after = await memory();
    const show = ({ held, server, sfu }: typeof after) =>
      `holds ${held.toFixed(0)} MB, occupies ${server.toFixed(0)} MB, SFU node ${sfu.toFixed(0)} MB`;
    console.log(`      before: ${show(warm)}; after: ${show(after)}`);
    expect(after.held).to.be.below(warm.held * 1.1 + 8);
    // the allocator gives pages back when it likes; this only finds what grows with every message
    expect(after.server).to.be.below(warm.server * 1.3 + 50);
    expect(after.sfu).to.be.below(warm.sfu * 1.1 + 25);
  });

  it('leave the service ready and let people in', async () => {
    await service.untilReady();
    const socket = await connectSocket(service.url, attackers.tokens[0]!);
    await socket.ok('session.list', {});
  });
});
