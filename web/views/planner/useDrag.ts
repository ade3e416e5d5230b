import { useEffect, useRef, useState } from 'react';
import type { PointerEvent } from 'react';
import type { PlannerRead } from '../../lib/plannerCalls.ts';
import { seemsMovable } from './Block.tsx';
import { columnOf, momentAt } from './timeline.ts';
import type { Timeline } from './timeline.ts';

/** Pixels before a press becomes a drag. */
const SLACK = 5;

interface Setting {
  line: Timeline;
  read: PlannerRead;
  onMove: (blockId: string, start: number) => void;
  onOpen: (blockId: string) => void;
  onCell: (place: { row: number; column: number }) => void;
}

interface Hold {
  id: string;
  movable: boolean;
  startX: number;
  /** where the track's left edge is on the screen, without scrolling */
  edge: number;
  from: number;
}

/** Left edge on the screen of the track that holds an element of the grid. */
function edgeOf(target: HTMLElement): number | null {
  const row = target.closest<HTMLElement>('[role="row"]');
  const name = row?.querySelector<HTMLElement>('[role="rowheader"]');
  return row && name ? row.getBoundingClientRect().left + name.offsetWidth : null;
}

/** Moves a block with the mouse or a pen in steps of a column; a press without a way opens it. */
export function useDrag(setting: Setting) {
  const { line, read, onMove, onOpen, onCell } = setting;
  const hold = useRef<Hold | null>(null);
  const [moving, setMoving] = useState<{ id: string; shift: number } | null>(null);

  useEffect(() => {
    if (!moving) return;
    const stop = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      hold.current = null;
      setMoving(null);
    };
    window.addEventListener('keydown', stop, true);
    return () => window.removeEventListener('keydown', stop, true);
  }, [moving]);

  const shiftAt = (held: Hold, x: number): number => momentAt(line, x - held.edge) - held.from;

  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || !(event.target instanceof HTMLElement)) return;
    const edge = edgeOf(event.target);
    const row = Number(event.target.closest('[role="row"]')?.getAttribute('aria-rowindex')) - 2;
    if (edge === null || !(row >= 0) || event.target.closest('[role="rowheader"]')) return;
    const from = momentAt(line, event.clientX - edge);
    onCell({ row, column: columnOf(line, from) });
    const id = event.target.closest<HTMLElement>('[data-block]')?.dataset.block;
    const block = id ? read.blocks.find((b) => b.id === id) : undefined;
    if (!block) return;
    const movable = seemsMovable(block) && event.pointerType !== 'touch';
    hold.current = { id: block.id, movable, startX: event.clientX, edge, from };
  };

  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const held = hold.current;
    if (!held?.movable) return;
    if (!moving && Math.abs(event.clientX - held.startX) < SLACK) return;
    if (!moving) event.currentTarget.setPointerCapture(event.pointerId);
    const shift = shiftAt(held, event.clientX);
    if (moving?.shift !== shift || moving.id !== held.id) setMoving({ id: held.id, shift });
  };

  const onPointerUp = (event: PointerEvent<HTMLDivElement>): void => {
    const held = hold.current;
    hold.current = null;
    setMoving(null);
    if (!held) return;
    if (!moving) return onOpen(held.id);
    const shift = shiftAt(held, event.clientX);
    const block = read.blocks.find((b) => b.id === held.id);
    if (block && shift !== 0) onMove(held.id, block.start + shift);
  };

  const onPointerCancel = (): void => {
    hold.current = null;
    setMoving(null);
  };

  return { moving, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel } };
}
