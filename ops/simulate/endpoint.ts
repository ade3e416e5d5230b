import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import type { Decided, SessionCommandCall, SessionCommandName } from '../../server/protocol/commands.ts';
import type { SessionEvent } from '../../server/protocol/events.ts';
import type { Ack, Problem } from '../../server/protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../server/protocol/ids.ts';
import type { MediaOpened } from '../../server/protocol/media.ts';
import type { Joined, ServerPushes } from '../../server/protocol/push.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import { Refused, wordsOf } from './errors.ts';
import type { Faults } from './errors.ts';
import { MediaEnd } from './mediaEnd.ts';
import type { MediaShared } from './mediaEnd.ts';
import { nowMs } from './rtp.ts';
import type { MediaAddress } from './sdp.ts';
import type { SessionView } from './sessionView.ts';

/** Who a simulated endpoint is. */
export interface Seat {
  endpointId: string;
  /** short name for words about it */
  name: string;
  /** credential of its device, or token of the person who chairs */
  token: string;
  /** a person: joins by itself and names the endpoint */
  asChair: boolean;
  /** what its screen shows: small pictures, and pixels of the largest */
  tiles: number;
  height: number;
}

/** What all endpoints of a process share. */
export interface EndpointShared {
  url: string;
  view: SessionView;
  media: MediaShared;
  faults: Faults;
  /** turns the offered media addresses of an endpoint into those that it shall use */
  route?: (endpointId: string) => (offered: MediaAddress[]) => Promise<MediaAddress[]>;
}

type PushName = keyof ServerPushes;
type PushOf<N extends PushName> = Parameters<ServerPushes[N]>[0];

const ANSWER_WITHIN_MS = 10_000;
const AGAIN_MS = 500;

/** One endpoint without a screen: a real socket, real media, and nobody in front of it. */
export class SimulatedEndpoint {
  readonly seat: Seat;
  media: MediaEnd | null = null;
  /** when it was called or began to join, `nowMs` */
  calledAt = 0;
  /** when both its media paths stood for the first time since then, `nowMs`; 0: not yet */
  standsAt = 0;
  /** times from a cut or an own leave until media stood again, milliseconds */
  readonly returns: number[] = [];
  private readonly shared: EndpointShared;
  private socket: Socket | null = null;
  private sessionId: string | null = null;
  private seq = -1;
  /** events that overtook the answer to `session.join`; null: none is awaited */
  private early: SessionEvent[] | null = null;
  private wanted = true;
  private leftAt = 0;
  private building: Promise<void> = Promise.resolve();
  private builds = 0;

  /** Does nothing yet. */
  constructor(seat: Seat, shared: EndpointShared) {
    this.seat = seat;
    this.shared = shared;
  }

  /** Whether its seat is taken and its media stands. */
  get joined(): boolean {
    return this.standsAt > 0 && this.sessionId !== null && this.socket?.connected === true;
  }

  /** Connects and waits for the welcome. @throws Refused by the handshake; Error when nobody answers */
  async connect(): Promise<void> {
    const { token } = this.seat;
    const socket = io(this.shared.url, {
      auth: { protocol: PROTOCOL_VERSION, token },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 200,
      reconnectionDelayMax: 1_000,
      timeout: ANSWER_WITHIN_MS,
    });
    this.socket = socket;
    this.listen(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('welcome', () => resolve());
      socket.once('connect_error', (error: Error & { data?: Problem }) => {
        if (error.data) reject(new Refused('the connection', error.data));
        else reject(new Error(`the service cannot be reached: ${error.message}`));
      });
    });
    // later refusals and failures are retried by the library and seen as an endpoint that is missing
    socket.on('connect', () => this.cameBack());
  }

  /** Takes the seat and builds media. @throws Refused */
  async join(sessionId: string): Promise<void> {
    this.wanted = true;
    this.calledAt = nowMs();
    await this.enter(sessionId);
  }

  /** Gives a command of the session. @throws Refused */
  async command<N extends SessionCommandName>(
    name: N,
    input: Omit<SessionCommandCall<N>, 'sessionId'>,
  ): Promise<Decided> {
    return this.ask<Decided>(name, { ...input, sessionId: this.sessionId ?? '' });
  }

  /** Leaves the session by its own will; the socket stays. @throws Refused */
  async leave(): Promise<void> {
    this.wanted = false;
    this.leftAt = nowMs();
    await this.ask('session.leave', { sessionId: this.sessionId ?? '' });
    this.dropMedia();
    this.sessionId = null;
    this.seq = -1;
  }

  /** Cuts the socket as a broken line does; it comes back by itself. */
  cut(): void {
    this.leftAt = nowMs();
    this.socket?.io.engine.close();
  }

  /** Ends everything without a word. */
  close(): void {
    this.wanted = false;
    this.dropMedia();
    this.socket?.disconnect();
    this.socket = null;
  }

  /** Brings what is sent to what the state says: sound only while the microphone is open. */
  obey(): void {
    const snapshot = this.shared.view.snapshot;
    const own = snapshot?.participants[this.seat.endpointId];
    const open = own?.micOpen === true && snapshot?.paused !== true && snapshot?.phase === 'open';
    if (this.media) this.sending('microphone', open, () => this.media?.microphone.set(open));
  }

  private sending(source: Source, on: boolean, set: () => void): void {
    const state = this.shared.media.sourceOf(this.seat.endpointId, source);
    if (state && state.sending !== on) Object.assign(state, { sending: on, changedAt: nowMs() });
    set();
  }

  private listen(socket: Socket): void {
    const on = <N extends PushName>(name: N, act: (push: PushOf<N>) => void): void => {
      socket.on(name as string, act);
    };
    on('session.call', ({ sessionId }) => {
      if (this.seat.asChair || !this.wanted || this.sessionId === sessionId) return;
      this.join(sessionId).catch((error: unknown) => this.fault(error));
    });
    on('session.events', ({ sessionId, events }) => {
      if (this.early) this.early.push(...events);
      else if (sessionId === this.sessionId) this.take(events);
    });
    on('media.offer', (offer) => {
      if (offer.epoch !== this.media?.epoch) return;
      this.media.remove(offer.remove);
      this.ready(offer.sessionId, this.media, this.media.add(offer.add));
    });
    on('media.flow', ({ flowing }) => this.media?.flow(flowing));
    on('media.send', ({ source, layer }) => {
      if (source !== 'camera' || !this.media) return;
      const state = this.shared.media.sourceOf(this.seat.endpointId, 'camera');
      if (state) Object.assign(state, { sending: layer >= 0, changedAt: nowMs() });
      this.media.camera.set(layer);
    });
    on('media.restart', ({ sessionId }) => {
      this.dropMedia();
      this.rebuildUntilItStands(sessionId);
    });
    on('connection.refused', ({ error }) => this.shared.faults.add(`a connection was ended: ${error.code}`));
    on('connection.replaced', () => this.shared.faults.add('a connection was replaced by another device'));
    socket.on('disconnect', (reason) => {
      if (reason === 'io client disconnect' || this.leftAt > 0) return;
      this.leftAt = nowMs();
      this.shared.faults.add(`a connection was lost: ${reason}`);
    });
  }

  private async enter(sessionId: string): Promise<void> {
    const { asChair, endpointId } = this.seat;
    const held = this.seq >= 0 ? { lastSeq: this.seq } : {};
    this.early = [];
    const joined = await this.ask<Joined>('session.join', {
      sessionId,
      ...(asChair ? { endpointId } : {}),
      ...held,
      ...(this.media ? { mediaEpoch: this.media.epoch } : {}),
    }).catch((error: unknown) => {
      this.early = null;
      throw error;
    });
    this.sessionId = sessionId;
    if (joined.snapshot) {
      this.seq = joined.snapshot.seq;
      this.shared.view.adopt(joined.snapshot);
    }
    this.take([...(joined.events ?? []), ...this.early]);
    this.early = null;
    if (joined.mediaKept && this.media) {
      await this.receive(sessionId, this.media);
      this.stands();
    } else await this.rebuild(sessionId);
    this.obey();
  }

  private take(events: SessionEvent[]): void {
    const fresh = events.filter((event) => event.seq > this.seq);
    const [first] = fresh;
    if (!first) return;
    if (first.seq > this.seq + 1) this.shared.faults.add('events were missed without a lost connection');
    this.seq = fresh.at(-1)?.seq ?? this.seq;
    this.shared.view.take(fresh);
  }

  /** One build after the other, whatever asks for them. */
  private rebuild(sessionId: string): Promise<void> {
    this.building = this.building.catch(() => undefined).then(() => this.build(sessionId));
    return this.building;
  }

  /** Tries again as a browser does, until something newer begins or the connection is lost. */
  private rebuildUntilItStands(sessionId: string): void {
    this.rebuild(sessionId).catch((error: unknown) => {
      const { builds } = this;
      this.fault(error);
      setTimeout(() => {
        const stale = builds !== this.builds || !this.wanted || this.sessionId !== sessionId;
        if (!stale && this.socket?.connected) this.rebuildUntilItStands(sessionId);
      }, AGAIN_MS);
    });
  }

  private async build(sessionId: string): Promise<void> {
    this.builds += 1;
    this.dropMedia();
    const opened = await this.ask<MediaOpened>('media.open', { sessionId });
    const { route } = this.shared;
    const link = {
      connect: (direction: 'send' | 'recv', dtlsParameters: Record<string, unknown>) =>
        this.ask('media.connect', { sessionId, direction, dtlsParameters }),
      produce: (source: Source, rtpParameters: Record<string, unknown>) =>
        this.ask('media.produce', { sessionId, source, rtpParameters }),
      lost: (direction: 'send' | 'recv') => {
        this.shared.faults.add(`a ${direction} path was lost`);
        this.rebuildUntilItStands(sessionId);
      },
      ...(route ? { route: route(this.seat.endpointId) } : {}),
    };
    const media = new MediaEnd(opened, link, this.shared.media);
    this.media = media;
    await Promise.all([this.receive(sessionId, media), media.produce(), media.connected()]);
    if (this.media !== media) return;
    this.obey();
    this.stands();
  }

  private receive(sessionId: string, media: MediaEnd): Promise<unknown> {
    const { tiles, height } = this.seat;
    const { rtpCapabilities, consumerIds: have } = media;
    return this.ask('media.receive', { sessionId, rtpCapabilities, tiles, height, have });
  }

  private stands(): void {
    const now = nowMs();
    if (this.leftAt > 0) this.returns.push(now - this.leftAt);
    this.leftAt = 0;
    this.standsAt ||= now;
  }

  private cameBack(): void {
    const { sessionId } = this;
    if (sessionId === null || !this.wanted) return;
    this.enter(sessionId).catch((error: unknown) => {
      this.fault(error);
      setTimeout(() => this.socket?.connected && this.cameBack(), AGAIN_MS);
    });
  }

  private dropMedia(): void {
    if (!this.media) return;
    this.sending('microphone', false, () => undefined);
    this.sending('camera', false, () => undefined);
    this.media.close();
    this.media = null;
  }

  private ready(sessionId: string, media: MediaEnd, consumerIds: string[]): void {
    if (consumerIds.length === 0) return;
    this.ask('media.ready', { sessionId, consumerIds }).catch((error: unknown) => {
      // some were closed while the word was on its way: the others are as ready as before
      const left = consumerIds.filter((id) => media.holds(id));
      if (this.media === media && left.length === consumerIds.length) this.fault(error);
      else if (this.media === media) this.ready(sessionId, media, left);
    });
  }

  private async ask<T>(name: string, input: object): Promise<T> {
    if (!this.socket) throw new Error('the endpoint is not connected');
    const ack = (await this.socket.timeout(ANSWER_WITHIN_MS).emitWithAck(name, input)) as Ack<object>;
    if (!ack.ok) throw new Refused(name, ack.error);
    return ack as T;
  }

  private fault(error: unknown): void {
    if (this.wanted && this.socket) this.shared.faults.add(wordsOf(error));
  }
}
