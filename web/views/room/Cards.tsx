import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/icons.tsx';
import type { IconName } from '../../components/icons.tsx';
import { cx } from '../../components/cx.ts';
import { useWords } from '../../i18n/index.ts';
import { formatCountdown } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import type { RoomSession } from './useRoomSession.ts';
import { roomWords } from './words.ts';

/** What the chair wants of this room now, one full-width card each; the most urgent first. */
export function Cards({ room }: { room: RoomSession }): ReactNode {
  const say = useWords(roomWords);
  return (
    <>
      {room.called && (
        <Card tone="accent" icon="users" title={say('rollCalled')}>
          {room.answered ? (
            <p className={`flex items-center gap-4 text-3xl ${room.answered === 'absent' ? 'text-warn' : 'text-ok'}`}>
              <Icon name={room.answered === 'absent' ? 'x' : 'check'} />
              {say(`rollAnswered.${room.answered}`)}
            </p>
          ) : (
            <Button
              size="kiosk"
              tone="primary"
              icon="check"
              autoFocus
              isPending={room.pending.has('rollCall.answer')}
              onPress={room.act.answer}
            >
              {say('rollPresent')}
            </Button>
          )}
        </Card>
      )}
      {room.floor && !room.snapshot.paused && <Floor room={room} />}
      {room.presenting === 'given' && (
        <Card tone="accent" icon="screen" title={say('presentGiven')}>
          <Button size="kiosk" tone="primary" autoFocus onPress={() => void room.act.chooseScreen()}>
            {say('presentChoose')}
          </Button>
        </Card>
      )}
      {room.snapshot.paused && (
        <Card tone="warn" icon="pause" title={say('paused')}>
          <p className="text-2xl leading-normal">{say('pausedHow')}</p>
        </Card>
      )}
    </>
  );
}

function Floor({ room }: { room: RoomSession }): ReactNode {
  const say = useWords(roomWords);
  const now = useServerNow();
  const since = room.snapshot.floor.holders.find((h) => h.endpointId === room.me?.endpointId)?.since ?? now;
  return (
    <Card tone="live" icon="mic" title={say('floorGiven')}>
      <p className="min-w-0 grow basis-60 text-2xl leading-normal">
        {room.heard && say('floorNow')} {say('floorTime', { time: formatCountdown(now - since) })}
      </p>
      <Button size="kiosk" icon="stop" isPending={room.pending.has('floor.release')} onPress={room.act.releaseFloor}>
        {say('floorStop')}
      </Button>
    </Card>
  );
}

const EDGES = { accent: 'border-accent', live: 'border-ok', warn: 'border-warn' };

function Card(props: { tone: keyof typeof EDGES; icon: IconName; title: string; children: ReactNode }): ReactNode {
  return (
    <section
      role="alert"
      className={cx(
        'rising flex flex-wrap items-center gap-x-8 gap-y-3 rounded-3xl border-4 bg-surface px-8 py-4 shadow-high',
        EDGES[props.tone],
      )}
    >
      <Icon name={props.icon} size={44} />
      <h2 className="text-3xl leading-normal font-bold 2xl:text-4xl">{props.title}</h2>
      {props.children}
    </section>
  );
}
