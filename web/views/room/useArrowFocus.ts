import { useEffect } from 'react';

const CONTROLS = 'button:not(:disabled), [href], input, select, [tabindex="0"]';
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Arrow keys walk over the controls of the screen, for a television's remote that has no Tab. */
export function useArrowFocus(): void {
  useEffect(() => {
    const walk = (event: KeyboardEvent): void => {
      const step = STEPS[event.key];
      const target = event.target;
      if (step === undefined || event.defaultPrevented || event.isComposing) return;
      if (target instanceof HTMLElement && target.closest('input, select, textarea, [role="listbox"], [role="menu"]'))
        return;
      const root = document.querySelector('[role="dialog"], [role="alertdialog"]') ?? document;
      const all = [...root.querySelectorAll<HTMLElement>(CONTROLS)].filter((one) => one.offsetParent !== null);
      if (all.length === 0) return;
      const at = all.indexOf(document.activeElement as HTMLElement);
      const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length;
      all[next]?.focus();
      event.preventDefault();
    };
    window.addEventListener('keydown', walk);
    return () => window.removeEventListener('keydown', walk);
  }, []);
}
