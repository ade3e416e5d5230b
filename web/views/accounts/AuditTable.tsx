import type { ReactNode } from 'react';
import type { AuditEntry } from '../../../server/protocol/directory.ts';
import { PlainTable } from '../../components/PlainTable.tsx';
import { useWords } from '../../i18n/index.ts';
import { formatMoment } from '../../lib/format.ts';
import { actorWords, actSentence, changeLines } from './auditSentence.ts';
import type { Names } from './auditSentence.ts';
import { auditWords } from './auditWords.ts';

const CELL = 'px-5 py-2 align-top';
/** More lines than these are folded away. */
const IN_SIGHT = 3;

/** Entries of the log as sentences. */
export function AuditTable({ entries, names }: { entries: readonly AuditEntry[]; names: Names }): ReactNode {
  const say = useWords(auditWords);
  return (
    <PlainTable caption={say('list')} heads={(['when', 'who', 'did'] as const).map((head) => say(head))}>
      {entries.map((entry) => (
        <Row key={entry.id} entry={entry} names={names} />
      ))}
    </PlainTable>
  );
}

function Row({ entry, names }: { entry: AuditEntry; names: Names }): ReactNode {
  const when = formatMoment(entry.at, names.language);
  const what = actSentence(entry, names);
  return (
    <tr className="border-b border-line last:border-b-0 hover:bg-bg">
      <td className={`${CELL} w-56 min-w-40 text-[0.9375rem] text-muted`}>{when}</td>
      <td className={`${CELL} w-72 min-w-40 font-medium break-words`}>{actorWords(entry, names)}</td>
      <td className={`${CELL} min-w-72`}>
        <p className="break-words">{what}</p>
        <Lines lines={changeLines(entry, names)} what={what} when={when} />
      </td>
    </tr>
  );
}

function Lines({ lines, what, when }: { lines: readonly string[]; what: string; when: string }): ReactNode {
  const say = useWords(auditWords);
  const list = (
    <ul className="text-[0.9375rem] text-muted">
      {lines.map((line) => (
        <li key={line} className="break-words">
          {line}
        </li>
      ))}
    </ul>
  );
  if (lines.length <= IN_SIGHT) return list;
  return (
    <details>
      <summary className="min-h-target cursor-pointer py-2 text-[0.9375rem] font-medium text-accent">
        {say('details')}
        <span className="sr-only">: {say('detailsOf', { what, when })}</span>
      </summary>
      {list}
    </details>
  );
}
