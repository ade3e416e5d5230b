import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { counts } from '../../../server/protocol/derive.ts';
import type { SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { cx } from '../../components/cx.ts';
import { Clock } from '../../components/Clock.tsx';
import { Digits } from '../../components/Digits.tsx';
import { HeaderTools } from '../../components/HeaderTools.tsx';
import { Icon } from '../../components/icons.tsx';
import { NetworkBars } from '../../components/Network.tsx';
import { StatusPill } from '../../components/Status.tsx';
import { formatCountdown, formatDuration } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { gradeOf } from '../../media/quality.ts';
import { useStore } from '../../state/hooks.ts';
import type { ChairDesk } from './chairDesk.ts';
import { useChairWords } from './words.ts';

const STALE_MS = 10_000;
const SOON_MS = 10 * 60_000;

/** What is going on, how long, how long yet, who is in and who is not. */
export function TopStrip({ desk, snapshot }: { desk: ChairDesk; snapshot: SessionSnapshot }): ReactNode {
  const say = useChairWords();
  const now = useServerNow();
  const { status } = useStore(desk.connection.state);
  const figures = useStore(desk.peer.line);
  const { inSession, invited } = counts(snapshot);
  const left = snapshot.endsAt - now;
  const grade =
    status === 'connected' || figures?.flows ? gradeOf(figures ?? { loss: 0, rtt: null, jitter: 0 }) : 'lost';
  return (
    <header className="flex items-center gap-x-3 border-b border-line bg-surface px-2 text-sm 2xl:gap-x-6">
      <Link
        href="/meetings"
        aria-label={say('meetings')}
        data-tip={say('meetings')}
        className="grid size-target shrink-0 place-items-center rounded-lg hover:bg-sunken"
      >
        <Icon name="arrowLeft" size={22} />
      </Link>
      <h1 className="min-w-0 grow truncate text-base leading-normal font-semibold 2xl:text-lg" title={snapshot.title}>
        {snapshot.title}
      </h1>
      <StatusPill tone={snapshot.paused ? 'warn' : 'ok'} icon={snapshot.paused ? 'pause' : 'online'}>
        {say(snapshot.paused ? 'onBreak' : 'running')} <Digits>{formatDuration(now - snapshot.openedAt)}</Digits>
      </StatusPill>
      <Figure
        label={say(left >= 0 ? 'remaining' : 'overtime')}
        value={<Digits>{formatCountdown(Math.abs(left))}</Digits>}
        className={left < SOON_MS ? 'text-warn' : undefined}
      />
      <Figure label={say('inSession')} value={`${inSession}/${invited}`} />
      <Figure
        label={say('absent')}
        value={String(invited - inSession)}
        className={invited > inSession ? 'text-warn' : undefined}
      />
      {snapshot.locked && (
        <StatusPill tone="accent" icon="lock">
          {say('locked')}
        </StatusPill>
      )}
      <span className="hidden whitespace-nowrap text-muted 2xl:inline">{say('unclassified')}</span>
      <NetworkBars bare grade={grade} isStale={figures !== null && now - figures.at > STALE_MS} />
      <div className="shrink-0 *:flex-nowrap! **:[[role=toolbar]]:flex-nowrap!">
        <HeaderTools clock={false} />
      </div>
      <Clock />
    </header>
  );
}

function Figure(props: { label: string; value: ReactNode; className?: string | undefined }): ReactNode {
  return (
    <span className="flex items-baseline gap-1.5 whitespace-nowrap">
      <span className="text-muted">{props.label}</span>
      <span className={cx('text-lg font-bold', props.className)}>{props.value}</span>
    </span>
  );
}
