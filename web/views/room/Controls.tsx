import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { calledNow } from '../../../server/protocol/derive.ts';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icons.tsx';
import type { IconName } from '../../components/icons.tsx';
import { LevelMeter } from '../../components/Network.tsx';
import { useWords } from '../../i18n/index.ts';
import type { LevelMeter as Meter } from '../../media/levelMeter.ts';
import type { OwnMedia } from '../../media/ownMedia.ts';
import { useStore } from '../../state/hooks.ts';
import { HoldButton } from './HoldButton.tsx';
import type { RoomSession } from './useRoomSession.ts';
import { roomWords } from './words.ts';

const KEY =
  'flex min-h-24 min-w-24 shrink-0 flex-col items-center justify-center gap-1 rounded-2xl border-2 border-line bg-raised ' +
  'px-2 py-2 text-lg leading-tight font-semibold hover:border-edge disabled:opacity-45 2xl:min-w-30 2xl:px-4 2xl:text-xl';
const SILENT_MS = 10_000;

/** The foot of the room's screen: the giant microphone line and the keys. */
export function Controls(props: {
  room: RoomSession;
  own: OwnMedia;
  volume: number;
  onVolume: (next: number) => void;
  onHelp: () => void;
  onLeave: () => void;
}): ReactNode {
  const { room, own, volume, onVolume, onHelp, onLeave } = props;
  const say = useWords(roomWords);
  const { hand, approved, presenting, pending, act } = room;
  const seated = room.me !== null;
  const presentWord = { no: 'present', asked: 'presentAsked', given: 'presentStop', on: 'presentStop' } as const;
  return (
    <footer className="flex flex-wrap items-stretch gap-2 bg-surface p-2 lg:flex-nowrap 2xl:gap-3 2xl:p-3">
      <MicLine room={room} own={own} />
      <Key
        icon="hand"
        word={say(hand === null ? 'hand' : 'handDown')}
        note={hand === null ? 'F1' : approved ? say('handApproved') : say('handPlace', { place: hand })}
        isOn={hand !== null}
        isBusy={pending.has('floor.request') || pending.has('floor.withdraw')}
        isDisabled={!seated || room.floor}
        onPress={act.hand}
      />
      <Key
        icon="screen"
        word={say(presentWord[presenting])}
        note="F3"
        isOn={presenting !== 'no'}
        isBusy={pending.has('presentation.request') || pending.has('presentation.stop')}
        isDisabled={!seated}
        onPress={act.presentation}
      />
      <Key
        icon={room.hasCamera ? 'camera' : 'cameraOff'}
        word={say(room.hasCamera ? 'cameraOff' : 'cameraOn')}
        note="F4"
        isOn={!room.hasCamera}
        isDisabled={!seated}
        onPress={act.camera}
      />
      <Volume volume={volume} onVolume={onVolume} />
      <Key icon="phone" word={say('help')} note="F9" onPress={onHelp} />
      <HoldButton hint={say('leaveHold')} className={KEY} onHeld={onLeave}>
        <Icon name="logout" size={36} />
        <span>{say('leave')}</span>
        <span className="text-base font-normal text-muted">2s</span>
      </HoldButton>
    </footer>
  );
}

function Volume({ volume, onVolume }: { volume: number; onVolume: (next: number) => void }): ReactNode {
  const say = useWords(roomWords);
  return (
    <div role="group" aria-label={say('volume')} className="flex items-stretch gap-1">
      <AriaButton aria-label={say('quieter')} className={cx(KEY, 'min-w-16!')} onPress={() => onVolume(volume - 1)}>
        <Icon name="speakerOff" size={36} />
        <span aria-hidden>−</span>
      </AriaButton>
      <span className="grid w-12 place-items-center text-3xl font-bold tabular-nums" aria-live="polite">
        {volume}
      </span>
      <AriaButton aria-label={say('louder')} className={cx(KEY, 'min-w-16!')} onPress={() => onVolume(volume + 1)}>
        <Icon name="speaker" size={36} />
        <span aria-hidden>+</span>
      </AriaButton>
    </div>
  );
}

function Key(props: {
  icon: IconName;
  word: string;
  note?: string;
  isOn?: boolean;
  isBusy?: boolean;
  isDisabled?: boolean;
  onPress: () => void;
}): ReactNode {
  const { icon, word, note, isOn = false, isBusy = false, isDisabled = false, onPress } = props;
  return (
    <AriaButton
      isDisabled={isDisabled}
      isPending={isBusy}
      onPress={onPress}
      className={cx(KEY, isOn && 'border-accent! bg-accent-soft!', isBusy && 'border-accent!')}
    >
      <Icon name={icon} size={36} />
      <span>{word}</span>
      {note && (
        <span className={cx('text-base', isOn ? 'font-bold text-accent' : 'font-normal text-muted')}>{note}</span>
      )}
    </AriaButton>
  );
}

function MicLine({ room, own }: { room: RoomSession; own: OwnMedia }): ReactNode {
  const say = useWords(roomWords);
  const meter = useStore(own.meter);
  const { heard, me, mayOpen, hasMicrophone, pending, act } = room;
  const open = me?.micOpen ?? false;
  const word = !me ? say('watching') : !hasMicrophone ? say('micMissing') : say(heard ? 'micOn' : 'micOff');
  const hint = !me
    ? say('watchingHint')
    : heard
      ? say('micHintOn')
      : room.snapshot.paused
        ? say('paused')
        : calledNow(room.snapshot)
          ? say('micHintRoll')
          : mayOpen
            ? say('micHintOff')
            : room.hand === null
              ? say('micHintAsk')
              : say(room.approved ? 'micHintApproved' : 'micHintWaiting', { n: room.hand });
  return (
    <AriaButton
      isDisabled={!me || (!mayOpen && !open)}
      isPending={pending.has('mic.mute')}
      onPress={act.microphone}
      data-mic={heard ? 'on' : 'off'}
      className={cx(
        'flex min-h-24 min-w-0 grow basis-72 items-center gap-4 rounded-2xl border-[6px] px-4 py-2 2xl:gap-5 2xl:px-6 text-left',
        heard ? 'border-ok bg-ok-soft text-ok' : 'border-bad-solid bg-sunken text-ink',
        pending.has('mic.mute') && 'opacity-80',
      )}
    >
      <Icon name={heard ? 'mic' : 'micOff'} size={56} className="shrink-0" />
      <span className="min-w-0 grow">
        <span className="block text-[clamp(1.75rem,2.4vw,3rem)] leading-tight font-bold" role="status">
          {word}
        </span>
        <span className="block text-xl leading-normal text-ink">
          {heard && meter ? <Talking meter={meter} hint={hint} /> : hint}
        </span>
      </span>
    </AriaButton>
  );
}

function Talking({ meter, hint }: { meter: Meter; hint: string }): ReactNode {
  const say = useWords(roomWords);
  const { level, silentMs } = useStore(meter.level);
  if (silentMs > SILENT_MS) return <span className="text-warn">{say('micSilent')}</span>;
  return (
    <span className="flex items-center gap-4">
      <LevelMeter level={Math.sqrt(level)} label={say('checkLevel')} className="max-w-60" />
      <span className="whitespace-nowrap">{hint}</span>
    </span>
  );
}
