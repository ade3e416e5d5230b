import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Banner } from '../../components/Status.tsx';
import { useWords } from '../../i18n/index.ts';
import { useStore } from '../../state/hooks.ts';
import type { Visit } from './visit.ts';
import { roomWords } from './words.ts';

const SHOWN_MS = 5_000;
/** shorter gaps mend themselves before anybody reads the line */
const SILENT_MS = 1_000;

/** Says that the line or the pictures are lost and being mended, and how long it took. */
export function Trouble({ visit }: { visit: Visit }): ReactNode {
  const say = useWords(roomWords);
  const { status, media: sent, seat } = useStore(visit.session.view);
  const media = useStore(visit.peer.view);
  const figures = useStore(visit.peer.line);
  const lost = lossOf(status === 'away', media.status === 'rebuilding', figures?.flows ?? false);
  const attempt = useAttempts(lost !== null);
  const since = useRef<number | null>(null);
  const [back, setBack] = useState<number | null>(null);
  useEffect(() => {
    if (lost) {
      since.current ??= Date.now();
      setBack(null);
      return;
    }
    const began = since.current;
    since.current = null;
    if (began === null || Date.now() - began < SILENT_MS) return;
    setBack(Math.max(1, Math.round((Date.now() - began) / 1000)));
    const timer = setTimeout(() => setBack(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  const oneWay = seat === null ? undefined : sent[seat]?.oneWay;
  if (oneWay && status !== 'away') {
    return (
      <Banner tone="bad" icon="warning" live="alert" className="text-2xl">
        {say(`oneWay.${oneWay}`)}
      </Banner>
    );
  }
  if (lost && attempt > 0) {
    return (
      <Banner tone={lost === 'lostControl' ? 'warn' : 'bad'} icon="offline" live="alert" className="text-2xl">
        {say(lost, { n: attempt })}
      </Banner>
    );
  }
  if (back === null) return null;
  return (
    <Banner tone="ok" icon="check" live="status" className="text-2xl">
      {say('back', { seconds: back })}
    </Banner>
  );
}

/** The control line alone may be cut, e.g. while the service is restarted: picture and sound do not need it. */
function lossOf(away: boolean, rebuilding: boolean, flows: boolean): 'lost' | 'lostMedia' | 'lostControl' | null {
  if (away) return flows && !rebuilding ? 'lostControl' : 'lost';
  return rebuilding ? 'lostMedia' : null;
}

/** Counts three-second rounds while something is lost; 0 in the first second. */
function useAttempts(counting: boolean): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    setCount(0);
    if (!counting) return;
    const began = Date.now();
    const timer = setInterval(() => setCount(1 + Math.floor((Date.now() - began) / 3_000)), SILENT_MS);
    return () => clearInterval(timer);
  }, [counting]);
  return count;
}
