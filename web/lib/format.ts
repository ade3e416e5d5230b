import type { Language } from './prefs.ts';

/** Zone that every time is shown in, whatever the PC's own. */
export const ZONE = 'Asia/Ho_Chi_Minh';

/** The zone has had no other offset since 1975 and no summer time, so that wall time is plain arithmetic. */
const ZONE_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

const WEEKDAYS: Record<Language, readonly string[]> = {
  vi: ['Chủ nhật', 'thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
};

/** A moment: epoch milliseconds or RFC 3339. */
export type Moment = number | string;

function wall(moment: Moment): Date {
  return new Date((typeof moment === 'number' ? moment : Date.parse(moment)) + ZONE_MS);
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `08:05` */
export function formatTime(moment: Moment): string {
  const d = wall(moment);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

/** `08:05:09` */
export function formatSeconds(moment: Moment): string {
  return `${formatTime(moment)}:${two(wall(moment).getUTCSeconds())}`;
}

/** `24/11/2026` */
export function formatDate(moment: Moment): string {
  const d = wall(moment);
  return `${two(d.getUTCDate())}/${two(d.getUTCMonth() + 1)}/${d.getUTCFullYear()}`;
}

/** `thứ Hai, 24/11/2026` */
export function formatDay(moment: Moment, language: Language): string {
  return `${WEEKDAYS[language][wall(moment).getUTCDay()] ?? ''}, ${formatDate(moment)}`;
}

/** `08:05, thứ Hai, 24/11/2026` */
export function formatMoment(moment: Moment, language: Language): string {
  return `${formatTime(moment)}, ${formatDay(moment, language)}`;
}

/** `08:00 – 09:30`, with the date where the end falls on another day */
export function formatSpan(start: Moment, end: Moment): string {
  const until = dayKey(start) === dayKey(end) ? formatTime(end) : `${formatTime(end)} (${formatDate(end)})`;
  return `${formatTime(start)} – ${until}`;
}

/** `00:42:10`; negative spans show as zero. @param ms milliseconds */
export function formatDuration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** `4:07`, for speaking time and countdowns; hours appear when there are any. @param ms milliseconds */
export function formatCountdown(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  if (s >= 3600) return formatDuration(s * 1000);
  return `${Math.floor(s / 60)}:${two(s % 60)}`;
}

const AGES: Record<Language, { now: string; units: readonly [number, string, string][]; ago: (n: string) => string }> =
  {
    vi: {
      now: 'vừa xong',
      units: [
        [86_400, 'ngày', 'ngày'],
        [3_600, 'giờ', 'giờ'],
        [60, 'phút', 'phút'],
        [1, 'giây', 'giây'],
      ],
      ago: (n) => `${n} trước`,
    },
    en: {
      now: 'just now',
      units: [
        [86_400, 'day', 'days'],
        [3_600, 'hour', 'hours'],
        [60, 'minute', 'minutes'],
        [1, 'second', 'seconds'],
      ],
      ago: (n) => `${n} ago`,
    },
  };

/** `2 giây trước`, in the largest whole unit. @param ms age in milliseconds */
export function formatAge(ms: number, language: Language): string {
  const words = AGES[language];
  const seconds = Math.floor(ms / 1000);
  for (const [size, one, many] of words.units) {
    const n = Math.floor(seconds / size);
    if (n >= 1) return words.ago(`${n} ${n === 1 ? one : many}`);
  }
  return words.now;
}

/** `512 kbps`, `4 Mbps`, `2,5 Mbps` */
export function formatKbps(kbps: number, language: Language): string {
  if (kbps < 1000) return `${kbps} kbps`;
  const mbps = String(Math.round(kbps / 100) / 10);
  return `${language === 'vi' ? mbps.replace('.', ',') : mbps} Mbps`;
}

/** `2026-11-24`: the day in the zone, for grouping and for date fields */
export function dayKey(moment: Moment): string {
  return wall(moment).toISOString().slice(0, 10);
}

/** Start of the moment's day in the zone, epoch milliseconds. */
export function dayStart(moment: Moment): number {
  const local = wall(moment).getTime();
  return local - (local % DAY_MS) - ZONE_MS;
}

/**
 * A date field and a time field, read in the zone.
 * @param day `2026-11-24`
 * @param time `08:05`
 * @returns RFC 3339 with the zone's offset, or null when either field is not filled in
 */
export function toInstant(day: string, time: string): string | null {
  const text = `${day}T${time.slice(0, 5)}:00+07:00`;
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:00\+07:00$/.test(text) && Number.isFinite(Date.parse(text)) ? text : null;
}

/** A day as it is typed: `24/11/2026`, `24.11.2026`, `24112026`. @returns `2026-11-24`, or null for no such day */
export function parseDay(text: string): string | null {
  const parts = /^(\d{1,2})[/.\- ]?(\d{1,2})[/.\- ]?(\d{4})$/.exec(text.trim());
  if (!parts) return null;
  const [, day = '', month = '', year = ''] = parts;
  const key = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = Date.parse(`${key}T00:00:00Z`);
  // a day past the end of its month would silently become one of the next
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(key) ? key : null;
}

/** A time of day as it is typed: `8:30`, `8h30`, `830`, `8h`. @returns `08:30`, or null for no such time */
export function parseClock(text: string): string | null {
  const parts = /^(\d{1,2})(?:[:hg.](\d{2})?|(\d{2}))?$/i.exec(text.trim());
  if (!parts) return null;
  const hours = Number(parts[1]);
  const minutes = Number(parts[2] ?? parts[3] ?? 0);
  return hours < 24 && minutes < 60 ? `${two(hours)}:${two(minutes)}` : null;
}

/** Epoch milliseconds as RFC 3339 with the zone's offset. */
export function toRfc3339(ms: number): string {
  return `${new Date(ms + ZONE_MS).toISOString().slice(0, 19)}+07:00`;
}
