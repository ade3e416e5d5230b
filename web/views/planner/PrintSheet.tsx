import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { createPortal, flushSync } from 'react-dom';
import type { Endpoint } from '../../../server/protocol/rest.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { formatDay, formatSpan } from '../../lib/format.ts';
import type { PlannerRead } from '../../lib/plannerCalls.ts';
import { DAY } from './days.ts';
import { rowsOf, takesTime } from './rows.ts';
import { plannerWords } from './words.ts';

interface Props {
  days: readonly number[];
  read: PlannerRead;
  endpoints: readonly Endpoint[];
  title: string;
}

const ALL_OPEN: ReadonlySet<string> = new Set();

/** What is printed: every endpoint with its meetings as words, since the grid on the screen draws only what is in sight. */
export function PrintSheet(props: Props): ReactNode {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = (): void => flushSync(() => setPrinting(true));
    const end = (): void => setPrinting(false);
    window.addEventListener('beforeprint', begin);
    window.addEventListener('afterprint', end);
    return () => {
      window.removeEventListener('beforeprint', begin);
      window.removeEventListener('afterprint', end);
    };
  }, []);
  return printing ? createPortal(<Sheet {...props} />, document.body) : null;
}

function Sheet({ days, read, endpoints, title }: Props): ReactNode {
  const say = useWords(plannerWords);
  const language = useLanguage();
  const cell = (endpointId: string, day: number): string[] =>
    (read.byEndpoint.get(endpointId) ?? [])
      // a draft is nobody's appointment yet
      .filter((b) => b.start < day + DAY && b.end > day && takesTime(b))
      .map((b) => `${formatSpan(b.start, b.end)} [${say(`mark.${b.kind}`)}] ${b.title || say('foreign')}`);
  return (
    <div className="pl-print">
      <h1 style={{ fontSize: '13pt', fontWeight: 700 }}>{title}</h1>
      <table>
        <thead>
          <tr>
            <th>{say('endpoint')}</th>
            {days.map((day) => (
              <th key={day}>{formatDay(day, language)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOf(endpoints, ALL_OPEN, say('wholeOrganisation')).map((row) =>
            row.kind === 'area' ? (
              <tr key={row.key}>
                <th colSpan={days.length + 1}>
                  {row.name} ({row.count})
                </th>
              </tr>
            ) : (
              <tr key={row.key}>
                <td>{row.endpoint.name}</td>
                {days.map((day) => (
                  <td key={day}>
                    {cell(row.endpoint.id, day).map((text) => (
                      <div key={text}>{text}</div>
                    ))}
                  </td>
                ))}
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}
