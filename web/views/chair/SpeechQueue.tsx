import type { ReactNode } from 'react';
import { Button, IconButton } from '../../components/Button.tsx';
import { Digits } from '../../components/Digits.tsx';
import { Count } from '../../components/Status.tsx';
import { Icon } from '../../components/icons.tsx';
import { formatCountdown } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { pendingKey } from '../../state/hooks.ts';
import { PresentationRequests } from './PresentationRequests.tsx';
import type { ChairConsole } from './useChair.ts';
import { useChairWords } from './words.ts';

const SMALL = 'min-h-9! shrink-0 px-2! 2xl:px-2.5! text-sm! rounded-md! whitespace-nowrap';

/** Who speaks and for how long, and the hands in the server's order. */
export function SpeechQueue({ console: desk }: { console: ChairConsole }): ReactNode {
  const say = useChairWords();
  const { holders, queue, spoken } = desk.snapshot.floor;
  const nameOf = (id: string): string => desk.snapshot.participants[id]?.shortName ?? '';
  return (
    <section aria-label={say('queue')} className="flex max-h-[42%] flex-col border-b border-line px-2 py-1.5">
      <h2 className="flex items-center justify-between pb-1 text-sm font-semibold text-muted">
        {say('queue')}
        <Count tone={queue.length > 0 ? 'warn' : 'neutral'}>{queue.length}</Count>
      </h2>
      <div className="relative min-h-0 overflow-y-auto">
        <ul>
          {holders.map((holder) => (
            <li key={holder.endpointId} className="flex items-center gap-2 rounded-lg bg-ok-soft px-2 py-1">
              <Icon name="mic" size={18} className="shrink-0 text-ok" />
              <span className="min-w-0 grow">
                <span className="block truncate text-sm leading-normal font-semibold">{nameOf(holder.endpointId)}</span>
                <span className="text-xs whitespace-nowrap text-ok">
                  {say('speaking')} <Since at={holder.since} />
                </span>
              </span>
              {desk.commands && (
                <Button
                  className={SMALL}
                  aria-label={`${say('stop')}: ${nameOf(holder.endpointId)}`}
                  isPending={desk.pending.has(pendingKey('floor.release', holder))}
                  onPress={() => desk.act.on('floor.release', holder.endpointId)}
                >
                  {say('stopShort')}
                </Button>
              )}
            </li>
          ))}
        </ul>
        <PresentationRequests console={desk} />
        {queue.length === 0 && holders.length === 0 && <p className="py-1 text-sm text-muted">{say('noHands')}</p>}
        <ol>
          {queue.map((hand, i) => (
            <HandLine key={hand.endpointId} desk={desk} place={i + 1} hand={hand} name={nameOf(hand.endpointId)} />
          ))}
        </ol>
        {spoken.length > 0 && (
          <p className="pt-1 text-xs leading-normal text-muted">
            {say('spoken')}:{' '}
            {spoken
              .slice(-6)
              .reverse()
              .map((one) => `${nameOf(one.endpointId)} ${formatCountdown(one.ms)}`)
              .join(' · ')}
          </p>
        )}
      </div>
    </section>
  );
}

function HandLine(props: {
  desk: ChairConsole;
  place: number;
  hand: { endpointId: string; raisedAt: number; approved: boolean };
  name: string;
}): ReactNode {
  const { desk, place, hand, name } = props;
  const say = useChairWords();
  const { endpointId, approved } = hand;
  return (
    <li className="flex items-center gap-1.5 border-b border-line/60 py-1">
      <span className="grid size-7 shrink-0 place-items-center rounded-full bg-warn-soft text-sm font-bold text-warn">
        {place}
      </span>
      <span className="min-w-0 grow" title={name}>
        <span className="block truncate text-sm leading-normal font-medium">{name}</span>
        <span className="block text-xs leading-normal text-muted">
          {say(approved ? 'approvedHand' : 'pendingHand')} · <Since at={hand.raisedAt} />
        </span>
      </span>
      {desk.commands && (
        <>
          <Button
            tone="primary"
            className={SMALL}
            aria-label={`${say('invite')}: ${name}`}
            isPending={desk.pending.has(pendingKey('floor.give', hand))}
            onPress={() => desk.act.on('floor.give', endpointId)}
          >
            {say('inviteShort')}
          </Button>
          {!approved && (
            <Button
              className={SMALL}
              aria-label={`${say('approve')}: ${name}`}
              onPress={() => desk.act.on('floor.approve', endpointId)}
            >
              {say('approve')}
            </Button>
          )}
          <IconButton
            icon="x"
            label={`${say('refuse')}: ${name}`}
            tip="none"
            className="min-h-9! w-8"
            onPress={() => desk.act.on('floor.refuse', endpointId)}
          />
        </>
      )}
    </li>
  );
}

function Since({ at }: { at: number }): ReactNode {
  const now = useServerNow();
  return <Digits>{formatCountdown(now - at)}</Digits>;
}
