import { useState } from 'react';
import type { ReactNode } from 'react';
import { rollCounts } from '../../../server/protocol/derive.ts';
import { ROLL_STATES } from '../../../server/protocol/snapshot.ts';
import type { RollCall } from '../../../server/protocol/snapshot.ts';
import { Button } from '../../components/Button.tsx';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { Icon } from '../../components/icons.tsx';
import { formatTime } from '../../lib/format.ts';
import { ArmedButton } from './ArmedButton.tsx';
import { absentUnmarked, nextToCall, rollStage } from './rollCall.ts';
import type { ChairConsole } from './useChair.ts';
import { useChairWords } from './words.ts';

/** Calls endpoint by endpoint and keeps the answers; `onAbsent` asks for the reason. */
export function RollCallPanel(props: { console: ChairConsole; onAbsent: (endpointId: string) => void }): ReactNode {
  const { console: desk, onAbsent } = props;
  const say = useChairWords();
  const roll = desk.snapshot.rollCall;
  return (
    <section aria-label={say('rollCall')} className="flex flex-col gap-2 border-b border-line p-3">
      <h2 className="flex items-center justify-between text-sm font-semibold text-muted">
        {say('rollCall')}
        {roll?.closedAt && (
          <span className="font-normal">{say('rollClosed', { time: formatTime(roll.closedAt) })}</span>
        )}
      </h2>
      {roll && <Progress console={desk} />}
      {roll?.open ? (
        <Calling console={desk} roll={roll} onAbsent={onAbsent} />
      ) : (
        <>
          {!roll && <p className="text-sm leading-normal text-muted">{say('rollHow')}</p>}
          {desk.commands && (
            <Button
              icon="users"
              isPending={desk.pending.has('rollCall.start')}
              onPress={() => void desk.act.rollStart()}
            >
              {say(roll ? 'rollAgain' : 'rollStart')} <Key>D</Key>
            </Button>
          )}
        </>
      )}
    </section>
  );
}

function Progress({ console: desk }: { console: ChairConsole }): ReactNode {
  const say = useChairWords();
  const found = rollCounts(desk.snapshot);
  if (!found) return null;
  const total = ROLL_STATES.reduce((sum, state) => sum + found[state], 0);
  const done = total - found.not_called;
  return (
    <div className="flex flex-col gap-1 text-sm">
      <span className="font-semibold tabular-nums">{say('rollProgress', { done, total })}</span>
      <div
        role="progressbar"
        aria-label={say('rollCall')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div className="h-full bg-accent" style={{ width: `${total === 0 ? 0 : (done / total) * 100}%` }} />
      </div>
      <ul className="grid grid-cols-1 gap-x-3 text-xs 2xl:grid-cols-2 leading-relaxed text-muted">
        {ROLL_STATES.map((state) => (
          <li key={state} className="flex justify-between gap-1">
            <span className="truncate">{say(`roll.${state}`)}</span>
            <span className="font-semibold text-ink tabular-nums">{found[state]}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Calling(props: { console: ChairConsole; roll: RollCall; onAbsent: (endpointId: string) => void }): ReactNode {
  const { console: desk, roll, onAbsent } = props;
  const say = useChairWords();
  const { snapshot: s, act, commands } = desk;
  const called = roll.current === null ? null : s.participants[roll.current];
  const state = called ? (roll.entries[called.endpointId]?.state ?? 'not_called') : 'not_called';
  const next = nextToCall(s);
  const stage = rollStage(s);
  return (
    <>
      {called && (
        <div role="status" className="rounded-xl border-2 border-accent bg-accent-soft p-3">
          <p className="text-xs text-muted">{say('rollCalling')}</p>
          <p className="text-lg leading-normal font-bold">{called.shortName}</p>
          <p className="text-sm text-accent">{say(`roll.${state}`)}</p>
          {commands && (
            <div className="mt-2 grid grid-cols-2 gap-2">
              <Button
                tone="primary"
                icon="check"
                className="px-2! whitespace-nowrap"
                onPress={() => void act.rollPresent()}
              >
                {say('present')} <Key>C</Key>
              </Button>
              <Button onPress={() => onAbsent(called.endpointId)}>
                {say('markAbsent')} <Key>K</Key>
              </Button>
            </div>
          )}
        </div>
      )}
      <p role="status" className={stage === 'close' || stage === 'absentees' ? 'text-sm leading-normal' : 'sr-only'}>
        {stage === 'absentees' && say('rollDone')}
        {stage === 'close' && (
          <>
            <Icon name="check" size={16} className="mr-1 inline text-ok" />
            <strong>{say('rollComplete')}</strong> {say('rollCompleteNext')}
          </>
        )}
      </p>
      {commands && next && (
        <Button icon="chevron" onPress={act.rollNext} isPending={desk.pending.has(`rollCall.call/${next.endpointId}`)}>
          {say(called ? 'rollNext' : 'rollFirst')} <Key>D</Key>
        </Button>
      )}
      <Away console={desk} />
      {commands && <CloseRoll console={desk} roll={roll} isNext={stage === 'close'} />}
    </>
  );
}

/** Who cannot be called because it is not in the session. */
function Away({ console: desk }: { console: ChairConsole }): ReactNode {
  const say = useChairWords();
  const n = absentUnmarked(desk.snapshot).length;
  if (n === 0) return null;
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
      <span className="flex items-center gap-1.5 text-warn">
        <Icon name="offline" size={16} />
        {say('absentees', { count: n })}
      </span>
      {desk.commands && (
        <ArmedButton
          className="min-h-9! px-2.5! text-sm!"
          armed={say('markAllArmed', { n })}
          onPress={() => void desk.act.rollAbsentAll()}
        >
          {say('markAll', { n })}
        </ArmedButton>
      )}
    </div>
  );
}

/** `isNext`: there is nothing else left to be done. */
function CloseRoll(props: { console: ChairConsole; roll: RollCall; isNext: boolean }): ReactNode {
  const { console: desk, roll, isNext } = props;
  const say = useChairWords();
  const [asking, setAsking] = useState(false);
  const entries = Object.values(roll.entries);
  const done = entries.filter((entry) => entry.state !== 'not_called').length;
  return (
    <>
      <Button icon="lock" tone={isNext ? 'primary' : 'plain'} onPress={() => setAsking(true)}>
        {say('rollClose')}
      </Button>
      <ConfirmDialog
        title={say('rollClose')}
        consequence={say('rollProgress', { done, total: entries.length })}
        action={say('rollClose')}
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          void desk.act.send('rollCall.close', { sessionId: desk.snapshot.id });
        }}
      />
    </>
  );
}

function Key({ children }: { children: string }): ReactNode {
  return (
    <kbd
      aria-hidden
      className="ml-1 hidden rounded 2xl:inline border border-current/40 px-1 font-sans text-xs font-normal opacity-80"
    >
      {children}
    </kbd>
  );
}
