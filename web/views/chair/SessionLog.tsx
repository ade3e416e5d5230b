import { memo } from 'react';
import type { ReactNode } from 'react';
import type { SessionEvent, SessionFact } from '../../../server/protocol/events.ts';
import type { Participant } from '../../../server/protocol/snapshot.ts';
import { Digits } from '../../components/Digits.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { formatSeconds, formatTime } from '../../lib/format.ts';
import { logWords } from './logWords.ts';
import { chairWords } from './words.ts';

/** newest first; more than this would only slow the console down */
const SHOWN = 120;

/** The words of three tables and the names of the day. */
function useSpeech(participants: Record<string, Participant>) {
  const log = useWords(logWords);
  const chair = useWords(chairWords);
  const common = useWords(commonWords);
  return { log, chair, common, nameOf: (endpointId: string) => participants[endpointId]?.shortName ?? '' };
}

type Speech = ReturnType<typeof useSpeech>;

/** What happened, in words, newest first. */
export const SessionLog = memo(function SessionLog(props: {
  events: SessionEvent[];
  participants: Record<string, Participant>;
}): ReactNode {
  const { events, participants } = props;
  const speech = useSpeech(participants);
  const shown = events.slice(-SHOWN).reverse();
  return (
    <section aria-label={speech.chair('log')} className="flex min-h-0 grow flex-col gap-1">
      <h2 className="px-3 text-sm font-semibold text-muted">{speech.chair('log')}</h2>
      {shown.length === 0 && <p className="px-3 text-sm text-muted">{speech.chair('logEmpty')}</p>}
      <ol className="relative min-h-0 grow overflow-y-auto px-3 pb-2 text-sm">
        {shown.map((event) => (
          <li key={event.seq} className="flex gap-2 py-0.5">
            <time className="shrink-0 text-muted">
              <Digits>{formatSeconds(event.at)}</Digits>
            </time>
            <span className="min-w-0">{sentence(event.fact, speech)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
});

function sentence(fact: SessionFact, speech: Speech): string {
  const { log, chair, common, nameOf } = speech;
  const name = 'endpointId' in fact ? nameOf(fact.endpointId) : '';
  switch (fact.type) {
    case 'endpointLeft':
      return `${log(fact.type, { name })}: ${chair(`exit.${fact.reason}`)}`;
    case 'chairHandedOver':
    case 'chairTakenBack':
      return log(fact.type, { name: nameOf(fact.chair.endpointId) });
    case 'modeSet':
      return log(fact.type, { mode: common(`mode.${fact.floorMode}`) });
    case 'micMuted':
      return log(fact.byChair ? 'micMutedByChair' : 'micMuted', { name });
    case 'micAllowedSet':
      return log(fact.allowed ? 'micAllowed' : 'micDisallowed', { name });
    case 'selfUnmuteSet':
      return log(fact.allowed ? 'selfUnmuteOn' : 'selfUnmuteOff');
    case 'stageSet':
      return fact.pinned ? log('stageSet', { name }) : log('stageFollows');
    case 'rollMarked': {
      const values = { name, state: chair(`roll.${fact.state}`), reason: fact.reason ?? '' };
      return log(fact.reason ? 'rollMarkedReason' : 'rollMarked', values);
    }
    case 'sessionExtended':
      return log(fact.type, { time: formatTime(fact.endsAt) });
    case 'sessionLockSet':
      return log(fact.locked ? 'locked' : 'unlocked');
    default:
      return log(fact.type, { name });
  }
}
