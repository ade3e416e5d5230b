import type { ReactNode } from 'react';
import type { SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { Clock } from '../../components/Clock.tsx';
import { Digits } from '../../components/Digits.tsx';
import { Icon } from '../../components/icons.tsx';
import { NetworkBars } from '../../components/Network.tsx';
import { useWords } from '../../i18n/index.ts';
import { formatDuration } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { gradeOf } from '../../media/quality.ts';
import { useStore } from '../../state/hooks.ts';
import type { RoomStation } from './roomStation.ts';
import type { Visit } from './visit.ts';
import { roomWords } from './words.ts';

const STALE_MS = 10_000;

/** Title, time and the state of the line, over the picture. */
export function RoomHeader(props: { station: RoomStation; visit: Visit; snapshot: SessionSnapshot }): ReactNode {
  const { station, visit, snapshot } = props;
  const say = useWords(roomWords);
  const now = useServerNow();
  const { status } = useStore(station.connection.state);
  const { seat, media } = useStore(visit.session.view);
  const figures = useStore(visit.peer.line);
  // figures of a line that brings nothing say nothing
  const deaf = seat !== null && media[seat]?.oneWay === 'not_receiving';
  const grade =
    !deaf && (status === 'connected' || figures?.flows)
      ? gradeOf(figures ?? { loss: 0, rtt: null, jitter: 0 })
      : 'lost';
  return (
    <header className="flex items-center gap-8 bg-surface px-6 py-2 text-xl">
      <h1 className="min-w-0 grow truncate text-2xl leading-normal font-semibold">{snapshot.title}</h1>
      {seat && (
        <span className="max-w-[28vw] shrink-0 truncate text-muted">{snapshot.participants[seat]?.shortName}</span>
      )}
      {snapshot.locked && <Icon name="lock" className="text-muted" />}
      <span className="whitespace-nowrap text-muted tabular-nums">
        <Digits>{say('elapsed', { time: formatDuration(now - snapshot.openedAt) })}</Digits>
      </span>
      <NetworkBars
        className="whitespace-nowrap"
        grade={grade}
        isStale={figures !== null && now - figures.at > STALE_MS}
      />
      <Clock className="text-3xl" />
    </header>
  );
}
