import type { ConsumerOffer, Layer, TransportOffer } from './media.ts';
import type { Source } from './snapshot.ts';

/**
 * The control channel between control plane and SFU node: Socket.IO, shared secret, coarse verbs. Each verb is an
 * event with one plain object and an acknowledgement `{ok: true, ...} | {ok: false, error: {code, detail}}`, or, between
 * two ends that both gather (see `GATHERING`), one entry of a message of many. The control plane
 * knows ids, never mediasoup objects. A *peer* is one media client: an endpoint's seat (`peerId` = endpoint id) or a
 * watcher (`peerId` = `watch-<uuid>`).
 */

/** A source of a peer, as the control plane names it. */
export interface SourceRef {
  endpointId: string;
  source: Source;
}

/** Wanted state of one consumer. */
export interface ConsumerWish extends SourceRef {
  /** highest spatial layer to forward; ignored for audio */
  layer: Layer;
  paused: boolean;
}

/** What a node holds of one consumer. */
export interface ConsumerState extends ConsumerWish {
  consumerId: string;
}

/** What a node holds of one peer. */
export interface PeerState {
  peerId: string;
  epoch: string;
  connected: boolean;
  sources: { source: Source; paused: boolean }[];
  consumers: ConsumerState[];
  canReceive: boolean;
}

/** What a node holds of one session. */
export interface SessionState {
  sessionId: string;
  peers: PeerState[];
}

/** Load of one worker. */
export interface WorkerLoad {
  worker: number;
  /** CPU seconds per second over the last sample */
  cpuRatio: number;
  consumers: number;
  producers: number;
  transports: number;
  forwardedBytes: number;
  alive: boolean;
  deaths: number;
  /** of the process; null while none lives */
  pid: number | null;
  peers: number;
  /** takes no new peer; without peers it is empty */
  draining: boolean;
}

/** Input and output of every verb of a node. */
export interface SfuVerbs {
  openSession: { in: { sessionId: string }; out: { routerRtpCapabilities: Record<string, unknown> } };
  closeSession: { in: { sessionId: string }; out: Record<string, never> };
  /** makes the peer when it is new; `fresh` closes an older peer of that id first. Refuses a third transport. */
  openTransport: {
    in: {
      sessionId: string;
      peerId: string;
      direction: 'send' | 'recv';
      fresh: boolean;
      /** bits per second */
      maxIncomingBitrate: number;
      initialOutgoingBitrate: number;
    };
    out: { epoch: string; transport: TransportOffer };
  };
  connectTransport: {
    in: { sessionId: string; peerId: string; direction: 'send' | 'recv'; dtlsParameters: Record<string, unknown> };
    out: Record<string, never>;
  };
  restartIce: {
    in: { sessionId: string; peerId: string; direction: 'send' | 'recv' };
    out: { iceParameters: Record<string, unknown> };
  };
  /** one microphone, one camera, one presentation per peer; the id is made by the node */
  produce: {
    in: { sessionId: string; peerId: string; source: Source; rtpParameters: Record<string, unknown>; paused: boolean };
    out: { producerId: string };
  };
  /** pause is the enforced mute: no packet of a paused producer is forwarded to anybody */
  pauseProducers: {
    in: { sessionId: string; changes: (SourceRef & { paused: boolean })[] };
    out: { unknown: SourceRef[] };
  };
  closeProducer: { in: { sessionId: string; peerId: string; source: Source }; out: Record<string, never> };
  /** tells what the peer can receive; needed before `subscribe` */
  setCapabilities: {
    in: { sessionId: string; peerId: string; rtpCapabilities: Record<string, unknown> };
    out: Record<string, never>;
  };
  /** consumers start paused whatever the wish says, until `updateConsumers` lets them flow; unknown sources are skipped */
  subscribe: {
    in: { sessionId: string; peerId: string; wishes: ConsumerWish[] };
    out: { consumers: ConsumerOffer[]; missing: SourceRef[] };
  };
  unsubscribe: { in: { sessionId: string; peerId: string; sources: SourceRef[] }; out: { consumerIds: string[] } };
  /** pause, resume and layers of existing consumers of several peers in one message; one key-frame request a resumed video */
  updateConsumers: {
    in: { sessionId: string; peers: { peerId: string; wishes: ConsumerWish[] }[] };
    out: Record<string, never>;
  };
  closePeer: { in: { sessionId: string; peerId: string }; out: Record<string, never> };
  describe: { in: Record<string, never>; out: { nodeId: string; startedAt: number; sessions: SessionState[] } };
  /** receive and send statistics of a peer's transports, small and flat */
  stats: { in: { sessionId: string; peerId: string }; out: { stats: Record<string, number | string>[] } };
  /** bytes since the peer was made: all that came from it, and picture and sound that went to it */
  traffic: { in: { sessionId: string; peerId: string }; out: { received: number; sent: number } };
  /** while a node drains, its sessions go on and it takes no new one */
  drain: { in: { draining: boolean }; out: Record<string, never> };
  /** while a worker drains, it takes no new peer and those that it has are told to move; the last one never drains */
  drainWorker: { in: { worker: number; draining: boolean }; out: Record<string, never> };
}

/** Name of a verb. */
export type SfuVerb = keyof SfuVerbs;

/** Events that a node sends by itself. */
export interface SfuEvents {
  producerClosed: { sessionId: string; peerId: string; source: Source };
  /** a peer's media path stands or fell */
  endpointMedia: { sessionId: string; peerId: string; epoch: string; connected: boolean };
  /** loudest first; dBov */
  speakers: { sessionId: string; levels: { endpointId: string; volume: number }[] };
  load: { workers: WorkerLoad[]; draining: boolean };
  /** these peers lost everything; the sessions stay open on a new router */
  workerDied: { worker: number; lost: { sessionId: string; peerIds: string[] }[] };
  /** this peer shall build its media anew, for its worker drains; what it has goes on until then */
  peerMoving: { sessionId: string; peerId: string; epoch: string; worker: number };
}

/**
 * Version of the channel from which both ends gather what they have for each other in one turn of their loops: the
 * control plane names it in its handshake (`auth.channel`), the node answers with the event `channel`. Until it has heard
 * that, and from an older end for ever, each verb and each event is a message of its own.
 */
export const GATHERING = 2;

/** Most calls of one message: each may hold as much as a browser may say. */
export const MOST_CALLS = 32;

/** Answer of a verb. */
export type SfuAnswer = ({ ok: true } & object) | { ok: false; error: { code: string; detail: string } };

/** Control plane -> node, in the message `calls`: a number that the answer carries, the verb and its input. */
export type SfuCall = [number: number, verb: string, input: unknown];

/** Node -> control plane, in the message `told`: answers by number and events by name, in the order in which they came about. */
export type SfuTold =
  [number: number, answer: SfuAnswer] | [event: keyof SfuEvents, message: SfuEvents[keyof SfuEvents]];
