import { useEffect } from 'react';
import type { ReactNode } from 'react';
import type { HelpLine, RoomDay } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Clock } from '../../components/Clock.tsx';
import { Digits } from '../../components/Digits.tsx';
import { HeaderTools } from '../../components/HeaderTools.tsx';
import { Icon } from '../../components/icons.tsx';
import { NetworkBars } from '../../components/Network.tsx';
import { Banner, StatusPill } from '../../components/Status.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { formatAge, formatCountdown, formatTime } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { gradeOf } from '../../media/quality.ts';
import type { StoredCredential } from '../../state/deviceCredentials.ts';
import { useStore } from '../../state/hooks.ts';
import { DeviceChecks } from './DeviceChecks.tsx';
import { readDay } from './day.ts';
import { HelpLines } from './HelpLines.tsx';
import type { RoomStation } from './roomStation.ts';
import { roomWords } from './words.ts';

const READ_EVERY_MS = 60_000;
const SHOWN = 3;

/** The room between sessions: who it is, what comes next, whether it is ready. Nothing has to be done here. */
export function Standby(props: { station: RoomStation; credential: StoredCredential; onCheck: () => void }): ReactNode {
  const { station, credential, onCheck } = props;
  const say = useWords(roomWords);
  const { left } = useStore(station.state);
  const day = useRead((signal) => readDay(credential.credential, signal), credential.credential, READ_EVERY_MS);
  const { reload } = day;
  useEffect(() => station.connection.on('meetings.changed', reload), [station, reload]);
  return (
    <main className="flex grow flex-col gap-[2.5vh] px-[4vw] py-[2.5vh]">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <Line station={station} />
        <HeaderTools clock={false} />
      </div>
      <header className="flex flex-wrap items-end justify-between gap-x-12 gap-y-4">
        <h1 className="max-w-[60vw] text-[clamp(2.5rem,5vw,6rem)] leading-[1.25] font-bold">
          {credential.endpoint.name}
        </h1>
        <Clock
          day="below"
          className="text-[clamp(3rem,6vw,7rem)] leading-none"
          dayClassName="text-[clamp(1.25rem,1.8vw,2rem)] mt-2"
        />
      </header>
      {left && (
        <Banner
          tone="warn"
          icon="info"
          className="text-2xl"
          action={
            <Button size="kiosk" tone="primary" autoFocus onPress={() => station.enter(left)}>
              {say('enterAgain')}
            </Button>
          }
        >
          {say('leftRunning', { title: left.title })}
        </Banner>
      )}
      <div className="grid grow grid-cols-1 gap-[3vh] lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Today day={day.data} />
        <section className="flex flex-col gap-6 rounded-3xl border border-line bg-surface p-8">
          <h2 className="text-2xl font-semibold text-muted">{say('devices')}</h2>
          <DeviceChecks own={station.own} />
          <Button size="kiosk" icon="settings" className="mt-auto" onPress={onCheck}>
            {say('check')}
          </Button>
        </section>
      </div>
      <Foot help={day.data?.help ?? []} />
    </main>
  );
}

/** What there is to do (nothing), and whom to call. */
function Foot({ help }: { help: HelpLine[] }): ReactNode {
  const say = useWords(roomWords);
  return (
    <footer className="flex flex-wrap items-start justify-between gap-x-12 gap-y-4">
      <p className="flex items-center gap-4 text-2xl leading-normal text-muted">
        <Icon name="info" />
        {say('standbyHow')}
      </p>
      {help.length > 0 && (
        <section aria-label={say('duty')} className="flex flex-wrap items-center gap-x-6 gap-y-2 text-xl">
          <h2 className="text-muted">{say('duty')}</h2>
          <HelpLines lines={help.slice(0, 2)} className="flex-row! flex-wrap gap-x-10! gap-y-2!" />
        </section>
      )}
    </footer>
  );
}

function Line({ station }: { station: RoomStation }): ReactNode {
  const say = useWords(roomWords);
  const language = useLanguage();
  const { status, rtt, since } = useStore(station.connection.state);
  const now = useServerNow();
  if (status !== 'connected') {
    return (
      <StatusPill tone="bad" icon="offline" className="text-xl!">
        {say('connecting')} {now - since > 3_000 && formatAge(now - since, language)}
      </StatusPill>
    );
  }
  return (
    <div className="flex items-center gap-4 text-xl">
      <span className="text-muted">{say('line')}</span>
      <NetworkBars grade={gradeOf({ loss: 0, rtt, jitter: 0 })} />
    </div>
  );
}

function Today({ day }: { day: RoomDay | null }): ReactNode {
  const say = useWords(roomWords);
  const now = useServerNow();
  const coming = (day?.meetings ?? []).filter((m) => Date.parse(m.endsAt) > now).slice(0, SHOWN);
  return (
    <section className="flex flex-col gap-6 rounded-3xl border border-line bg-surface p-8">
      <h2 className="text-2xl font-semibold text-muted">{say('today')}</h2>
      {coming.length === 0 && <p className="text-3xl leading-normal">{say('noMeetings')}</p>}
      <ol className="flex flex-col divide-y divide-line">
        {coming.map((meeting, i) => (
          <li key={meeting.id} className="grid grid-cols-[auto_1fr] items-baseline gap-x-8 gap-y-1 py-4">
            <span className="text-3xl font-semibold tabular-nums">{formatTime(meeting.startsAt)}</span>
            <span className={`leading-normal ${i === 0 ? 'text-4xl font-bold' : 'text-2xl'}`}>{meeting.title}</span>
            <span className="col-start-2 text-2xl text-accent">
              {meeting.status === 'running' && say('runningNow')}
              {meeting.status !== 'running' && i === 0 && Date.parse(meeting.startsAt) > now && (
                <Digits>{say('startsIn', { time: formatCountdown(Date.parse(meeting.startsAt) - now) })}</Digits>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
