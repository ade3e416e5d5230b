import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icons.tsx';
import type { Picture, Pictures } from '../../media/pictures.ts';
import { VideoView } from '../../media/VideoView.tsx';
import type { VideoPlace } from '../../media/VideoView.tsx';
import type { ChairConsole } from './useChair.ts';
import { useChairWords } from './words.ts';

/** Places of the filmstrip, the own picture among them. */
export const FILMSTRIP = 9;

/** The main picture and, under it, a filmstrip; a press on one of its pictures puts it onto every screen. */
export function StageArea(props: {
  console: ChairConsole;
  pictures: Pictures;
  strip: Picture[];
  showStrip: boolean;
}): ReactNode {
  const { console: desk, pictures, strip, showStrip } = props;
  const say = useChairWords();
  const { snapshot } = desk;
  const nameOf = (id: string): string => snapshot.participants[id]?.shortName ?? '';
  const { presentation, main } = pictures;
  return (
    <section aria-label={say('main')} className="flex min-h-0 min-w-0 flex-col gap-1.5 p-1.5">
      <div className="relative min-h-0 grow overflow-hidden rounded-xl bg-black">
        {presentation ? (
          <Framed
            picture={presentation}
            place="presentation"
            name={say('presentationOf', { name: nameOf(presentation.endpointId) })}
            isMain
          />
        ) : (
          <Framed
            picture={main}
            place="stage"
            name={nameOf(main.endpointId) + (snapshot.stage.pinned ? ` · ${say('pinned')}` : '')}
            isMain
          />
        )}
        {desk.commands && snapshot.stage.pinned && (
          <Button icon="pin" className="absolute top-3 right-3" onPress={() => desk.act.stage(null)}>
            {say('followFloor')}
          </Button>
        )}
      </div>
      {showStrip && (
        <ul aria-label={say('filmstrip')} className="grid shrink-0 grid-cols-9 gap-1.5">
          {Array.from({ length: FILMSTRIP }, (_, i) => strip[i]).map((picture, i) => (
            <li key={picture ? `${picture.endpointId}/${picture.source}` : i} className="relative aspect-video">
              {picture ? (
                <Cell
                  desk={desk}
                  picture={picture}
                  place={cellPlace(picture, pictures)}
                  name={nameOf(picture.endpointId)}
                />
              ) : (
                <div className="size-full rounded-lg border border-dashed border-line" />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function cellPlace(picture: Picture, pictures: Pictures): VideoPlace {
  if (picture === pictures.main) return 'stage';
  return picture.own ? 'self' : 'tile';
}

function Cell(props: { desk: ChairConsole; picture: Picture; place: VideoPlace; name: string }): ReactNode {
  const { desk, picture, place, name } = props;
  const say = useChairWords();
  return (
    <button
      type="button"
      disabled={!desk.commands}
      title={`${picture.own ? say('you') : name}: ${say('toStage')}`}
      onClick={() => desk.act.stage(picture.endpointId)}
      className={cx('block size-full overflow-hidden rounded-lg bg-sunken', picture.own && 'ring-2 ring-accent')}
    >
      <Framed picture={picture} place={place} name={name} />
    </button>
  );
}

function Framed(props: { picture: Picture; place: VideoPlace; name: string; isMain?: boolean }): ReactNode {
  const { picture, place, name, isMain = false } = props;
  const say = useChairWords();
  return (
    <figure className="absolute inset-0 overflow-hidden rounded-[inherit]">
      <VideoView
        track={picture.track}
        place={place}
        endpointId={picture.endpointId}
        label={name}
        cover={!isMain}
        mirrored={picture.own && picture.source === 'camera' && !isMain}
        className="size-full"
      />
      {!picture.track && (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 text-muted">
          <Icon name={picture.source === 'presentation' ? 'screen' : 'cameraOff'} size={isMain ? 72 : 22} />
          {isMain && <p className="text-lg">{say('noPicture')}</p>}
        </div>
      )}
      <figcaption
        className={cx(
          'absolute max-w-[92%] truncate rounded-md bg-black/75 leading-normal text-white',
          isMain ? 'bottom-3 left-3 px-3 py-1 text-lg font-semibold' : 'bottom-1 left-1 px-1.5 text-xs',
        )}
      >
        {name}
        {picture.held && ` · ${say('heldPicture')}`}
      </figcaption>
    </figure>
  );
}
