import { useCallback, useEffect, useRef } from 'react';
import { showProblem, showToast } from '../../components/toasts.ts';
import { say } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { formatDate, formatSpan, toRfc3339 } from '../../lib/format.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import type { Block } from '../../lib/plannerCalls.ts';
import type { PlannedMeeting } from '../../../server/protocol/meetings.ts';
import { plannerWords } from './words.ts';

/** A move that the server refused: the window that offers other times opens with it. */
export interface RefusedMove {
  meeting: PlannedMeeting;
  start: number;
  problem: ClientProblem;
}

const movedText = (title: string, start: number, end: number): string =>
  say(plannerWords, 'moved', { title, time: `${formatSpan(start, end)}, ${formatDate(start)}` });

/** Moves a meeting at once on the screen, then on the server; it can be taken back for ten seconds. */
export function useMoves(setting: {
  /** what was read last: a fresh reading replaces what is shown ahead of it */
  readAt: number | null;
  reload: () => void;
  offer: (text: string, run: () => void) => void;
  /** milliseconds by which blocks were moved ahead of the server's answer */
  onMoved: (change: (old: ReadonlyMap<string, number>) => ReadonlyMap<string, number>) => void;
  onRefused: (move: RefusedMove) => void;
}) {
  const { readAt, reload, offer, onMoved } = setting;
  const refused = useRef(setting.onRefused);
  refused.current = setting.onRefused;
  const busy = useRef(0);
  // the reading that follows the last answer holds all moves
  useEffect(() => {
    if (busy.current === 0) onMoved((old) => (old.size ? new Map() : old));
  }, [readAt, onMoved]);

  const takeBack = useCallback(
    (after: PlannedMeeting, before: PlannedMeeting): void => {
      plannerCalls
        .change(after, { startsAt: before.startsAt, endsAt: before.endsAt }, 'this')
        .then(() => {
          showToast({ tone: 'neutral', text: say(plannerWords, 'movedBack', { title: before.title }) });
          reload();
        })
        .catch(showProblem);
    },
    [reload],
  );

  const move = useCallback(
    async (block: Block, start: number): Promise<void> => {
      const shift = start - block.start;
      onMoved((old) => new Map([...old, [block.id, (old.get(block.id) ?? 0) + shift]]));
      busy.current += 1;
      let before: PlannedMeeting | null = null;
      try {
        before = await plannerCalls.meeting(block.id);
        if (!before.may.change) {
          showToast({ tone: 'bad', text: say(plannerWords, 'notMovable') });
          return;
        }
        const end = start + block.end - block.start;
        const after = await plannerCalls.change(before, { startsAt: toRfc3339(start), endsAt: toRfc3339(end) }, 'this');
        const old = before;
        offer(movedText(after.title, start, end), () => takeBack(after, old));
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (before && problem.code === 'schedule_conflict') refused.current({ meeting: before, start, problem });
        else showProblem(thrown);
      } finally {
        busy.current -= 1;
        reload();
      }
    },
    [offer, onMoved, reload, takeBack],
  );
  return { move, takeBack };
}
