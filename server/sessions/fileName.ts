import { fold } from '../directory/fold.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import { CSV_WORDS } from './csvWords.ts';
import type { CsvFor } from './csv.ts';

/** Characters of the title in a file's name: with the rest it stays far below what any file system allows. */
const MOST = 60;

/**
 * The name of a file of a session, in ASCII without blanks, so that every browser, mail program and file system keeps it:
 * `diem-danh_giao-ban-tuan-48_2026-11-24.csv`, with the day on which the session was opened.
 */
export function sessionFileName(
  kind: 'attendance' | 'events',
  s: Pick<SessionSnapshot, 'title' | 'openedAt'>,
  to: CsvFor,
): string {
  const { fileNames, untitled } = CSV_WORDS[to.language];
  // Canada writes dates as ISO 8601 does
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: to.timeZone }).format(s.openedAt);
  return `${fileNames[kind]}_${slug(s.title) || untitled}_${day}.csv`;
}

function slug(title: string): string {
  const ascii = fold(title)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  // between two words, where there are two
  return ascii.length > MOST
    ? ascii
        .slice(0, MOST + 1)
        .replace(/-[^-]*$/, '')
        .slice(0, MOST)
    : ascii;
}
