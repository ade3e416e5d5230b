import { useEffect } from 'react';

/**
 * What a whole screen sets on the page: its theme, large targets for a room, and the window's title.
 * @param theme office screens are light, the chair's and the room's dark
 */
export function useScreen(theme: 'light' | 'dark', title: string, kiosk = false): void {
  useEffect(() => {
    const root = document.documentElement;
    root.dataset.theme = theme;
    if (kiosk) root.dataset.kiosk = '';
    else delete root.dataset.kiosk;
    document.title = title ? `${title} · Nhịp Cầu` : 'Nhịp Cầu';
  }, [theme, title, kiosk]);
}
