import { setTimeout as sleep } from 'node:timers/promises';
import type { Source } from '../../server/protocol/snapshot.ts';
import { Credentials, eachAtOnce } from './credentials.ts';
import { SimulatedEndpoint } from './endpoint.ts';
import type { EndpointShared, Seat } from './endpoint.ts';
import { CannotSimulate, Faults, Refused, wordsOf } from './errors.ts';
import { round, spreadOf } from './histogram.ts';
import { Arrivals } from './inflow.ts';
import type { SourceState } from './inflow.ts';
import { endMeeting, prepareMeeting, startMeeting } from './meeting.ts';
import type { Rehearsal } from './meeting.ts';
import type { SimulateOptions } from './options.ts';
import { SCRIPTS } from './profiles.ts';
import { CLEAN_LINE, Relay } from './relay.ts';
import { judged } from './report.ts';
import type { Report } from './report.ts';
import { nowMs } from './rtp.ts';
import { Wheel } from './senders.ts';
import { readActors, Service, trustOwnAuthority } from './service.ts';
import { SessionView } from './sessionView.ts';
import { FloorSwitches } from './switches.ts';
import { Watch } from './watch.ts';

/** What is told while a run goes on. */
export interface Progress {
  /** a step of the preparation, in words */
  step(words: string): void;
  /** figures, once a second */
  figures(now: {
    joined: number;
    endpoints: number;
    packetsPerSecond: number;
    lost: number;
    gapMs: number;
    workerCpu: number;
    errors: number;
  }): void;
}

const CONNECT_AT_ONCE = 24;
const JOIN_WITHIN_MS = 30_000;
/** what begins to flow at the start needs this long to be steady */
const SETTLE_MS = 1_000;
const SILENT_MS = 3_000;

/** Simulated endpoints in one session of a running service, from sign-in to report. */
export class Simulation {
  private readonly options: SimulateOptions;
  private readonly progress: Progress;
  private readonly signal: AbortSignal;
  private readonly faults = new Faults();
  private readonly arrivals = new Arrivals();
  private readonly wheel = new Wheel((from, to) => this.arrivals.stalled(from, to));
  private readonly view = new SessionView();
  private readonly switches = new FloorSwitches();
  private readonly sources = new Map<string, SourceState>();
  private readonly simulated = new Set<string>();
  private readonly relay: Relay | null;
  private endpoints: SimulatedEndpoint[] = [];
  private chairing: { service: Service; userId: string } | null = null;

  /** Does nothing yet. @param signal breaks the run off; what was measured so far is reported */
  constructor(options: SimulateOptions, progress: Progress, signal: AbortSignal) {
    this.options = options;
    this.progress = progress;
    this.signal = signal;
    this.relay = options.relay ? new Relay((endpointId) => this.lineOf(endpointId)) : null;
  }

  /**
   * Plays the whole rehearsal; whatever happens, nothing is left behind.
   * @throws CannotSimulate in one sentence when it cannot begin
   */
  async run(): Promise<Report> {
    const { options } = this;
    trustOwnAuthority(options.dataDir);
    const actors = readActors(options);
    const service = new Service(actors.url);
    await service.assertReady();
    this.chairing = await service.signIn(actors.chairperson);
    const administrator = (await service.signIn(actors.administrator)).service;
    const rehearsal = await prepareMeeting(
      this.chairing.service,
      this.chairing.userId,
      options,
      SCRIPTS[options.profile].floorMode,
    );
    try {
      return await this.rehearse(rehearsal, administrator);
    } finally {
      await this.finish(rehearsal);
    }
  }

  private async rehearse(rehearsal: Rehearsal, administrator: Service): Promise<Report> {
    const { chairing } = this;
    if (!chairing) throw new CannotSimulate('Nobody is signed in.');
    await this.seat(rehearsal, administrator);
    this.progress.step(`${this.endpoints.length} endpoints connect`);
    await eachAtOnce(this.endpoints, CONNECT_AT_ONCE, (endpoint) => this.connect(endpoint));
    const watch = new Watch(chairing.service);
    try {
      const sessionId = await this.start(rehearsal);
      this.progress.step(`session ${sessionId} runs`);
      await this.untilJoined();
      await sleep(SETTLE_MS);
      watch.forgetLag();
      const measured = { packets: this.arrivals.packets, lost: this.arrivals.lost, at: nowMs() };
      await this.play(rehearsal, watch);
      return this.report(measured, watch);
    } finally {
      watch.stop();
    }
  }

  private lineOf(endpointId: string) {
    const { relay } = this.options;
    if (!relay) return null;
    const first = this.endpoints.length - (relay.endpoints ?? this.endpoints.length);
    const place = this.endpoints.findIndex((e) => e.seat.endpointId === endpointId);
    return place >= first ? { ...CLEAN_LINE, ...relay } : null;
  }

  private async seat({ endpoints, meeting, ours }: Rehearsal, administrator: Service): Promise<void> {
    const { options, chairing, relay } = this;
    this.progress.step('devices are enrolled');
    const credentials = await new Credentials(options.dataDir, administrator).of(endpoints);
    const script = SCRIPTS[options.profile];
    const shared: EndpointShared = {
      url: administrator.url,
      view: this.view,
      faults: this.faults,
      media: {
        wheel: this.wheel,
        arrivals: this.arrivals,
        sourceOf: (endpointId, source) => this.sourceOf(endpointId, source),
        onFirst: (end, inflow, layer, now) => this.switches.first(end, inflow, layer, now),
      },
      ...(relay ? { route: (endpointId) => (offered) => relay.route(endpointId, offered) } : {}),
    };
    this.endpoints = endpoints.map(({ id, shortName }) => {
      this.simulated.add(id);
      const asChair = ours && id === meeting.chairEndpointId;
      const seat: Seat = {
        endpointId: id,
        name: shortName,
        token: asChair ? (chairing?.service.token ?? '') : (credentials.get(id) ?? ''),
        asChair,
        tiles: asChair ? script.chairTiles : script.tiles,
        height: options.height,
      };
      return new SimulatedEndpoint(seat, shared);
    });
    this.view.onChange(() => {
      for (const endpoint of this.endpoints) endpoint.obey();
    });
  }

  private sourceOf(endpointId: string, source: Source): SourceState | null {
    if (!this.simulated.has(endpointId)) return null;
    const key = `${endpointId} ${source}`;
    let state = this.sources.get(key);
    if (!state) this.sources.set(key, (state = { sending: false, changedAt: nowMs() }));
    return state;
  }

  private async connect(endpoint: SimulatedEndpoint): Promise<void> {
    try {
      await endpoint.connect();
    } catch (error) {
      endpoint.close();
      if (error instanceof Refused && error.problem.code === 'protocol_version')
        throw new CannotSimulate(`This service is of another version: ${error.problem.detail}`);
      this.faults.add(wordsOf(error));
    }
  }

  /** The chair goes first, so that there is something to see when the others come. */
  private async start({ meeting, ours }: Rehearsal): Promise<string> {
    const sessionId = await startMeeting(this.chairing!.service, meeting.id);
    const chair = ours ? this.endpoints.find((e) => e.seat.asChair) : undefined;
    await chair?.join(sessionId).catch((error: unknown) => this.faults.add(wordsOf(error)));
    return sessionId;
  }

  private get joined(): number {
    return this.endpoints.filter((e) => e.joined).length;
  }

  private async untilJoined(): Promise<void> {
    const until = nowMs() + JOIN_WITHIN_MS;
    while (this.joined < this.endpoints.length && nowMs() < until && !this.signal.aborted) await sleep(50);
    this.progress.step(`${this.joined} of ${this.endpoints.length} joined`);
  }

  private async play({ meeting, ours }: Rehearsal, watch: Watch): Promise<void> {
    const { options, view, switches, faults, signal } = this;
    const playMs = options.seconds * 1000;
    let before = this.arrivals.packets;
    const timer = setInterval(() => {
      const { packets, lost, gaps } = this.arrivals;
      const { workerCpuNow: workerCpu } = watch;
      const shown = { joined: this.joined, endpoints: this.endpoints.length, lost, gapMs: gaps.max, workerCpu };
      this.progress.figures({ ...shown, packetsPerSecond: packets - before, errors: faults.total });
      before = packets;
    }, 1_000);
    try {
      const [chair, ...others] = this.endpoints;
      const mayChair = meeting.chairUserId === null || meeting.chairUserId === this.chairing?.userId;
      const stageLayer = options.height >= 720 ? 2 : options.height >= 360 ? 1 : 0;
      if (ours && mayChair && chair?.joined) {
        await SCRIPTS[options.profile].play({ chair, others, view, switches, faults, stageLayer, playMs, signal });
      } else await sleep(playMs, undefined, { signal }).catch(() => undefined);
    } finally {
      clearInterval(timer);
    }
  }

  private report(from: { packets: number; lost: number; at: number }, watch: Watch): Report {
    const now = nowMs();
    const { endpoints, arrivals, faults, switches } = this;
    const seconds = (now - from.at) / 1000;
    switches.finish(now);
    let silent = 0;
    for (const { media } of endpoints)
      for (const inflow of media?.inflows ?? []) {
        if (inflow.silentFor(SILENT_MS, now)) silent += 1;
        inflow.settle(now);
      }
    if (silent > 0) faults.add(`${silent} streams should flow and nothing arrives`);
    const returns = endpoints.flatMap((e) => e.returns);
    const { delays, gaps } = arrivals;
    return judged({
      endpoints: endpoints.length,
      joined: this.joined,
      joinMs: spreadOf(endpoints.filter((e) => e.standsAt > 0).map((e) => e.standsAt - e.calledAt)),
      packets: { received: arrivals.packets, lost: Math.max(0, arrivals.lost) },
      gapMs: { p99: round(gaps.percentile(0.99)), max: round(gaps.max) },
      worstGap: this.worstGap(from.at),
      floorSwitchMs: spreadOf([...switches.pictureMs, ...switches.voiceMs]),
      errors: faults.lines,
      profile: this.options.profile,
      seconds: round(seconds),
      receiving: endpoints.filter((e) => e.media?.receives).length,
      switches: {
        picture: spreadOf(switches.pictureMs),
        voice: spreadOf(switches.voiceMs),
        sharp: spreadOf(switches.sharpMs),
        missed: switches.missed,
        blurred: switches.blurred,
      },
      returnMs: { ...spreadOf(returns), count: returns.length },
      delayMs: { p50: round(delays.percentile(0.5)), p99: round(delays.percentile(0.99)) },
      packetsPerSecond: (arrivals.packets - from.packets) / seconds,
      packetsLate: arrivals.late,
      relayed: this.relay?.losses ?? null,
      load: watch.stop(),
    });
  }

  private worstGap(from: number): Report['worstGap'] {
    const { worst } = this.arrivals;
    if (!worst) return null;
    const { seat } = this.endpoints.find((e) => e.seat.endpointId === worst.endpointId) ?? {};
    const { ms, source, at } = worst;
    return { ms: round(ms), name: seat?.name ?? worst.endpointId, source, atSeconds: round((at - from) / 1000) };
  }

  private async finish({ meeting, ours }: Rehearsal): Promise<void> {
    try {
      if (ours && this.chairing) await endMeeting(this.chairing.service, meeting.id);
    } finally {
      for (const endpoint of this.endpoints) endpoint.close();
      this.wheel.close();
      this.relay?.close();
    }
  }
}
