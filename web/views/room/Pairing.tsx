import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import type { pairingStarted } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/icons.tsx';
import { ErrorState, Spinner } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { api, asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { formatTime } from '../../lib/format.ts';
import type { StoredCredential } from '../../state/deviceCredentials.ts';
import { roomWords } from './words.ts';

type Started = z.infer<typeof pairingStarted>;

const ASK_EVERY_MS = 3_000;

/** Asks for a code, and then every three seconds whether it was approved. */
function usePairing(onPaired: (credential: StoredCredential) => void) {
  const [round, setRound] = useState(0);
  const [started, setStarted] = useState<Started | null>(null);
  const [problem, setProblem] = useState<ClientProblem | null>(null);

  useEffect(() => {
    let over = false;
    setStarted(null);
    setProblem(null);
    api.post<Started>('/devices/pairing', { label: deviceLabel() }).then(
      (begun) => !over && setStarted(begun),
      (error: unknown) => !over && setProblem(asProblem(error)),
    );
    return () => {
      over = true;
    };
  }, [round]);

  const paired = useRef(onPaired);
  useEffect(() => {
    paired.current = onPaired;
  }, [onPaired]);
  useEffect(() => {
    if (!started) return;
    const timer = setInterval(() => {
      api.post<StoredCredential>(`/devices/pairing/${started.deviceId}`, { secret: started.secret }).then(
        (credential) => paired.current(credential),
        (error: unknown) => {
          const { code } = asProblem(error);
          // still waiting, or the server is away for a moment: ask again with the same secret
          if (code === 'pairing_unknown') setRound((n) => n + 1);
        },
      );
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [started]);
  return { started, problem, again: () => setRound((n) => n + 1) };
}

/** Shows a code in huge letters and waits until an administrator has approved it. */
export function Pairing({ onPaired }: { onPaired: (credential: StoredCredential) => void }): ReactNode {
  const say = useWords(roomWords);
  const { started, problem, again } = usePairing(onPaired);
  if (problem) return <ErrorState problem={problem} onRetry={again} className="text-2xl" />;
  if (!started) return <Spinner className="text-2xl" />;
  return (
    <section className="flex flex-col items-center gap-[2.5vh] text-center">
      <h1 className="text-4xl leading-normal font-bold">{say('pairTitle')}</h1>
      <p className="max-w-4xl text-2xl leading-normal text-muted">{say('pairHow')}</p>
      <p
        aria-label={`${say('pairCode')}: ${[...started.code].join(' ')}`}
        className="rounded-3xl border-4 border-accent bg-surface px-12 py-6 font-mono text-[clamp(4rem,min(12vw,20vh),10rem)] leading-none font-bold tracking-[0.15em]"
      >
        {started.code}
      </p>
      <p role="status" className="flex items-center gap-4 text-2xl">
        <Icon name="refresh" className="turning text-accent" />
        {say('pairWaiting')}
      </p>
      <p className="text-xl text-muted">{say('pairUntil', { time: formatTime(started.expiresAt) })}</p>
      <Button size="kiosk" icon="refresh" onPress={again}>
        {say('pairNew')}
      </Button>
    </section>
  );
}

/** What the administrator sees of this PC beside its code. */
function deviceLabel(): string {
  const system = /Windows|Linux|Mac OS|Android|CrOS/.exec(navigator.userAgent)?.[0] ?? 'PC';
  const browser = /Edg|Firefox|Chrome|Safari/.exec(navigator.userAgent)?.[0] ?? 'browser';
  return `${system}, ${browser.replace('Edg', 'Edge')}`;
}
