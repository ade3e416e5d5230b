import { stageOf } from '../../server/protocol/derive.ts';
import type { SessionSnapshot, Source } from '../../server/protocol/snapshot.ts';
import type { RemoteMedia } from './recvSide.ts';

/** One picture of the session on this screen. */
export interface Picture {
  endpointId: string;
  source: Source;
  /** null: nothing arrives (yet); the name is shown instead */
  track: MediaStreamTrack | null;
  /** the path is lost and this is the last picture */
  held: boolean;
  own: boolean;
}

/** What this page sends itself. */
export interface OwnPictures {
  /** endpoint whose seat this page holds */
  seat: string | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
}

/** Pictures of a screen, each in its place. */
export interface Pictures {
  /** the one large camera picture: the stage; on the stage's own screen, whom the server gives it to look at */
  main: Picture;
  presentation: Picture | null;
  /** the other cameras that the server lets flow, in a steady order */
  tiles: Picture[];
  /** this page's endpoint is what all others see */
  onStage: boolean;
}

/** Puts what arrives into its places: the stage and the presentation are the server's choice, not the screen's. */
export function placePictures(s: SessionSnapshot, remote: RemoteMedia[], own: OwnPictures): Pictures {
  const stage = stageOf(s);
  const onStage = own.seat === stage;
  const opposite = onStage && own.seat !== s.chair.endpointId ? s.chair.endpointId : null;
  const mainId = opposite !== null && remote.some((m) => isCamera(m, opposite)) ? opposite : stage;
  const { holder } = s.presentation;
  // who was given the presentation still has to choose a screen: until then the stage keeps its place
  const shared = holder === null ? null : pictureOf(holder, 'presentation', remote, own);
  const others = remote.filter((m) => m.source === 'camera' && m.endpointId !== mainId && (m.flowing || m.held));
  others.sort((a, b) => orderOf(s, a.endpointId) - orderOf(s, b.endpointId));
  return {
    main: pictureOf(mainId, 'camera', remote, own),
    presentation: shared?.track ? shared : null,
    tiles: others.map(({ endpointId, source, track, held }) => ({ endpointId, source, track, held, own: false })),
    onStage,
  };
}

function isCamera(media: RemoteMedia, endpointId: string): boolean {
  return media.source === 'camera' && media.endpointId === endpointId;
}

function pictureOf(endpointId: string, source: Source, remote: RemoteMedia[], own: OwnPictures): Picture {
  if (endpointId === own.seat) {
    const track = source === 'presentation' ? own.screen : own.camera;
    return { endpointId, source, track, held: false, own: true };
  }
  const found = remote.find((m) => m.endpointId === endpointId && m.source === source);
  return { endpointId, source, track: found?.track ?? null, held: found?.held ?? false, own: false };
}

function orderOf(s: SessionSnapshot, endpointId: string): number {
  return s.participants[endpointId]?.order ?? Number.MAX_SAFE_INTEGER;
}
