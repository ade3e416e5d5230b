import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Brand } from '../../components/Frame.tsx';
import { HeaderTools } from '../../components/HeaderTools.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import { useScreen } from '../../components/useScreen.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { formatDay, formatSpan } from '../../lib/format.ts';
import { invitationCalls } from '../../lib/invitationCalls.ts';
import type { OpenedInvitation } from '../../lib/invitationCalls.ts';
import { RegisterDialog } from './RegisterDialog.tsx';
import { registrationWords } from './words.ts';

type Invited = OpenedInvitation['meetings'][number];

/** What the link of a mail opens: the meetings of an endpoint, and registering for each without signing in. */
export function InvitationView({ secret }: { secret: string }): ReactNode {
  const say = useWords(registrationWords);
  const read = useRead((signal) => invitationCalls.open(secret, signal), secret);
  const [chosen, setChosen] = useState<Invited | null>(null);
  useScreen('light', say('linkTitle'));
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-4 border-b border-line bg-surface px-6 py-2">
        <Brand />
        <HeaderTools />
      </header>
      <main id="main" className="mx-auto flex w-full max-w-3xl grow flex-col gap-5 px-6 py-8">
        <h1 className="text-[1.75rem] leading-tight font-bold">{say('linkTitle')}</h1>
        {read.data ? (
          <>
            <p className="text-lg font-semibold">{read.data.endpoint.name}</p>
            <ul className="flex flex-col gap-3">
              {read.data.meetings.map((meeting) => (
                <Line key={meeting.id} meeting={meeting} onRegister={() => setChosen(meeting)} />
              ))}
            </ul>
          </>
        ) : read.problem?.code === 'not_found' ? (
          <EmptyState icon="link" title={say('deadLink')}>
            {say('deadLinkWhy')}
          </EmptyState>
        ) : read.problem ? (
          <ErrorState problem={read.problem} onRetry={read.reload} />
        ) : (
          <Spinner />
        )}
      </main>
      {chosen && (
        <RegisterDialog
          registration={chosen.registration}
          name={read.data?.endpoint.name ?? ''}
          onClose={() => setChosen(null)}
          send={(answer) => invitationCalls.answerByLink(secret, chosen.id, answer)}
          onSaved={() => {
            setChosen(null);
            read.reload();
          }}
        />
      )}
    </>
  );
}

function Line({ meeting, onRegister }: { meeting: Invited; onRegister: () => void }): ReactNode {
  const say = useWords(registrationWords);
  const language = useLanguage();
  const { state, answer } = meeting.registration;
  return (
    <li className="flex flex-wrap items-center gap-4 rounded-2xl border border-line bg-surface px-5 py-4 shadow-card">
      <div className="min-w-0 grow basis-72">
        <h2 className="font-semibold">{meeting.title}</h2>
        <p className="text-muted">
          {formatSpan(meeting.startsAt, meeting.endsAt)}, {formatDay(meeting.startsAt, language)}
        </p>
      </div>
      {answer && <StatusPill tone={answer === 'registered' ? 'ok' : 'bad'}>{say(`state.${state}`)}</StatusPill>}
      <Button tone={answer ? 'plain' : 'primary'} aria-haspopup="dialog" onPress={onRegister}>
        {say(answer ? 'change' : 'register')}
      </Button>
    </li>
  );
}
