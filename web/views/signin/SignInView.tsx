import { useState } from 'react';
import type { ReactNode } from 'react';
import { Link, Redirect, useSearchParams } from 'wouter';
import type { User } from '../../../server/protocol/rest.ts';
import { Brand, SkipLink } from '../../components/Frame.tsx';
import { HeaderTools } from '../../components/HeaderTools.tsx';
import { Icon } from '../../components/icons.tsx';
import { cx } from '../../components/cx.ts';
import { useScreen } from '../../components/useScreen.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { useMe } from '../../lib/me.tsx';
import { FirstPassword } from './FirstPassword.tsx';
import { PlainHttpWarning, SamplePanel, TrustPanel } from './SamplePanel.tsx';
import { SignInForm } from './SignInForm.tsx';
import { signInWords } from './words.ts';

/** Only a path of this application: a link from elsewhere must not lead away. */
function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}

/** The sign-in page; on a sample installation it also tells how to begin. */
export function SignInView(): ReactNode {
  const say = useWords(signInWords);
  const common = useWords(commonWords);
  const me = useMe();
  const [search] = useSearchParams();
  const about = useRead((signal) => calls.about(signal), 'about');
  const [first, setFirst] = useState<string | null>(null);
  const sample = about.data?.sample === true;
  useScreen('light', say(first === null ? 'title' : 'firstTitle'));

  if (me.user && first === null) return <Redirect to={safeNext(search.get('next'))} replace />;

  return (
    <>
      <SkipLink />
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-[96rem] flex-wrap items-center justify-between gap-4 px-6 py-2">
          <Brand />
          <HeaderTools day />
        </div>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className={cx(
          // whether there is a sample decides where everything stands: nothing is shown that would jump aside
          about.data || about.problem ? '' : 'invisible',
          'mx-auto grid w-full grow content-center items-start gap-x-16 gap-y-8 px-6 py-10',
          sample && first === null ? 'max-w-[72rem] lg:grid-cols-[minmax(0,27rem)_minmax(0,1fr)]' : 'max-w-[31rem]',
        )}
      >
        <div className="flex flex-col gap-5">
          <PlainHttpWarning />
          <SignInCard
            first={first}
            mayWait={sample}
            onSignedIn={(user, password) => {
              if (user.mustChangePassword) setFirst(password);
              me.setUser(user);
            }}
            onDone={() => setFirst(null)}
          />
          {first === null && <RoomLink />}
          {first === null && about.data?.authority && <TrustPanel />}
        </div>
        {sample && first === null && (
          <div className="rounded-2xl border border-line bg-surface p-8 shadow-card">
            <SamplePanel />
          </div>
        )}
      </main>
      <footer className="px-6 py-4 text-center text-sm text-muted">
        {common('tagline')}
        {about.data && ` · ${say('version', { version: about.data.version })}`}
      </footer>
    </>
  );
}

function SignInCard(props: {
  /** the first password that is to be changed; null: nobody has signed in yet */
  first: string | null;
  /** its change may be put off */
  mayWait: boolean;
  onSignedIn: (user: User, password: string) => void;
  onDone: () => void;
}): ReactNode {
  const { first, mayWait, onSignedIn, onDone } = props;
  const say = useWords(signInWords);
  return (
    <section className="rounded-2xl border border-line bg-surface p-8 shadow-card">
      <h1 className="text-[1.75rem] leading-tight font-bold tracking-tight">
        {say(first === null ? 'title' : 'firstTitle')}
      </h1>
      <p className="mt-2 mb-6 text-muted">{say(first === null ? 'lead' : 'firstLead')}</p>
      {first === null ? (
        <SignInForm onSignedIn={onSignedIn} />
      ) : (
        <FirstPassword current={first} mayWait={mayWait} onDone={onDone} />
      )}
    </section>
  );
}

function RoomLink(): ReactNode {
  const say = useWords(signInWords);
  return (
    <Link
      href="/room"
      className="group flex items-center gap-4 rounded-2xl border border-line bg-surface px-6 py-4 shadow-card hover:border-accent"
    >
      <span className="grid size-11 shrink-0 place-items-center rounded-xl bg-accent-soft text-accent">
        <Icon name="device" size={24} />
      </span>
      <span className="grow">
        <span className="block font-semibold">{say('roomTitle')}</span>
        <span className="block text-sm text-muted">{say('roomText')}</span>
        <span className="block font-semibold text-accent group-hover:underline">{say('roomLink')}</span>
      </span>
      <Icon name="chevron" className="text-accent" />
    </Link>
  );
}
