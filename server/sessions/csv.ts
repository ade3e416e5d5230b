import { stringify } from 'csv-stringify/sync';
import type { SessionEvent, SessionFact } from '../protocol/events.ts';
import { eventSentence } from '../protocol/eventWords.ts';
import type { AttendanceRow } from '../protocol/rest.ts';
import type { Participant, RollEntry, SessionSnapshot } from '../protocol/snapshot.ts';
import { CSV_WORDS } from './csvWords.ts';
import type { CsvLanguage, CsvWords } from './csvWords.ts';

/** The byte order mark makes a spreadsheet read Vietnamese, and no name in it is run as a formula. */
const OPTIONS = { header: true, bom: true, escape_formulas: true };

/** In which words and at which clock a file is written. */
export interface CsvFor {
  language: CsvLanguage;
  /** IANA name of the zone whose clock is written */
  timeZone: string;
}

/**
 * @param rows the stays, as `attendance` makes them
 * @returns attendance as CSV: one line a stay, and one for every invited endpoint that never came, with the reason
 */
export function attendanceCsv(rows: AttendanceRow[], s: SessionSnapshot, to: CsvFor): string {
  const words = CSV_WORDS[to.language];
  const time = clockOf(to);
  const stays = Map.groupBy(rows, (row) => row.endpointId);
  const lines = Object.values(s.participants)
    .sort((a, b) => a.order - b.order)
    .flatMap((p) => {
      const entry = s.rollCall?.entries[p.endpointId];
      const own = stays.get(p.endpointId) ?? [];
      const state = presenceOf(p, own.length > 0, entry, s.homeChair.endpointId);
      const known = {
        code: p.code,
        name: p.name,
        area: p.area,
        state: words.states[state],
        roll: words.states[entry?.state ?? 'not_called'],
        reason: state === 'absent' || entry?.state === 'absent' ? absence(p, entry, words) : '',
      };
      if (own.length === 0) return [known];
      return own.map((stay) => ({
        ...known,
        entry: stay.entry,
        joinedAt: time(stay.joinedAt),
        leftAt: stay.leftAt === null ? '' : time(stay.leftAt),
        interrupted: Math.round(stay.interruptedMs / 1_000),
        exit: stay.reason === null ? '' : exitWord(stay.reason, words),
      }));
    });
  const columns = Object.entries(words.attendance).map(([key, header]) => ({ key, header }));
  return stringify(lines, { ...OPTIONS, columns });
}

/**
 * How an endpoint took part: over the bridge when it was connected, in the room when it is the chair's own or was noted so
 * without a connection, absent otherwise.
 */
function presenceOf(
  p: Participant,
  came: boolean,
  entry: RollEntry | undefined,
  mainId: string,
): 'present_in_room' | 'present_online' | 'absent' {
  if (came) return p.endpointId === mainId ? 'present_in_room' : 'present_online';
  return entry?.state === 'present_in_room' || entry?.state === 'present_online' ? entry.state : 'absent';
}

/** what was noted in the roll call, or else what is known of the call */
function absence(p: Participant, entry: RollEntry | undefined, words: CsvWords): string {
  if (entry?.state === 'absent' && entry.reason) return entry.reason;
  return p.exitReason === null ? words.noReason : exitWord(p.exitReason, words);
}

function exitWord(reason: string, words: CsvWords): string {
  return (words.exits as Record<string, string>)[reason] ?? reason;
}

/**
 * @param people display names by the id of a user; who is not in it was deleted, and stands as the id
 * @returns events as CSV, oldest first: when, what as the console's log says it, about which endpoint, by whom, and the
 *   kind of the event as the API names it
 */
export function eventsCsv(
  events: SessionEvent[],
  s: SessionSnapshot,
  people: ReadonlyMap<string, string>,
  to: CsvFor,
): string {
  const words = CSV_WORDS[to.language];
  const time = clockOf(to);
  const nameOf = (id: string): string => s.participants[id]?.name ?? id;
  const timeOf = (at: number): string => time(at).slice(-'08:05:09'.length, -':09'.length);
  const telling = { language: to.language, nameOf, timeOf };
  const lines = events.map(({ seq, at, by, fact }) => {
    const about = aboutOf(fact);
    const byPerson = by.userId === null ? '' : (people.get(by.userId) ?? by.userId);
    return {
      seq,
      at: time(at),
      what: eventSentence(fact, telling),
      code: about === null ? '' : (s.participants[about]?.code ?? ''),
      about: about === null ? '' : nameOf(about),
      byPerson: byPerson || (by.endpointId === null ? words.program : ''),
      byEndpoint: by.endpointId === null ? '' : nameOf(by.endpointId),
      type: fact.type,
    };
  });
  const columns = Object.entries(words.events).map(([key, header]) => ({ key, header }));
  return stringify(lines, { ...OPTIONS, columns });
}

/** @returns the endpoint that a fact is about, or null */
function aboutOf(fact: SessionFact): string | null {
  if ('endpointId' in fact) return fact.endpointId;
  return fact.type === 'chairHandedOver' || fact.type === 'chairTakenBack' ? fact.chair.endpointId : null;
}

/** `24/11/2026 08:05:09`, which a spreadsheet of either language shows as it stands */
function clockOf({ timeZone }: CsvFor): (at: string | number) => string {
  const date = new Intl.DateTimeFormat('en-GB', { timeZone, day: '2-digit', month: '2-digit', year: 'numeric' });
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium', hourCycle: 'h23' });
  return (at) => {
    const when = new Date(at);
    return `${date.format(when)} ${time.format(when)}`;
  };
}
