import { useCallback, useEffect, useRef, useState } from 'react';
import { closeToast, showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { say } from '../../i18n/index.ts';

/** Milliseconds in which the last act can be taken back. */
export const UNDO_MS = 10_000;

interface Last {
  run: () => void;
  toast: number;
  until: number;
}

/** The act that can be taken back by its message or by Ctrl+Z. */
export function useUndo() {
  const last = useRef<Last | null>(null);
  const undo = useCallback((): boolean => {
    const act = last.current;
    last.current = null;
    if (!act || Date.now() > act.until) return false;
    closeToast(act.toast);
    act.run();
    return true;
  }, []);
  const offer = useCallback(
    (text: string, run: () => void): void => {
      const toast = showToast({
        tone: 'ok',
        text,
        stays: UNDO_MS,
        action: { label: say(commonWords, 'undo'), run: () => undo() },
      });
      last.current = { run, toast, until: Date.now() + UNDO_MS };
    },
    [undo],
  );
  return { undo, offer };
}

/** Acts that are done only when their time to be taken back has passed; leaving the page does them at once. */
export function useLater(): {
  /** ids that wait */
  waiting: ReadonlySet<string>;
  put: (id: string, act: () => void) => void;
  drop: (id: string) => void;
} {
  const acts = useRef(new Map<string, { act: () => void; timer: ReturnType<typeof setTimeout> }>());
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const show = useCallback(() => setWaiting(new Set(acts.current.keys())), []);
  const drop = useCallback(
    (id: string): void => {
      clearTimeout(acts.current.get(id)?.timer);
      acts.current.delete(id);
      show();
    },
    [show],
  );
  const put = useCallback(
    (id: string, act: () => void): void => {
      drop(id);
      const timer = setTimeout(() => {
        drop(id);
        act();
      }, UNDO_MS);
      acts.current.set(id, { act, timer });
      show();
    },
    [drop, show],
  );
  useEffect(() => {
    const all = acts.current;
    const flush = (): void => {
      for (const [id, { act, timer }] of all) {
        clearTimeout(timer);
        all.delete(id);
        act();
      }
    };
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, []);
  return { waiting, put, drop };
}
