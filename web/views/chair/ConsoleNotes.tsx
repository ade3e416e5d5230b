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
  const { snapshot: s, view, commands, mayTakeBack, act } = desk;
  const media = useStore(desk.desk.peer.view);
  const own = useStore(desk.desk.own.view);
  const lineLost = useRounds(view.status === 'away');
  const mediaLost = useRounds(view.status === 'in' && media.status === 'rebuilding');
  const nameOf = (id: string): string => s.participants[id]?.shortName ?? '';
  const seatWithDevice = commands && view.status === 'in' && view.seat === null;
  const joined = s.participants[s.chair.endpointId]?.presence === 'joined';
  return (
    <div className="min-h-0">
      {lineLost > 0 && (
        <Banner tone="bad" icon="offline" live="alert" className={NOTE}>
          {say('lost', { n: lineLost })}
        </Banner>
      )}
      {mediaLost > 0 && (
        <Banner tone="warn" icon="warning" live="status" className={NOTE}>
          {say('mediaLost', { n: mediaLost })}
        </Banner>
      )}
      {mayTakeBack && (
        <Banner
          tone="accent"
          icon="info"
          live="status"
          className={NOTE}
          action={
            <Button tone="primary" onPress={() => void act.send('chair.takeBack', { sessionId: s.id })}>
              {say('takeBack')}
            </Button>
          }
        >
          {say('handedOver', { name: nameOf(s.chair.endpointId) })}
        </Banner>
      )}
      {!commands && !mayTakeBack && (
        <Banner tone="neutral" icon="eye" className={NOTE}>
          {say('watching')}
        </Banner>
      )}
      {seatWithDevice && joined && (
        <Banner
          tone="neutral"
          icon="device"
          className={NOTE}
          action={<Button onPress={() => void desk.desk.takeSeat()}>{say('takeSeat')}</Button>}
        >
          {say('deviceSeat')}
        </Banner>
      )}
      {view.seat && own.settled && (own.camera.problem ?? own.microphone.problem) && (
        <Banner
          tone="warn"
          icon="warning"
          className={NOTE}
          action={<Button onPress={() => desk.desk.own.retry()}>{say('retry')}</Button>}
        >
          {say('captureProblem')}
        </Banner>
      )}
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
