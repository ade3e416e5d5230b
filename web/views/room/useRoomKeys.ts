import { useEffect, useRef } from 'react';

/** What the function keys of a room do. */
export interface RoomKeys {
  F1: () => void;
  F2: () => void;
  F3: () => void;
  F4: () => void;
  F9: () => void;
}

/** Binds the function keys; the browser's own meaning of them is put aside. */
export function useRoomKeys(keys: RoomKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
      const act = latest.current[event.key as keyof RoomKeys];
      if (!act) return;
      event.preventDefault();
      if (!event.repeat) act();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
