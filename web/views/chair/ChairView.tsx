import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { SessionEvent } from '../../../server/protocol/events.ts';
import type { SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { Button } from '../../components/Button.tsx';
import { SessionFiles } from '../../components/SessionFiles.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { useScreen } from '../../components/useScreen.ts';
import { api } from '../../lib/api.ts';
import { formatDuration } from '../../lib/format.ts';
import { hasRole, useMe } from '../../lib/me.tsx';
import { useServerNow } from '../../lib/serverClock.ts';
import { useStore } from '../../state/hooks.ts';
import { ChairDesk } from './chairDesk.ts';
import { Console } from './Console.tsx';
import { useChairWords } from './words.ts';

/** events of before this page came, for the log */
const HISTORY = 200;

/** The console of one session: connects, enters, and shows it until it ends. */
export function ChairView({ sessionId }: { sessionId: string }): ReactNode {
  const { user } = useMe();
  const userId = user?.id ?? '';
  const [desk, setDesk] = useState<ChairDesk | null>(null);
  useEffect(() => {
    const made = new ChairDesk(sessionId, userId);
    setDesk(made);
    return () => made.close();
  }, [sessionId, userId]);
  if (!desk) return <Spinner className="grow" />;
  return <Opened desk={desk} who={{ userId, steward: hasRole(user, 'administrator') }} />;
}

function Opened({ desk, who }: { desk: ChairDesk; who: { userId: string; steward: boolean } }): ReactNode {
  const say = useChairWords();
  const line = useStore(desk.connection.state);
  const { snapshot, status, problem } = useStore(desk.session.view);
  useScreen('dark', snapshot?.title ?? say('title'));
  useHistory(desk, snapshot !== null);
  if (line.status === 'replaced') {
    return (
      <EmptyState
        icon="device"
        title={say('replaced')}
        className="grow justify-center"
        action={
          <Button tone="primary" size="lg" onPress={() => desk.resume()}>
            {say('controlOnly')}
          </Button>
        }
      />
    );
  }
  if (snapshot && snapshot.phase !== 'open') return <Ended snapshot={snapshot} />;
  const refused = line.status === 'refused' ? line.problem : problem;
  if (refused && (status === 'refused' || line.status === 'refused') && (!snapshot || line.status === 'refused')) {
    const retry = (): void => (line.status === 'refused' ? desk.resume() : desk.retry());
    return <ErrorState problem={refused} onRetry={retry} className="grow justify-center" />;
  }
  if (!snapshot) return <Spinner className="grow" label={say('entering')} />;
  return <Console desk={desk} snapshot={snapshot} who={who} />;
}

type StoredEvent = Omit<SessionEvent, 'at'> & { at: string | number };

/** Fetches what happened before this page came, once. */
function useHistory(desk: ChairDesk, ready: boolean): void {
  useEffect(() => {
    if (!ready) return;
    const { sessionId, snapshot } = desk.session.view.get();
    const afterSeq = Math.max(0, (snapshot?.seq ?? 0) - HISTORY);
    api.get<{ items: StoredEvent[] }>(`/sessions/${sessionId}/events`, { afterSeq, limit: HISTORY + 50 }).then(
      ({ items }) =>
        desk.session.addHistory(items.map((event): SessionEvent => ({ ...event, at: new Date(event.at).getTime() }))),
      () => undefined, // the log then begins with this page: the session itself does not need it
    );
  }, [desk, ready]);
}

function Ended({ snapshot }: { snapshot: SessionSnapshot }): ReactNode {
  const say = useChairWords();
  const [, go] = useLocation();
  const now = useServerNow();
  const attended = Object.values(snapshot.participants).filter((p) => p.joinCount > 0).length;
  const time = formatDuration((snapshot.closedAt ?? now) - snapshot.openedAt);
  return (
    <EmptyState icon="check" title={say('ended')} className="grow justify-center">
      <p className="text-xl leading-normal font-semibold text-ink">{snapshot.title}</p>
      <p className="mt-2 text-lg">{say('endedAfter', { time, n: attended })}</p>
      <div className="mt-4 flex justify-center">
        <SessionFiles sessionId={snapshot.id} />
      </div>
      <Button tone="primary" size="lg" className="mt-4" onPress={() => go('/meetings')}>
        {say('meetings')}
      </Button>
    </EmptyState>
  );
}
