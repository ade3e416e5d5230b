import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { cx } from '../../components/cx.ts';
import { StatusPill } from '../../components/Status.tsx';
import type { Tone } from '../../components/Status.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { dayKey, formatDay, formatSpan } from '../../lib/format.ts';
import type { Block } from '../../lib/plannerCalls.ts';
import { Mark } from './Block.tsx';
import { isCalledOff } from './rows.ts';
import { plannerWords } from './words.ts';

/** The bookings of the shown days as a table in groups of a day: the planner without a grid. */
export function MeetingTable(props: { blocks: readonly Block[]; onOpen: (id: string) => void }): ReactNode {
  const { blocks, onOpen } = props;
  const language = useLanguage();
  const days = new Map<string, Block[]>();
  for (const block of [...blocks].sort((a, b) => a.start - b.start)) {
    const key = dayKey(block.start);
    days.set(key, [...(days.get(key) ?? []), block]);
  }
  return (
    <div className="flex flex-col gap-6 pt-2">
      {[...days].map(([key, own]) => (
        <section key={key} aria-labelledby={`day-${key}`} className="flex flex-col gap-2">
          <h2 id={`day-${key}`} className="text-lg font-semibold first-letter:uppercase">
            {formatDay(own[0]?.start ?? 0, language)}
          </h2>
          <DayTable blocks={own} labelId={`day-${key}`} onOpen={onOpen} />
        </section>
      ))}
    </div>
  );
}

function DayTable(props: { blocks: Block[]; labelId: string; onOpen: (id: string) => void }): ReactNode {
  const { blocks, labelId, onOpen } = props;
  const say = useWords(plannerWords);
  return (
    <div className="overflow-x-auto rounded-2xl border border-line bg-surface shadow-card">
      <table aria-labelledby={labelId} className="w-full table-fixed border-collapse text-left">
        <thead className="border-b border-line bg-bg text-sm text-muted">
          <tr>
            {(['time', 'kind', 'name', 'who', 'status'] as const).map((head, n) => (
              <th
                key={head}
                scope="col"
                className={`px-5 py-2.5 font-semibold ${['w-44', 'w-72', '', 'w-40', 'w-44'][n]}`}
              >
                {say(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {blocks.map((block) => (
            <LineOf key={block.id} block={block} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const TONES: Partial<Record<Block['status'], Tone>> = {
  running: 'ok',
  scheduled: 'accent',
  cancelled: 'bad',
  postponed: 'warn',
};

function LineOf({ block, onOpen }: { block: Block; onOpen: (id: string) => void }): ReactNode {
  const say = useWords(plannerWords);
  const kind = block.title ? block.kind : 'foreign';
  return (
    <tr className="border-b border-line last:border-b-0 hover:bg-bg">
      <td className="px-5 py-1.5 font-semibold whitespace-nowrap">{formatSpan(block.start, block.end)}</td>
      <td className="px-5 py-1.5">
        <span className="inline-flex items-center gap-2">
          <span data-kind={kind} data-off={isCalledOff(block) || undefined} className="pl-swatch rounded-md pl-1">
            <Mark kind={kind} />
          </span>
          {say(`kind.${kind}`)}
        </span>
      </td>
      <th scope="row" className="px-5 py-1.5 text-left font-normal">
        {block.title ? (
          <Button
            tone="quiet"
            className="-ml-3 justify-start! px-3! text-left!"
            aria-label={say('open', { title: block.title })}
            aria-haspopup="dialog"
            onPress={() => onOpen(block.id)}
          >
            <span
              className={cx('text-accent', isCalledOff(block) ? 'line-through' : 'underline-offset-4 hover:underline')}
            >
              {block.title}
            </span>
          </Button>
        ) : (
          <span className="text-muted">{say('foreign')}</span>
        )}
      </th>
      <td className="px-5 py-1.5">{say('count', { count: block.endpoints })}</td>
      <td className="px-5 py-1.5">
        <StatusPill tone={TONES[block.status] ?? 'neutral'}>{say(`status.${block.status}`)}</StatusPill>
      </td>
    </tr>
  );
}
