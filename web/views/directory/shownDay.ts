import { formatDate } from '../../lib/format.ts';

/** `2026-11-24` as `24/11/2026`. */
export function shownDay(day: string): string {
  return formatDate(`${day}T00:00:00+07:00`);
}
