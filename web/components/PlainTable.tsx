import type { ReactNode } from 'react';

/** A table in a card: named for screen readers, one line of heads, rows as children. */
export function PlainTable(props: { caption: string; heads: readonly string[]; children: ReactNode }): ReactNode {
  return (
    <div className="overflow-x-auto rounded-2xl border border-line bg-surface shadow-card">
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{props.caption}</caption>
        <thead className="border-b border-line bg-bg text-sm text-muted">
          <tr>
            {props.heads.map((head) => (
              <th key={head} scope="col" className="px-5 py-2.5 font-semibold">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
