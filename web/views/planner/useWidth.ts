import { useCallback, useLayoutEffect, useState } from 'react';
import type { RefCallback, RefObject } from 'react';

/** Width of an element in pixels, following its size. 0 until it is drawn. */
export function useWidth(): { ref: RefCallback<HTMLElement>; width: number } {
  const [width, setWidth] = useState(0);
  const ref = useCallback<RefCallback<HTMLElement>>((element) => {
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

/** Least height of the grid, and what stands below it, pixels. */
const LEAST = 320;
const BELOW = 54;

/** Height that reaches from an element to the foot of the window. @param ref the element's */
export function useRestOfWindow(ref: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(LEAST);
  // after every drawing: filters that open push the element down
  useLayoutEffect(() => {
    const measure = (): void => {
      const top = (ref.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      setHeight(Math.max(LEAST, Math.floor(window.innerHeight - top - BELOW)));
    };
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  });
  return height;
}
