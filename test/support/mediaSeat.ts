import type { Endpoint } from '../../server/protocol/rest.ts';
import type { MediaOpened } from '../../server/protocol/media.ts';
import type { Joined, ServerPushes } from '../../server/protocol/push.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import type { Api } from './api.ts';
import { MediaClient } from '../../ops/simulate/mediaClient.ts';
import { connectSocket } from './socket.ts';
import type { RawSocket } from './socket.ts';

/** A device that speaks for an endpoint. */
export interface Device {
  deviceId: string;
  credential: string;
  endpointId: string;
}

/**
 * Enrols a device and exchanges its one-time link for the credential, as a PC does.
 * @param administrator who may enrol devices of the endpoint
 */
export async function enrolDevice(administrator: Api, endpoint: Pick<Endpoint, 'id'>): Promise<Device> {
  const body = { endpointId: endpoint.id, label: 'PC' };
  const { pairUrl } = await administrator.ok<{ pairUrl: string }>('post', '/devices', body);
  return pairDevice(administrator, endpoint.id, pairUrl);
}

/** Exchanges a one-time link for the credential. */
export async function pairDevice(anybody: Api, endpointId: string, pairUrl: string): Promise<Device> {
  const token = new URL(pairUrl).searchParams.get('pair');
  const paired = await anybody.ok<{ deviceId: string; credential: string }>('post', '/devices/pair', { token });
  return { ...paired, endpointId };
}

/** A client that sits in a session and sends and receives real media through the control plane. */
export interface MediaSeat {
  raw: RawSocket;
  sessionId: string;
  joined: Joined;
  opened: MediaOpened;
  media: MediaClient;
  /** consumers that were offered so far, by the source they carry: `<endpoint> <source>` */
  offered: Map<string, string>;
  /** sends a source through `media.produce` */
  produce(source: Source): Promise<string>;
  close(): Promise<void>;
}

/**
 * Connects, joins, opens media and receives whatever the server offers.
 * @param options.takeOver replaces another device of the same endpoint
 * @param options.raw a connection that exists already
 */
export async function takeSeat(
  origin: string,
  credential: string,
  sessionId: string,
  options: { takeOver?: boolean; raw?: RawSocket; endpointId?: string } = {},
): Promise<MediaSeat> {
  const raw = options.raw ?? (await connectSocket(origin, credential));
  const { takeOver = false, endpointId } = options;
  const joined = await raw.ok('session.join', { sessionId, takeOver, ...(endpointId ? { endpointId } : {}) });
  const opened = await raw.ok('media.open', { sessionId });
  const media = new MediaClient({
    routerRtpCapabilities: opened.routerRtpCapabilities,
    send: opened.send,
    recv: opened.recv,
    connect: (direction, dtlsParameters) => raw.ok('media.connect', { sessionId, direction, dtlsParameters }),
  });
  const offered = new Map<string, string>();
  raw.socket.on('media.offer', ({ add, epoch }: Parameters<MediaOfferHandler>[0]) => {
    if (epoch !== opened.epoch || add.length === 0) return;
    for (const one of add) offered.set(`${one.endpointId} ${one.source}`, one.consumerId);
    // a refusal shows as packets that never come
    void media
      .receive(add)
      .then(() => raw.ok('media.ready', { sessionId, consumerIds: add.map((one) => one.consumerId) }))
      .catch(() => undefined);
  });
  await raw.ok('media.receive', { sessionId, rtpCapabilities: media.rtpCapabilities });
  return {
    raw,
    sessionId,
    joined,
    opened,
    media,
    offered,
    produce: (source) =>
      media.produce(
        source,
        async (rtpParameters) => (await raw.ok('media.produce', { sessionId, source, rtpParameters })).producerId,
      ),
    async close() {
      media.close();
      raw.close();
    },
  };
}

type MediaOfferHandler = ServerPushes['media.offer'];
