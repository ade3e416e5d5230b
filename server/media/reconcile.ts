import { setTimeout as sleep } from 'node:timers/promises';
import { mediaPlan } from '../conference/mediaPlan.ts';
import type { MediaPlan, Viewer } from '../conference/mediaPlan.ts';
import { planDiff } from '../conference/planDiff.ts';
import { heard } from '../protocol/derive.ts';
import type { ConsumerOffer, Layer } from '../protocol/media.ts';
import type { ConsumerWish, SourceRef } from '../protocol/sfu.ts';
import type { Source } from '../protocol/snapshot.ts';
import { sourceKey } from './mediaPeer.ts';
import type { MediaPeer } from './mediaPeer.ts';
import type { MediaRoom, MediaSink } from './room.ts';

/**
 * Brings the node from what it holds to what the plan wants: silence first, then what flows already, then what is new.
 * @throws AppError when the node refuses or is away; the caller tries again
 */
export async function applyPlan(media: MediaRoom, sink: MediaSink): Promise<void> {
  const peers = [...media.peers.values()];
  const viewers = peers.filter((p) => p.canReceive && p.viewport !== null).map(viewerOf);
  const plan = mediaPlan(media.snapshot, viewers, media.speakers);

  await dropPresentations(media, peers);
  // the plan may be overtaken by now, and a microphone that was closed meanwhile must not be opened again
  const open = new Set(heard(media.snapshot));
  const layers = sentLayers(plan.senders, peers);
  await pauseProducers(media, peers, (endpointId, source) =>
    source === 'microphone' ? !open.has(endpointId) : layers(endpointId, source) === -1,
  );
  tellSenders(media, peers, layers, sink);

  const updates: { peerId: string; wishes: ConsumerWish[] }[] = [];
  const rebuilds: Promise<void>[] = [];
  for (const peer of peers) {
    const wanted = plan.views[peer.peerId];
    if (!wanted || media.peers.get(peer.peerId) !== peer) continue;
    const wishes = wanted.filter((w) => media.peers.get(w.endpointId)?.sources.has(w.source));
    const diff = planDiff([...peer.consumers.values()], wishes);
    reorder(peer, diff.held);
    if (diff.update.length > 0) updates.push({ peerId: peer.peerId, wishes: diff.update });
    if (diff.subscribe.length > 0 || diff.unsubscribe.length > 0) {
      rebuilds.push(rebuild(media, peer, diff.subscribe, diff.unsubscribe, sink));
    }
  }
  if (updates.length > 0) {
    await media.node.call('updateConsumers', { sessionId: media.snapshot.id, peers: updates });
    for (const { peerId, wishes } of updates) remember(media, peerId, wishes, sink);
  }
  await Promise.all(rebuilds);
}

/** The longest that an answer waits for silence; a node that is slower is the next reconcile's business, milliseconds. */
const SILENT_WITHIN_MS = 400;

/**
 * Pauses the microphones that the rules no longer let through, without a plan and past a reconcile that is under way.
 * @returns settles when the node has done so, or when it takes too long; null when there is none
 */
export function silence(media: MediaRoom): Promise<void> | null {
  const open = new Set(heard(media.snapshot));
  const isHeard = (peer: MediaPeer) => peer.sources.get('microphone') === false;
  const peers = [...media.peers.values()].filter((peer) => isHeard(peer) && !open.has(peer.peerId));
  if (peers.length === 0) return null;
  // what fails here is done and told by the reconcile that follows
  const done = pauseProducers(media, peers, () => true, ['microphone']).catch(() => undefined);
  return Promise.race([done, sleep(SILENT_WITHIN_MS, undefined, { ref: false })]);
}

type Layers = (endpointId: string, source: Source) => Layer | -1;

/**
 * The highest layer of a picture that anybody receives. Screens that have not come back since a restart of the control
 * plane still receive what the node gives them, and go on doing so.
 */
function sentLayers(planned: MediaPlan['senders'], peers: MediaPeer[]): Layers {
  const still = new Map<string, Layer>();
  for (const peer of peers) {
    if (peer.viewport !== null) continue;
    for (const [key, c] of peer.consumers) {
      if (!c.paused && c.layer >= (still.get(key) ?? 0)) still.set(key, c.layer);
    }
  }
  return (endpointId, source) => {
    const byPlan = source === 'microphone' ? -1 : (planned[endpointId]?.[source] ?? -1);
    const kept = still.get(sourceKey({ endpointId, source })) ?? -1;
    return byPlan > kept ? byPlan : kept;
  };
}

/** Keeps the order of the difference, in which the longest idle go first when there are too many. */
function reorder(peer: MediaPeer, order: SourceRef[]): void {
  const keys = order.map(sourceKey).filter((key) => peer.consumers.has(key));
  let at = 0;
  let same = true;
  for (const key of peer.consumers.keys()) same &&= key === keys[at++];
  if (same) return;
  for (const key of keys) {
    const held = peer.consumers.get(key);
    if (!held) continue;
    peer.consumers.delete(key);
    peer.consumers.set(key, held);
  }
}

function viewerOf(peer: MediaPeer): Viewer {
  const { tiles, height, show } = peer.viewport ?? { tiles: 0, height: 720, show: [] };
  const { peerId, endpointId, asChair } = peer;
  return { peerId, endpointId, tiles, height, show, asChair };
}

/** Who lost the presentation sends none, whatever its browser does. */
async function dropPresentations(media: MediaRoom, peers: MediaPeer[]): Promise<void> {
  const holder = media.snapshot.presentation.holder;
  for (const peer of peers) {
    if (peer.sources.has('presentation') && peer.endpointId !== holder) {
      await media.closeSource(peer.peerId, 'presentation');
    }
  }
}

async function pauseProducers(
  media: MediaRoom,
  peers: MediaPeer[],
  shouldPause: (endpointId: string, source: Source) => boolean,
  only: Source[] = ['microphone', 'camera', 'presentation'],
): Promise<void> {
  const changes: (SourceRef & { paused: boolean })[] = [];
  for (const peer of peers) {
    for (const [source, paused] of peer.sources) {
      if (!only.includes(source)) continue;
      const wanted = shouldPause(peer.peerId, source);
      if (wanted !== paused) changes.push({ endpointId: peer.peerId, source, paused: wanted });
    }
  }
  if (changes.length === 0) return;
  const note = (c: SourceRef, paused: boolean): void => {
    const peer = media.peers.get(c.endpointId);
    if (peer?.sources.has(c.source)) peer.sources.set(c.source, paused);
  };
  // what is being opened counts as open, so that a mute which comes meanwhile is sent after it
  for (const c of changes) if (!c.paused) note(c, false);
  try {
    await media.node.call('pauseProducers', { sessionId: media.snapshot.id, changes });
  } catch (err) {
    for (const c of changes) if (!c.paused) note(c, true);
    throw err;
  }
  for (const c of changes) if (c.paused) note(c, true);
}

function tellSenders(media: MediaRoom, peers: MediaPeer[], layers: Layers, sink: MediaSink): void {
  for (const peer of peers) {
    for (const source of ['camera', 'presentation'] as const) {
      if (!peer.sources.has(source)) continue;
      const layer = layers(peer.peerId, source);
      if (peer.told.get(source) === layer) continue;
      peer.told.set(source, layer);
      sink.toPeer(peer.peerId, 'media.send', { sessionId: media.snapshot.id, source, layer });
    }
  }
}

function remember(media: MediaRoom, peerId: string, wishes: ConsumerWish[], sink: MediaSink): void {
  const peer = media.peers.get(peerId);
  if (!peer) return;
  const flowing: Record<string, boolean> = {};
  for (const w of wishes) {
    const held = peer.consumers.get(sourceKey(w));
    if (!held) continue;
    if (held.paused !== w.paused) flowing[held.consumerId] = !w.paused;
    held.paused = w.paused;
    held.layer = w.layer;
  }
  if (Object.keys(flowing).length > 0) sink.toPeer(peerId, 'media.flow', { sessionId: media.snapshot.id, flowing });
}

async function rebuild(
  media: MediaRoom,
  peer: MediaPeer,
  subscribe: ConsumerWish[],
  unsubscribe: SourceRef[],
  sink: MediaSink,
): Promise<void> {
  const sessionId = media.snapshot.id;
  const { peerId, epoch } = peer;
  const remove: string[] = [];
  let add: ConsumerOffer[] = [];
  if (unsubscribe.length > 0) {
    await media.node.call('unsubscribe', { sessionId, peerId, sources: unsubscribe });
    for (const ref of unsubscribe) {
      const held = peer.consumers.get(sourceKey(ref));
      if (held) remove.push(held.consumerId);
      peer.consumers.delete(sourceKey(ref));
    }
  }
  if (subscribe.length > 0) {
    add = (await media.node.call('subscribe', { sessionId, peerId, wishes: subscribe })).consumers;
    const layers = new Map(subscribe.map((w) => [sourceKey(w), w.layer]));
    for (const offer of add) {
      const { consumerId, endpointId, source } = offer;
      const layer = layers.get(sourceKey(offer)) ?? 0;
      peer.consumers.set(sourceKey(offer), { consumerId, endpointId, source, layer, paused: true, ready: false });
    }
  }
  // the peer was replaced while the node worked: its browser has forgotten these consumers
  if (media.peers.get(peerId)?.epoch !== epoch) return;
  sink.toPeer(peerId, 'media.offer', { sessionId, epoch, add, remove });
}
