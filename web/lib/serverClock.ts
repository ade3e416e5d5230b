import { useEffect, useState } from 'react';

/** Milliseconds to add to this machine's clock to get the server's. */
let offset = 0;
/** How far the offset may be wrong, milliseconds; a better source replaces a worse one. */
let precision = Number.POSITIVE_INFINITY;

/**
 * Takes note of the server's clock.
 * @param serverTime epoch milliseconds, or RFC 3339
 * @param within how far it may be wrong, milliseconds (a Date header: 1000; a socket's welcome: its round trip)
 */
export function noteServerTime(serverTime: number | string, within = 200): void {
  const at = typeof serverTime === 'number' ? serverTime : Date.parse(serverTime);
  if (!Number.isFinite(at)) return;
  const measured = at - Date.now();
  // a rough source must not shake a finer one, unless the clock was set in between
  if (within > precision && Math.abs(measured - offset) < 2 * within) return;
  offset = measured;
  precision = within;
}

/** Server's time now, epoch milliseconds. */
export function serverNow(): number {
  return Date.now() + offset;
}

/** Milliseconds by which this machine's clock is behind the server's (negative: ahead). */
export function clockOffset(): number {
  return offset;
}

/** Server's time, re-rendering every `everyMs` at the server's own ticks. @returns epoch milliseconds */
export function useServerNow(everyMs = 1000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = (): void => {
      const at = serverNow();
      setNow(at);
      timer = setTimeout(tick, everyMs - (at % everyMs) + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }, [everyMs]);
  return now;
}
