import { useState } from 'react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { PlannedMeeting } from '../../../server/protocol/meetings.ts';
import type { Registration } from '../../../server/protocol/invitations.ts';
import { Button } from '../../components/Button.tsx';
import { Frame } from '../../components/Frame.tsx';
import { Icon } from '../../components/icons.tsx';
import { ErrorState, Spinner } from '../../components/States.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import type { Read } from '../../lib/api.ts';
import { formatDay, formatSpan } from '../../lib/format.ts';
import { invitationCalls } from '../../lib/invitationCalls.ts';
import type { Registrations } from '../../lib/invitationCalls.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { useDirectory } from '../calendar/useDirectory.ts';
import type { Directory } from '../calendar/useDirectory.ts';
import { InviteDialog } from './InviteDialog.tsx';
import { RegisterDialog } from './RegisterDialog.tsx';
import { RegistrationTable } from './RegistrationTable.tsx';
import { registrationWords } from './words.ts';

/** Milliseconds between readings of the answers. */
const FRESH = 15_000;

/** Who was invited to a meeting, who has seen it, who comes; an operator registers the own endpoint here. */
export function RegistrationsView({ meetingId }: { meetingId: string }): ReactNode {
  const say = useWords(registrationWords);
  const meeting = useRead((signal) => plannerCalls.meeting(meetingId, signal), meetingId);
  const list = useRead((signal) => invitationCalls.list(meetingId, signal), meetingId, FRESH);
  const directory = useDirectory();
  const problem = (meeting.data ? null : meeting.problem) ?? (list.data ? null : list.problem);
  return (
    <Frame
      title={say('title')}
      actions={meeting.data && list.data && <Acts meeting={meeting.data} list={list} directory={directory} />}
    >
      {problem ? (
        <ErrorState
          problem={problem}
          onRetry={() => {
            meeting.reload();
            list.reload();
          }}
        />
      ) : meeting.data && list.data ? (
        <Body meeting={meeting.data} registrations={list.data} directory={directory} onChanged={list.reload} />
      ) : (
        <Spinner />
      )}
    </Frame>
  );
}

function Acts(props: { meeting: PlannedMeeting; list: Read<Registrations>; directory: Directory }): ReactNode {
  const { meeting, list, directory } = props;
  const say = useWords(registrationWords);
  const [, go] = useLocation();
  const [inviting, setInviting] = useState(false);
  const [busy, setBusy] = useState(false);
  const items = list.data?.items ?? [];
  const wasSent = items.some((r) => r.state !== 'none');
  const silent = items.filter((r) => r.state === 'sent' || r.state === 'seen').length;
  const remind = (): void => {
    setBusy(true);
    invitationCalls
      .remind(meeting.id)
      .then(({ mails }) => {
        showToast({ tone: 'ok', text: say('reminded', { mails }) });
        list.reload();
      })
      .catch(showProblem)
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button icon="arrowLeft" onPress={() => go('/planner')}>
        {say('back')}
      </Button>
      {meeting.may.change && (
        <>
          {silent > 0 && (
            <Button icon="clock" isPending={busy} onPress={remind}>
              {say('remind', { count: silent })}
            </Button>
          )}
          <Button tone={wasSent ? 'plain' : 'primary'} icon="users" onPress={() => setInviting(true)}>
            {say(wasSent ? 'inviteAgain' : 'invite')}
          </Button>
        </>
      )}
      {inviting && (
        <InviteDialog
          meeting={meeting}
          directory={directory}
          onClose={() => setInviting(false)}
          onSent={() => {
            setInviting(false);
            list.reload();
          }}
        />
      )}
    </>
  );
}

function Body(props: {
  meeting: PlannedMeeting;
  registrations: Registrations;
  directory: Directory;
  onChanged: () => void;
}): ReactNode {
  const { meeting, registrations, directory, onChanged } = props;
  const say = useWords(registrationWords);
  const language = useLanguage();
  const [chosen, setChosen] = useState<Registration | null>(null);
  const { totals } = registrations;
  return (
    <>
      <section className="flex flex-col gap-1.5">
        <h2 className="text-xl font-semibold">{meeting.title}</h2>
        <p className="text-muted">
          {formatSpan(meeting.startsAt, meeting.endsAt)}, {formatDay(meeting.startsAt, language)}
        </p>
        <p role="status" className="font-semibold">
          {say('sums', { ...totals })}
        </p>
        <a
          href={invitationCalls.letterAddress(meeting.id)}
          target="_blank"
          rel="noreferrer"
          className="flex min-h-target items-center gap-2 self-start font-semibold text-accent underline underline-offset-4"
        >
          <Icon name="link" />
          {say('letter')}
        </a>
      </section>
      <RegistrationTable
        items={registrations.items}
        nameOf={(id) => directory.byId.get(id)?.name ?? id}
        onRegister={setChosen}
      />
      {chosen && (
        <RegisterDialog
          registration={chosen}
          send={(answer) => invitationCalls.answer(meeting.id, chosen.endpointId, answer)}
          name={directory.byId.get(chosen.endpointId)?.name ?? ''}
          onClose={() => setChosen(null)}
          onSaved={() => {
            setChosen(null);
            onChanged();
          }}
        />
      )}
    </>
  );
}
