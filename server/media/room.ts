import type { ServerPushes } from '../protocol/push.ts';
import type { SessionSnapshot, Source } from '../protocol/snapshot.ts';
import type { MediaPeer } from './mediaPeer.ts';
import type { RemoteNode } from './remoteNode.ts';

/** Where messages to browsers go. A peer id names a seat or a watcher of this session. */
export interface MediaSink {
  toPeer<E extends keyof ServerPushes>(peerId: string, name: E, message: Parameters<ServerPushes[E]>[0]): void;
  toAll<E extends keyof ServerPushes>(name: E, message: Parameters<ServerPushes[E]>[0]): void;
}

/** One session's media as the reconcile sees it. */
export interface MediaRoom {
  readonly snapshot: SessionSnapshot;
  readonly peers: Map<string, MediaPeer>;
  readonly speakers: string[];
  readonly node: RemoteNode;
  /** closes a source of a peer at the node and tells who received it */
  closeSource(peerId: string, source: Source): Promise<void>;
}
