import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';

/** Milliseconds in which the second press counts. */
const ARMED_MS = 6_000;
/** Milliseconds after the first press in which a double click must not pass through. */
const DEAF_MS = 500;

/** A button that acts at the second press; its words after the first say what the second will do. */
export function ArmedButton(props: {
  children: string;
  /** words of the second press, with the count of what it does */
  armed: string;
  className?: string;
  onPress: () => void;
}): ReactNode {
  const { children, armed, className, onPress } = props;
  const [armedAt, setArmedAt] = useState<number | null>(null);
  const isArmed = armedAt !== null;
  // what the second press would do has changed: it was not this that was meant
  const meant = useRef(armed);
  if (meant.current !== armed) {
    meant.current = armed;
    if (isArmed) setArmedAt(null);
  }
  useEffect(() => {
    if (armedAt === null) return;
    const timer = setTimeout(() => setArmedAt(null), ARMED_MS);
    return () => clearTimeout(timer);
  }, [armedAt]);
  const press = (): void => {
    if (armedAt === null) return setArmedAt(performance.now());
    if (performance.now() - armedAt < DEAF_MS) return;
    setArmedAt(null);
    onPress();
  };
  return (
    <>
      <Button tone={isArmed ? 'danger' : 'plain'} className={className ?? ''} onPress={press}>
        {isArmed ? armed : children}
      </Button>
      <span role="status" className="sr-only">
        {isArmed ? armed : ''}
      </span>
    </>
  );
}
