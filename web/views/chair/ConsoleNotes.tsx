import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Banner } from '../../components/Status.tsx';
import { useStore } from '../../state/hooks.ts';
import type { ChairConsole } from './useChair.ts';
import { useChairWords } from './words.ts';

const ROUND_MS = 3_000;
const NOTE = 'rounded-none! border-x-0! py-1.5! text-sm';

/** What the chair must know about the console itself; nothing is shown while all is well. */
export function ConsoleNotes(props: { console: ChairConsole; blocked: boolean; onSound: () => void }): ReactNode {
  const { console: desk, blocked, onSound } = props;
  const say = useChairWords();
  return (
    <div className="min-h-0">
      <LossNotes console={desk} />
      <SeatNotes console={desk} />
      {blocked && (
        <Banner
          tone="accent"
          icon="speaker"
          live="alert"
          className={NOTE}
          action={
            <Button tone="primary" icon="speaker" onPress={onSound}>
              {say('soundOn')}
            </Button>
          }
        >
          {say('soundWhy')}
        </Banner>
      )}
    </div>
  );
}

/** The line, the pictures or the own devices are lost. */
function LossNotes({ console: desk }: { console: ChairConsole }): ReactNode {
  const say = useChairWords();
  const { view } = desk;
  const media = useStore(desk.desk.peer.view);
  const own = useStore(desk.desk.own.view);
  const figures = useStore(desk.desk.peer.line);
  const lineLost = useRounds(view.status === 'away');
  const mediaLost = useRounds(view.status === 'in' && media.status === 'rebuilding');
  const oneWay = view.seat === null || view.status !== 'in' ? undefined : view.media[view.seat]?.oneWay;
  const problem = own.camera.problem ?? own.microphone.problem;
  return (
    <>
      {lineLost > 0 && (
        <Banner tone="bad" icon="offline" live="alert" className={NOTE}>
          {say(figures?.flows && media.status !== 'rebuilding' ? 'lost' : 'lostAll', { n: lineLost })}
        </Banner>
      )}
      {oneWay && (
        <Banner tone="bad" icon="warning" live="alert" className={NOTE}>
          {say(`oneWay.${oneWay}`)}
        </Banner>
      )}
      {mediaLost > 0 && !oneWay && (
        <Banner tone="warn" icon="warning" live="status" className={NOTE}>
          {say('mediaLost', { n: mediaLost })}
        </Banner>
      )}
      {view.seat && own.settled && problem && (
        <Banner
          tone="warn"
          icon="warning"
          className={NOTE}
          action={<Button onPress={() => desk.desk.own.retry()}>{say('retry')}</Button>}
        >
          {say('captureProblem')} {say(`problem.${problem}`)}
        </Banner>
      )}
    </>
  );
}

/** Who commands and who speaks, where that is not simply this console. */
function SeatNotes({ console: desk }: { console: ChairConsole }): ReactNode {
  const say = useChairWords();
  const { snapshot: s, view, commands, mayTakeBack, act } = desk;
  const chair = s.participants[s.chair.endpointId];
  if (mayTakeBack) {
    const takeBack = (): void => void act.send('chair.takeBack', { sessionId: s.id });
    return (
      <Banner
        tone="accent"
        icon="info"
        live="status"
        className={NOTE}
        action={
          <Button tone="primary" onPress={takeBack}>
            {say('takeBack')}
          </Button>
        }
      >
        {say('handedOver', { name: chair?.shortName ?? '' })}
      </Banner>
    );
  }
  if (!commands) {
    return (
      <Banner tone="neutral" icon="eye" className={NOTE}>
        {say('watching')}
      </Banner>
    );
  }
  if (view.status !== 'in' || view.seat !== null || chair?.presence !== 'joined') return null;
  return (
    <Banner
      tone="neutral"
      icon="device"
      className={NOTE}
      action={<Button onPress={() => void desk.desk.takeSeat()}>{say('takeSeat')}</Button>}
    >
      {say('deviceSeat')}
    </Banner>
  );
}

/** Rounds of three seconds while something is lost; 0 in the first second, which mends itself. */
function useRounds(counting: boolean): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    setCount(0);
    if (!counting) return;
    const began = Date.now();
    const timer = setInterval(() => setCount(1 + Math.floor((Date.now() - began) / ROUND_MS)), 1_000);
    return () => clearInterval(timer);
  }, [counting]);
  return count;
}
