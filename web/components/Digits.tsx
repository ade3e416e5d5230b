import type { ReactNode } from 'react';

/** Words and figures that do not dance while they count: the typeface has no digits of one width, each gets a box. */
export function Digits({ children }: { children: string }): ReactNode {
  return (
    <span className="whitespace-nowrap">
      {children.split(/(\d)/).map((part, i) =>
        i % 2 === 1 ? (
          <span key={i} className="digit">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </span>
  );
}
