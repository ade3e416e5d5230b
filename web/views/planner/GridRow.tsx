import { memo } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icons.tsx';
import { useWords } from '../../i18n/index.ts';
import { formatTime } from '../../lib/format.ts';
import type { Block } from '../../lib/plannerCalls.ts';
import { BlockCell } from './Block.tsx';
import type { Row } from './rows.ts';
import { lineWidth, momentOfColumn } from './timeline.ts';
import type { Timeline } from './timeline.ts';
import { plannerWords } from './words.ts';

/** Id of the element under the grid's cursor where no block is. */
export const CURSOR_ID = 'pl-cursor';
/** Id of the heading cell of an area's row. */
export function areaCellId(key: string): string {
  return `pl-head-${key}`;
}

const NAME_CELL =
  'sticky left-0 z-2 flex w-(--name) shrink-0 items-center gap-2 border-r border-line px-3 text-left leading-[1.4]';
const NO_BLOCKS: readonly Block[] = [];

interface Props {
  /** place in the whole grid, the header being 1 */
  index: number;
  line: Timeline;
  style: CSSProperties;
  /** column of the cursor when it is in this row */
  cursor: number | null;
  /** the block under the cursor */
  here: string | null;
}

/** The heading of an area: closes and opens its endpoints. */
export const AreaRow = memo(function AreaRow(
  props: Props & { row: Extract<Row, { kind: 'area' }>; isSticky: boolean },
): ReactNode {
  const { index, line, style, cursor, row, isSticky } = props;
  const say = useWords(plannerWords);
  return (
    <div
      role="row"
      aria-rowindex={index}
      aria-level={1}
      aria-expanded={row.isOpen}
      className={cx('flex bg-sunken', isSticky && 'shadow-card')}
      style={{ ...style, width: `calc(var(--name) + ${lineWidth(line)}px)` }}
    >
      <div
        id={areaCellId(row.key)}
        role="rowheader"
        aria-colindex={1}
        data-area={row.name}
        title={row.name}
        className={cx(NAME_CELL, 'cursor-pointer bg-sunken font-semibold', cursor !== null && 'pl-here')}
      >
        <Icon name={row.isOpen ? 'chevronDown' : 'chevron'} className="shrink-0 text-muted" />
        <span className="min-w-0 grow truncate">{row.name}</span>
        <span className="shrink-0 rounded-full bg-surface px-2 text-sm" aria-hidden="true">
          {row.count}
        </span>
      </div>
      <div role="gridcell" aria-colindex={2} className="border-b border-line" style={{ width: lineWidth(line) }}>
        <span className="sr-only">{say('count', { count: row.count })}</span>
      </div>
    </div>
  );
});

/** The row of an endpoint with its bookings. */
export const EndpointRow = memo(function EndpointRow(
  props: Props & {
    row: Extract<Row, { kind: 'endpoint' }>;
    blocks?: readonly Block[];
    /** the block that is being dragged, and by how many milliseconds */
    dragged: string | null;
    shift: number;
  },
): ReactNode {
  const { index, line, style, cursor, here, row, blocks = NO_BLOCKS, dragged, shift } = props;
  const { endpoint } = row;
  const say = useWords(plannerWords);
  return (
    <div
      role="row"
      aria-rowindex={index}
      aria-level={2}
      className="flex"
      style={{ ...style, width: `calc(var(--name) + ${lineWidth(line)}px)` }}
    >
      <div
        role="rowheader"
        aria-colindex={1}
        title={`${endpoint.name} (${endpoint.code})`}
        className={cx(NAME_CELL, 'border-b bg-surface pl-8 text-[0.9375rem]')}
      >
        <span className="min-w-0 grow truncate">{endpoint.shortName}</span>
        <Icon
          name={endpoint.online ? 'online' : 'offline'}
          size="1.05em"
          className={endpoint.online ? 'shrink-0 text-ok' : 'shrink-0 text-muted opacity-60'}
        />
        <span className="sr-only">{say(endpoint.online ? 'online' : 'offline')}</span>
      </div>
      <div className="relative border-b border-line" style={{ width: lineWidth(line) }} role="presentation">
        {blocks.map((block) => (
          <BlockCell
            key={block.id}
            block={block}
            rowKey={row.key}
            line={line}
            isHere={here === block.id}
            shift={dragged === block.id ? shift : 0}
          />
        ))}
        {cursor !== null && !here && <CursorCell line={line} column={cursor} name={endpoint.shortName} />}
        {!blocks.length && cursor === null && (
          <div role="gridcell" aria-colindex={2} className="sr-only">
            {say('freeRow')}
          </div>
        )}
      </div>
    </div>
  );
});

function CursorCell({ line, column, name }: { line: Timeline; column: number; name: string }): ReactNode {
  const say = useWords(plannerWords);
  const width = (line.perHour * line.slot) / 60;
  return (
    <div
      id={CURSOR_ID}
      role="gridcell"
      aria-colindex={column + 2}
      aria-label={say('freeCell', { name, time: formatTime(momentOfColumn(line, column)) })}
      className="pl-here absolute inset-y-0 rounded-sm bg-accent/10"
      style={{ left: column * width, width }}
    />
  );
}
