import { memo, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { SessionEvent } from '../../../server/protocol/events.ts';
import { eventSentence } from '../../../server/protocol/eventWords.ts';
import type { Telling } from '../../../server/protocol/eventWords.ts';
import type { Participant } from '../../../server/protocol/snapshot.ts';
import { Digits } from '../../components/Digits.tsx';
import { useLanguage } from '../../i18n/index.ts';
import { formatSeconds, formatTime } from '../../lib/format.ts';
import { logLines } from './logLines.ts';
import type { LogLine } from './logLines.ts';
import { useChairWords } from './words.ts';
import type { SayChair } from './words.ts';

/** newest first; more than this would only slow the console down */
const SHOWN = 120;
/** names in a line about many; the others are counted, and all stand in its tip */
const NAMED = 3;

/** What happened, in words, newest first. */
export const SessionLog = memo(function SessionLog(props: {
  events: SessionEvent[];
  participants: Record<string, Participant>;
}): ReactNode {
  const { events, participants } = props;
  const say = useChairWords();
  const language = useLanguage();
  const lines = useMemo(() => logLines(events), [events]);
  const telling: Telling = {
    language,
    nameOf: (endpointId) => participants[endpointId]?.shortName ?? '',
    timeOf: formatTime,
  };
  const shown = lines.slice(-SHOWN).reverse();
  return (
    <section aria-label={say('log')} className="flex min-h-0 grow flex-col gap-1">
      <h2 className="px-3 text-sm font-semibold text-muted">{say('log')}</h2>
      {shown.length === 0 && <p className="px-3 text-sm text-muted">{say('logEmpty')}</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard */}
      <ol tabIndex={0} aria-label={say('log')} className="relative min-h-0 grow overflow-y-auto px-3 pb-2 text-sm">
        {shown.map((line) => (
          <li key={line.seq} className="flex gap-2 py-0.5">
            <time className="shrink-0 text-muted">
              <Digits>{formatSeconds(line.at)}</Digits>
            </time>
            {line.many.length > 1 ? (
              <Many line={line} telling={telling} say={say} />
            ) : (
              <span className="min-w-0">{eventSentence(line.fact, telling)}</span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
});

/** The sentence of one endpoint with the first names in its place, and how many more there are. */
function Many({ line, telling, say }: { line: LogLine; telling: Telling; say: SayChair }): ReactNode {
  const names = line.many.map(telling.nameOf);
  const rest = names.length - NAMED;
  const named = names.slice(0, NAMED).join(', ');
  const who = rest > 0 ? say('logMany', { names: named, count: rest }) : named;
  return (
    <span className="min-w-0" title={names.join(', ')}>
      <span className="font-semibold tabular-nums">{say('logCount', { count: names.length })}</span>
      {eventSentence(line.fact, { ...telling, nameOf: () => who })}
    </span>
  );
}
