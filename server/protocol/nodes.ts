import { z } from 'zod';

/** The media servers as administrators of the whole organisation see them: bodies and answers of `/sfu`. */

/** One worker of a node, as its last load report (at most a second old) tells. */
export const sfuWorker = z.object({
  worker: z.number().int(),
  alive: z.boolean(),
  /** of the process on the node's machine; null while none lives */
  pid: z.number().int().nullable(),
  /** CPU seconds per second */
  cpuRatio: z.number(),
  peers: z.number().int(),
  transports: z.number().int(),
  producers: z.number().int(),
  consumers: z.number().int(),
  deaths: z.number().int(),
  /** takes no new peer; with no peers left it can be stopped */
  draining: z.boolean(),
});

export const sfuNode = z.object({
  /** `host:port` of its control channel */
  node: z.string(),
  up: z.boolean(),
  /** takes no new session */
  draining: z.boolean(),
  /** none while the node is away */
  workers: z.array(sfuWorker),
});
export type SfuNodeView = z.infer<typeof sfuNode>;

export const ofNode = z.strictObject({ node: z.string().min(1).max(255) });
export const ofWorker = ofNode.extend({ worker: z.coerce.number().int().min(0).max(1_000) });
export const drainBody = z.strictObject({ draining: z.boolean() });
