import type { AuditEntry } from '../../../server/protocol/directory.ts';
import type { Language } from '../../lib/prefs.ts';
import { formatDate, formatMoment } from '../../lib/format.ts';
import { commonWords } from '../../i18n/common.ts';
import { sentence } from '../../i18n/index.ts';
import type { Values } from '../../i18n/index.ts';
import { auditWords } from './auditWords.ts';

/** What an entry's ids are called today. */
export interface Names {
  /** names of units and endpoints by id */
  things: ReadonlyMap<string, string>;
  language: Language;
}

type State = Record<string, unknown>;

/** Kept for the program, or told by the sentence already. */
const HIDDEN = new Set(['id', 'nameFold', 'version', 'createdAt', 'by', 'hint']);
/** Fields that hold the id of a unit. */
const UNIT_FIELDS = new Set(['unitId', 'parentId', 'successorId']);

function stateOf(value: unknown): State {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as State) : {};
}

function say(names: Names, key: string, values?: Values): string {
  return sentence(auditWords, names.language, key, values);
}

/** @returns what an act is called without a name: for the list to choose from */
export function actName(action: string, language: Language): string {
  const text = sentence(auditWords, language, `act.${action}`, { name: '' });
  return text.replace(/\(\)|:\s*$/g, '').trim();
}

/** @returns the thing that an entry is about, in quotation marks where it has a name of its own */
function nameOf({ subject, before, after }: AuditEntry, { things }: Names): string {
  const id = subject.slice(subject.indexOf(':') + 1);
  for (const state of [stateOf(before), stateOf(after)]) {
    const named = state.username ?? state.name ?? state.title;
    if (typeof named === 'string' && !subject.startsWith('endpoint:') && !subject.startsWith('unit:'))
      return `“${named}”`;
  }
  const known = things.get(id) ?? stateOf(before).name ?? stateOf(after).name;
  return typeof known === 'string' ? `“${known}”` : id;
}

/** @returns what was done, as a sentence without its subject; an act without words is named as it is stored */
export function actSentence(entry: AuditEntry, names: Names): string {
  const key = `act.${entry.action}`;
  const name = nameOf(entry, names);
  const text = say(names, key, { name });
  return text === key ? `${entry.action} ${name}` : text;
}

/** @returns who did it; a device by the endpoint that it speaks for */
export function actorWords(entry: AuditEntry, names: Names): string {
  if (!entry.actor.startsWith('device:')) return entry.actorName;
  return say(names, 'device', { endpoint: names.things.get(entry.actorName) ?? entry.actorName });
}

/** @returns the fields that differ, or all that a new or ended thing had, a line each */
export function changeLines(entry: AuditEntry, names: Names): string[] {
  const [before, after] = [stateOf(entry.before), stateOf(entry.after)];
  const both = entry.before !== null && entry.after !== null;
  const isUser = entry.subject.startsWith('user:');
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !HIDDEN.has(key) && !(isUser && key === 'username'),
  );
  return keys.flatMap((key) => {
    const word = say(names, `field.${key}`);
    const field = word.startsWith('field.') ? key : word;
    const [old, now] = [shown(key, before[key], names), shown(key, after[key], names)];
    if (both) return old === now ? [] : [say(names, 'change', { field, before: old, after: now })];
    const value = entry.before === null ? now : old;
    return value === say(names, 'empty') ? [] : [say(names, 'value', { field, value })];
  });
}

function shown(key: string, value: unknown, names: Names): string {
  if (value === null || value === undefined || value === '') return say(names, 'empty');
  if (typeof value === 'boolean') return say(names, value ? 'yes' : 'no');
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return shownText(key, value, names);
  if (key === 'grants' && Array.isArray(value)) return shownGrants(value, names);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) {
    return value.map((one) => names.things.get(one) ?? one).join(', ') || say(names, 'empty');
  }
  return JSON.stringify(value);
}

function shownText(key: string, text: string, { things, language }: Names): string {
  if (UNIT_FIELDS.has(key)) return things.get(text) ?? text;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return formatDate(`${text}T00:00:00+07:00`);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text)) return formatMoment(text, language);
  return text;
}

function shownGrants(grants: readonly unknown[], names: Names): string {
  const words = grants.map((grant) => {
    const { role, unitId } = stateOf(grant);
    const unit = names.things.get(String(unitId)) ?? String(unitId);
    return say(names, 'roleAt', { role: sentence(commonWords, names.language, `role.${String(role)}`), unit });
  });
  return words.join(', ') || say(names, 'empty');
}
