import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

const HOLD_MS = 2_000;

/** A button that acts only when it is held for two seconds, by pointer or by key: nobody leaves by leaning on it. */
export function HoldButton(props: {
  hint: string;
  className: string;
  onHeld: () => void;
  children: ReactNode;
}): ReactNode {
  const { hint, className, onHeld, children } = props;
  const [holding, setHolding] = useState(false);
  const held = useRef(onHeld);
  held.current = onHeld;
  useEffect(() => {
    if (!holding) return;
    const timer = setTimeout(() => {
      setHolding(false);
      held.current();
    }, HOLD_MS);
    return () => clearTimeout(timer);
  }, [holding]);
  const release = (): void => setHolding(false);
  const isKey = (key: string): boolean => key === 'Enter' || key === ' ';
  return (
    <button
      type="button"
      title={hint}
      className={`relative overflow-hidden ${className}`}
      onPointerDown={() => setHolding(true)}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      onBlur={release}
      onKeyDown={(event) => {
        if (!isKey(event.key)) return;
        event.preventDefault();
        setHolding(true);
      }}
      onKeyUp={(event) => {
        if (isKey(event.key)) release();
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <span
        aria-hidden
        className={`absolute inset-y-0 left-0 bg-bad-solid ${holding ? 'w-full transition-[width] duration-[2000ms] ease-linear' : 'w-0'}`}
      />
      <span className="relative flex flex-col items-center gap-1">{children}</span>
    </button>
  );
}
