import type { ReactNode } from 'react';
import type { SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { Icon } from '../../components/icons.tsx';
import { useWords } from '../../i18n/index.ts';
import { placePictures } from '../../media/pictures.ts';
import type { Picture } from '../../media/pictures.ts';
import { VideoView } from '../../media/VideoView.tsx';
import type { VideoPlace } from '../../media/VideoView.tsx';
import { useStore } from '../../state/hooks.ts';
import type { RoomStation } from './roomStation.ts';
import type { Visit } from './visit.ts';
import { roomWords } from './words.ts';

/** The main picture, the presentation when there is one, a column of others, and the own picture small. */
export function RoomPictures(props: { station: RoomStation; visit: Visit; snapshot: SessionSnapshot }): ReactNode {
  const { station, visit, snapshot } = props;
  const say = useWords(roomWords);
  const { seat } = useStore(visit.session.view);
  const { remote } = useStore(visit.peer.view);
  const { camera } = useStore(station.own.view);
  const screen = useStore(visit.peer.screen);
  const { main, presentation, tiles, onStage } = placePictures(snapshot, remote, {
    seat,
    camera: camera.track,
    screen,
  });
  const nameOf = (endpointId: string): string => snapshot.participants[endpointId]?.shortName ?? '';
  const beside = presentation ? [main, ...tiles] : tiles;
  const self = seat && !main.own ? { endpointId: seat, track: camera.track, onStage } : null;
  return (
    <div className="flex size-full gap-1 bg-sunken">
      <div className="relative min-w-0 grow">
        {presentation ? (
          <Framed
            picture={presentation}
            place="presentation"
            name={say('presentationOf', { name: nameOf(presentation.endpointId) })}
            isWhole
          />
        ) : (
          <Framed picture={main} place="stage" name={nameOf(main.endpointId)} isWhole />
        )}
        {self && beside.length === 0 && (
          <div className="absolute right-4 bottom-4 w-[18%] min-w-40 overflow-hidden rounded-2xl shadow-high">
            <Self {...self} />
          </div>
        )}
      </div>
      {beside.length > 0 && (
        <div className="flex w-[22%] shrink-0 flex-col justify-center gap-1.5 p-1.5">
          {beside.slice(0, 4).map((picture) => (
            <div key={picture.endpointId} className="relative aspect-video min-h-0 shrink overflow-hidden rounded-xl">
              <Framed picture={picture} place={picture === main ? 'stage' : 'tile'} name={nameOf(picture.endpointId)} />
            </div>
          ))}
          {self && <Self {...self} />}
        </div>
      )}
    </div>
  );
}

/** The own picture, and whether everybody sees it now. */
function Self(props: { endpointId: string; track: MediaStreamTrack | null; onStage: boolean }): ReactNode {
  const { endpointId, track, onStage } = props;
  const say = useWords(roomWords);
  return (
    <div
      className={`min-h-0 shrink overflow-hidden rounded-xl border-4 bg-sunken ${onStage ? 'border-accent' : 'border-line'}`}
    >
      <VideoView
        track={track}
        place="self"
        endpointId={endpointId}
        label={say('you')}
        mirrored
        className="aspect-video"
      />
      <p className="truncate bg-surface px-3 py-1 text-base leading-normal 2xl:text-lg">
        {say(onStage ? 'onStage' : 'you')}
      </p>
    </div>
  );
}

function Framed(props: { picture: Picture; place: VideoPlace; name: string; isWhole?: boolean }): ReactNode {
  const { picture, place, name, isWhole = false } = props;
  const say = useWords(roomWords);
  return (
    <figure className="absolute inset-0 bg-sunken">
      <VideoView
        track={picture.track}
        place={place}
        endpointId={picture.endpointId}
        label={name}
        cover={!isWhole}
        mirrored={picture.own && picture.source === 'camera' && !isWhole}
        className="size-full"
      />
      {!picture.track && (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-4 text-center text-muted">
          <Icon name={picture.source === 'presentation' ? 'screen' : 'cameraOff'} size={isWhole ? 96 : 40} />
          {isWhole && <p className="text-3xl leading-normal">{say('noPicture')}</p>}
        </div>
      )}
      <figcaption
        className={`absolute left-3 max-w-[70%] truncate rounded-xl bg-black/75 px-4 py-1.5 leading-normal text-white ${isWhole ? 'bottom-4 text-3xl font-semibold' : 'bottom-2 text-lg'}`}
      >
        {name}
        {picture.held && ` · ${say('heldPicture')}`}
      </figcaption>
    </figure>
  );
}
