import { Suspense, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { ErrorState, Spinner } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { formatDuration } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { forgetCredential } from '../../state/deviceCredentials.ts';
import type { StoredCredential } from '../../state/deviceCredentials.ts';
import { useStore } from '../../state/hooks.ts';
import { Joining } from './Joining.tsx';
import { Notice } from './Notice.tsx';
import { fetchParts, InSession, TechCheck } from './parts.ts';
import { RoomStation } from './roomStation.ts';
import type { Visit } from './visit.ts';
import { Standby } from './Standby.tsx';
import { useArrowFocus } from './useArrowFocus.ts';
import { roomWords } from './words.ts';

/** Standby is painted and settled by then, also on a slow PC and line. */
const FETCH_PARTS_AFTER_MS = 4_000;

/** The screen of a paired PC: standby, technical check, joining, in session, ended. */
export function Station(props: { credential: StoredCredential; onUnpaired: () => void }): ReactNode {
  const [station, setStation] = useState<RoomStation | null>(null);
  useEffect(() => {
    const made = new RoomStation(props.credential);
    setStation(made);
    return () => made.stop();
  }, [props.credential]);
  useEffect(() => {
    const timer = setTimeout(fetchParts, FETCH_PARTS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  useArrowFocus();
  if (!station) return <Spinner className="grow" />;
  return (
    <Suspense fallback={<Spinner className="grow text-2xl" />}>
      <Screen station={station} {...props} />
    </Suspense>
  );
}

function Screen(props: { station: RoomStation; credential: StoredCredential; onUnpaired: () => void }): ReactNode {
  const { station, credential, onUnpaired } = props;
  const say = useWords(roomWords);
  const { stage, visit, problem } = useStore(station.state);
  const line = useStore(station.connection.state);
  const [checking, setChecking] = useState(false);
  useEffect(() => {
    if (visit) setChecking(false);
  }, [visit]);

  if (line.status === 'replaced') {
    return (
      <Notice title={say('replaced')} icon="device">
        <Button size="kiosk" tone="primary" onPress={() => station.connection.reopen()}>
          {say('useHere')}
        </Button>
      </Notice>
    );
  }
  if (line.status === 'refused') {
    const pairAgain = (): void => {
      forgetCredential(credential.endpoint.code);
      onUnpaired();
    };
    return (
      <Notice title={say('credentialGone')} icon="warning">
        {line.problem && <ErrorState problem={line.problem} className="text-xl" />}
        <Button size="kiosk" onPress={() => station.connection.reopen()}>
          {say('retry')}
        </Button>
        <Button size="kiosk" tone="primary" onPress={pairAgain}>
          {say('pairAgain')}
        </Button>
      </Notice>
    );
  }
  if (visit && stage === 'joining') return <Joining station={station} visit={visit} />;
  if (visit && stage === 'session') return <InSession station={station} visit={visit} />;
  if (visit && stage === 'seatTaken') return <SeatTaken station={station} visit={visit} />;
  if (visit && stage === 'ended') return <Ended station={station} visit={visit} />;
  if (visit && stage === 'refused' && problem) {
    return (
      <Notice title={say('refused')} icon="warning">
        <ErrorState problem={problem} onRetry={() => station.enter(visit.call)} className="text-2xl" />
        <Button size="kiosk" onPress={() => station.dismiss()}>
          {say('toStandby')}
        </Button>
      </Notice>
    );
  }
  if (checking) return <TechCheck station={station} onDone={() => setChecking(false)} />;
  return <Standby station={station} credential={credential} onCheck={() => setChecking(true)} />;
}

function SeatTaken({ station, visit }: { station: RoomStation; visit: Visit }): ReactNode {
  const say = useWords(roomWords);
  return (
    <Notice title={say('seatTaken')} icon="users" role="alertdialog">
      <p className="text-2xl leading-normal">{say('seatTakenHow')}</p>
      <div className="flex flex-wrap justify-center gap-6">
        <Button size="kiosk" tone="primary" autoFocus onPress={() => station.enter(visit.call, { takeOver: true })}>
          {say('takeOver')}
        </Button>
        <Button size="kiosk" onPress={() => station.enter(visit.call, { as: 'watch' })}>
          {say('watchOnly')}
        </Button>
        <Button size="kiosk" tone="quiet" onPress={() => station.dismiss()}>
          {say('cancel')}
        </Button>
      </div>
    </Notice>
  );
}

function Ended({ station, visit }: { station: RoomStation; visit: Visit }): ReactNode {
  const say = useWords(roomWords);
  const { snapshot } = useStore(visit.session.view);
  const now = useServerNow();
  const spent = snapshot ? (snapshot.closedAt ?? now) - snapshot.openedAt : 0;
  return (
    <Notice title={say('ended')} icon="check">
      <p className="text-3xl leading-normal">{visit.call.title}</p>
      <p className="text-2xl text-muted">{say('endedAfter', { time: formatDuration(spent) })}</p>
      <Button size="kiosk" tone="primary" autoFocus onPress={() => station.dismiss()}>
        {say('toStandby')}
      </Button>
    </Notice>
  );
}
