import { inSession } from '../protocol/derive.ts';
import type { EndpointMedia, Layer, OneWay } from '../protocol/media.ts';
import type { ConsumerState, PeerState, SourceRef } from '../protocol/sfu.ts';
import type { SessionSnapshot, Source } from '../protocol/snapshot.ts';

/** One consumer that the node holds for a peer; `ready` once the browser has built its side. */
export interface Held extends ConsumerState {
  ready: boolean;
}

/** What a screen can show, as it said itself. */
export interface Viewport {
  tiles: number;
  height: number;
  show: string[];
}

/** Bytes of a peer that passed the node, at a moment of the clock of `performance.now`. */
export interface Traffic {
  at: number;
  /** anything that came from the peer, checks of the path included */
  received: number;
  /** picture and sound that were sent to it */
  sent: number;
}

/** What the control plane knows of one media client: a seat, or a watcher when `endpointId` is null. */
export interface MediaPeer {
  peerId: string;
  endpointId: string | null;
  /** a console of the chair: it gets the chair's tiles, with or without the chair's seat */
  asChair: boolean;
  epoch: string;
  /** ICE and DTLS stand */
  connected: boolean;
  canReceive: boolean;
  /** null: kept over a restart of the control plane and not heard of since; its consumers are left as they are */
  viewport: Viewport | null;
  /** source -> paused at the SFU */
  sources: Map<Source, boolean>;
  consumers: Map<string, Held>;
  /** highest layer that the sender was told to send */
  told: Map<Source, Layer | -1>;
  /** its line carries media one way only */
  oneWay: OneWay | null;
  /** what had passed the node when it was last looked at; null while nothing is wrong */
  traffic: Traffic | null;
}

/** @returns the key of a source within a session */
export function sourceKey(ref: SourceRef): string {
  return `${ref.endpointId}/${ref.source}`;
}

/** @returns what the browsers of a session are told of a peer */
export function mediaOf(peer: MediaPeer, { id, participants }: SessionSnapshot): EndpointMedia {
  const { peerId, sources, connected, oneWay } = peer;
  const p = participants[peerId];
  return {
    sessionId: id,
    endpointId: peerId,
    sources: [...sources.keys()],
    connected: connected && p !== undefined && inSession(p),
    ...(oneWay ? { oneWay } : {}),
  };
}

/** @returns a peer that has nothing yet */
export function newPeer(peerId: string, endpointId: string | null, epoch: string): MediaPeer {
  return {
    peerId,
    endpointId,
    asChair: false,
    epoch,
    connected: false,
    canReceive: false,
    viewport: { tiles: 0, height: 720, show: [] },
    sources: new Map(),
    consumers: new Map(),
    told: new Map(),
    oneWay: null,
    traffic: null,
  };
}

/** @returns a peer as the node describes it after the control plane has lost its own memory */
export function describedPeer(state: PeerState): MediaPeer {
  return {
    ...newPeer(state.peerId, state.peerId.startsWith('watch-') ? null : state.peerId, state.epoch),
    connected: state.connected,
    canReceive: state.canReceive,
    viewport: null,
    sources: new Map(state.sources.map((s) => [s.source, s.paused])),
    consumers: new Map(state.consumers.map((c) => [sourceKey(c), { ...c, ready: true }])),
  };
}
