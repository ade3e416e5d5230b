import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CSSProperties, MouseEvent, ReactNode, RefObject } from 'react';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { formatDay } from '../../lib/format.ts';
import { usePrefs } from '../../lib/prefs.ts';
import type { PlannerRead } from '../../lib/plannerCalls.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { blockCellId } from './Block.tsx';
import { areaCellId, AreaRow, CURSOR_ID, EndpointRow } from './GridRow.tsx';
import type { Row } from './rows.ts';
import { columnCount, dayWidth, lineWidth, xOf } from './timeline.ts';
import type { Timeline } from './timeline.ts';
import { useCursor } from './useCursor.ts';
import type { Place } from './useCursor.ts';
import { useDrag } from './useDrag.ts';
import { plannerWords } from './words.ts';

/** What the grid asks of the planner. */
export interface GridActions {
  onOpen: (blockId: string) => void;
  onCreate: (at: number, endpointId: string) => void;
  onMove: (blockId: string, start: number) => void;
  onToggle: (area: string) => void;
  /** the cursor left the days at an edge */
  onStep: (step: -1 | 1) => void;
  onPlace: (place: Place | null) => void;
}

interface Props extends GridActions {
  rows: readonly Row[];
  read: PlannerRead;
  line: Timeline;
  /** hour to which a new day scrolls */
  firstHour: number;
  /** of the grid on the screen, pixels */
  height: number;
  gridRef: RefObject<HTMLDivElement | null>;
  /** how much is shown, for the corner */
  summary: string;
}

/** Height of a row and of the hours above all rows at the ordinary text size, pixels. */
const ROW = 34;
const HEAD = 52;

/** Bookings of all endpoints: rows are drawn as far as they are seen, the names and the hours stay in sight. */
export function Grid(props: Props): ReactNode {
  const { rows, read, line, gridRef, onToggle } = props;
  const say = useWords(plannerWords);
  const { textScale } = usePrefs();
  const rowHeight = Math.round(ROW * textScale);
  const head = Math.round(HEAD * Math.max(1, textScale));
  const { virtual, sticky } = useRows(rows, rowHeight, head, gridRef);
  const cursor = useCursor({ ...props, scrollToRow: (i) => virtual.scrollToIndex(i, { align: 'auto' }) });
  const drag = useDrag({ line, read, onMove: props.onMove, onOpen: props.onOpen, onCell: cursor.put });
  useFirstHour(props);
  const toggle = (event: MouseEvent<HTMLDivElement>): void => {
    const area = event.target instanceof Element && event.target.closest<HTMLElement>('[data-area]')?.dataset.area;
    if (area) onToggle(area);
  };
  return (
    <div
      ref={gridRef}
      role="treegrid"
      tabIndex={0}
      aria-label={say('gridLabel')}
      aria-rowcount={rows.length + 1}
      aria-colcount={columnCount(line) + 1}
      aria-activedescendant={activeCell(cursor.place && rows[cursor.place.row], cursor.here)}
      onKeyDown={cursor.onKeyDown}
      onClick={toggle}
      onDoubleClick={cursor.onDoubleClick}
      {...drag.handlers}
      style={{ height: props.height }}
      className="pl-grid relative overflow-auto rounded-xl border border-line bg-surface shadow-card [--name:clamp(10rem,17vw,17rem)]"
    >
      <Header line={line} height={head} summary={props.summary} />
      <div
        role="rowgroup"
        className="relative"
        style={{ height: virtual.getTotalSize(), width: `calc(var(--name) + ${lineWidth(line)}px)` }}
      >
        <Lines line={line} />
        {virtual.getVirtualItems().map((item) => (
          <RowAt
            key={item.key}
            index={item.index}
            start={item.start}
            size={item.size}
            head={head}
            row={rows[item.index]}
            read={read}
            line={line}
            isSticky={sticky.current === item.index}
            cursor={cursor.place?.row === item.index ? cursor.place.column : null}
            here={cursor.place?.row === item.index ? cursor.here : null}
            moving={drag.moving}
          />
        ))}
        <NowLine line={line} />
      </div>
    </div>
  );
}

/** Id of the element under the cursor. */
function activeCell(row: Row | null | undefined, here: string | null): string | undefined {
  if (!row) return undefined;
  if (row.kind === 'area') return areaCellId(row.key);
  return here ? blockCellId(row.key, here) : CURSOR_ID;
}

/** A row where the scrolling has put it; the heading of the area in sight stays below the hours. */
function RowAt(props: {
  index: number;
  start: number;
  size: number;
  /** height of the hours, below which a heading stays */
  head: number;
  row: Row | undefined;
  read: PlannerRead;
  line: Timeline;
  isSticky: boolean;
  cursor: number | null;
  here: string | null;
  moving: { id: string; shift: number } | null;
}): ReactNode {
  const { index, start, size, head, row, read, line, isSticky, cursor, here, moving } = props;
  const style = useMemo<CSSProperties>(
    () =>
      isSticky
        ? { position: 'sticky', top: head, height: size, zIndex: 4 }
        : { position: 'absolute', top: start, height: size },
    [isSticky, head, start, size],
  );
  if (!row) return null;
  const shared = { index: index + 2, line, style, cursor, here };
  if (row.kind === 'area') return <AreaRow {...shared} row={row} isSticky={isSticky} />;
  const blocks = read.byEndpoint.get(row.endpoint.id);
  const moved = moving && blocks?.some((b) => b.id === moving.id) ? moving : null;
  return <EndpointRow {...shared} row={row} blocks={blocks} dragged={moved?.id ?? null} shift={moved?.shift ?? 0} />;
}

/** The rows in sight, and the heading of the area that is scrolled through. */
function useRows(rows: readonly Row[], height: number, head: number, gridRef: RefObject<HTMLDivElement | null>) {
  const sticky = useRef(-1);
  const heads = useMemo(() => rows.flatMap((row, i) => (row.kind === 'area' ? [i] : [])), [rows]);
  // oxlint-disable-next-line react/incompatible-library -- its functions are called here, never handed to memoised parts
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => gridRef.current,
    estimateSize: () => height,
    overscan: 6,
    useFlushSync: false,
    scrollPaddingStart: head + height,
    getItemKey: (i) => rows[i]?.key ?? i,
    rangeExtractor: useCallback(
      (range: Range) => {
        sticky.current = heads.findLast((i) => i <= range.startIndex) ?? -1;
        const items = new Set([sticky.current, ...defaultRangeExtractor(range)]);
        items.delete(-1);
        return [...items].sort((a, b) => a - b);
      },
      [heads],
    ),
  });
  useLayoutEffect(() => virtual.measure(), [height, virtual]);
  return { virtual, sticky };
}

/** Scrolls to the first hour of work when other days are shown. */
function useFirstHour({ line, firstHour, gridRef }: Props): void {
  const [done, setDone] = useState('');
  const key = `${line.days.length}/${line.fromHour}/${line.perHour}`;
  useLayoutEffect(() => {
    if (done === key) return;
    gridRef.current?.scrollTo({ left: Math.max(0, firstHour - line.fromHour) * line.perHour });
    setDone(key);
  }, [done, key, firstHour, line, gridRef]);
}

function Header({ line, height, summary }: { line: Timeline; height: number; summary: string }): ReactNode {
  const say = useWords(plannerWords);
  const language = useLanguage();
  // an hour that is too narrow for its number shows every second or third
  const wide = 44 * usePrefs().textScale;
  const every = line.perHour >= wide ? 1 : line.perHour >= wide / 2 ? 2 : 3;
  const hours = Array.from({ length: line.toHour - line.fromHour }, (_, n) => line.fromHour + n);
  const slots = 60 / line.slot;
  return (
    <div role="rowgroup" className="sticky top-0 z-5 w-max">
      <div role="row" aria-rowindex={1} className="flex border-b border-edge/60 bg-bg" style={{ height }}>
        <div
          role="columnheader"
          aria-colindex={1}
          className="sticky left-0 z-6 flex w-(--name) shrink-0 flex-col justify-between border-r border-line bg-bg px-3 py-1 text-sm font-semibold"
        >
          {/* read aloud as a status of its own */}
          <span aria-hidden="true" title={summary} className="truncate">
            {summary}
          </span>
          <span className="truncate text-muted">{say('endpoint')}</span>
        </div>
        {line.days.map((day, d) => (
          <div
            key={day}
            role="presentation"
            className="flex flex-col border-r border-edge/60"
            style={{ width: dayWidth(line) }}
          >
            <span className="sticky left-(--name) w-max px-2 pt-1 text-sm font-semibold">
              {formatDay(day, language)}
            </span>
            <div role="presentation" className="relative grow">
              {hours.map((hour, n) =>
                n % every || (n > 0 && n + every > hours.length) ? null : (
                  <span
                    key={hour}
                    role="columnheader"
                    aria-colindex={d * hours.length * slots + n * slots + 2}
                    aria-colspan={slots * Math.min(every, hours.length - n)}
                    className="absolute bottom-1 pl-1 text-[0.8125rem] text-muted"
                    style={{ left: n * line.perHour }}
                  >
                    {line.perHour * every >= wide ? `${String(hour).padStart(2, '0')}:00` : hour}
                  </span>
                ),
              )}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Hour and slot lines and the days' edges, drawn once below all rows. */
function Lines({ line }: { line: Timeline }): ReactNode {
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-y-0 left-(--name) flex">
      {line.days.map((day) => (
        <div
          key={day}
          className="pl-lines h-full border-r border-edge/60"
          style={
            {
              width: dayWidth(line),
              '--hour': `${line.perHour}px`,
              '--slot': `${(line.perHour * line.slot) / 60 < 6 ? line.perHour : (line.perHour * line.slot) / 60}px`,
            } as CSSProperties
          }
        />
      ))}
    </div>
  );
}

function NowLine({ line }: { line: Timeline }): ReactNode {
  const now = useServerNow(30_000);
  const x = xOf(line, now);
  if (x === null) return null;
  return <div aria-hidden="true" className="pl-now z-1" style={{ left: `calc(var(--name) + ${x}px)` }} />;
}
