import { memo } from 'react';
import type { ReactNode } from 'react';
import { cx } from '../../components/cx.ts';
import { useWords } from '../../i18n/index.ts';
import { formatSpan } from '../../lib/format.ts';
import { usePrefs } from '../../lib/prefs.ts';
import type { Block as Booking } from '../../lib/plannerCalls.ts';
import { isCalledOff, takesTime } from './rows.ts';
import { columnOf, piecesOf } from './timeline.ts';
import type { Timeline } from './timeline.ts';
import { plannerWords } from './words.ts';

/** Pixels, at the ordinary text size, under which a block holds its letter only, and under which barely that. */
const NARROW = 64;
const NARROWEST = 30;

/** Whether a booking can be moved by its caller; the server has the last word. */
export function seemsMovable(block: Booking): boolean {
  return block.mayChange && block.title !== '';
}

/** Id of the element of a block in a row, for the grid's cursor. */
export function blockCellId(rowKey: string, blockId: string): string {
  return `pl-${rowKey}-${blockId}`;
}

/** A booking in the row of an endpoint. */
export const BlockCell = memo(function BlockCell(props: {
  block: Booking;
  rowKey: string;
  line: Timeline;
  isHere: boolean;
  /** milliseconds by which it is being dragged */
  shift: number;
}): ReactNode {
  const { block, rowKey, line, isHere, shift } = props;
  const { textScale } = usePrefs();
  const say = useWords(plannerWords);
  const kind = block.title ? block.kind : 'foreign';
  const title = block.title || say('foreign');
  const start = block.start + shift;
  const end = block.end + shift;
  const first = columnOf(line, start);
  const columns = Math.max(1, columnOf(line, end - 1) - first + 1);
  return piecesOf(line, start, end).map((piece, n) => (
    <div
      key={piece.left}
      id={n === 0 ? blockCellId(rowKey, block.id) : undefined}
      role="gridcell"
      aria-colindex={first + 2}
      aria-colspan={columns}
      title={`${title}\n${formatSpan(start, end)} · ${say(`kind.${kind}`)} · ${say(`status.${block.status}`)}`}
      data-block={block.id}
      data-kind={kind}
      data-narrow={piece.width < NARROWEST * textScale || undefined}
      data-over={block.status === 'ended' || undefined}
      data-waiting={block.status === 'draft' || block.status === 'submitted' ? block.status : undefined}
      data-off={isCalledOff(block) || undefined}
      data-running={block.status === 'running' || undefined}
      data-moves={seemsMovable(block) || undefined}
      data-dragged={shift !== 0 || undefined}
      className={cx('pl-block', isHere && 'pl-here')}
      style={{ left: piece.left, width: Math.max(6, piece.width - 1) }}
    >
      <Mark kind={kind} />
      {piece.width >= NARROW * textScale && <StateWord status={block.status} />}
      <span className={piece.width >= NARROW * textScale ? 'pl-title truncate text-sm font-medium' : 'sr-only'}>
        {title}
      </span>
      <span className="sr-only">{`, ${formatSpan(start, end)}, ${say(`kind.${kind}`)}, ${say(`status.${block.status}`)}`}</span>
    </div>
  ));
});

/** That a block takes nobody's time, not yet or no more, in a word. */
function StateWord({ status }: { status: Booking['status'] }): ReactNode {
  const say = useWords(plannerWords);
  if (takesTime({ status })) return null;
  return (
    <span aria-hidden="true" className="pl-state">
      {say(`status.${status}`)}
    </span>
  );
}

/** The letter of a kind on its colour. */
export function Mark({ kind }: { kind: Booking['kind'] | 'foreign' }): ReactNode {
  const say = useWords(plannerWords);
  return <span className="pl-mark" data-mark={say(`mark.${kind}`)} aria-hidden="true" />;
}
