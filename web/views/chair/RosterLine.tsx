import { memo } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { OneWay } from '../../../server/protocol/media.ts';
import type { RollState } from '../../../server/protocol/snapshot.ts';
import { cx } from '../../components/cx.ts';
import { Digits } from '../../components/Digits.tsx';
import { Icon } from '../../components/icons.tsx';
import type { IconName } from '../../components/icons.tsx';
import { formatCountdown } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { sameRow } from './rosterRows.ts';
import type { RosterRow } from './rosterRows.ts';
import { useChairWords } from './words.ts';

/** What a line lets the chair do. */
export interface RosterLineActions {
  /** opens the list of actions beside `anchor` */
  onMenu: (endpointId: string, anchor: HTMLElement) => void;
  onFloor: (endpointId: string, give: boolean) => void;
}

type PresenceWord = 'absent' | 'calling' | 'joined' | 'interrupted' | 'left' | 'removed' | 'media' | OneWay;

const LOOK: Record<PresenceWord, { icon: IconName; colour: string }> = {
  absent: { icon: 'offline', colour: 'text-muted' },
  calling: { icon: 'phone', colour: 'text-accent' },
  joined: { icon: 'online', colour: 'text-ok' },
  interrupted: { icon: 'warning', colour: 'text-bad' },
  left: { icon: 'logout', colour: 'text-muted' },
  removed: { icon: 'x', colour: 'text-muted' },
  media: { icon: 'warning', colour: 'text-warn' },
  not_receiving: { icon: 'warning', colour: 'text-bad' },
  not_sending: { icon: 'warning', colour: 'text-bad' },
};

/** One endpoint: name, presence in a drawing and a word, microphone, camera, hand. Draws again only when it changed. */
export const RosterLine = memo(
  function RosterLine(props: { row: RosterRow; commands: boolean; actions: RosterLineActions }): ReactNode {
    const { row, commands, actions } = props;
    const { endpointId, name, shortName, presence, micOpen } = row.participant;
    const say = useChairWords();
    const isIn = presence === 'joined' || presence === 'interrupted';
    const openMenu = (event: KeyboardEvent<HTMLDivElement>): void => {
      if (event.key === 'Enter' && commands) actions.onMenu(endpointId, event.currentTarget);
    };
    return (
      <div
        role="row"
        data-row
        className={cx(
          'group flex min-h-11 items-center gap-1.5 border-b border-line/60 py-0.5 pl-0.5',
          row.speaking && 'bg-ok-soft',
          row.onStage && 'shadow-[inset_4px_0_0_var(--accent)]',
        )}
      >
        <div
          role="gridcell"
          data-stop="name"
          tabIndex={-1}
          aria-haspopup={commands ? 'menu' : undefined}
          title={name}
          onKeyDown={openMenu}
          className="min-w-0 grow rounded-md px-1.5 focus-visible:outline-offset-[-1px]"
        >
          <p className={cx('truncate text-sm leading-normal font-medium', !isIn && 'text-muted')}>
            {row.chair && <Icon name="star" size="1em" className="mr-1 inline text-accent" aria-label={say('chair')} />}
            {shortName}
          </p>
          <PresenceWords row={row} />
        </div>
        <div role="gridcell" className="flex shrink-0 items-center gap-1.5">
          <Asks row={row} />
          {isIn && <Sends row={row} micOpen={micOpen} />}
        </div>
        <Buttons row={row} isHidden={!commands} actions={actions} />
      </div>
    );
  },
  (a, b) => a.commands === b.commands && a.actions === b.actions && sameRow(a.row, b.row),
);

/** The floor, and everything else in a menu. */
function Buttons(props: { row: RosterRow; isHidden: boolean; actions: RosterLineActions }): ReactNode {
  const { row, isHidden, actions } = props;
  const say = useChairWords();
  const { endpointId, shortName, presence } = row.participant;
  const isIn = presence === 'joined' || presence === 'interrupted';
  return (
    <div role="gridcell" hidden={isHidden} className="flex shrink-0 items-center">
      {isIn && !row.chair && (
        <button
          type="button"
          data-stop="floor"
          tabIndex={-1}
          className="h-8 rounded-md border border-line px-2 text-xs font-semibold text-muted hover:border-accent hover:text-accent"
          aria-label={`${say(row.speaking ? 'stop' : 'invite')}: ${shortName}`}
          title={say(row.speaking ? 'stop' : 'invite')}
          onClick={() => actions.onFloor(endpointId, !row.speaking)}
        >
          {say(row.speaking ? 'stopShort' : 'inviteShort')}
        </button>
      )}
      <button
        type="button"
        data-stop="menu"
        tabIndex={-1}
        className="ml-0.5 grid h-9 w-8 place-items-center rounded-md text-lg leading-none font-bold text-muted hover:bg-sunken hover:text-ink"
        aria-label={say('actions', { name: shortName })}
        aria-haspopup="menu"
        onClick={(event) => actions.onMenu(endpointId, event.currentTarget)}
      >
        ⋮
      </button>
    </div>
  );
}

/** The hand and its place, and the presentation. */
function Asks({ row }: { row: RosterRow }): ReactNode {
  const say = useChairWords();
  const presenting = row.presenting === 'no' ? null : say(row.presenting === 'on' ? 'presenting' : 'asksPresent');
  return (
    <>
      {presenting && (
        <span title={presenting} className="text-accent">
          <Icon name="screen" size={18} />
          <span className="sr-only">{presenting}</span>
        </span>
      )}
      {row.hand !== null && (
        <span
          className="flex items-center gap-0.5 rounded-full bg-warn-soft px-1.5 text-sm font-bold text-warn"
          title={say('handNo', { place: row.hand })}
        >
          <Icon name="hand" size={15} />
          {row.hand}
        </span>
      )}
    </>
  );
}

function Sends({ row, micOpen }: { row: RosterRow; micOpen: boolean }): ReactNode {
  const say = useChairWords();
  return (
    <span className="flex shrink-0 items-center gap-1">
      <span className={micOpen ? 'text-ok' : 'text-muted/70'} title={say(micOpen ? 'micOn' : 'micOff')}>
        <Icon name={micOpen ? 'mic' : 'micOff'} size={17} />
        <span className="sr-only">{say(micOpen ? 'micOn' : 'micOff')}</span>
      </span>
      <span className={row.camera ? 'text-muted' : 'text-muted/70'} title={say(row.camera ? 'cameraOn' : 'cameraOff')}>
        <Icon name={row.camera ? 'camera' : 'cameraOff'} size={17} />
        <span className="sr-only">{say(row.camera ? 'cameraOn' : 'cameraOff')}</span>
      </span>
    </span>
  );
}

function PresenceWords({ row }: { row: RosterRow }): ReactNode {
  const say = useChairWords();
  const { presence, removed, exitReason, since } = row.participant;
  const word: PresenceWord = removed ? 'removed' : (row.oneWay ?? (row.mediaLost ? 'media' : presence));
  const { icon, colour } = LOOK[word];
  const reason = presence === 'left' && exitReason && !removed ? `, ${say(`exit.${exitReason}`)}` : '';
  return (
    <p className={cx('flex items-baseline gap-1 text-xs leading-snug', colour)}>
      <Icon name={icon} size={13} className="shrink-0 self-center" />
      <span className="min-w-0">
        {/* who is on every screen is in: on a narrow console that alone is said */}
        <span className={row.onStage && word === 'joined' ? 'max-2xl:sr-only' : undefined}>
          {say(`presence.${word}`)}
          {reason}
          {presence === 'interrupted' && <Since at={since} />}
          {row.onStage && ' · '}
        </span>
        {row.onStage && (
          <span className="text-accent max-2xl:inline-block max-2xl:first-letter:uppercase">{say('onStage')}</span>
        )}
      </span>
      {row.roll !== null && !removed && <RollMark state={row.roll} />}
    </p>
  );
}

const ROLL_LOOK: Record<RollState, { icon: IconName; colour: string }> = {
  present_in_room: { icon: 'check', colour: 'text-ok' },
  present_online: { icon: 'check', colour: 'text-ok' },
  absent: { icon: 'x', colour: 'text-warn' },
  not_called: { icon: 'clock', colour: 'text-muted' },
};

/** The answer in the last roll call, by a drawing and a word. */
function RollMark({ state }: { state: RollState }): ReactNode {
  const say = useChairWords();
  const { icon, colour } = ROLL_LOOK[state];
  return (
    <span
      className={cx('ml-auto flex shrink-0 items-baseline gap-0.5 pr-1', colour)}
      title={`${say('rollCall')}: ${say(`roll.${state}`)}`}
    >
      <Icon name={icon} size={13} className="self-center" />
      <span className="sr-only">{say('rollCall')}: </span>
      {state === 'not_called' ? <span className="sr-only">{say(`roll.${state}`)}</span> : say(`rollShort.${state}`)}
    </span>
  );
}

function Since({ at }: { at: number }): ReactNode {
  const now = useServerNow();
  return (
    <>
      {' '}
      <Digits>{formatCountdown(now - at)}</Digits>
    </>
  );
}
