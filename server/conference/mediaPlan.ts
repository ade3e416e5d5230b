import { heard, inSession } from '../protocol/derive.ts';
import type { Layer } from '../protocol/media.ts';
import type { ConsumerWish } from '../protocol/sfu.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import { DISCUSSION_PICTURES, hasPicture, whatIsShown } from './pictures.ts';
import type { Shown } from './pictures.ts';

/** The most tiles that one screen gets, as in the schema of `media.viewport`. */
const MOST_TILES = 25;

/** Up to this many pictures in a discussion are large enough for the middle layer. */
const FEW_PICTURES = 4;

/** One screen whose receiver is built: an endpoint's seat, or a watcher without one. */
export interface Viewer {
  peerId: string;
  /** the seat; null for a watcher */
  endpointId: string | null;
  /** small pictures that the screen has room for */
  tiles: number;
  /** pixels of the largest picture that it shows; 0: no picture at all, sound alone */
  height: number;
  /** endpoints that the person asked to see; heeded for the chair and for watchers */
  show: string[];
  /** a console of the chair without the chair's seat: it gets the chair's tiles */
  asChair?: boolean;
}

/** Highest layer of an endpoint's videos that anybody receives; -1: nobody, it need not send. */
export interface SenderLayers {
  camera: Layer | -1;
  presentation: Layer | -1;
}

/** Who receives what. */
export interface MediaPlan {
  /** wishes by peer id, for every viewer, the most important first */
  views: Record<string, ConsumerWish[]>;
  /** by endpoint id, for every endpoint in the session */
  senders: Record<string, SenderLayers>;
}

/** @returns the layer that fills a picture of this height, in pixels */
function layerFor(height: number): Layer {
  if (height >= 720) return 2;
  return height >= 360 ? 1 : 0;
}

/** The one large picture: the stage; on the stage's own screen, the chair. */
function mainPicture(shown: Shown, viewer: Viewer): string | null {
  return viewer.endpointId !== null && viewer.endpointId === shown.stage ? shown.opposite : shown.stage;
}

/** In a discussion all see the same pictures; the chair and watchers may put others in front. */
function discussionTiles(shown: Shown, viewer: Viewer, asked: string[]): { tiles: string[]; layer: Layer } {
  const count = Math.min(viewer.tiles, DISCUSSION_PICTURES);
  const head = shown.stage === null ? asked : [shown.stage, ...asked];
  const pictures = asked.length === 0 ? shown.common : [...new Set([...head, ...shown.common])];
  return { tiles: pictures.slice(0, count), layer: count <= FEW_PICTURES ? 1 : 0 };
}

/** Which small pictures a screen gets beside the large one. */
function tilesOf(s: SessionSnapshot, shown: Shown, viewer: Viewer): { tiles: string[]; layer: Layer } {
  const chair = viewer.asChair === true || viewer.endpointId === s.chair.endpointId;
  const mayAsk = chair || viewer.endpointId === null;
  const asked = mayAsk ? viewer.show.filter((id) => hasPicture(s, id)) : [];
  if (s.floorMode === 'discussion') return discussionTiles(shown, viewer, asked);
  if (!mayAsk) return { tiles: [], layer: 0 };
  // a watcher sees what it names and no more: tiles for every watcher would make the cost grow with the audience
  const order = chair ? [...asked, ...shown.tileOrder()] : asked;
  const others = [...new Set(order)].filter((id) => id !== shown.stage && id !== viewer.endpointId);
  return { tiles: others.slice(0, Math.min(viewer.tiles, MOST_TILES)), layer: 0 };
}

function wishesOf(s: SessionSnapshot, shown: Shown, viewer: Viewer): ConsumerWish[] {
  const wishes: ConsumerWish[] = [];
  const self = viewer.endpointId;
  const want = (endpointId: string | null, source: ConsumerWish['source'], layer: Layer) => {
    if (endpointId === null || endpointId === self) return;
    wishes.push({ endpointId, source, layer, paused: false });
  };
  for (const voice of shown.voices) want(voice, 'microphone', 0);
  if (viewer.height <= 0) return wishes;
  const main = mainPicture(shown, viewer);
  want(main, 'camera', layerFor(viewer.height));
  want(shown.presentation, 'presentation', 2);
  const { tiles, layer } = tilesOf(s, shown, viewer);
  for (const tile of tiles) if (tile !== main) want(tile, 'camera', layer);
  return wishes;
}

function mayReceive(s: SessionSnapshot, viewer: Viewer): boolean {
  return viewer.endpointId === null || inSession(s.participants[viewer.endpointId]);
}

function senderLayers(s: SessionSnapshot, views: MediaPlan['views']): MediaPlan['senders'] {
  const senders: MediaPlan['senders'] = {};
  for (const p of Object.values(s.participants)) {
    if (inSession(p)) senders[p.endpointId] = { camera: -1, presentation: -1 };
  }
  for (const wishes of Object.values(views)) {
    for (const { endpointId, source, layer, paused } of wishes) {
      if (paused) continue;
      const sender = senders[endpointId];
      if (sender && source !== 'microphone' && layer > sender[source]) sender[source] = layer;
    }
  }
  return senders;
}

/**
 * Says who receives what. The cost is bounded: every viewer gets the stage, the presentation, a few voices, and tiles
 * only where the mode has them, so that the plan grows with viewers times pictures and never with their square.
 * While the session is paused the same consumers are wanted, paused.
 * @param viewers every screen of the session
 * @param speakers endpoint ids, loudest or latest first
 */
export function mediaPlan(s: SessionSnapshot, viewers: Viewer[], speakers: string[]): MediaPlan {
  // in a pause, and in the lobby before the chair begins, everything is built and waits: the start is one fan-out
  const shown = whatIsShown(s, s.paused ? heard({ ...s, paused: false }) : heard(s), speakers);
  const views: MediaPlan['views'] = {};
  for (const viewer of viewers) {
    const wishes = s.phase === 'open' && mayReceive(s, viewer) ? wishesOf(s, shown, viewer) : [];
    views[viewer.peerId] = s.paused ? wishes.map((w) => ({ ...w, paused: true })) : wishes;
  }
  return { views, senders: senderLayers(s, views) };
}
