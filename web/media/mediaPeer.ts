import type { types } from 'mediasoup-client';
import { isHeard } from '../../server/protocol/derive.ts';
import type { MediaOpened } from '../../server/protocol/media.ts';
import type { Connection } from '../lib/socket.ts';
import { serverNow } from '../lib/serverClock.ts';
import { problemOf } from '../lib/problemError.ts';
import type { ScreenProblem } from '../lib/problemError.ts';
import { Store } from '../lib/store.ts';
import type { SessionStore } from '../state/sessionStore.ts';
import type { OwnMedia } from './ownMedia.ts';
import { PathWatch, readPath } from './pathWatch.ts';
import { between, flows, readReport } from './quality.ts';
import type { LineFigures, StreamSums } from './quality.ts';
import { LineRelief, readPictures, relieved } from './relief.ts';
import type { PictureSums, Relief } from './relief.ts';
import { RecvSide } from './recvSide.ts';
import type { RemoteMedia } from './recvSide.ts';
import { SendSide } from './sendSide.ts';
import { makeTransport } from './transport.ts';
import type { MediaLink } from './transport.ts';

/** What the screens know of picture and sound. */
export interface PeerView {
  status: 'closed' | 'opening' | 'open' | 'rebuilding';
  /** failed attempts since the path was lost */
  attempt: number;
  problem: ScreenProblem | null;
  remote: RemoteMedia[];
}

/** What this screen can show. */
export interface Viewport {
  tiles: number;
  /** pixels of the largest picture */
  height: number;
}

/** One build of the peer: everything in it ends together. */
interface Build {
  epoch: string;
  recv: types.Transport;
  send: types.Transport | null;
  recvSide: RecvSide;
  sendSide: SendSide | null;
  rtpCapabilities: Record<string, unknown>;
}

const FIRST_WAIT_MS = 300;
const LAST_WAIT_MS = 8_000;
const STATS_MS = 2_000;
const PATH_MS = 1_000;
/** how long a last picture stays after its path was built anew without it */
const HELD_MS = 5_000;

/**
 * The page's media peer: opens transports, sends what it owns, receives what it is offered, and builds itself anew
 * after every kind of loss. The session's state does not depend on it.
 */
export class MediaPeer {
  readonly view = new Store<PeerView>({ status: 'closed', attempt: 0, problem: null, remote: [] });
  readonly line = new Store<LineFigures | null>(null);
  /** own shared screen */
  readonly screen = new Store<MediaStreamTrack | null>(null);
  readonly #connection: Connection;
  readonly #session: SessionStore;
  readonly #own: OwnMedia;
  #viewport: Viewport;
  #build: Build | null = null;
  /** counts builds: what belongs to an older one is ignored */
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held: RemoteMedia[] = [];
  #streams: StreamSums = new Map();
  readonly #lineRelief = new LineRelief();
  #relief: Relief = 0;
  readonly #ends: (() => void)[] = [];

  /** @param viewport what the screen can show to begin with */
  constructor(connection: Connection, session: SessionStore, own: OwnMedia, viewport: Viewport) {
    this.#connection = connection;
    this.#session = session;
    this.#own = own;
    this.#viewport = viewport;
  }

  /** Begins with the next join of the session and goes on until `close`. */
  start(): void {
    const sessionId = this.#session.view.get().sessionId;
    const mine = <T extends { sessionId: string }>(act: (m: T) => void) => {
      return (m: T): void => {
        if (m.sessionId === sessionId) act(m);
      };
    };
    const stats = setInterval(() => void this.#measure(), STATS_MS);
    const watch = new PathWatch(Date.now());
    const path = setInterval(() => void this.#watchPath(watch), PATH_MS);
    this.#session.onJoined = (joined) => {
      if (joined.mediaKept && this.#build) void this.#receive(this.#build);
      else void this.#open();
    };
    this.#ends.push(
      this.#connection.on(
        'media.offer',
        mine((m) => {
          if (m.epoch === this.#build?.epoch) void this.#build.recvSide.take(m);
        }),
      ),
      this.#connection.on(
        'media.flow',
        mine((m) => this.#build?.recvSide.flow(m.flowing)),
      ),
      this.#connection.on(
        'media.send',
        mine((m) => this.#build?.sendSide?.setLayer(m.source, m.layer)),
      ),
      this.#connection.on(
        'media.restart',
        mine(() => this.#again(0)),
      ),
      this.#session.view.subscribe(() => this.#obey()),
      this.#own.view.subscribe(() => this.#feed()),
      this.screen.subscribe(() => this.#feed()),
      () => clearInterval(stats),
      () => clearInterval(path),
    );
  }

  /** Tells what the screen can show now, and (chair) which tiles it wants to see. */
  setViewport(viewport: Viewport, show?: string[]): void {
    this.#viewport = viewport;
    if (!this.#build) return;
    const { sessionId } = this.#link();
    const input = { sessionId, ...this.#asked, ...(show ? { show } : {}) };
    this.#connection.command('media.viewport', input).catch(() => undefined);
  }

  /** Sends this track as the presentation; null ends it. */
  present(track: MediaStreamTrack | null): void {
    const before = this.screen.get();
    if (before && before !== track) before.stop();
    this.screen.set(track);
  }

  /** Ends picture and sound; the own devices stay with their owner. */
  close(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    for (const end of this.#ends) end();
    this.#session.onJoined = null;
    this.#own.setTalking(false);
    this.present(null);
    this.#tearDown();
    this.#held = [];
    this.view.set({ status: 'closed', attempt: 0, problem: null, remote: [] });
  }

  #link(): MediaLink {
    return { sessionId: this.#session.view.get().sessionId, command: this.#connection.command.bind(this.#connection) };
  }

  async #open(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    clearTimeout(this.#timer);
    this.#hold();
    this.#tearDown();
    const before = this.view.get();
    this.view.patch({ status: before.status === 'closed' ? 'opening' : 'rebuilding' });
    try {
      const link = this.#link();
      const [client, opened] = await Promise.all([
        import('mediasoup-client'),
        link.command('media.open', { sessionId: link.sessionId }),
      ]);
      if (turn !== this.#turn) return;
      const device = new client.Device();
      const routerRtpCapabilities = opened.routerRtpCapabilities as unknown as types.RtpCapabilities;
      await device.load({ routerRtpCapabilities });
      if (turn !== this.#turn) return;
      this.#build = this.#assemble(device, opened, link, turn);
      this.#session.mediaEpoch = opened.epoch;
      this.#feed();
      await this.#receive(this.#build);
      if (turn !== this.#turn) return;
      this.view.patch({ status: 'open', attempt: 0, problem: null });
      setTimeout(() => this.#letGo(turn), HELD_MS);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.view.patch({ problem: problemOf(error) });
      this.#again(this.view.get().attempt + 1);
    }
  }

  #assemble(device: types.Device, opened: MediaOpened, link: MediaLink, turn: number): Build {
    const failed = (): void => {
      if (turn === this.#turn) this.#again(0);
    };
    const recv = makeTransport(device, 'recv', opened.recv, link, failed);
    const send = opened.send ? makeTransport(device, 'send', opened.send, link, failed) : null;
    const { startBitrate, maxBitrate, epoch } = opened;
    const rtpCapabilities = device.recvRtpCapabilities as unknown as Record<string, unknown>;
    const recvSide = new RecvSide(recv, link, () => this.#show());
    const sendSide = send ? new SendSide(send, device, link, { startBitrate, maxBitrate }) : null;
    return { epoch, recv, send, recvSide, sendSide, rtpCapabilities };
  }

  async #receive(build: Build): Promise<void> {
    const { sessionId } = this.#link();
    const { rtpCapabilities } = build;
    const have = build.recvSide.list().map((one) => one.consumerId);
    await this.#connection.command('media.receive', { sessionId, rtpCapabilities, have, ...this.#asked });
  }

  /** The session decides: the microphone gives sound only while it is heard, a presentation ends when it is taken. */
  #obey(): void {
    const { snapshot, seat } = this.#session.view.get();
    this.#own.setTalking(snapshot !== null && seat !== null && isHeard(snapshot, seat));
    if (this.screen.get() && snapshot?.presentation.holder !== seat) this.present(null);
  }

  /** What the own devices give now is what shall be sent. */
  #feed(): void {
    const side = this.#build?.sendSide;
    if (!side) return;
    const { camera, microphone } = this.#own.view.get();
    side.want('microphone', microphone.track);
    side.want('camera', camera.track);
    side.want('presentation', this.screen.get());
  }

  #again(attempt: number): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    const wait = attempt === 0 ? 0 : Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    this.view.patch({ status: 'rebuilding', attempt });
    this.#timer = setTimeout(() => {
      // without the session's line nothing can be built: the next join begins anew
      if (this.#session.view.get().status === 'in') void this.#open();
    }, wait);
  }

  #tearDown(): void {
    this.#build?.sendSide?.close();
    this.#build?.send?.close();
    this.#build?.recv.close();
    this.#build = null;
    this.#session.mediaEpoch = null;
    this.#streams = new Map();
  }

  /** Keeps the last pictures on the screens until new ones come. */
  #hold(): void {
    const pictures = this.view.get().remote.filter((media) => media.kind === 'video' && (media.flowing || media.held));
    this.#held = pictures.map((media) => ({ ...media, held: true }));
    this.#show();
  }

  #letGo(turn: number): void {
    if (turn !== this.#turn) return;
    this.#held = [];
    this.#show();
  }

  #show(): void {
    const live = this.#build?.recvSide.list() ?? [];
    const has = (held: RemoteMedia): boolean =>
      live.some((media) => media.endpointId === held.endpointId && media.source === held.source);
    this.view.patch({ remote: [...live, ...this.#held.filter((held) => !has(held))] });
  }

  /**
   * Tells the server when the path carries too little; it knows which way. A line that is lost as a whole shows in the
   * session's own heartbeat. A line that loses packets gets a smaller picture.
   */
  async #watchPath(watch: PathWatch): Promise<void> {
    const build = this.#build;
    const { sessionId, status } = this.#session.view.get();
    if (status !== 'in') return;
    const transports = (build ? [build.recv, build.send] : []).filter((one) => one !== null && !one.closed);
    const reports = await Promise.all(transports.map(async (one) => one?.getStats().catch(() => null)));
    if (build !== this.#build) return;
    const stats = reports.map((one) => [...(one?.values() ?? [])] as Record<string, unknown>[]);
    const expecting = build?.recvSide.list().some((media) => media.flowing) ?? false;
    const report = watch.take(build && { epoch: build.epoch, expecting, ...readPath(stats) }, Date.now());
    if (report) this.#connection.command('media.path', { sessionId, ...report }).catch(() => watch.untold());
    if (build) this.#relieve({ epoch: build.epoch, ...readPictures(stats[0] ?? []) });
  }

  #relieve(sums: PictureSums): void {
    const before = this.#relief;
    this.#relief = this.#lineRelief.take(sums, Date.now());
    if (this.#relief !== before) this.setViewport(this.#viewport);
  }

  /** What is asked for: less than the screen can show while the line loses packets. */
  get #asked(): Viewport {
    return { ...this.#viewport, height: relieved(this.#viewport.height, this.#relief) };
  }

  async #measure(): Promise<void> {
    const build = this.#build;
    if (!build || build.recv.closed) return;
    const report = await build.recv.getStats().catch(() => null);
    if (!report || build !== this.#build) return;
    const found = readReport(report.values() as Iterable<Record<string, unknown>>);
    const { loss, jitter } = between(this.#streams, found.streams);
    const moves = flows(this.#streams, found.streams);
    this.#streams = found.streams;
    // half of the last figure stays, so that one bad moment does not paint the line red
    const smooth = (loss + (this.line.get()?.loss ?? 0)) / 2;
    this.line.set({ loss: smooth, rtt: found.rtt, jitter, flows: moves, at: serverNow() });
  }
}
