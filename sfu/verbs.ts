import { z } from 'zod';
import type { SfuVerb } from '../server/protocol/sfu.ts';
import { SOURCES } from '../server/protocol/snapshot.ts';

const name = z.string().min(1).max(80);
const source = z.enum(SOURCES);
const direction = z.enum(['send', 'recv']);
/** checked inside by mediasoup */
const opaque = z.record(z.string(), z.unknown());
const bitsPerSecond = z.number().int().min(10_000).max(1_000_000_000);
const peer = { sessionId: name, peerId: name };
const ref = { endpointId: name, source };
const wish = z.object({ ...ref, layer: z.union([z.literal(0), z.literal(1), z.literal(2)]), paused: z.boolean() });

/** Shape of every verb's input. Unknown fields are dropped, so that a newer control plane can talk to this node. */
export const VERB_SHAPES = {
  openSession: z.object({ sessionId: name }),
  closeSession: z.object({ sessionId: name }),
  openTransport: z.object({
    ...peer,
    direction,
    fresh: z.boolean(),
    maxIncomingBitrate: bitsPerSecond,
    initialOutgoingBitrate: bitsPerSecond,
  }),
  connectTransport: z.object({ ...peer, direction, dtlsParameters: opaque }),
  restartIce: z.object({ ...peer, direction }),
  produce: z.object({ ...peer, source, rtpParameters: opaque, paused: z.boolean() }),
  pauseProducers: z.object({ sessionId: name, changes: z.array(z.object({ ...ref, paused: z.boolean() })).max(5_000) }),
  closeProducer: z.object({ ...peer, source }),
  setCapabilities: z.object({ ...peer, rtpCapabilities: opaque }),
  subscribe: z.object({ ...peer, wishes: z.array(wish).max(500) }),
  unsubscribe: z.object({ ...peer, sources: z.array(z.object(ref)).max(500) }),
  updateConsumers: z.object({
    sessionId: name,
    peers: z.array(z.object({ peerId: name, wishes: z.array(wish).max(500) })).max(2_000),
  }),
  closePeer: z.object(peer),
  describe: z.object({}),
  stats: z.object(peer),
  traffic: z.object(peer),
  drain: z.object({ draining: z.boolean() }),
  drainWorker: z.object({ worker: z.number().int().min(0).max(1_000), draining: z.boolean() }),
} as const satisfies Record<SfuVerb, z.ZodType>;
