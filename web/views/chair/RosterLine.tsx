import { memo } from 'react';
import type { ReactNode } from 'react';
import type { OneWay } from '../../../server/protocol/media.ts';
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
    return (
      <li
        className={cx(
          'group flex min-h-11 items-center gap-1.5 border-b border-line/60 py-0.5 pl-2',
          row.speaking && 'bg-ok-soft',
          row.onStage && 'shadow-[inset_4px_0_0_var(--accent)]',
        )}
      >
        <div className="min-w-0 grow" title={name}>
          <p className={cx('truncate text-sm leading-normal font-medium', !isIn && 'text-muted')}>
            {row.chair && <Icon name="star" size="1em" className="mr-1 inline text-accent" aria-label={say('chair')} />}
            {shortName}
          </p>
          <PresenceWords row={row} />
        </div>
        {row.presenting !== 'no' && (
          <span title={say(row.presenting === 'on' ? 'presenting' : 'asksPresent')} className="text-accent">
            <Icon name="screen" size={18} />
            <span className="sr-only">{say(row.presenting === 'on' ? 'presenting' : 'asksPresent')}</span>
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
        {isIn && <Sends row={row} micOpen={micOpen} />}
        {commands && isIn && !row.chair && (
          <button
            type="button"
            className="h-8 shrink-0 rounded-md border border-line px-2 text-xs font-semibold text-muted hover:border-accent hover:text-accent"
            aria-label={`${say(row.speaking ? 'stop' : 'invite')}: ${shortName}`}
            title={say(row.speaking ? 'stop' : 'invite')}
            onClick={() => actions.onFloor(endpointId, !row.speaking)}
          >
            {say(row.speaking ? 'stopShort' : 'inviteShort')}
          </button>
        )}
        <button
          type="button"
          className="grid h-9 w-8 shrink-0 place-items-center rounded-md text-lg leading-none font-bold text-muted hover:bg-sunken hover:text-ink"
          aria-label={say('actions', { name: shortName })}
          aria-haspopup="menu"
          hidden={!commands}
          onClick={(event) => actions.onMenu(endpointId, event.currentTarget)}
        >
          ⋮
        </button>
      </li>
    );
  },
  (a, b) => a.commands === b.commands && a.actions === b.actions && sameRow(a.row, b.row),
);

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
        {say(`presence.${word}`)}
        {reason}
        {presence === 'interrupted' && <Since at={since} />}
        {row.onStage && <span className="text-accent"> · {say('onStage')}</span>}
        {row.roll !== null && <span className="text-ink"> · {say(`roll.${row.roll}`)}</span>}
      </span>
    </p>
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
