import { useEffect, useRef } from 'react';
import { actOfKey, isControlPlace, isTextPlace } from './keys.ts';
import type { ConsoleAct } from './keys.ts';

/** How the console's keys are set now. */
export interface KeySetting {
  /** single-letter keys are on */
  enabled: boolean;
  run: (act: ConsoleAct) => void;
  /** Space was let go after `talk` */
  talkEnd: () => void;
  /** a digit: that picture of the filmstrip */
  pin: (place: number) => void;
}

/** Binds the console's keys; text fields, open dialogs and Vietnamese typing are left alone. */
export function useConsoleKeys(setting: KeySetting): void {
  const latest = useRef(setting);
  latest.current = setting;
  useEffect(() => {
    let talking = false;
    const press = (event: KeyboardEvent): void => {
      const { enabled, run, pin } = latest.current;
      if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return;
      const inText = isTextPlace(event.target);
      const act = actOfKey(event, { inText, onControl: isControlPlace(event.target) });
      if (act && (enabled || act === 'muteAll')) {
        event.preventDefault();
        event.stopPropagation();
        talking = act === 'talk';
        return run(act);
      }
      const plain = !inText && !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat && enabled;
      if (plain && /^[1-9]$/.test(event.key)) pin(Number(event.key));
    };
    const release = (event: KeyboardEvent): void => {
      if (event.key !== ' ' || !talking) return;
      talking = false;
      latest.current.talkEnd();
    };
    // before the controls hear it: Space would press the button that was clicked last
    window.addEventListener('keydown', press, true);
    window.addEventListener('keyup', release);
    return () => {
      window.removeEventListener('keydown', press, true);
      window.removeEventListener('keyup', release);
    };
  }, []);
}
