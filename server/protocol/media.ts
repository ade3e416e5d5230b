import { z } from 'zod';
import { id } from './ids.ts';
import { SOURCES } from './snapshot.ts';
import type { Layer } from './layers.ts';
import type { Source } from './snapshot.ts';

const direction = z.enum(['send', 'recv']);
/** Opaque to the control plane; mediasoup checks the inside at the node. Bounded by the message size. */
const opaque = z.record(z.string(), z.unknown());

export { CAMERA_LAYERS } from './layers.ts';
export type { Layer } from './layers.ts';

/**
 * Media commands of a connection that holds a seat (or watches: then `recv` only). The server decides what is
 * received; a client names only what it was offered.
 */
export const MEDIA_COMMANDS = {
  /** builds the connection's media peer: both transports; an older peer of the same seat is closed */
  'media.open': z.strictObject({ sessionId: id }),
  'media.connect': z.strictObject({ sessionId: id, direction, dtlsParameters: opaque }),
  'media.restartIce': z.strictObject({ sessionId: id, direction }),
  /** says that the receiver is built and what it can show; offers follow by `media.offer` */
  'media.receive': z.strictObject({
    sessionId: id,
    rtpCapabilities: opaque,
    tiles: z.number().int().min(0).max(25).default(0),
    /** height in pixels of the largest picture that the screen shows */
    height: z.number().int().min(0).max(2160).default(720),
    /** consumers that the browser has built, when it comes back with its media kept: what it lacks is offered again */
    have: z.array(z.string().max(64)).max(200).optional(),
  }),
  /** what the screen can show changed; `show` (chair, watchers of the control room) names tiles to see */
  'media.viewport': z.strictObject({
    sessionId: id,
    tiles: z.number().int().min(0).max(25).optional(),
    height: z.number().int().min(0).max(2160).optional(),
    show: z.array(id).max(25).optional(),
  }),
  /** these offered consumers are built in the browser: let them flow */
  'media.ready': z.strictObject({ sessionId: id, consumerIds: z.array(z.string().max(64)).min(1).max(200) }),
  'media.produce': z.strictObject({
    sessionId: id,
    source: z.enum(SOURCES),
    rtpParameters: opaque,
  }),
  /** how the own media path does: now and then while something is wrong with it, and once when it is well again */
  'media.path': z.strictObject({
    sessionId: id,
    /** picture and sound come, or nothing is to come and the path answers */
    receiving: z.boolean(),
    /** the node answers the checks of the path */
    answered: z.boolean(),
  }),
  'media.close': z.strictObject({ sessionId: id, source: z.enum(SOURCES) }),
} as const;

/** Name of a media command. */
export type MediaCommandName = keyof typeof MEDIA_COMMANDS;

/** Parsed input of a media command, by its name. */
export type MediaCommandInput<N extends MediaCommandName> = z.output<(typeof MEDIA_COMMANDS)[N]>;

/** What a browser needs to build one transport (mediasoup's own shapes, plain data). */
export interface TransportOffer {
  id: string;
  iceParameters: Record<string, unknown>;
  iceCandidates: Record<string, unknown>[];
  dtlsParameters: Record<string, unknown>;
}

/** Answer of `media.open`. `send` is null for who only watches. */
export interface MediaOpened {
  /** names this media peer; sent again in `session.join` to keep it over a reconnection */
  epoch: string;
  routerRtpCapabilities: Record<string, unknown>;
  send: TransportOffer | null;
  recv: TransportOffer;
  /** start of the sender's bitrate and its ceiling, bits per second, from the endpoint's line */
  startBitrate: number;
  maxBitrate: number;
}

/** One source that the server gives to this screen. */
export interface ConsumerOffer {
  consumerId: string;
  producerId: string;
  endpointId: string;
  source: Source;
  kind: 'audio' | 'video';
  rtpParameters: Record<string, unknown>;
}

/** Server -> browser: consumers that are new and consumers that are gone, in one message. */
export interface MediaOffer {
  sessionId: string;
  epoch: string;
  add: ConsumerOffer[];
  remove: string[];
}

/** Server -> browser: what is flowing now, so that a screen shows no frozen picture: consumer id -> flowing. */
export interface MediaFlow {
  sessionId: string;
  flowing: Record<string, boolean>;
}

/** Server -> browser: how much of the own camera anybody watches; `layer` -1: nobody, send nothing. */
export interface MediaSend {
  sessionId: string;
  source: 'camera' | 'presentation';
  layer: Layer | -1;
}

/** Server -> browser: the media peer is lost (worker or node died) or shall move: open again. State is untouched. */
export interface MediaRestart {
  sessionId: string;
  reason: 'worker_died' | 'node_lost' | 'worker_drains' | 'moved';
}

/** Server -> browsers: telemetry of the session, outside the event log. Levels in dBov (-127..0). */
export interface MediaLevels {
  sessionId: string;
  levels: Record<string, number>;
}

/** A fault of one way: the endpoint sends and receives nothing, or receives and nothing of it arrives. */
export type OneWay = 'not_receiving' | 'not_sending';

/** Server -> browsers: which sources an endpoint sends now, and whether its media path stands. */
export interface EndpointMedia {
  sessionId: string;
  endpointId: string;
  sources: Source[];
  connected: boolean;
  /** set while its line carries media one way only; outside the event log, and kept by nobody */
  oneWay?: OneWay;
}
