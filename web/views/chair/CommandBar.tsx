import { useState } from 'react';
import type { ReactNode } from 'react';
import { counts, isHeard } from '../../../server/protocol/derive.ts';
import { FLOOR_MODES } from '../../../server/protocol/snapshot.ts';
import type { FloorMode } from '../../../server/protocol/snapshot.ts';
import { Button, IconButton, ToggleButton } from '../../components/Button.tsx';
import { cx } from '../../components/cx.ts';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { Select } from '../../components/fields.tsx';
import { Toolbar } from '../../components/Toolbar.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { formatTime } from '../../lib/format.ts';
import { useStore } from '../../state/hooks.ts';
import { openMicrophones } from './rosterRows.ts';
import type { ChairConsole } from './useChair.ts';
import { useChairWords } from './words.ts';

const TIGHT = 'px-2! text-sm! gap-1.5! whitespace-nowrap 2xl:px-3! 2xl:text-[0.9375rem]!';
const MINUTE_MS = 60_000;

/** The foot of the console: own devices, all microphones, the rules of the session and its end. */
export function CommandBar(props: { console: ChairConsole; onKeys: () => void }): ReactNode {
  const { console: desk, onKeys } = props;
  const say = useChairWords();
  const toggleFullScreen = (): void => void toggleFull();
  return (
    <Toolbar label={say('commandBar')} className="gap-1! border-t 2xl:gap-1.5! border-line bg-surface px-2 py-1.5">
      <OwnKeys desk={desk} />
      {desk.commands && <FloorKeys desk={desk} />}
      <span className="grow" />
      {(desk.commands || desk.steward) && <SessionKeys desk={desk} />}
      <IconButton
        icon="maximize"
        label={say('key.fullScreen')}
        tip="top"
        className="max-2xl:hidden"
        onPress={toggleFullScreen}
      />
      <IconButton icon="help" label={say('keys')} tip="top" onPress={onKeys} />
    </Toolbar>
  );
}

/** Fills the screen, or gives it back. */
export async function toggleFull(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await document.documentElement.requestFullscreen().catch(() => undefined);
}

function OwnKeys({ desk }: { desk: ChairConsole }): ReactNode {
  const say = useChairWords();
  const own = useStore(desk.desk.own.view);
  const { seat } = desk.view;
  const s = desk.snapshot;
  const id = seat ?? s.chair.endpointId;
  const heard = isHeard(s, id);
  const presents = s.presentation.holder === id;
  if (!seat && !desk.commands) return null;
  return (
    <>
      <Button
        icon={heard ? 'mic' : 'micOff'}
        data-mic={heard ? 'on' : 'off'}
        className={cx(TIGHT, heard ? 'border-ok! bg-ok-soft! text-ok!' : 'border-bad-solid!')}
        isPending={desk.pending.has('mic.mute')}
        onPress={() => desk.act.microphone()}
      >
        {say('mic')}
      </Button>
      <Button
        icon={own.cameraOff || !own.camera.track ? 'cameraOff' : 'camera'}
        className={TIGHT}
        isDisabled={!seat}
        onPress={desk.act.camera}
      >
        {say('camera')}
      </Button>
      <Button
        icon="screen"
        className={cx(TIGHT, presents && 'border-accent! bg-accent-soft!')}
        isDisabled={!seat}
        onPress={() => void desk.act.present()}
      >
        {say(presents ? 'stopPresent' : 'presentation')}
      </Button>
    </>
  );
}

function FloorKeys({ desk }: { desk: ChairConsole }): ReactNode {
  const say = useChairWords();
  const common = useWords(commonWords);
  const { snapshot: s, act, pending } = desk;
  const sessionId = s.id;
  const open = openMicrophones(s);
  return (
    <>
      <Button
        tone={open > 0 ? 'primary' : 'plain'}
        icon="speakerOff"
        className={TIGHT}
        isPending={pending.has('mic.muteAll')}
        onPress={() => void act.muteAll()}
      >
        {open > 0 ? say('muteAll', { count: open }) : say('muteNobody')}
      </Button>
      <Select
        quiet
        label={say('mode')}
        value={s.floorMode}
        options={FLOOR_MODES.map((mode) => ({ value: mode, label: common(`mode.${mode}`) }))}
        onChange={(mode) => void act.send('mode.set', { sessionId, floorMode: mode as FloorMode })}
        className="w-56 shrink-0"
      />
      {s.floorMode === 'discussion' && (
        <ToggleButton
          icon="mic"
          label={`${say('selfUnmuteShort')}: ${say('selfUnmute')}`}
          className={TIGHT}
          isSelected={s.selfUnmute}
          onChange={(allowed) => void act.send('mic.allow', { sessionId, allowed })}
        >
          {say('selfUnmuteShort')}
        </ToggleButton>
      )}
    </>
  );
}

function SessionKeys({ desk }: { desk: ChairConsole }): ReactNode {
  const say = useChairWords();
  const { snapshot: s, act, pending, commands } = desk;
  const sessionId = s.id;
  const [ending, setEnding] = useState(false);
  const extend = async (minutes: number): Promise<void> => {
    const { endsAt } = s;
    if (await act.send('session.extend', { sessionId, minutes }))
      showToast({ tone: 'ok', text: say('extended', { time: formatTime(endsAt + minutes * MINUTE_MS) }) });
  };
  const locked = !s.locked;
  return (
    <>
      {commands && (
        <Button
          icon={s.paused ? 'play' : 'pause'}
          className={TIGHT}
          isPending={pending.has('session.pause') || pending.has('session.resume')}
          onPress={() => void act.send(s.paused ? 'session.resume' : 'session.pause', { sessionId })}
        >
          {say(s.paused ? 'resume' : 'pause')}
        </Button>
      )}
      <Button
        icon={s.locked ? 'unlock' : 'lock'}
        className={TIGHT}
        onPress={() => void act.send('session.lock', { sessionId, locked })}
      >
        <span className="max-2xl:sr-only">{say(s.locked ? 'unlock' : 'lock')}</span>
      </Button>
      {[15, 30].map((minutes) => {
        const words = minutes === 15 ? say('extend', { minutes }) : `${minutes}′`;
        return (
          <Button
            key={minutes}
            className={TIGHT}
            aria-label={`${words}: ${say('extendLong', { minutes })}`}
            onPress={() => void extend(minutes)}
          >
            {words}
          </Button>
        );
      })}
      <Button tone="danger" icon="stop" className={TIGHT} onPress={() => setEnding(true)}>
        {say('end')}
      </Button>
      <ConfirmDialog
        title={say('endTitle')}
        consequence={say('endFor', { n: counts(s).inSession })}
        action={say('endAction')}
        isOpen={ending}
        isPending={pending.has('session.end')}
        onClose={() => setEnding(false)}
        onConfirm={() => {
          void act.send('session.end', { sessionId }).then(() => setEnding(false));
        }}
      />
    </>
  );
}
