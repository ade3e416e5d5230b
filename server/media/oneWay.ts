import type { MediaCommandInput, OneWay } from '../protocol/media.ts';
import type { MediaPeer } from './mediaPeer.ts';
import type { RemoteNode } from './remoteNode.ts';

/** What a browser says of its own media path. */
export type PathReport = Pick<MediaCommandInput<'media.path'>, 'receiving' | 'answered'>;

/** Which way something passed, as the node saw it between two looks. */
export interface Passed {
  fromPeer: boolean;
  toPeer: boolean;
}

/** An older look says nothing about now, milliseconds. */
const STALE_MS = 15_000;

/**
 * Holds what the browser sees against what the node sees. Where both see nothing, the fault that was known stays: its
 * first seconds alone show which way it is.
 * @param before the fault that was known
 * @returns the fault that is known now; null: none, or not of one way
 */
export function judgeWay(said: PathReport, passed: Passed, before: OneWay | null): OneWay | null {
  if (said.receiving) return said.answered || passed.fromPeer ? null : 'not_sending';
  if (!passed.fromPeer) return before;
  // the path answers and nothing was sent over it: whoever should be seen here has a bad line, not this endpoint
  return said.answered && !passed.toPeer ? null : 'not_receiving';
}

/**
 * Takes a browser's report of its media path and keeps the verdict in the peer. The node is asked only while something
 * is wrong; the first report after a while is the measure for the next.
 * @returns whether the verdict changed
 * @throws AppError media_unavailable, media_not_open
 */
export async function weighPath(
  node: RemoteNode,
  sessionId: string,
  peer: MediaPeer,
  said: PathReport,
): Promise<boolean> {
  const before = peer.oneWay;
  if (said.receiving && said.answered) {
    peer.traffic = null;
    peer.oneWay = null;
    return before !== null;
  }
  const seen = await node.call('traffic', { sessionId, peerId: peer.peerId });
  const [then, now] = [peer.traffic, { at: performance.now(), ...seen }];
  peer.traffic = now;
  if (!then || now.at - then.at > STALE_MS) return false;
  const passed = { fromPeer: now.received > then.received, toPeer: now.sent > then.sent };
  peer.oneWay = judgeWay(said, passed, before);
  return peer.oneWay !== before;
}
